"""A ticket from the call to the call-back, and the ways round: what each step leaves behind."""


import pytest

from hotline import actions
from hotline.models import Mark
from portal.core.time import driven_clock
from tests import factories
from tests.hotline.objects import World, draft

pytestmark = pytest.mark.django_db
MONDAY = factories.moment("2026-03-02 10:00")


@pytest.fixture
def world() -> World:
    return World()


def test_a_ticket_goes_from_the_call_to_the_call_back(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.closed()
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert ticket.satisfied is True
    assert ticket.due_at == factories.moment("2026-03-09 23:59:59")
    assert [mark.kind for mark in Mark.objects.order_by("pk")] == ["dispatched", "replied"]


def test_creating_a_ticket_takes_at_most_twelve_queries(world: World, django_assert_max_num_queries: object) -> None:
    wanted = draft(title="又一件")
    world.recorded()
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        actions.record(world.operator, wanted, once_key="k1")
