"""Turns the person of a request into the actor of an action."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from structlog.contextvars import get_contextvars

from portal.core.actors import Actor
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


def actor_of(user: "User", role: str = Role.CITIZEN, request_id: str = "") -> Actor:
    """The actor for a user in a role."""
    return Actor(user=user, role=str(role), name=user.name, request_id=request_id)


def actor_for(request: HttpRequest, role: str | None = None) -> Actor:
    """The signed-in person of a request as an actor; the role is the one that the page is for."""
    user: User = request.user  # type: ignore[assignment]
    return actor_of(user, role or Role.CITIZEN, str(get_contextvars().get("request_id", "")))
