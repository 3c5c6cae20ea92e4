"""Filing online: start, one topic a page, check, receipt. Works without JavaScript."""

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases import actions, draft
from approvals.cases.answers import answers_of, definition_of, in_words, typed
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import DeclarationForm, StartForm
from approvals.cases.models import Case, CaseContent
from approvals.cases.places import places_of
from approvals.catalogue.formbuild import SectionForm, initial_of, section_form
from approvals.catalogue.formdef import Section
from approvals.catalogue.guides import guide_of
from approvals.catalogue.models import Item
from portal.core.errors import DomainError, Invalid, NotFound, Stale, WrongState
from portal.core.registries import panels
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.models import Organisation

BUTTONS = frozenset({"csrfmiddlewaretoken", "later"})


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form gets as its data: nothing before it is sent, even when what is sent is empty."""
    return request.POST if request.method == "POST" else None


@never_cache
@require_http_methods(["GET", "POST"])
def apply_start(request: HttpRequest, code: str) -> HttpResponse:
    """Conditions, what to have ready, for whom. Reading needs no sign-in; going on does."""
    guide = guide_of(code, request.user)
    user: Any = request.user
    context: dict[str, Any] = {"guide": guide, "item": guide.item}
    if not user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.get_full_path())
        return render(request, "cases/citizen/start.html", context)
    organisations = list(Organisation.objects.filter(pk__in=user.acting_for).order_by("name"))
    offered = places_of(guide.item, today())
    form = StartForm(sent(request), organisations=organisations, places=offered)
    if request.method == "POST" and form.is_valid():
        try:
            return _start(request, guide.item, form)
        except Invalid as error:
            form.add_domain_error(error)
    drafts = Case.objects.filter(applicant=user, item=guide.item, state="draft").select_related(
        "organisation", "principal"
    )
    context |= {"form": form, "drafts": list(drafts)}
    return render(request, "cases/citizen/start.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, item: Item, form: StartForm) -> HttpResponse:
    before = Case.objects.filter(applicant_id=request.user.pk, item=item, state="draft").values_list("pk", flat=True)
    known = set(before)
    case = actions.start_draft(
        actor_for(request), item, organisation=form.organisation, principal=form.principal, place=form.chosen_place
    )
    if case.pk in known:
        messages.info(request, _("You have begun this application before. You can go on with it here."))
    return redirect("cases:draft", case.pk)


def own_draft(request: HttpRequest, pk: int) -> tuple[Case, CaseContent]:
    """The applicant's own application with what was written; 404 for everybody else."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).select_related(
        "item__current", "department", "version__form", "organisation", "principal"
    )
    case = get_object_or_404(rows, pk=pk)
    return case, content_of(case)


def if_submitted(case: Case) -> HttpResponse | None:
    """A second tab or a second click ends at the receipt, not at an error."""
    return None if case.is_draft else redirect("cases:receipt", case.number)


@never_cache
@login_required
@require_GET
def draft_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of tasks."""
    case, content = own_draft(request, pk)
    if gone := if_submitted(case):
        return gone
    tasks = draft.tasks(case, content)
    context = {
        "case": case,
        "tasks": tasks,
        "done": sum(task.done for task in tasks),
        "ready": all(task.done for task in tasks),
        "closed": not case.item.is_open_to_filing,
        "outdated": draft.outdated(case),
        "panels": panels("cases.draft", request, case),
    }
    return render(request, "cases/citizen/tasks.html", context)


@login_required
@require_POST
def draft_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with what the item asks for now."""
    case, _content = own_draft(request, pk)
    actions.renew_draft(actor_for(request), case.pk)
    messages.success(request, _("Your draft now follows the present requirements. Please check every page once more."))
    return redirect("cases:draft", pk)


# --- one page of the form -----------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draft_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One topic of the form. Saved at every step; what has faults is kept as it was typed."""
    case, content = own_draft(request, pk)
    if case.state != "supplement" and (gone := if_submitted(case)):
        return gone
    form = _form_of(request, case, content, section)
    if request.method == "POST":
        good = form.is_valid()
        kept = form.to_answers() if good else _as_typed(request.POST)
        actions.save_step(actor_for(request), case.pk, section, kept, done=good)
        if good or "later" in request.POST:
            return onwards(request, case, section)
    context = {
        "case": case,
        "form": form,
        "section": form.section,
        "titles": titles_of(case, content),
        "current": [task.code for task in draft.tasks(case, content)].index(section) + 1,
    }
    refused = request.method == "POST" and bool(form.errors)
    return render(request, "cases/citizen/section.html", context, status=422 if refused else 200)


def titles_of(case: Case, content: CaseContent) -> list[str]:
    """The steps on top of every page of the draft."""
    return [task.title for task in draft.tasks(case, content)] + [_("Check and submit")]


def _form_of(request: HttpRequest, case: Case, content: CaseContent, code: str) -> SectionForm:
    """The page as sent, or as it was left: with its faults, with its answers, or filled from the account."""
    definition = definition_of(case)
    if definition is None or code not in {task.code for task in draft.tasks(case, content) if task.is_section}:
        raise NotFound()
    made, answers = section_form(definition, code), answers_of(content)
    if request.method == "POST":
        return made(request.POST, answers=answers)
    if (kept := typed(content, code)) is not None:
        return made(_as_post(kept), answers=answers)
    page = definition.section(code)
    return made(initial={**_known_facts(request, case, page), **initial_of(page, answers)}, answers=answers)


def _as_typed(post: QueryDict) -> dict[str, list[str]]:
    return {name: post.getlist(name) for name in post if name not in BUTTONS}


def _as_post(kept: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    return data


def _known_facts(request: HttpRequest, case: Case, page: Section) -> dict[str, str]:
    user: Any = request.user
    facts = draft.prefill(case, user)
    return {q.code: facts[q.spec["prefill"]] for q in page.fields if q.spec.get("prefill") in facts}


def onwards(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    """The next page, or the list when the applicant goes on later; a supplement goes back to its notice."""
    if not case.is_draft:
        return redirect("cases:supplement", case.number)
    if "later" in request.POST:
        messages.success(request, _("Saved. You find the draft under “My applications”."))
        return redirect("cases:mine")
    codes = [task.code for task in draft.tasks(case, content_of(case))]
    following = codes[codes.index(code) + 1 :] if code in codes else []
    if not following:
        return redirect("cases:draft-check", case.pk)
    if following[0] == draft.MATERIALS:
        return redirect("cases:draft-materials", case.pk)
    return redirect("cases:draft-section", case.pk, following[0])


# --- check and submit ---------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draft_check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers once more, the declaration, and the button that files."""
    case, content = own_draft(request, pk)
    if gone := if_submitted(case):
        return gone
    open_points = draft.problems(case, content)
    form = DeclarationForm(sent(request), initial={"state_version": case.state_version})
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid() and not open_points:
        try:
            return _submit(request, case, form.cleaned_data["state_version"])
        except DomainError as error:
            problem = error
    titles = titles_of(case, content)
    context = {
        "case": case,
        "form": form,
        "sections": in_words(case, content),
        "rows": [row for row in draft.brought(case) if row.listed],
        "open_points": open_points,
        "materials_code": draft.MATERIALS,
        "problem": problem,
        "outdated": draft.outdated(case),
        "titles": titles,
        "current": len(titles),
    }
    refused = request.method == "POST"
    return render(request, "cases/citizen/check.html", context, status=422 if refused else 200)


def _submit(request: HttpRequest, case: Case, state_version: int) -> HttpResponse:
    with contextlib.suppress(Stale):  # a second click, or another tab: what counts is that it is filed
        actions.take_step(actor_for(request), case.pk, "submit", state_version=state_version)
    case.refresh_from_db(fields=["state", "number"])
    if case.is_draft:
        raise WrongState()
    return redirect("cases:receipt", case.number)


@login_required
@require_http_methods(["GET", "POST"])
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away, after being asked."""
    case, _content = own_draft(request, pk)
    if gone := if_submitted(case):
        return gone
    if request.method == "POST":
        actions.discard_draft(actor_for(request), case.pk)
        messages.success(request, _("The draft has been deleted."))
        return redirect("cases:mine")
    return render(request, "cases/citizen/discard.html", {"case": case})


@never_cache
@login_required
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, query code, and what happens next; `?save` gives the same as a text to keep."""
    user: Any = request.user
    rows = (
        Case.objects.of_applicant(user)
        .filed()
        .select_related("item", "department", "version", "applicant", "principal")
    )
    case = get_object_or_404(rows, number=number)
    if "save" not in request.GET:
        return render(request, "cases/citizen/receipt.html", {"case": case})
    response = render(request, "cases/citizen/receipt.txt", {"case": case}, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.txt"'
    return response
