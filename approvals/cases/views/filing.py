"""Filing online: start, one topic a page, materials, check, receipt. Works without JavaScript."""

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases import actions, draft
from approvals.cases.answers import answers_of, definition_of, in_words, typed
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import DeclarationForm, StartForm, UploadForm
from approvals.cases.models import Case, CaseContent, Channel
from approvals.catalogue.formbuild import initial_of, section_form
from approvals.catalogue.guides import guide_of
from approvals.catalogue.models import Item
from portal.core import files
from portal.core.errors import DomainError, Invalid, NotFound, Stale, WrongState
from portal.people.actors import actor_for
from portal.people.models import Organisation

FILE_KIND = "cases.material"


@require_http_methods(["GET", "POST"])
def apply_start(request: HttpRequest, code: str) -> HttpResponse:
    """Conditions, what to have ready, for whom. Reading needs no sign-in; going on does."""
    item = get_object_or_404(Item.objects.visible_to(request.user), code=code)
    user: Any = request.user
    if not user.is_authenticated:
        return render(request, "cases/citizen/start.html", {"guide": guide_of(code, user), "item": item})
    organisations = list(Organisation.objects.filter(pk__in=user.acting_for))
    form = StartForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        case = actions.start_draft(
            actor_for(request), item, organisation=form.organisation, channel=Channel.ONLINE
        )
        return redirect("cases:draft", case.pk)
    context = {
        "guide": guide_of(code, user),
        "item": item,
        "form": form,
        "existing": Case.objects.filter(applicant=user, item=item, state="draft").first(),
    }
    return render(request, "cases/citizen/start.html", context, status=422 if form.errors else 200)


def _draft(request: HttpRequest, pk: int) -> tuple[Case, CaseContent]:
    """The applicant's own draft; 404 for everybody else. A submitted one is no draft any more."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).select_related("item", "department", "version__form", "organisation")
    case = get_object_or_404(rows, pk=pk)
    return case, content_of(case)


def _if_submitted(case: Case) -> HttpResponse | None:
    """A second tab or a second click ends at the receipt, not at an error."""
    return None if case.is_draft else redirect("cases:receipt", case.number)


@login_required
@require_GET
def draft_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of tasks."""
    case, content = _draft(request, pk)
    if gone := _if_submitted(case):
        return gone
    todo = draft.tasks(case, content)
    context = {
        "case": case,
        "tasks": todo,
        "ready": all(task.done for task in todo),
        "closed": case.item.status != Item.Status.PUBLISHED,
    }
    return render(request, "cases/citizen/tasks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One topic of the form. Saved at every step; what has faults is kept as it was typed."""
    case, content = _draft(request, pk)
    if gone := _if_submitted(case):
        return gone
    definition = definition_of(case)
    codes = [task.code for task in draft.tasks(case, content)]
    if definition is None or section not in codes:
        raise NotFound()
    made = section_form(definition, section)
    answers = answers_of(content)
    if request.method == "POST":
        form = made(request.POST, answers=answers)
        if form.is_valid():
            actions.save_step(actor_for(request), case.pk, section, form.to_answers(), done=True)
            return _onwards(request, case, section)
        actions.save_step(actor_for(request), case.pk, section, _as_typed(request.POST), done=False)
        if "later" in request.POST:
            return _onwards(request, case, section)
    else:
        form = _section_as_kept(made, definition, section, case, content, request)
    context = {
        "case": case,
        "form": form,
        "section": definition.section(section),
        "titles": [task.title for task in draft.tasks(case, content)] + [_("Check and submit")],
        "current": codes.index(section) + 1,
    }
    return render(request, "cases/citizen/section.html", context, status=422 if form.is_bound and form.errors else 200)


def _as_typed(post: QueryDict) -> dict[str, list[str]]:
    return {name: post.getlist(name) for name in post if name not in {"csrfmiddlewaretoken", "later"}}


def _section_as_kept(
    made: Any, definition: Any, section: str, case: Case, content: CaseContent, request: HttpRequest
) -> Any:
    """The page as it was left: with its faults, with its answers, or filled from the account."""
    answers = answers_of(content)
    if (kept := typed(content, section)) is not None:
        data = QueryDict(mutable=True)
        for name, values in kept.items():
            data.setlist(name, values)
        return made(data, answers=answers)
    known: Any = request.user
    facts = draft.prefill(case, known)
    page = definition.section(section)
    filled = {q.code: facts[q.spec["prefill"]] for q in page.fields if q.spec.get("prefill") in facts}
    return made(initial={**filled, **initial_of(page, answers)}, answers=answers)


def _onwards(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    """The next page, or the list when the applicant goes on later."""
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


# --- materials --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def draft_materials(request: HttpRequest, pk: int) -> HttpResponse:
    """Uploads. A good file is kept even when another one is refused."""
    case, content = _draft(request, pk)
    if gone := _if_submitted(case):
        return gone
    rows = draft.brought(case)
    form = UploadForm(request.POST or None, request.FILES or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        take_uploads(request, case, form, rows)
        rows = draft.brought(case)
        missing = [row for row in rows if row.missing]
        if "add" not in request.POST and "later" not in request.POST:
            for row in missing:
                form.add_error(f"material-{row.material.pk}", _("Please upload this: it is required."))
        actions.save_step(actor_for(request), case.pk, draft.MATERIALS, {}, done=not missing and not form.errors)
        if not form.errors:
            return redirect("cases:draft-materials", pk) if "add" in request.POST else _onwards(request, case, draft.MATERIALS)
    titles = [task.title for task in draft.tasks(case, content)] + [_("Check and submit")]
    context = {
        "case": case,
        "form": form,
        "rows": [(row, form[name] if (name := f"material-{row.material.pk}") in form.fields else None) for row in rows],
        "titles": titles,
        "current": len(titles) - 1,
    }
    return render(request, "cases/citizen/materials.html", context, status=422 if form.errors else 200)


def take_uploads(request: HttpRequest, case: Case, form: UploadForm, rows: list[draft.Brought]) -> None:
    """Store each file and hang it to its material; a refused one becomes an error beside its field."""
    actor = actor_for(request)
    for row in rows:
        name = f"material-{row.material.pk}"
        for uploaded in form.cleaned_data.get(name) or []:
            try:
                stored = files.store(uploaded, owner=actor, kind=FILE_KIND)
            except Invalid as error:
                form.add_error(name, f"{uploaded.name}: {error.message}")
                continue
            actions.add_material(actor, case.pk, stored, material=row.material)


@login_required
@require_POST
def material_remove(request: HttpRequest, pk: int, material_id: int) -> HttpResponse:
    """Take a file out of the draft or the supplement."""
    case, _content = _draft(request, pk)
    actions.remove_material(actor_for(request), case.pk, material_id)
    messages.success(request, _("The file has been removed."))
    return redirect("cases:draft-materials", pk) if case.is_draft else redirect("cases:supplement", case.number)


# --- check and submit ---------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def draft_check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers once more, the declaration, and the button that files."""
    case, content = _draft(request, pk)
    if gone := _if_submitted(case):
        return gone
    open_points = draft.problems(case, content)
    form = DeclarationForm(request.POST or None, initial={"state_version": case.state_version})
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid() and not open_points:
        try:
            return _submit(request, case, form.cleaned_data["state_version"])
        except DomainError as error:
            problem = error
    titles = [task.title for task in draft.tasks(case, content)] + [_("Check and submit")]
    context = {
        "case": case,
        "form": form,
        "sections": in_words(case, content),
        "rows": draft.brought(case),
        "open_points": open_points,
        "materials_code": draft.MATERIALS,
        "problem": problem,
        "titles": titles,
        "current": len(titles),
    }
    return render(request, "cases/citizen/check.html", context, status=422 if form.errors or problem else 200)


def _submit(request: HttpRequest, case: Case, state_version: int) -> HttpResponse:
    with contextlib.suppress(Stale):
        case = actions.take_step(actor_for(request), case.pk, "submit", state_version=state_version)
    case.refresh_from_db()
    if case.is_draft:
        raise WrongState()
    return redirect("cases:receipt", case.number)


@login_required
@require_http_methods(["GET", "POST"])
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away, after being asked."""
    case, _content = _draft(request, pk)
    if gone := _if_submitted(case):
        return gone
    if request.method == "POST":
        actions.discard_draft(actor_for(request), case.pk)
        messages.success(request, _("The draft has been deleted."))
        return redirect("cases:mine")
    return render(request, "cases/citizen/discard.html", {"case": case})


@login_required
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, query code, and what happens next."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).filed().select_related("item", "department")
    return render(request, "cases/citizen/receipt.html", {"case": get_object_or_404(rows, number=number)})
