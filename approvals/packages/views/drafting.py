"""The draft of a package: list of tasks, one topic a page, papers once, check and file. Works without JavaScript."""

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.catalogue.formbuild import SectionForm, initial_of, section_form
from approvals.counter.forms import ConfirmForm
from approvals.packages import actions, given, later, policies, signing
from approvals.packages.draft import MATERIALS, Draft, Row, known_facts
from approvals.packages.forms import ANSWER, GuideForm, PapersForm, SubmitForm
from approvals.packages.models import PackageFiling, PackagePaper
from approvals.packages.registrations import FILE_KIND, FILING_STREAM
from portal.core import files
from portal.core.access import log_view
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, Stale, WrongState
from portal.core.forms import PortalForm
from portal.people.actors import actor_for
from portal.people.roles import Role

BUTTONS = frozenset({"csrfmiddlewaretoken", "later"})


def own_draft(request: HttpRequest, pk: int) -> PackageFiling:
    """The applicant's own filing, or the one that a clerk takes in; 404 for everybody else."""
    rows = PackageFiling.objects.visible_to(request.user).select_related(
        "package__current", "version", "department", "organisation", "applicant__citizen", "intake", "principal"
    )
    filing = get_object_or_404(rows, pk=pk)
    if policies.takes_in(request.user, filing):
        actor = actor_for(request, Role.CLERK)
        log_view(actor, FILING_STREAM, filing.pk, "application", purpose="intake at the window")
    return filing


def if_filed(request: HttpRequest, filing: PackageFiling) -> HttpResponse | None:
    """A second tab or a second click ends at the page of the package, not at an error."""
    if filing.is_draft:
        return None
    own = policies.is_applicant(request.user, filing)
    return redirect("packages:filing" if own else "packages:desk-filing", filing.number)


def shown(
    request: HttpRequest, filing: PackageFiling, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page of the draft, in the frame of the public site or, at the window, of the workbench."""
    at_window = policies.takes_in(request.user, filing)
    frame = "base_staff.html" if at_window else "base.html"
    full = {"filing": filing, "at_window": at_window, "frame": frame, **context}
    return render(request, f"packages/{template}", full, status=422 if refused else 200)


def acting(request: HttpRequest, filing: PackageFiling) -> Actor:
    """The person as applicant, or as the clerk at the window."""
    return actor_for(request, Role.CLERK) if policies.takes_in(request.user, filing) else actor_for(request)


def changed(filing: PackageFiling, draft: Draft) -> dict[str, Any]:
    """What has changed since the draft was begun, for the box on top of its pages."""
    return {
        "filing": filing,
        "problems": draft.problems_of_parts(),
        "closed": not filing.package.is_open,
        "outdated": filing.package.is_open and filing.version_id != filing.package.current_id,
    }


@never_cache
@login_required
@require_GET
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts, and the list of what is to be filled in."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    draft = Draft(filing)
    found = draft.tasks()
    context = {
        **changed(filing, draft),
        "parts": draft.parts,
        "tasks": found,
        "done": sum(one.done for one in found),
        "ready": all(one.done for one in found),
        "asked_once": draft.form.asked_once,
    }
    return shown(request, filing, "draft.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions once more, by the version in force; what was typed is kept."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    version = filing.package.current or filing.version
    given = {f"{ANSWER}{code}": value for code, value in filing.guide.items()}
    data = request.POST if request.method == "POST" else None
    form = GuideForm(data, version=version, initial=given)
    if data is not None and (not form.questions or form.is_valid()):
        try:
            actions.answer_guide(acting(request, filing), filing.pk, form.given if form.questions else {})
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The parts follow your answers. What you have typed is kept."))
            return redirect("packages:draft", pk)
    return shown(request, filing, "draft_guide.html", {"form": form}, refused=data is not None)


@login_required
@require_POST
def leave_out(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Go on without a part."""
    filing = own_draft(request, pk)
    try:
        actions.leave_out(acting(request, filing), filing.pk, part)
        messages.success(request, _("The part has been left out. Your answers are kept."))
    except Invalid as error:
        messages.error(request, error.message)
    return redirect("packages:draft", pk)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with what the items ask for now."""
    filing = own_draft(request, pk)
    actions.renew(acting(request, filing), filing.pk)
    messages.success(request, _("Your draft now follows the present requirements. Please check every page once more."))
    return redirect("packages:draft", pk)


# --- one page of the form ---------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One topic for all items. Saved at every step; what has faults is kept as it was typed."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    draft = Draft(filing)
    form = _form_of(request, draft, code)
    if request.method == "POST":
        good = form.is_valid()
        kept = form.to_answers() if good else _as_typed(request.POST)
        actions.save_page(acting(request, filing), filing.pk, code, kept, done=good)
        if good or "later" in request.POST:
            return _onwards(request, filing, code)
    titles, codes = _steps(draft)
    context = {
        "filing": filing,
        "form": form,
        "page": form.section,
        "items": draft.items_of_page(code),
        "titles": titles,
        "current": codes.index(code) + 1,
    }
    refused = request.method == "POST" and bool(form.errors)
    return shown(request, filing, "draft_page.html", context, refused=refused)


def _steps(draft: Draft) -> tuple[list[str], list[str]]:
    found = draft.tasks()
    return [*(one.title for one in found), _("Check and submit")], [one.code for one in found]


def _form_of(request: HttpRequest, draft: Draft, code: str) -> SectionForm:
    """The page as sent, or as it was left: with its faults, with its answers, or filled from the account."""
    definition, answers = draft.form.definition, draft.answers
    if definition is None or code not in {one.code for one in draft.tasks() if one.is_page}:
        raise NotFound()
    made = section_form(definition, code)
    if request.method == "POST":
        return made(request.POST, answers=answers)
    if (kept := draft.typed(code)) is not None:
        data = QueryDict(mutable=True)
        for name, values in kept.items():
            data.setlist(name, values)
        return made(data, answers=answers)
    here, user = definition.section(code), request.user
    at_window = policies.takes_in(user, draft.filing) and draft.filing.applicant is not None
    facts = known_facts(draft.filing, draft.filing.applicant if at_window else user)  # type: ignore[arg-type]
    filled = {one.code: facts[one.spec["prefill"]] for one in here.fields if one.spec.get("prefill") in facts}
    return made(initial={**filled, **initial_of(here, answers)}, answers=answers)


def _as_typed(post: QueryDict) -> dict[str, list[str]]:
    return {name: post.getlist(name) for name in post if name not in BUTTONS}


def _onwards(request: HttpRequest, filing: PackageFiling, code: str) -> HttpResponse:
    """The next page, or the list of packages when the applicant goes on later."""
    if "later" in request.POST:
        messages.success(request, _("Saved. You find the draft under “My packages”."))
        return redirect("packages:mine" if policies.is_applicant(request.user, filing) else "counter:intakes")
    pk = filing.pk
    _titles, codes = _steps(Draft(PackageFiling.objects.get(pk=pk)))
    following = codes[codes.index(code) + 1 :] if code in codes else []
    if not following:
        return redirect("packages:draft-check", pk)
    if following[0] == MATERIALS:
        return redirect("packages:draft-papers", pk)
    return redirect("packages:draft-page", pk, following[0])


# --- papers -----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """One set of materials for all items: upload, remove, go on."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    draft = Draft(filing)
    rows = draft.rows()
    at_window = policies.takes_in(request.user, filing)
    form = PapersForm(
        request.POST if request.method == "POST" else None, request.FILES or None, rows=rows, at_window=at_window
    )
    if request.method == "POST":
        form.is_valid()
        stays = _take(request, filing, form, rows)
        draft = Draft(filing)
        rows = draft.rows()
        if not form.errors:
            if stays:
                return redirect("packages:draft-papers", pk)
            missing = _mark_missing(form, rows) if "later" not in request.POST else []
            done = not missing and "later" not in request.POST
            actions.save_page(acting(request, filing), filing.pk, MATERIALS, {}, done=done)
            if not missing:
                return _onwards(request, filing, MATERIALS)
    titles, _codes = _steps(draft)
    offered = {} if at_window else given.offers(draft)
    days = later.last_days(draft)
    lines = [(row, form.fields_of(row), offered.get(row.merged.key, []), days.get(row.merged.key)) for row in rows]
    context = {"form": form, "rows": lines, "titles": titles, "current": len(titles) - 1}
    may_commit = policies.may_unsign(request.user, filing)
    context["commitments"] = signing.offers(draft) if may_commit else []
    return shown(request, filing, "draft_papers.html", context, refused=bool(form.errors))


def _take(request: HttpRequest, filing: PackageFiling, form: PapersForm, rows: list[Row]) -> bool:
    """Keep what was good, put the rest beside its field; True when the page is to stay."""
    actor, count, unwanted = acting(request, filing), 0, request.POST.get("remove", "")
    _note_kept(actor, filing, form)
    for row in rows:
        for uploaded in request.FILES.getlist(row.merged.code) if row.merged.code in form.fields else ():
            try:
                stored = files.store(uploaded, owner=actor, kind=FILE_KIND)
                actions.add_paper(actor, filing.pk, stored, key=row.merged.key)
                count += 1
            except Invalid as error:
                form.add_error(row.merged.code, f"{uploaded.name}: {error.message}")
    stays = bool(unwanted) or "add" in request.POST
    if count and (stays or form.errors):
        said = ngettext("%(n)s file has been added.", "%(n)s files have been added.", count)
        messages.success(request, said % {"n": count})
    if unwanted.isdecimal():
        actions.remove_paper(actor, filing.pk, int(unwanted[:18]))
        messages.success(request, _("The file has been removed."))
    return stays


def _note_kept(actor: Actor, filing: PackageFiling, form: PapersForm) -> None:
    """At the window: what stays here on paper."""
    for row, kept, copies in form.kept():
        before = row.kept
        if kept != (before.kept if before else "") or (before and copies != before.copies):
            actions.keep_paper(actor, filing.pk, key=row.merged.key, kept=kept, copies=copies)


def _mark_missing(form: PapersForm, rows: list[Row]) -> list[Row]:
    missing = [row for row in rows if row.missing]
    for row in missing:
        words = (
            _("“%(material)s” is required. Please scan it, or note what is kept on paper.")
            if form.at_window
            else _("“%(material)s” is required. Please upload it.")
        )
        form.add_error(row.merged.code, words % {"material": row.merged.name})
    return missing


# --- check and file ---------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers once more, which item gets what, the declaration, and the button that files all parts."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    draft, problem = Draft(filing), None
    form = _submit_form(request, filing, draft)
    if form.is_bound and form.is_valid():
        try:
            return _submit(request, filing, form.cleaned_data)
        except DomainError as error:
            problem = error
            draft = Draft(filing)
    titles, _codes = _steps(draft)
    context = {
        **changed(filing, draft),
        "form": form,
        "parts": draft.parts,
        "sections": draft.in_words(),
        "rows": draft.rows(),
        "open_points": draft.open_points(),
        "materials_code": MATERIALS,
        "problem": problem,
        "titles": titles,
        "current": len(titles),
    }
    return shown(request, filing, "draft_check.html", context, refused=form.is_bound)


def _submit_form(request: HttpRequest, filing: PackageFiling, draft: Draft) -> PortalForm:
    """The applicant declares; at the window the clerk says how the person confirmed it."""
    data, seen = request.POST if request.method == "POST" else None, {"state_version": filing.state_version}
    if not policies.takes_in(request.user, filing):
        return SubmitForm(data, initial=seen)
    originals = any(paper.kept == PackagePaper.Kept.ORIGINAL for paper in draft.papers)
    return ConfirmForm(data, initial=seen, originals=originals)


def _submit(request: HttpRequest, filing: PackageFiling, data: dict[str, Any]) -> HttpResponse:
    at_window = {name: data[name] for name in ("confirmation", "place") if name in data}
    with contextlib.suppress(Stale):  # a second click, or another tab: what counts is that it is filed
        actions.submit(acting(request, filing), filing.pk, state_version=data["state_version"], **at_window)
    filing.refresh_from_db(fields=["state", "number"])
    if filing.is_draft:
        raise WrongState()
    if at_window:
        return redirect("packages:window-done", filing.intake_id)
    messages.success(request, _("All parts have been filed. Please keep number and query code."))
    return redirect("packages:filing", filing.number)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away, after being asked."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    if request.method == "POST":
        actions.discard(acting(request, filing), filing.pk)
        messages.success(request, _("The draft has been deleted."))
        return redirect("packages:mine" if policies.is_applicant(request.user, filing) else "counter:intakes")
    return shown(request, filing, "draft_discard.html", {})
