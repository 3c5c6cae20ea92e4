"""Which findings somebody sees."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.patrols.models import Finding  # noqa: F401 - named in the base class
    from portal.people.models import User


class FindingQuerySet(QuerySet["Finding"]):
    """Reads of findings. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "FindingQuerySet":
        """Those one is named in or has reported; the department's for its people once they are handed over; all for
        the hall and the centre-wide roles.
        """
        if user.access.centre_wide or user.access.has(Role.HALL_MANAGER):
            return self
        theirs = Q(person=user) | Q(department__in=user.access.departments())
        return self.filter(theirs & ~Q(state="noted") | Q(reported_by=user))

    def of_patrols(self) -> "FindingQuerySet":
        return self.filter(origin="patrol")

    def to_do(self) -> "FindingQuerySet":
        return self.filter(state__in=("open", "sent_back"))
