"""The workbench: the list by urgency, and one case with everything that can be done to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.cases import actions, desk, policies, timeline
from approvals.cases.answers import in_words
from approvals.cases.clockwork import clock_of
from approvals.cases.effects import content_of
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import light_of
from approvals.cases.models import Case, Proposal
from portal.core.access import log_view
from portal.core.calendar import workdays
from portal.core.errors import DomainError, NotAllowed, NotFound
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role


@login_required
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """My cases, the most urgent first."""
    user: Any = request.user
    if not policies.may_see_desk(user):
        raise NotAllowed()
    tabs = desk.tabs_for(user)
    tab = next((one for one in tabs if one.code == request.GET.get("tab")), tabs[0])
    filters = {name: request.GET.get(name, "") for name in ("q", "department", "mine")}
    page = desk.page_of(desk.listed(user, tab, filters), request.GET.get("cursor", ""))
    index, day = workdays(), today()
    numbers = desk.counts(user, tabs)
    context = {
        "tabs": [(one, numbers[one.code], one is tab) for one in tabs],
        "tab": tab,
        "filters": filters,
        "filtered": any(filters.values()),
        "departments": _departments(user),
        "page": page,
        "rows": [(case, light_of(case, index, day)) for case in page.rows],
        "states": CASE.states,
    }
    return render(request, "cases/desk/list.html", context)


def _departments(user: Any) -> list[Any]:
    ids = user.access.departments(*desk.DEPARTMENT_ROLES)
    return list(Department.objects.filter(pk__in=ids)) if len(ids) > 1 else []


def case_for_staff(request: HttpRequest, number: str) -> Case:
    """The case with this number, for people at work; 404 for everybody else, and for applicants."""
    user: Any = request.user
    rows = Case.objects.visible_to(user).select_related(
        "item", "department", "version__form", "staff", "organisation", "applicant"
    )
    case = get_object_or_404(rows, number=number)
    if not (policies.works_on(user, case) or user.access.centre_wide):
        raise NotFound()
    return case


@login_required
@require_GET
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: what it is, what was brought, what happened, why its date, what can be done."""
    case = case_for_staff(request, number)
    return render(request, "cases/desk/case.html", case_context(request, case))


def case_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Everything that the page of a case shows; personal data is opened and its viewing logged for who works on it."""
    user: Any = request.user
    personal = policies.works_on(user, case)
    content = content_of(case)
    if personal:
        log_view(
            actor_for(request, working_role(request, case)), "cases.case", case.pk, "application", purpose="case handling"
        )
    waiting = case.proposals.filter(outcome=Proposal.Outcome.WAITING).select_related("proposed_by").first()
    offered = CASE.offered(case, user)
    return {
        "case": case,
        "light": light_of(case),
        "state": CASE.states[case.state],
        "personal": personal,
        "content": content,
        "sections": in_words(case, content) if personal else [],
        "materials": _materials(case),
        "entries": timeline.past(case, public=False),
        "why": timeline.why(case),
        "stops": list(case.stops.order_by("from_on")),
        "elapsed": _elapsed(case),
        "waiting": waiting,
        "waiting_step": CASE.transitions[waiting.step] if waiting else None,
        "may_confirm": bool(waiting and _may_confirm(user, waiting, case)),
        "offered": offered,
        "at_once": _can_finish_at_once(case, offered),
        "may_take_over": case.is_open and policies.may_handle(user, case) and case.staff_id != user.pk,
        "next_case": desk.next_on_desk(user, case) if policies.may_see_desk(user) else None,
    }


def working_role(request: HttpRequest, case: Case) -> str:
    """The role in which the person works on this case: what the event will say."""
    user: Any = request.user
    for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD):
        if user.access.has(role, case.department_id):
            return role.value
    return next(iter(sorted(user.access.roles - {Role.CITIZEN.value})), Role.CITIZEN.value)


def _materials(case: Case) -> list[tuple[Any, list[Any]]]:
    """Each material of the version with what was brought for it, and what came beside."""
    brought: dict[int | None, list[Any]] = {}
    for row in case.materials.filter(replaced_at__isnull=True).select_related("file"):
        brought.setdefault(row.material_id, []).append(row)
    wanted = list(case.version.materials.all()) if case.version else []
    rows = [(material, brought.get(material.pk, [])) for material in wanted]
    return [*rows, (None, brought[None])] if brought.get(None) else rows


def _elapsed(case: Case) -> int | None:
    clock = clock_of(case, case.stops.all(), workdays())
    return clock.elapsed(case.ended_on or today()) if clock else None


def _may_confirm(user: Any, waiting: Proposal, case: Case) -> bool:
    confirms = CASE.transitions[waiting.step].confirms
    return confirms is not None and confirms(user, case) and waiting.proposed_by_id != user.pk


def _can_finish_at_once(case: Case, offered: list[Any]) -> bool:
    return case.kind == "immediate" and any(step.code == "accept" for step in offered)


@login_required
@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Onto my desk."""
    case = case_for_staff(request, number)
    actions.take_over(actor_for(request, Role.CLERK), case.pk)
    messages.success(request, _("The case is now on your desk."))
    return redirect("cases:desk-case", number)


@login_required
@require_POST
def accept_and_approve(request: HttpRequest, number: str) -> HttpResponse:
    """An immediate item at the window: accepted and decided in one go. If the decision fails, it stays accepted."""
    case = case_for_staff(request, number)
    actor = actor_for(request, Role.CLERK)
    try:
        version = int(request.POST.get("state_version", -1))
        case = actions.take_step(actor, case.pk, "accept", state_version=version)
        actions.take_step(actor, case.pk, "approve", {"text": ""}, state_version=case.state_version)
        messages.success(request, _("Accepted and approved."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("cases:desk-case", number)


@login_required
@require_POST
def decide(request: HttpRequest, number: str, proposal_id: int) -> HttpResponse:
    """The second pair of eyes: confirm, or send back with a reason. What was typed survives a refusal."""
    case = case_for_staff(request, number)
    note = request.POST.get("note", "")
    confirm = request.POST.get("decision") == "confirm"
    try:
        if not case.proposals.filter(pk=proposal_id).exists():
            raise NotFound()
        actions.decide_proposal(
            actor_for(request, working_role(request, case)),
            proposal_id,
            confirm=confirm,
            note=note,
            state_version=int(request.POST.get("state_version", -1)),
        )
    except DomainError as error:
        case.refresh_from_db()
        fields = getattr(error, "fields", {})
        context = {**case_context(request, case), "note": note, "note_error": fields.get("note"), "problem": error}
        return render(request, "cases/desk/case.html", context, status=error.status)
    messages.success(request, _("Confirmed.") if confirm else _("Sent back."))
    return redirect("cases:desk-case", number)
