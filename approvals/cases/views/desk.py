"""The workbench: the list by urgency, and one case with everything that can be done to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.cases import actions, desk, dossier, guards, policies, timeline
from approvals.cases.answers import in_words
from approvals.cases.effects import content_of
from approvals.cases.kinds import KINDS, kinds_of, ways_of
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import delivery_days, light_of
from approvals.cases.models import Case, Proposal
from portal.core.access import log_view
from portal.core.calendar import workdays
from portal.core.errors import DomainError, NotAllowed, NotFound, Stale
from portal.core.numbers import check_number, normalise_number
from portal.core.registries import panels
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role

SHOWN = (
    "item", "department", "version__form", "staff", "organisation", "applicant", "principal", "taken_in_by",
    "intake_window",
)  # fmt: skip


@login_required
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """My cases, the most urgent first. A whole case number in the search box opens that case."""
    user: Any = request.user
    if not policies.may_see_desk(user):
        raise NotAllowed()
    place = desk.Place.of(user, request.GET)
    if number := _number_of(user, place.q):
        return redirect("cases:desk-case", number)
    tabs = desk.tabs_for(user)
    numbers = desk.counts(user, tabs)
    page = desk.page_of(desk.listed(user, place), request.GET.get("cursor", ""), newest_first=place.newest_first)
    context = {
        "tabs": [(tab, numbers.get(tab.code), tab is place.tab) for tab in tabs],
        "place": place,
        "departments": _departments(user),
        "items": desk.items_on_desk(user),
        "page": page,
        "rows": _rows(place, page.rows),
        "kinds": KINDS,
        "panels": panels("cases.desk", request, user),
    }
    return render(request, "cases/desk/list.html", context)


def _number_of(user: Any, text: str) -> str:
    """The number that was typed, when it is whole and belongs to a case that the person may open."""
    if not check_number(text):
        return ""
    number = normalise_number(text)
    return number if Case.objects.visible_to(user).filter(number=number).exists() else ""


def _rows(place: desk.Place, cases: list[Case]) -> list[tuple[Case, Any, str]]:
    """Each row with its light and the query that keeps its place in the list."""
    index, day, delivery = workdays(), today(), delivery_days()
    return [(case, light_of(case, index, day, delivery=delivery), place.at_case(case).query) for case in cases]


def _departments(user: Any) -> list[Any]:
    ids = user.access.departments(*desk.DEPARTMENT_ROLES)
    return list(Department.objects.filter(pk__in=ids)) if len(ids) > 1 else []


def case_for_staff(request: HttpRequest, number: str) -> Case:
    """The case with this number, for people at work; 404 for everybody else, and for applicants."""
    user: Any = request.user
    if "\0" in number:  # PostgreSQL takes no such text
        raise NotFound()
    case = get_object_or_404(Case.objects.visible_to(user).select_related(*SHOWN), number=number)
    if policies.is_applicant(user, case):  # an applicant never works on the own case
        allowed = user.access.centre_wide
    else:
        allowed = policies.works_on(user, case) or user.access.centre_wide or policies.is_front(user, case)
    if not allowed:
        raise NotFound()
    return case


def _case_to_show(request: HttpRequest, number: str) -> Case:
    """The same, and for onlookers the case of another department that shares its project or package."""
    try:
        return case_for_staff(request, number)
    except (Http404, NotFound):
        rows = Case.objects.looked_at_by(request.user).select_related(*SHOWN)  # type: ignore[arg-type]
        found = None if "\0" in number else rows.filter(number=number).first()
        if found is None:
            raise
        return found


def back_to(case: Case, place: desk.Place) -> str:
    """The address of the case's page, with the place in the list kept."""
    return f"{reverse('cases:desk-case', args=[case.number])}?{place.query}"


def onwards(request: HttpRequest, case: Case) -> HttpResponse:
    """Back to the case; to the list when it went over to a department where the person has no part in it."""
    user: Any = request.user
    place = desk.Place.of(user, request.GET)
    if policies.may_see(user, case):
        return redirect(back_to(case, place))
    return redirect(f"{reverse('cases:desk')}?{place.without_case().query}")


@login_required
@require_GET
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: what it is, what was brought, what happened, why its date, what can be done."""
    case = _case_to_show(request, number)
    return render(request, "cases/desk/case.html", case_context(request, case))


def case_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Everything that the page of a case shows; personal data is opened and its viewing logged for who works on it."""
    user: Any = request.user
    personal = policies.works_on(user, case)
    content = content_of(case)
    if personal:
        actor = actor_for(request, dossier.role_for(user, case), department_id=case.department_id)
        log_view(actor, "cases.case", case.pk, "application", purpose="case handling")
    return {
        "case": case,
        "light": light_of(case, delivery=delivery_days()),
        "personal": personal,
        "content": content,
        "sections": in_words(case, content) if personal else [],
        "changes": dossier.changes_of(case, content) if personal else [],
        "kinds": kinds_of(case),
        "ways": ways_of(case),
        "consultations": dossier.consultations_of(case),
        "papers": dossier.papers_of(case),
        "notices": dossier.notices_of(case),
        "entries": timeline.past(case, public=False),
        "why": timeline.why(case),
        **_clock(case),
        **_steps(user, case),
        **_place(request, case),
        "panels": panels("cases.case", request, case),
    }


def _clock(case: Case) -> dict[str, Any]:
    """The days used, and the stop that the clock stands in now."""
    stops = list(case.stops.order_by("from_on"))
    stop = next((one for one in stops if one.to_on is None), None) if case.is_open else None
    late = stop is not None and stop.announced_end_on is not None and stop.announced_end_on < today()
    return {"elapsed": dossier.elapsed(case, stops), "stop": stop, "stop_is_late": late}


def _steps(user: Any, case: Case) -> dict[str, Any]:
    """What can be done: buttons, the waiting proposal, taking over."""
    waiting = case.proposals.filter(outcome=Proposal.Outcome.WAITING).select_related("proposed_by").first()
    offered = [step for step in CASE.offered(case, user) if not (waiting and step.proposed)]
    blocked = [(step, said) for step in offered if (said := guards.refusal(case, step.code))]
    offered = [step for step in offered if step not in [one for one, _said in blocked]]
    codes = {step.code for step in offered}
    return {
        "waiting": waiting,
        "waiting_step": CASE.transitions[waiting.step] if waiting else None,
        "may_confirm": bool(waiting and dossier.may_confirm(user, waiting, case)),
        "offered": [step for step in offered if step.code not in dossier.APPLICANTS_STEPS],
        "blocked": blocked,
        "at_once": case.kind == "immediate"
        and bool(codes & {"accept", "approve"})
        and not guards.refusal(case, "approve"),
        "late_no": waiting is not None and waiting.due_on is not None and waiting.due_on < today(),
        "due_if_accepted": dossier.due_if_accepted(case) if "accept" in codes else None,
        "may_take_over": case.is_open and policies.may_handle(user, case) and case.staff_id != user.pk,
    }


def _place(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The neighbours in the list that the person came from; without a list, in that of everything open."""
    user: Any = request.user
    place = desk.Place.of(user, request.GET)
    if not policies.may_see_desk(user):
        return {"place": place, "on_desk": False}
    if not place.at:
        place = _standing_at(user, place, case)
    before, following = desk.neighbours(user, place)
    return {
        "place": place,
        "on_desk": True,
        "before": before and back_to(before, place.at_case(before)),
        "following": following and back_to(following, place.at_case(following)),
    }


def _standing_at(user: Any, place: desk.Place, case: Case) -> desk.Place:
    found = desk.listed(user, place).filter(pk=case.pk).first()
    return place.at_case(found) if found else place


@login_required
@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Onto my desk."""
    case = case_for_staff(request, number)
    actions.take_over(actor_for(request, Role.CLERK, department_id=case.department_id), case.pk)
    messages.success(request, _("The case is now on your desk."))
    return redirect(back_to(case, desk.Place.of(request.user, request.GET)))  # type: ignore[arg-type]


def seen_version(request: HttpRequest) -> int:
    """The state of the case that the page showed. Raises Stale when the page names none."""
    try:
        return int(request.POST.get("state_version", ""))
    except ValueError:
        raise Stale() from None


@login_required
@require_POST
def decide(request: HttpRequest, number: str, proposal_id: int) -> HttpResponse:
    """The second pair of eyes: confirm, or send back with a reason. What was typed survives a refusal."""
    case = case_for_staff(request, number)
    proposal = case.proposals.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound()
    if not dossier.may_confirm(request.user, proposal, case):  # type: ignore[arg-type]
        raise NotAllowed()
    note, confirm = request.POST.get("note", ""), request.POST.get("decision") == "confirm"
    role = dossier.role_for(request.user, case, confirming=True)  # type: ignore[arg-type]
    actor = actor_for(request, role, department_id=case.department_id)
    try:
        version = seen_version(request)
        case = actions.decide_proposal(actor, proposal_id, confirm=confirm, note=note, state_version=version)
    except DomainError as error:
        return _decision_refused(request, case, note, error)
    messages.success(request, _("Confirmed.") if confirm else _("Sent back."))
    return onwards(request, case)


def _decision_refused(request: HttpRequest, case: Case, note: str, error: DomainError) -> HttpResponse:
    case = case_for_staff(request, case.number)  # type: ignore[arg-type]  # as it is now
    wrong = getattr(error, "fields", {}).get("note")
    context = {**case_context(request, case), "note": note, "note_error": wrong, "problem": None if wrong else error}
    return render(request, "cases/desk/case.html", context, status=error.status)
