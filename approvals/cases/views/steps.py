"""Taking or proposing one step: a form built from the table, kept whole when the step is refused."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.cases import actions, desk, dossier, policies, timeline
from approvals.cases.forms_steps import StepForm, step_form
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import delivery_days, light_of
from approvals.cases.models import Case
from approvals.cases.views.desk import back_to, case_for_staff, onwards
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from portal.core.lifecycle import Transition
from portal.people.actors import actor_for


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The form of a step; POST takes it, or proposes it where a second pair of eyes is needed."""
    case = case_for_staff(request, number)
    transition = CASE.transitions.get(code)
    if transition is None or transition.by_portal or code in dossier.APPLICANTS_STEPS:
        raise NotFound()
    if not transition.may(request.user, case):  # type: ignore[arg-type]
        raise NotAllowed()
    if request.method == "GET":
        return _page(request, case, transition, step_form(transition, case))
    form = step_form(transition, case, request.POST)
    if not form.is_valid():
        problem = Stale() if "state_version" in form.errors else None
        return _page(request, case, transition, form, problem=problem, status=422)
    try:
        case = _take(request, case, transition, form)
    except DomainError as error:
        return _refused(request, number, transition, form, error)
    messages.success(request, _told(transition))
    return onwards(request, case)


def _told(transition: Transition[Case]) -> str:
    words = {"step": transition.label}
    if transition.proposed:
        return _("“%(step)s” has been proposed. A second person now has to confirm it.") % words
    return _("Done: %(step)s") % words


def _take(request: HttpRequest, case: Case, transition: Transition[Case], form: StepForm) -> Case:
    act = actions.propose if transition.proposed else actions.take_step
    role = dossier.role_for(request.user, case, transition.code)  # type: ignore[arg-type]
    done: Any = act(
        actor_for(request, role, department_id=case.department_id),
        case.pk,
        transition.code,
        form.inputs(),
        state_version=form.cleaned_data["state_version"],
    )
    return case if transition.proposed else done


def _refused(
    request: HttpRequest, number: str, transition: Transition[Case], form: StepForm, error: DomainError
) -> HttpResponse:
    """The same page with what was typed; beside the field where the error names one."""
    case = case_for_staff(request, number)  # as it is now
    if isinstance(error, Invalid):
        form.add_domain_error(error)
        return _page(request, case, transition, form, status=error.status)
    form.show_state(case)
    return _page(request, case, transition, form, problem=error, status=error.status)


def _page(
    request: HttpRequest,
    case: Case,
    transition: Transition[Case],
    form: StepForm,
    *,
    problem: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    place = desk.Place.of(request.user, request.GET)  # type: ignore[arg-type]
    context: dict[str, Any] = {
        "case": case,
        "light": light_of(case, delivery=delivery_days()),
        "transition": transition,
        "possible": transition.possible(case),
        "form": form,
        "problem": problem,
        "place": place,
        "on_desk": policies.may_see_desk(request.user),  # type: ignore[arg-type]
        "case_url": back_to(case, place),
        "last": _last_entry(case) if problem else None,
        "due_if_accepted": dossier.due_if_accepted(case) if transition.code == "accept" else None,
    }
    return render(request, "cases/desk/step.html", context, status=status)


def _last_entry(case: Case) -> Any:
    """What was done to the case last: what the reader's page did not know yet."""
    entries = timeline.past(case, public=False)
    return entries[-1] if entries else None
