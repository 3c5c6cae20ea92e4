"""Who sees which social supervisors, visits and seats."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from hall.social.policies import may_see_visits

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.social.models import Seat, SocialSupervisor, Visit  # noqa: F401 - named in the base classes
    from portal.people.models import User


class SupervisorQuerySet(QuerySet["SocialSupervisor"]):
    """Reads of the register. `visible_to` is the same rule as `policies.may_see_supervisor`."""

    def visible_to(self, user: "User") -> "SupervisorQuerySet":
        """The own row; all for the hall and the centre-wide roles."""
        return self if may_see_visits(user) else self.filter(user=user.pk)

    def in_office(self, day: dt.date) -> "SupervisorQuerySet":
        """Appointed on the day and not released; the same as `SocialSupervisor.in_office_on`."""
        begun = self.filter(starts_on__lte=day, ends_on__gte=day, user__is_active=True)
        return begun.filter(Q(released_on__isnull=True) | Q(released_on__gt=day))


class VisitQuerySet(QuerySet["Visit"]):
    """Reads of visits. `visible_to` is the same rule as `policies.may_see_visit`."""

    def visible_to(self, user: "User | AnonymousUser") -> "VisitQuerySet":
        """The inner page: the hall and the centre-wide roles. What is public stands on another page."""
        return self if may_see_visits(user) else self.none()


class SeatQuerySet(QuerySet["Seat"]):
    """Reads of seats. `visible_to` is the same rule as `policies.may_see_seat`."""

    def visible_to(self, user: "User") -> "SeatQuerySet":
        """One's own; what the centre sees of the others stands on the page of the visit."""
        return self.filter(supervisor__user=user.pk)

    def live(self) -> "SeatQuerySet":
        return self.filter(state__in=("invited", "accepted", "reported"))
