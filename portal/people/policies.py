"""Who may do what with accounts, and who needs a second factor: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User

# Those who see the whole centre or change its rules sign in with a code from their phone as well.
SECOND_FACTOR_ROLES = frozenset({Role.SUPERVISOR.value, Role.ADMINISTRATOR.value})


def may_see_profile(user: "User | AnonymousUser", other: "User") -> bool:
    """One's own only; staff see a citizen's data on the case."""
    return bool(user.is_authenticated and user.pk == other.pk)


def needs_second_factor(user: "User | AnonymousUser") -> bool:
    return bool(user.is_authenticated and user.access.roles & SECOND_FACTOR_ROLES)
