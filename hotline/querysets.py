"""Which tickets may be seen by whom, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from hotline import policies
from portal.core.time import now

if TYPE_CHECKING:
    from hotline.models import Ticket  # noqa: F401 - named in the base class
    from portal.people.models import User


class HotlineTicketQuerySet(models.QuerySet["Ticket"]):
    """Reads of tickets. `visible_to` is the same rule as `policies.may_see`; a property test holds them together."""

    def visible_to(self, user: "User") -> "HotlineTicketQuerySet":
        """All for the hotline and the centre-wide roles; the department's own, what its district passed on to it, and
        those it assists with; a district's for its dispatchers; one's own."""
        if not user.is_authenticated:
            return self.none()
        if policies.sees_all(user):
            return self
        mine = Q(owner=user)
        if districts := policies.districts_of(user):
            mine |= Q(department__in=districts)
        if own := policies.own_departments(user):
            from hotline.models import Assist

            helping = Assist.objects.filter(department__in=own).values("ticket")
            mine |= Q(department__in=own) | Q(inner_department__in=own) | Q(pk__in=helping)
        return self.filter(mine)

    def open(self) -> "HotlineTicketQuerySet":
        return self.filter(ended_at__isnull=True)

    def overdue(self, moment: dt.datetime | None = None) -> "HotlineTicketQuerySet":
        """The limit has passed and nobody has answered."""
        return self.filter(due_at__lt=moment or now(), handled_at__isnull=True)

    def by_urgency(self) -> "HotlineTicketQuerySet":
        """Danger first, then what is due first; one index."""
        return self.order_by("urgent_at", "id")

    def from_phone(self, number: str) -> "HotlineTicketQuerySet":
        """Tickets of one telephone number, the latest first, by one index: as quick for ten thousand as for one.

        Callers' rows are written as tickets are recorded, so their order is the tickets' own.
        """
        return self.filter(reporter__phone_blind__matches=number).order_by("-reporter__id")

    def near(self, geohash: str, since: dt.datetime) -> "HotlineTicketQuerySet":
        """Tickets recorded since then in one cell of the map (5 characters ≈ 5 km, 6 ≈ 1 km, 7 ≈ 150 m)."""
        # The last cell within it ends in z, which every collation sorts behind digits and other letters.
        return self.filter(geohash__gte=geohash, geohash__lte=f"{geohash}zzzzzzzz", recorded_at__gte=since)
