"""What windows take in: the list of windows, and one with its departments and items."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from approvals.counter import actions, policies
from approvals.counter.forms import ScopeForm
from hall.models import Window
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role


def _guard(request: HttpRequest) -> None:
    if not policies.may_plan_windows(request.user):  # type: ignore[arg-type]
        raise NotAllowed()


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All open windows with what they take in."""
    _guard(request)
    windows = Window.objects.open_on(today()).select_related("department")
    context = {"windows": list(windows.prefetch_related("scopes__department", "scopes__item")[:300])}
    return render(request, "counter/windows.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the window takes in."""
    _guard(request)
    window = get_object_or_404(Window, pk=pk)
    scopes = list(window.scopes.select_related("item"))
    initial: dict[str, Any] = {
        "departments": [str(scope.department_id) for scope in scopes if scope.department_id],
        "items": " ".join(scope.item.code for scope in scopes if scope.item),
    }
    departments = list(Department.objects.open_on(today()))
    form = ScopeForm(request.POST or None, departments=departments, initial=initial)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        role = Role.HALL_MANAGER if request.user.access.has(Role.HALL_MANAGER) else Role.ADMINISTRATOR  # type: ignore[union-attr]
        try:
            actions.set_scope(
                actor_for(request, role),
                pk,
                departments=[int(key) for key in given["departments"]],
                item_codes=given["items"].split(),
            )
            messages.success(request, _("Saved."))
            return redirect("counter:windows")
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
    context = {"window": window, "form": form, "problem": problem}
    return render(request, "counter/window.html", context, status=422 if form.errors or problem else 200)
