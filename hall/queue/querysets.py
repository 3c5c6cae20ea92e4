"""Which halls, queues, devices and tickets somebody sees, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from hall.querysets import sees_the_whole_hall
from portal.core.time import today

if TYPE_CHECKING:
    from hall.queue.models import Device, Hall, Queue, Ticket  # noqa: F401 - named in the base classes
    from portal.people.models import User


def sees_all_tickets(user: "User") -> bool:
    """Who manages or oversees the hall, and who looks over the whole centre."""
    return sees_the_whole_hall(user) or user.access.centre_wide


class HallQuerySet(QuerySet["Hall"]):
    """Halls."""

    def open_on(self, day: dt.date) -> "HallQuerySet":
        """Halls that are not given up on that day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))


class QueueQuerySet(QuerySet["Queue"]):
    """Lines of people."""

    def in_use(self, day: dt.date | None = None) -> "QueueQuerySet":
        """Queues that are not given up, of halls that are not either."""
        on = day or today()
        return self.filter(
            Q(retired_on__isnull=True) | Q(retired_on__gt=on),
            Q(hall__closed_on__isnull=True) | Q(hall__closed_on__gt=on),
        )


class DeviceQuerySet(QuerySet["Device"]):
    """Screens, kiosks, machines."""

    def in_force(self) -> "DeviceQuerySet":
        return self.filter(revoked_at__isnull=True)


class TicketQuerySet(QuerySet["Ticket"]):
    """Tickets. `visible_to` is the same rule as `policies.may_see_ticket`; a property test holds them together."""

    def visible_to(self, user: "User") -> "TicketQuerySet":
        """All for managers, overseers and centre-wide roles; else one's own, the department's and the shared ones."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_tickets(user):
            return self
        own = Q(person=user) | Q(staff=user)
        departments = user.access.departments()
        if not departments:
            return self.filter(own)
        return self.filter(own | Q(department__in=departments) | Q(department__isnull=True))

    def of_day(self, day: dt.date | None = None) -> "TicketQuerySet":
        return self.filter(day=day or today())

    def in_line(self) -> "TicketQuerySet":
        """Who may be called, in the order of calling."""
        return self.filter(state__in=("waiting", "transferred")).order_by("rank_at", "pk")

    def ahead_of(self, ticket: "Ticket") -> "TicketQuerySet":
        """Who is called before this ticket in its queue."""
        rows = self.filter(queue=ticket.queue_id, day=ticket.day, state__in=("waiting", "transferred"))
        return rows.filter(Q(rank_at__lt=ticket.rank_at) | Q(rank_at=ticket.rank_at, pk__lt=ticket.pk))

    def called_since(self, hall_id: int, day: dt.date, call_number: int) -> "TicketQuerySet":
        """Tickets whose last call came after that one, the first call first."""
        rows = self.filter(hall=hall_id, day=day, call_number__gt=call_number)
        return rows.order_by(F("call_number").asc())
