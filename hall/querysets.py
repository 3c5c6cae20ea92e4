"""Which windows and duties somebody sees, and which hold on a day."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.core.time import today
from portal.people.querysets import lasting, oversees
from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.models import Window, WindowDuty  # noqa: F401 - named in the base classes
    from portal.people.models import User


def sees_the_whole_hall(user: "User") -> bool:
    """Who oversees the staff, and the managers of the hall."""
    return oversees(user) or user.access.has(Role.HALL_MANAGER)


class WindowQuerySet(QuerySet["Window"]):
    """Counters of the hall."""

    def open_on(self, day: dt.date) -> "WindowQuerySet":
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def visible_to(self, user: "User") -> "WindowQuerySet":
        """All for the hall's managers and overseers; the staff of a department see its windows and the shared ones."""
        if sees_the_whole_hall(user):
            return self
        departments = user.access.departments()
        if not departments:
            return self.none()
        return self.filter(Q(department__in=departments) | Q(department__isnull=True))


class WindowDutyQuerySet(QuerySet["WindowDuty"]):
    """Who serves where."""

    def in_force(self, day: dt.date | None = None) -> "WindowDutyQuerySet":
        """Duties of a day whose posting holds on it, too: who is posted no more serves no more."""
        from portal.people.models import Posting

        postings = Posting.objects.in_force(day)
        found = self.filter(lasting(day or today()), posting__in=postings)
        return found if day is not None and day != today() else found.filter(ended_at__isnull=True)

    def visible_to(self, user: "User") -> "WindowDutyQuerySet":
        """One's own, those of one's department's head, and all for the hall's managers and overseers."""
        if sees_the_whole_hall(user):
            return self
        heads = user.access.departments(Role.DEPARTMENT_HEAD)
        return self.filter(Q(posting__user=user) | Q(posting__department__in=heads))
