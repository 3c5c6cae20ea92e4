"""Taking or proposing one step: a form built from the table, kept whole when the step is refused."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.cases import actions
from approvals.cases.forms_steps import StepForm, step_form
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import light_of
from approvals.cases.models import Case
from approvals.cases.views.desk import case_for_staff, working_role
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.lifecycle import Transition
from portal.people.actors import actor_for


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The form of a step; POST takes it, or proposes it where a second pair of eyes is needed."""
    case = case_for_staff(request, number)
    transition = CASE.transitions.get(code)
    if transition is None or transition.by_portal or code in {"submit", "resubmit", "withdraw"}:
        raise NotFound()
    if request.method == "GET":
        user: Any = request.user
        if not transition.may(user, case):
            raise NotAllowed()
        return _page(request, case, transition, step_form(transition, case))
    form = step_form(transition, case, request.POST)
    if not form.is_valid():
        return _page(request, case, transition, form, status=422)
    try:
        _take(request, case, transition, form)
    except DomainError as error:
        return _refused(request, case, transition, form, error)
    messages.success(request, _("Proposed; a second person now has to confirm it.") if transition.proposed else _("Done: %(step)s") % {"step": transition.label})
    return redirect("cases:desk-case", number)


def _take(request: HttpRequest, case: Case, transition: Transition[Case], form: StepForm) -> None:
    act = actions.propose if transition.proposed else actions.take_step
    act(
        actor_for(request, working_role(request, case)),
        case.pk,
        transition.code,
        form.inputs(),
        state_version=form.cleaned_data["state_version"],
    )


def _refused(
    request: HttpRequest, case: Case, transition: Transition[Case], form: StepForm, error: DomainError
) -> HttpResponse:
    """The same page with what was typed; beside the field where the error names one."""
    if isinstance(error, Invalid):
        form.add_domain_error(error)
    case.refresh_from_db()
    problem = None if isinstance(error, Invalid) else error
    return _page(request, case, transition, form, problem=problem, status=error.status)


def _page(
    request: HttpRequest,
    case: Case,
    transition: Transition[Case],
    form: StepForm,
    *,
    problem: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "case": case,
        "light": light_of(case),
        "state": CASE.states[case.state],
        "transition": transition,
        "form": form,
        "problem": problem,
    }
    return render(request, "cases/desk/step.html", context, status=status)
