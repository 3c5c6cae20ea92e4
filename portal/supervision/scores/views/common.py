"""What the pages of rankings share: who acts, guards, and how a step is answered."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.lifecycle import Lifecycle
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.supervision.scores import policies
from portal.supervision.scores.forms import StepForm

readers = allowed_to(policies.may_see_scores)
overseers = allowed_to(policies.may_see_versions)
supervisors = allowed_to(policies.may_supervise)


def actor(request: HttpRequest, department_id: int | None = None) -> Any:
    """The reader as who acts: a supervisor, the head of government, or the head of the department."""
    user: Any = request.user
    for role in (Role.SUPERVISOR, Role.GOVERNMENT_HEAD):
        if user.access.has(role) and not (department_id and user.access.has(Role.DEPARTMENT_HEAD, department_id)):
            return actor_for(request, role)
    return actor_for(request, Role.DEPARTMENT_HEAD, department_id=department_id)


def steps_of(
    table: Lifecycle[Any], obj: Any, user: Any, *, without: str = "", faulty: StepForm | None = None
) -> list[Any]:
    """The steps that the reader may take now, each with its form; a refused one keeps what was typed."""
    if isinstance(faulty, StepForm):
        faulty.show_version(obj.state_version)
    found = []
    for one in table.offered(obj, user):
        if one.code != without:
            same = faulty is not None and faulty.prefix == one.code
            form = faulty if same else StepForm(step=one, prefix=one.code, initial={"state_version": obj.state_version})
            found.append((one, form))
    return found


def kept(steps: list[Any], faulty: Any) -> StepForm | None:
    """The refused form of a step that is not offered any more, so that its words are not lost."""
    if not isinstance(faulty, StepForm) or any(form is faulty for _step, form in steps):
        return None
    return faulty if faulty.typed() else None


def step_form(table: Lifecycle[Any], code: str, request: HttpRequest) -> StepForm:
    """The form of a step as it was sent. Raises NotFound for a step that people cannot take."""
    step = table.transitions.get(code)
    if step is None or step.by_portal:
        raise NotFound()
    return StepForm(request.POST, step=step, prefix=code)


def take(form: StepForm, act: Callable[[Mapping[str, Any], int], Any]) -> bool:
    """Do the step; what is refused stands in the form. Raises NotAllowed and NotFound as they are."""
    if not form.is_valid():
        return False
    values = dict(form.cleaned_data)
    try:
        act(values, values.pop("state_version"))
    except Invalid as error:
        form.add_domain_error(error)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    return not form.errors


def done(request: HttpRequest, to: str, *args: Any, said: str | Promise) -> HttpResponse:
    """Go on, telling what was done."""
    messages.success(request, str(said))
    return redirect(to, *args)


def answered(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with a refused form."""
    return render(request, template, dict(context), status=422)
