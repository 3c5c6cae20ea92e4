"""What the pages share: who acts, the unit that a form is about, taking a step and showing what was refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.lifecycle import Lifecycle
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.forms import DepartmentForm, StepForm

readers = allowed_to(policies.may_see_lamps)
supervisors = allowed_to(policies.may_supervise)


def actor_of_page(request: HttpRequest) -> Actor:
    """The signed-in person in the role that these pages are for."""
    user: Any = request.user
    for role in (Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.DEPARTMENT_HEAD):
        if user.access.has(role):
            return actor_for(request, role)
    return actor_for(request)


def people_of(department: Department) -> Any:
    """Who works in the department today."""
    rows = Posting.objects.in_force().filter(department=department)
    return User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk")


def open_departments() -> Any:
    return Department.objects.open_on(today()).order_by("code")


def chosen_department(request: HttpRequest) -> Department | None:
    """The unit that the address names."""
    code = (request.POST.get("department") or request.GET.get("department") or "").replace("\0", "")
    return open_departments().filter(code=code).first() if code else None


def choose_department(request: HttpRequest, title: str) -> HttpResponse:
    """The step before a form about a unit; what the address says besides goes along."""
    typed = "department" in request.GET
    form = DepartmentForm(request.GET if typed else None, departments=open_departments())
    carried = [(name, value) for name in ("lamp", "act", "sample") for value in request.GET.getlist(name)]
    context = {"form": form, "title": title, "carried": carried}
    return render(request, "monitoring/department.html", context, status=422 if typed else 200)


def acted(request: HttpRequest, form: PortalForm, act: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What the action answers, or None with the form saying why not; what the person may not do is raised."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except (NotAllowed, NotFound):
        raise
    except Invalid as error:
        form.add_domain_error(error)
    except DomainError as error:
        form.add_error(None, error.message)
    return None


def forms_of(
    lifecycle: Lifecycle[Any], thing: Any, user: Any, faulty: StepForm | None = None, *, most: int | None = None
) -> dict[str, Any]:
    """For the page: a form for each step that the person is offered, the refused one as it was typed.

    `kept` is a refused one whose step is not offered any more, so that its words are not lost. `most` is the rule's
    longest limit in working days.
    """
    found = [
        StepForm(transition=one, most=most, initial={"state_version": thing.state_version})
        for one in lifecycle.offered(thing, user)
    ]
    if faulty is None:
        return {"steps": found, "faulty": None, "kept": None}
    faulty.show_version(thing.state_version)
    steps = [faulty if one.prefix == faulty.prefix else one for one in found]
    gone = not any(one is faulty for one in steps) and faulty.typed()
    return {"steps": steps, "faulty": faulty, "kept": faulty if gone else None}


def take(
    request: HttpRequest, lifecycle: Lifecycle[Any], code: str, action: Callable[..., Any], pk: int, page: str,
    again: Callable[[StepForm], HttpResponse],
) -> HttpResponse:  # fmt: skip
    """Take a step and go back to the page; what was refused is shown by `again`."""
    if code not in lifecycle.transitions:
        raise NotFound()
    form = StepForm(request.POST, transition=lifecycle.transitions[code])

    def act() -> HttpResponse:
        inputs = dict(form.cleaned_data)
        action(actor_of_page(request), pk, code, inputs, state_version=inputs.pop("state_version"))
        messages.success(request, str(lifecycle.transitions[code].told))
        return redirect(page, pk)

    try:
        return acted(request, form, act) or again(form)
    except NotAllowed as error:  # the days for it have passed, or somebody else's step took it away
        if not form.typed():
            raise
        form.add_error(None, error.message)
        answer = again(form)
        answer.status_code = error.status
        return answer
