"""What the counter's pages share: guards, the actor, paging by key."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from approvals.cases.policies import windows_today
from approvals.counter import policies
from approvals.counter.models import Intake
from approvals.counter.querysets import intakes_for
from portal.core.actors import Actor
from portal.core.errors import NotAllowed
from portal.people.actors import actor_for
from portal.people.roles import Role

PAGE = 20
LARGEST_KEY = 2**63 - 1


def clerk_of(request: HttpRequest) -> Any:
    """The signed-in clerk; 403 for everybody else."""
    user: Any = request.user
    if not policies.may_use_counter(user):
        raise NotAllowed()
    return user


def clerk_actor(request: HttpRequest) -> Actor:
    return actor_for(request, Role.CLERK)


def window_now(user: Any) -> int | None:
    """The window at which the clerk serves today; the first where there are several."""
    return min(windows_today(user), default=None)


def open_intake(request: HttpRequest, pk: int) -> Intake:
    """An intake that the clerk may see; 404 otherwise."""
    rows = intakes_for(clerk_of(request)).select_related(
        "person", "organisation", "window", "clerk", "case__item__current", "case__version__form", "case__department",
        "case__organisation", "case__principal", "case__applicant",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def page_by_key(rows: Any, cursor: str) -> tuple[list[Any], str | None]:
    """The newest first, after the cursor: (rows, cursor of the next page)."""
    if cursor.isdecimal() and int(cursor) <= LARGEST_KEY:
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else None
