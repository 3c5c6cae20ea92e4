"""The appointments of a day as a file: the rows of the page, names masked."""

import pytest
from django.urls import reverse

from hall.appointments.models import Slot
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.appointments.objects import booked, service
from tests.exports.lists import exported

pytestmark = pytest.mark.django_db


def test_the_appointments_are_those_of_the_day_and_the_visitor_is_masked():
    with driven_clock(factories.moment("2026-11-20 08:00")):
        slot = Slot.objects.filter(service=service()).order_by("-starts_at")[0]
        booked(factories.citizen(name="王丽娟"), slot)
        manager, url = factories.staff(Role.HALL_MANAGER), reverse("appointments:desk")
        rows = exported(manager, f"{url}?day={slot.day}", "appointments.day")
        assert [(row["Visitor"], row["Service"]) for row in rows] == [("王*", "Company registration")]
        assert exported(manager, url, "appointments.day") == []
        assert exported(manager, f"{url}?day={slot.day}&state=cancelled", "appointments.day") == []
