"""What other rooms use of the queue, the secret link of a number, and a day that is very full."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.queue import actions, services
from hall.queue.errors import NobodyWaits
from portal.core.errors import NotFound, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock
from tests.factories import moment
from tests.queue.objects import KIOSK, MORNING, desk, manager, queue, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday_morning():
    with driven_clock(MORNING):
        yield


def later(**span: float):
    return driven_clock(MORNING + dt.timedelta(**span))


def test_a_case_is_tied_to_the_ticket_at_the_window():
    from django.db import transaction

    q = queue()
    at = desk(q)
    take(q)
    called = at.next()
    with pytest.raises(WrongState), transaction.atomic():
        services.tie(called, "SP-1", at.actor)
    at.step(called, "start")
    here = services.current_ticket(at.window.pk)
    assert here is not None
    with transaction.atomic():
        services.tie(here, "SP-1", at.actor)
        services.tie(here, "SP-1", at.actor)
    assert [one.pk for one in services.tickets_of_case("SP-1")] == [called.pk]
    assert [one.event.type for one in events_of(called)].count("ticket.tied") == 1


def test_a_booked_ticket_stands_in_no_line_until_its_person_has_come():
    from django.db import transaction

    q = queue()
    at = desk(q)
    draft = services.TicketDraft(queue_id=q.pk, channel="appointment", source="appointments", source_key="1")
    with transaction.atomic():
        booked = services.book_ticket(KIOSK, draft, at=moment("2026-11-20 10:00"))
    with pytest.raises(NobodyWaits):
        at.next()
    with later(minutes=20), transaction.atomic():
        services.check_in(manager(), booked, priority="appointment")
    called = at.next()
    assert called.pk == booked.pk and called.arrived_at == moment("2026-11-20 09:50")


def test_a_link_that_was_used_up_does_nothing_more():
    q = queue()
    ticket = take(q)
    actions.follow_step(ticket.public_id, "cancel", state_version=0)
    with pytest.raises(WrongState):
        actions.follow_step(ticket.public_id, "cancel", state_version=1)
    with pytest.raises(NotFound):
        actions.follow_step("x" * 22, "cancel", state_version=0)
    with pytest.raises(NotFound):
        other = take(q)
        actions.follow_step(other.public_id, "expire", state_version=0)


def test_ten_thousand_numbers_a_day_go_on_counting_and_cost_the_same():
    from portal.core.models import NumberCounter

    q = queue()
    take(q)
    with CaptureQueriesContext(connection) as first:
        take(q)
    NumberCounter.objects.filter(prefix="QA").update(last=9_999)
    with CaptureQueriesContext(connection) as late:
        assert take(q).number == "A10000"
    assert len(late) == len(first)
