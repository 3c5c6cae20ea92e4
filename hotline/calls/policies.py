"""Who may do what with calls and at the operator's desk: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.calls.models import Call
    from portal.people.models import User

DESK_ROLES = (Role.HOTLINE_OPERATOR, Role.HOTLINE_DISPATCHER)


def may_use_desk(user: "User | AnonymousUser") -> bool:
    """Who takes calls and writes tickets."""
    return bool(user.is_authenticated and any(user.access.has(role) for role in DESK_ROLES))


def may_see_calls(user: "User | AnonymousUser") -> bool:
    """Who opens the list of calls with their figures."""
    return bool(user.is_authenticated and (may_use_desk(user) or user.access.centre_wide))


def may_see_call(user: "User", call: "Call") -> bool:
    """The same rule as `CallQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if user.access.centre_wide or user.access.has(Role.HOTLINE_DISPATCHER):
        return True
    return user.access.has(Role.HOTLINE_OPERATOR) and call.agent_id == user.pk


def may_work_on(user: "User", call: "Call") -> bool:
    """Who writes the ticket of a call: the person who answered it."""
    return may_use_desk(user) and call.agent_id == user.pk


def may_assign_extensions(user: "User | AnonymousUser") -> bool:
    """Who says which extension is whose."""
    return bool(
        user.is_authenticated and (user.access.has(Role.HOTLINE_DISPATCHER) or user.access.has(Role.ADMINISTRATOR))
    )
