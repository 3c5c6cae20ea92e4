"""Which services, appointments and people who book somebody sees, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.appointments.models import Appointment, Holder, Service  # noqa: F401 - named in the base classes
    from portal.people.models import User


def oversees_bookings(user: "User") -> bool:
    """Who sees the appointments of the whole hall: its managers, and the centre-wide roles."""
    return user.access.centre_wide or user.access.has(Role.HALL_MANAGER)


class ServiceQuerySet(QuerySet["Service"]):
    """Bookable services; everybody may know them."""

    def open_on(self, day: dt.date) -> "ServiceQuerySet":
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))


class HolderQuerySet(QuerySet["Holder"]):
    """People who book."""

    def paused(self) -> "HolderQuerySet":
        return self.filter(paused_until__gte=today())

    def visible_to(self, user: "User") -> "HolderQuerySet":
        """Oneself; all for who manages the hall or oversees the centre."""
        return self if oversees_bookings(user) else self.filter(user=user)


class AppointmentQuerySet(QuerySet["Appointment"]):
    """Reads of appointments. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        """One's own; those of one's department and the shared ones for clerks and heads; all for the hall."""
        if not user.is_authenticated:
            return self.none()
        if oversees_bookings(user):
            return self
        departments = user.access.departments(Role.CLERK, Role.DEPARTMENT_HEAD)
        shown = Q(holder__user=user)
        if departments:
            shown |= Q(department__in=departments) | Q(department__isnull=True)
        return self.filter(shown)

    def of_person(self, user: "User") -> "AppointmentQuerySet":
        return self.filter(holder__user=user)
