"""What the pages of this app share: who may open them, and the page of one form."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import Invalid
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.policies import may_administer, oversees_staff

administrators = allowed_to(may_administer)
overseers = allowed_to(oversees_staff)


def form_page(
    request: HttpRequest,
    form: PortalForm,
    act: Callable[[], HttpResponse],
    context: dict[str, Any],
    *,
    template: str = "people/admin/form.html",
) -> HttpResponse:
    """Show the form; sent and valid, do `act` and go where it says. What it refuses stands beside the fields."""
    if form.is_valid():
        try:
            return act()
        except Invalid as error:
            form.add_domain_error(error)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def posted(request: HttpRequest) -> Any:
    """The data of a form that was sent, None for one that is only shown."""
    return request.POST if request.method == "POST" else None
