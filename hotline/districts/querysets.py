"""Which assignments, platforms and messages somebody sees, and reads with a name."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from hotline import policies as hotline_policies
from hotline.districts import policies

if TYPE_CHECKING:
    from hotline.districts.models import Assignment, Platform, Push  # noqa: F401 - named in the base classes
    from portal.people.models import User


class AssignmentQuerySet(QuerySet["Assignment"]):
    """`visible_to` is the same rule as `policies.may_see_assignment`."""

    def visible_to(self, user: "User") -> "AssignmentQuerySet":
        """A district's for its dispatchers, a department's for who works there, all for who sees all tickets."""
        if not user.is_authenticated:
            return self.none()
        if hotline_policies.sees_all(user):
            return self
        own = hotline_policies.own_departments(user)
        return self.filter(Q(district__in=hotline_policies.districts_of(user) | own) | Q(department__in=own))

    def running(self) -> "AssignmentQuerySet":
        return self.filter(ended_at__isnull=True)


class PlatformQuerySet(QuerySet["Platform"]):
    """`visible_to` is the same rule as `policies.may_see_platforms`."""

    def visible_to(self, user: "User") -> "PlatformQuerySet":
        return self if policies.may_see_platforms(user) else self.none()


class PushQuerySet(QuerySet["Push"]):
    """`visible_to` is the same rule as `policies.may_see_platforms`."""

    def visible_to(self, user: "User") -> "PushQuerySet":
        return self if policies.may_see_platforms(user) else self.none()

    def unsent(self) -> "PushQuerySet":
        return self.filter(state__in=("waiting", "sending"))
