"""Calling the next number, against the one conditional UPDATE that it cannot do without."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.bench.harness import Pair, Row, register

WAITING, CALLS = 2_000, 200


def hall_of(people: int, code: str) -> tuple[Any, Any]:
    """A hall with one queue in which so many wait, and somebody at a window; returns (session, actor)."""
    from hall.models import Window
    from hall.queue.models import Hall, Queue, QueueWindow, Ticket, WindowSession
    from portal.core.time import now, today
    from portal.people.actors import actor_of
    from portal.people.models import User
    from portal.people.roles import Role

    hall = Hall.objects.create(code=code, name="B", every_day=True)
    queue = Queue.objects.create(hall=hall, prefix="A", name="A")
    window = Window.objects.create(code=code, name="B")
    QueueWindow.objects.create(queue=queue, window=window)
    clerk = User.objects.create_user(f"clerk-{code.lower()}", None, name="B")
    moment, day = now(), today()
    Ticket.objects.bulk_create(
        (
            Ticket(
                hall=hall, queue=queue, day=day, number=f"A{n:04d}", channel="kiosk", hour=9, taken_at=moment,
                arrived_at=moment, rank_at=moment + dt.timedelta(seconds=n),
            )
            for n in range(people)
        ),
        batch_size=500,
    )  # fmt: skip
    session = WindowSession.objects.create(window=window, hall=hall, staff=clerk)
    return session, actor_of(clerk, Role.CLERK)


def free_the_window() -> None:
    """As if the service were over: the number goes back to the line, the next call finds the same one."""
    from hall.queue.models import Ticket

    Ticket.objects.filter(state="called").update(state="waiting", window=None, staff=None)


def bare_update(session: Any) -> None:
    """The least: take the first of the line and mark it, nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
        cursor.execute(
            "UPDATE queue_ticket SET state = 'called', window_id = %s, staff_id = %s WHERE id = (SELECT id FROM queue_ticket"
            f" WHERE state IN ('waiting', 'transferred') AND day = %s ORDER BY rank_at, id LIMIT 1{lock})",
            [session.window_id, session.staff_id, dt.date.today()],
        )


@contextmanager
def prepare(_size: int) -> Iterator[Pair]:
    from hall.queue import actions
    from hall.queue.models import Ticket

    session, actor = hall_of(WAITING, "CALLS")

    def ours() -> int:
        for _ in range(CALLS):
            actions.call_next(actor, session.pk)
            free_the_window()
        return Ticket.objects.filter(calls__gt=0).count()

    def other() -> int:
        for _ in range(CALLS):
            bare_update(session)
            free_the_window()
        return Ticket.objects.filter(calls__gt=0).count()

    def check(_ours: object, _other: object) -> None:
        assert Ticket.objects.filter(state="called").count() == 0

    yield Pair(ours, other, amount=CALLS, check=check)


register(
    Row(
        name="call_next",
        title=f"Calling the next of {WAITING:,} waiting numbers",
        ours="`call_next`: lock the window, number the call, take the first of the line, event with its chain",
        other="one bare conditional UPDATE (both sides then free the window again)",
        unit="calls",
        goal=None,
        prepare=prepare,
    )
)
