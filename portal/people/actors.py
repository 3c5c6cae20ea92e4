"""Turns the person of a request into the actor of an action."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, override
from structlog.contextvars import get_contextvars

from portal.core.actors import Actor
from portal.people.access import AT_WORK
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


def actor_of(
    user: "User", role: str = Role.CITIZEN, request_id: str = "", *, department_id: int | None = None
) -> Actor:
    """The actor for a user in a role; whoever stands in for a colleague is named so, in the centre's language."""
    name = user.name
    absent = user.access.stands_in_for(str(role), department_id) if role in AT_WORK else ""
    if absent:
        with override(settings.LANGUAGE_CODE):
            name = gettext("%(name)s, standing in for %(absent)s") % {"name": name, "absent": absent}
    return Actor(user=user, role=str(role), name=name, request_id=request_id)


def actor_for(request: HttpRequest, role: str | None = None, *, department_id: int | None = None) -> Actor:
    """The signed-in person of a request as an actor; the role is the one that the page is for."""
    user: User = request.user  # type: ignore[assignment]
    request_id = str(get_contextvars().get("request_id", ""))
    return actor_of(user, role or Role.CITIZEN, request_id, department_id=department_id)
