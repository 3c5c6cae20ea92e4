"""Taking in, from the item to the number: the one screen, the confirmation, what comes next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases import actions as case_actions
from approvals.cases import draft
from approvals.cases import policies as case_policies
from approvals.cases.answers import in_words
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import UploadForm
from approvals.cases.lifecycle import CASE
from approvals.cases.registrations import FILE_KIND
from approvals.counter import actions, checks, policies
from approvals.counter import work as screen
from approvals.counter.forms import ConfirmForm
from approvals.counter.models import Intake, MaterialCheck
from approvals.counter.receipts import receipt_of
from approvals.counter.views.common import clerk_actor, open_intake
from portal.core import files
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid
from portal.core.registries import panels


def _elsewhere(intake: Intake) -> HttpResponse | None:
    """Where an intake is shown that is not on this screen: without an item, or over."""
    if intake.state == Intake.State.FILED:
        return redirect("counter:intake-done", intake.pk)
    if intake.state != Intake.State.OPEN:
        return redirect("counter:intakes")
    if intake.case is None:
        return redirect("counter:intake-item", intake.pk)
    return None


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one screen. Whatever is sent is kept, faults and all; the button says whether to go on."""
    intake = open_intake(request, pk)
    if away := _elsewhere(intake):
        return away
    user: Any = request.user
    case: Any = intake.case
    mine = policies.may_write_intake(user, intake)
    rows = draft.brought(case)
    posted = request.method == "POST" and mine
    upload = UploadForm(request.POST if posted else None, request.FILES if posted else None, rows=rows)
    forms = screen.section_forms(case, request.POST if posted else None)
    problem: DomainError | None = None
    if posted:
        problem = _keep(request, intake, forms, upload)
        if not problem and not upload.errors and "check" in request.POST and all(f.is_valid() for f in forms):
            return redirect("counter:intake-confirm", pk)
        if not problem and not upload.errors and "check" not in request.POST:
            return redirect("counter:intake", pk)
    else:
        log_view(clerk_actor(request), "cases.case", case.pk, "application", purpose="intake at the window")
    return _screen(request, intake, forms, upload, mine=mine, problem=problem)


def _keep(request: HttpRequest, intake: Intake, forms: list[Any], upload: UploadForm) -> DomainError | None:
    """Store pages, scans and notes; each for itself, so that one that is refused takes nothing with it."""
    case: Any = intake.case
    actor = clerk_actor(request)
    try:
        for form in forms:
            good = form.is_valid()
            kept = form.to_answers() if good else screen.as_typed(form, request.POST)
            case_actions.save_step(actor, case.pk, form.section.code, kept, done=good)
        take_scans(request, case, upload)
        if request.POST.get("remove", "").isdecimal():
            case_actions.remove_material(actor, case.pk, int(request.POST["remove"]))
        actions.note_materials(actor, intake.pk, screen.noted_in(request.POST, case))
    except DomainError as error:
        return error
    return None


def take_scans(request: HttpRequest, case: Any, upload: UploadForm) -> None:
    """Keep each scan; one that is no picture and no document becomes an error beside its material."""
    upload.is_valid()
    actor, count = clerk_actor(request), 0
    for row in upload.rows:
        for sent in request.FILES.getlist(row.code) if row.code in upload.fields else ():
            try:
                stored = files.store(sent, owner=actor, kind=FILE_KIND)
                case_actions.add_material(
                    actor, case.pk, stored, material=row.material, power_of_attorney=row.power_of_attorney
                )
                count += 1
            except Invalid as error:
                upload.add_error(row.code, f"{sent.name}: {error.message}")
    if count:
        said = ngettext("%(n)s file has been added.", "%(n)s files have been added.", count)
        messages.success(request, said % {"n": count})


def _screen(
    request: HttpRequest,
    intake: Intake,
    forms: list[Any],
    upload: UploadForm,
    *,
    mine: bool,
    problem: DomainError | None,
) -> HttpResponse:
    wrong = upload.errors or problem or (request.method == "POST" and any(form.errors for form in forms))
    context = {
        "intake": intake,
        "case": intake.case,
        "forms": forms,
        "upload": upload,
        "lines": screen.lines(intake.case, intake, upload),  # type: ignore[arg-type]
        "mine": mine,
        "problem": problem,
        "outdated": draft.outdated(intake.case),  # type: ignore[arg-type]
        "closed": not intake.case.item.is_open_to_filing,  # type: ignore[union-attr]
        "panels": panels("counter.intake", request, intake.case) if mine else [],
    }
    return render(request, "counter/work.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with what the item asks for now."""
    intake = open_intake(request, pk)
    if intake.case_id is not None:
        case_actions.renew_draft(clerk_actor(request), intake.case_id)
        messages.success(request, _("The application now follows the present requirements. Please check it once more."))
    return redirect("counter:intake", pk)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary that the person reads or signs, and the button that files."""
    intake = open_intake(request, pk)
    if away := _elsewhere(intake):
        return away
    case: Any = intake.case
    originals = intake.checks.filter(kept=MaterialCheck.Kept.ORIGINAL).exists()
    form = ConfirmForm(request.POST or None, originals=originals, initial={"state_version": case.state_version})
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.file_intake(
                clerk_actor(request),
                pk,
                confirmation=given["confirmation"],
                state_version=given["state_version"],
                place=given.get("place", ""),
            )
            return redirect("counter:intake-done", pk)
        except DomainError as error:
            problem = error
    context = {
        "intake": intake,
        "case": case,
        "form": form,
        "problem": problem,
        "open_points": checks.problems(case, intake),
        "sections": in_words(case, content_of(case)),
        "lines": screen.lines(case, intake, UploadForm(rows=[])),
        "mine": policies.may_write_intake(request.user, intake),  # type: ignore[arg-type]
        "missing": checks.missing(intake),
    }
    status = 422 if form.errors else problem.status if problem else 200
    return render(request, "counter/confirm.html", context, status=status)


@never_cache
@login_required
@require_GET
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Number, query code, receipt, and what can be done at once."""
    intake = open_intake(request, pk)
    case: Any = intake.case
    if intake.state != Intake.State.FILED or case is None:
        return redirect("counter:intakes")
    user: Any = request.user
    context = {
        "intake": intake,
        "case": case,
        "receipt": receipt_of(case),
        "missing": checks.missing(intake),
        "handles": case_policies.may_handle(user, case),
        "offered": {step.code for step in CASE.offered(case, user)},
        "papers": case.left_papers.filter(handed_back__isnull=True).count(),
    }
    return render(request, "counter/done.html", context)
