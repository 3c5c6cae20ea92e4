"""The numbers of today as a file."""

import pytest
from django.urls import reverse

from portal.core.errors import NotFound
from portal.core.exports.registry import export_named
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.exports.lists import exported
from tests.queue.objects import MORNING, queue, take

pytestmark = pytest.mark.django_db


def test_the_numbers_are_those_of_the_pages_filters():
    manager = factories.staff(Role.HALL_MANAGER)
    with driven_clock(MORNING):
        ticket = take(queue("A"))
        take(queue("B"))
        url = reverse("queue:tickets")
        assert len(exported(manager, url, "queue.tickets")) == 2
        rows = exported(manager, f"{url}?q={ticket.number}", "queue.tickets")
        assert [row["Number"] for row in rows] == [ticket.number]
    with pytest.raises(NotFound):
        export_named("queue.tickets", factories.staff(Role.CLERK))
