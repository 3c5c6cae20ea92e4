"""Hand-overs between clerks: the list, a new one, and one with its buttons."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.models import Case
from approvals.counter import actions, policies
from approvals.counter.actions.handover import clerks_of, open_cases_of, substitute_of
from approvals.counter.forms import HandOverForm
from approvals.counter.lifecycle import HANDOVER
from approvals.counter.models import HandOver
from approvals.counter.querysets import handovers_for
from approvals.counter.views.common import page_by_key
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.people.actors import actor_for
from portal.people.models import Posting, User
from portal.people.roles import Role


def _user(request: HttpRequest) -> Any:
    user: Any = request.user
    if not policies.may_hand_over(user):
        raise NotAllowed()
    return user


def handovers_listed(user: Any) -> Any:
    """The hand-overs of the page."""
    return handovers_for(user).select_related("giver", "receiver", "department").prefetch_related("lines")


@never_cache
@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those of the person, and of the department for its head."""
    user = _user(request)
    found, following = page_by_key(handovers_listed(user), request.GET.get("cursor", ""))
    context = {"rows": [(one, HANDOVER.states[one.state]) for one in found], "next": following}
    return render(request, "counter/handovers.html", context)


def _place(user: Any, request: HttpRequest) -> tuple[int, Case | None]:
    """The department, and the one case that it is about, if it is about one."""
    number = request.GET.get("case", "").replace("\0", "")
    departments = user.access.departments(Role.CLERK, Role.DEPARTMENT_HEAD)
    if number:
        case = Case.objects.filter(number=number, department__in=departments).select_related("item", "staff").first()
        if case is None or case.staff_id is None:
            raise NotFound()
        return case.department_id, case
    wanted = request.GET.get("department", "")
    chosen = int(wanted) if wanted.isdecimal() and int(wanted) in departments else min(departments)
    return chosen, None


def _givers(user: Any, department_id: int, case: Case | None) -> list[User]:
    """Whose cases: one's own; for the head those of every clerk of the department."""
    if case is not None:
        if case.staff_id != user.pk and not user.access.has(Role.DEPARTMENT_HEAD, department_id):
            raise NotAllowed()
        return list(User.objects.filter(pk=case.staff_id or 0))
    if user.access.has(Role.DEPARTMENT_HEAD, department_id):
        posted = Posting.objects.in_force().filter(department=department_id, role=Role.CLERK).values("user")
        return list(User.objects.filter(pk__in=posted).order_by("name", "pk"))
    return [user]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Offer one case, or all that are open; the substitute of the posting is proposed."""
    user = _user(request)
    department_id, case = _place(user, request)
    givers = _givers(user, department_id, case)
    substitute = substitute_of(givers[0].pk, department_id) if len(givers) == 1 else None
    receivers = [(str(one.pk), one.name) for one in clerks_of(department_id) if [one.pk] != [g.pk for g in givers]]
    form = HandOverForm(
        request.POST or None,
        givers=givers,
        receivers=receivers,
        initial={"receiver": str(substitute or ""), "reason": HandOver.Reason.SHIFT},
    )
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _propose(request, form, department_id, case)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
    count = open_cases_of(givers[0].pk, department_id).count() if len(givers) == 1 else None
    context = {
        "form": form, "case": case, "count": count, "problem": problem,
        "substitute": next((name for pk, name in receivers if pk == str(substitute)), ""),
    }  # fmt: skip
    return render(request, "counter/handover_new.html", context, status=422 if form.errors or problem else 200)


def _propose(request: HttpRequest, form: HandOverForm, department_id: int, case: Case | None) -> HttpResponse:
    user: Any = request.user
    role = Role.CLERK if user.access.has(Role.CLERK, department_id) else Role.DEPARTMENT_HEAD
    given = form.cleaned_data
    made = actions.propose_handover(
        actor_for(request, role, department_id=department_id),
        department_id=department_id,
        giver_id=int(given["giver"]),
        receiver_id=int(given["receiver"]),
        reason=given["reason"],
        note=given["note"],
        numbers=[case.number] if case and case.number else None,
    )
    messages.success(request, _("Offered. The cases change hands when the receiver or the head accepts."))
    return redirect("counter:handover", made.pk)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One hand-over with its cases; a button takes a step."""
    user = _user(request)
    rows = handovers_for(user).select_related("giver", "receiver", "department", "proposed_by", "decided_by")
    handover = get_object_or_404(rows, pk=pk)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            return _decide(request, handover)
        except DomainError as error:
            problem = error
            handover = get_object_or_404(rows, pk=pk)
    context = {
        "handover": handover,
        "state": HANDOVER.states[handover.state],
        "lines": list(handover.lines.select_related("case__item", "case__department").order_by("pk")[:500]),
        "offered": HANDOVER.offered(handover, user),
        "answer": request.POST.get("answer", ""),
        "answer_error": getattr(problem, "fields", {}).get("answer"),
        "problem": problem,
    }
    return render(request, "counter/handover.html", context, status=problem.status if problem else 200)


def _decide(request: HttpRequest, handover: HandOver) -> HttpResponse:
    user: Any = request.user
    role = Role.CLERK if user.access.has(Role.CLERK, handover.department_id) else Role.DEPARTMENT_HEAD
    version = request.POST.get("state_version", "")
    done = actions.decide_handover(
        actor_for(request, role, department_id=handover.department_id),
        handover.pk,
        request.POST.get("step", ""),
        {"answer": request.POST.get("answer", "")},
        state_version=int(version) if version.isdecimal() else -1,
    )
    messages.success(request, _("Done: %(step)s") % {"step": HANDOVER.states[done.state].label})
    return redirect("counter:handovers")
