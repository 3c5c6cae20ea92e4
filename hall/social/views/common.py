"""What the pages of this room share: who opens them, as whom they act, the page of one form."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hall.social import policies
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role

readers = allowed_to(policies.may_see_visits)
managers = allowed_to(policies.may_manage)


def actor_of_page(request: HttpRequest) -> Any:
    """Who acts on the centre's pages, in the role that they are for."""
    user: Any = request.user
    for role in (Role.SUPERVISOR, Role.HALL_MANAGER, Role.ADMINISTRATOR):
        if user.access.has(role):
            return actor_for(request, role)
    return actor_for(request)


def acted(form: Any, act: Callable[[], Any]) -> Any:
    """Do `act`; what is refused stands on the form, and nothing typed is lost. None where it was refused."""
    try:
        return act()
    except Invalid as error:
        form.add_domain_error(error)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    return None


def one_form(
    request: HttpRequest, form: Any, act: Callable[[], HttpResponse], *, title: Any, submit: Any, back: str, **more: Any
) -> HttpResponse:
    """Show a form, and do `act` when it is sent."""
    if form.is_valid() and (response := acted(form, act)) is not None:
        done: HttpResponse = response
        return done
    context = {"base": "base_staff.html", "form": form, "title": title, "submit": submit, "back": back, **more}
    return render(request, "social/form.html", context, status=422 if form.errors else 200)
