"""Which shifts and empty posts somebody sees; one rule for both."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.attendance.models import EmptyPost, Shift  # noqa: F401 - named in the base classes
    from portal.people.models import User


def whose(user: "User") -> Q:
    """One's own; those of the department for its head; all for the hall's managers and the centre-wide roles."""
    if user.access.centre_wide or user.access.has(Role.HALL_MANAGER):
        return Q()
    return Q(staff=user) | Q(department__in=user.access.departments(Role.DEPARTMENT_HEAD))


class ShiftQuerySet(QuerySet["Shift"]):
    """Reads of shifts."""

    def visible_to(self, user: "User") -> "ShiftQuerySet":
        """The same rule as `policies.may_see`."""
        return self.filter(whose(user))


class EmptyPostQuerySet(QuerySet["EmptyPost"]):
    """Reads of posts left empty."""

    def visible_to(self, user: "User") -> "EmptyPostQuerySet":
        """The same rule as `policies.may_see`."""
        return self.filter(whose(user))
