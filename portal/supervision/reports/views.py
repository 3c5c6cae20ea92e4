"""The pages of period reports: list, drawing up, reading, editing the text, steps, document."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision.reports import actions, marks, policies, standing
from portal.supervision.reports.figures import CLOSING, SECTIONS
from portal.supervision.reports.forms import STEP_FORMS, ReportForm, TextForm, last_half_year
from portal.supervision.reports.lifecycle import REPORT, TONES
from portal.supervision.reports.models import Report

readers = allowed_to(policies.may_list)
writers = allowed_to(policies.may_draw_up)


def _actor(request: HttpRequest) -> Any:
    user: Any = request.user
    for role in (Role.GOVERNMENT_HEAD, Role.SUPERVISOR):
        if user.access.has(role):
            return actor_for(request, role)
    return actor_for(request, Role.DEPARTMENT_HEAD)


@require_safe
@readers
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports that the reader sees, the newest first."""
    rows = Report.objects.visible_to(request.user).defer("data").select_related("department", "made_by")  # type: ignore[arg-type]
    page = page_of(rows, "-made_at", request.GET.get("cursor", ""))
    shown = [(one, REPORT.states[one.state].label, TONES[one.state]) for one in page.rows]
    context = {"page": page, "rows": shown, "may_draw_up": policies.may_draw_up(request.user)}  # type: ignore[arg-type]
    return render(request, "reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
def new(request: HttpRequest) -> HttpResponse:
    """Choose period, comparison and department; the figures are read and the first text is written at once."""
    form = _new_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draw_up(_actor(request), **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("The report has been drawn up."))
            return redirect("reports:report", made.pk)
    return render(request, "reports/new.html", {"form": form}, status=422 if form.errors else 200)


def _new_form(request: HttpRequest) -> ReportForm:
    user: Any = request.user
    whole = user.access.has(Role.SUPERVISOR)
    departments = Department.objects.order_by("code")
    if not whole:
        departments = departments.filter(pk__in=user.access.departments(Role.DEPARTMENT_HEAD))
    first, last = last_half_year(today())
    half = _("first half") if first.month == 1 else _("second half")
    title = _("Report on the work of the government service centre, %(half)s of %(year)s")
    initial = {"first": first, "last": last, "title": title % {"half": half, "year": first.year}}
    data = request.POST if request.method == "POST" else None
    return ReportForm(data, initial=initial, departments=departments, whole_centre=whole)


def _report(request: HttpRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("department", "made_by", "signed_by"), pk=pk)


@require_safe
@readers
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report with its present text; every figure leads to what it was counted from."""
    return render(request, "reports/report.html", _context(request, _report(request, pk)))


@require_safe
@readers
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An earlier version of the text, with the present figures."""
    row = _report(request, pk)
    text = get_object_or_404(row.texts.select_related("by"), number=number)
    return render(request, "reports/report.html", _context(request, row, text=text))


def _context(
    request: HttpRequest, row: Report, *, text: Any = None, bound: dict[str, PortalForm] | None = None
) -> dict[str, Any]:
    user: Any = request.user
    texts = list(row.texts.select_related("by"))
    chosen = text or texts[0]
    steps = [
        (one, (bound or {}).get(one.code) or STEP_FORMS[one.code](initial={"state_version": row.state_version}))
        for one in REPORT.offered(row, user)
    ]
    signed = row.state == "signed"
    return {
        "report": row, "text": chosen, "texts": texts, "is_latest": chosen == texts[0],
        "label": REPORT.states[row.state].label, "tone": TONES[row.state],
        "sections": standing.sections(row, chosen.paragraphs), "note": standing.reading_note(row),
        "opening": standing.paragraphs(chosen.paragraphs.get("opening", ""), row),
        "closing": standing.paragraphs(chosen.paragraphs.get("closing", ""), row), "closing_title": CLOSING,
        "departments": standing.departments(row), "columns": standing.department_columns(),
        "whole": standing.whole(row),
        "compared": row.data["then"] is not None, "steps": steps,
        "may_edit": row.state == "draft" and policies.may_edit(user, row),
        "typed": [key for key, one in chosen.paragraphs.items() if marks.typed_digits(one)],
        "file": row.files.filter(text=texts[0], read_at=row.read_at, signed=signed).select_related("file").first(),
        "history": history_of(row),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the text between the figures; what is refused stays as it was typed."""
    row = _report(request, pk)
    user: Any = request.user
    if not policies.may_edit(user, row):
        raise NotAllowed()
    paragraphs = actions.text_of(row).paragraphs
    data = request.POST if request.method == "POST" else None
    form = TextForm(data, paragraphs=paragraphs, initial={"state_version": row.state_version})
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            actions.rewrite(
                _actor(request), pk, form.paragraphs, note=values["note"], state_version=values["state_version"]
            )
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The text has been kept as a new version."))
            return redirect("reports:report", pk)
    context = {"report": row, "form": form, "catalogue": _catalogue(row)}
    return render(request, "reports/edit.html", context, status=422 if form.errors else 200)


def _catalogue(row: Report) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Every figure with its mark and its value, section by section."""
    lines = {line.figure.path: line.now for section in standing.sections(row, {}) for line in section.lines}
    return [
        (title, [(marks.mark_of(one), lines[one.path]) for one in figures if one.path in lines])
        for title, figures in SECTIONS.values()
    ]


@require_POST
@readers
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take today's figures for the same period."""
    row = _report(request, pk)
    return _done(request, pk, lambda: actions.read_again(_actor(request), row.pk, state_version=_version(request)),
                 _("The figures have been read anew; the text is as it was."))  # fmt: skip


@require_POST
@readers
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the Word document; it is made by a job and stands on the page then."""
    row = _report(request, pk)
    return _done(request, pk, lambda: actions.ask_document(_actor(request), row.pk), _("The document is being made."))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("state_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _done(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("reports:report", pk)


@require_POST
@readers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Lay before the signer, sign, send back, withdraw the signature."""
    _report(request, pk)
    if code not in STEP_FORMS:
        raise NotFound()
    form = STEP_FORMS[code](request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            actions.take_step(_actor(request), pk, code, values, state_version=values.pop("state_version"))
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, str(REPORT.transitions[code].told))
            return redirect("reports:report", pk)
    context = {**_context(request, _report(request, pk), bound={code: form}), "faulty": form}
    return render(request, "reports/report.html", context, status=422)
