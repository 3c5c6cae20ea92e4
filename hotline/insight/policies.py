"""Who sees the insight: pure functions of a user."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User


def sees_all(user: "User | AnonymousUser") -> bool:
    """Every department, and what rises in the city: dispatchers, and those who look over the whole centre."""
    return bool(user.is_authenticated and (user.access.has(Role.HOTLINE_DISPATCHER) or user.access.centre_wide))


def may_see_insight(user: "User | AnonymousUser") -> bool:
    """Heads see their own department."""
    return sees_all(user) or bool(user.is_authenticated and user.access.has(Role.DEPARTMENT_HEAD))


def departments_of(user: "User") -> frozenset[int] | None:
    """The departments whose figures one sees; None for all."""
    return None if sees_all(user) else user.access.departments(Role.DEPARTMENT_HEAD)
