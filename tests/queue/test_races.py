"""Eight windows call at once: nobody is called twice, nobody is lost, and no screen misses a call."""

import os
import threading
from collections import Counter

import pytest
from django.db import connection, connections

from hall.queue import actions
from hall.queue.errors import NobodyWaits
from hall.queue.models import HallDay, Ticket, WindowSession
from portal.core.time import driven_clock
from tests.queue.objects import MORNING, desk, queue, take

TICKETS, WINDOWS = int(os.environ.get("RACE_TICKETS", "120")), 8  # thousands for a race of ten minutes


def run_together(jobs) -> list[BaseException]:
    """Run all at once, each with a connection of its own; returns what went wrong."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(job) -> None:
        try:
            gate.wait()
            with driven_clock(MORNING):
                job()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.django_db(transaction=True)
def test_no_number_is_called_twice_and_none_is_lost():
    with driven_clock(MORNING):
        one, other = queue("A"), None
        other = queue("B", in_hall=one.hall)
        desks = [desk(one, other) for _ in range(WINDOWS)]
        for n in range(TICKETS):
            take(one if n % 2 else other)
    seen: list[list[int]] = [[] for _ in desks]

    def work(number: int) -> None:
        at = desks[number]
        while True:
            try:
                called = at.next()
            except NobodyWaits:
                return
            seen[number].append(called.pk)
            at.step(called, "start")
            at.step(called, "finish")

    assert not run_together([lambda n=n: work(n) for n in range(WINDOWS)])
    counted = Counter(pk for mine in seen for pk in mine)
    assert len(counted) == TICKETS and set(counted.values()) == {1}
    assert set(Ticket.objects.values_list("state", flat=True)) == {"done"}
    # Every call has a number of its own, without gaps: whoever asks for those after the last one seen misses none.
    assert sorted(Ticket.objects.values_list("call_number", flat=True)) == list(range(1, TICKETS + 1))
    assert HallDay.objects.get().calls == TICKETS


@pytest.mark.django_db(transaction=True)
def test_a_double_click_calls_one_number():
    with driven_clock(MORNING):
        q = queue()
        at = desk(q)
        for _ in range(5):
            take(q)
    run_together([at.next, at.next, at.next])
    assert Ticket.objects.filter(state="called").count() == 1
    assert Ticket.objects.filter(state="waiting").count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_people_open_the_same_window_and_one_sits_there():
    from portal.people.actors import actor_of
    from portal.people.roles import Role
    from tests import factories
    from tests.queue.objects import duty, window

    with driven_clock(MORNING):
        q = queue()
        at = window("A01", q)
        clerks = [factories.staff(Role.CLERK) for _ in range(4)]
        for clerk in clerks:
            duty(clerk, at)
    failed = run_together([lambda c=c: actions.open_window(actor_of(c, Role.CLERK), at.pk) for c in clerks])
    assert len(failed) == 3
    assert WindowSession.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_that_is_given_up_while_it_is_called_is_one_or_the_other():
    with driven_clock(MORNING):
        q = queue()
        at = desk(q)
        ticket = take(q)
    run_together([at.next, lambda: actions.follow_step(ticket.public_id, "cancel", state_version=0)])
    ticket.refresh_from_db()
    assert ticket.state in {"called", "cancelled"}
    assert ticket.state_version == 1


@pytest.mark.django_db(transaction=True)
def test_kiosks_that_print_at_once_give_different_numbers():
    with driven_clock(MORNING):
        q = queue()
    assert not run_together([lambda: [take(q) for _ in range(10)] for _ in range(6)])
    numbers = list(Ticket.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_is_held_by_another_transaction_is_passed_over():
    from django.db import transaction

    assert connection.vendor == "postgresql"
    with driven_clock(MORNING):
        q = queue()
        at = desk(q)
        first, second = take(q), take(q)
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=first.pk)
        called: list[int] = []
        assert not run_together([lambda: called.append(at.next().pk)])
    assert called == [second.pk]
