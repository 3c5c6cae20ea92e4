"""A hall with its queues, people at windows, and tickets, for the tests of the queue."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from hall.models import Window, WindowDuty
from hall.queue import actions
from hall.queue.models import Hall, Queue, QueueService, QueueWindow, Ticket, WindowSession
from hall.queue.services import TicketDraft
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from tests import factories
from tests.factories import moment

MORNING = moment("2026-11-20 09:30")  # a Friday
KIOSK = Actor(user=None, role="kiosk", name="device:1")
_serial = itertools.count(1)


@dataclass
class Desk:
    """A clerk at an open window."""

    clerk: User
    actor: Actor
    window: Window
    session: WindowSession

    def next(self) -> Ticket:
        return actions.call_next(self.actor, self.session.pk)

    def step(self, ticket: Ticket, code: str, **inputs: Any) -> Ticket:
        fresh = Ticket.objects.get(pk=ticket.pk)
        return actions.take_step(self.actor, fresh.pk, code, inputs, state_version=fresh.state_version)


def hall(code: str = "", **more: Any) -> Hall:
    return Hall.objects.create(code=code or f"H{next(_serial)}", name="一楼大厅", name_en="Ground floor", **more)


def queue(prefix: str = "A", *, in_hall: Hall | None = None, dept: Department | None = None, **more: Any) -> Queue:
    values = {"name": "市场准入", "name_en": "Market access", **more}
    made = Queue.objects.create(
        hall=in_hall or hall(), prefix=prefix, department=dept or factories.department(), **values
    )
    QueueService.objects.create(queue=made, name="企业设立登记", name_en="Company registration")
    return made


def window(code: str = "", *queues: Queue, dept: Department | None = None) -> Window:
    made = Window.objects.create(
        code=code or f"W{next(_serial)}", name="窗口", department=dept or factories.department()
    )
    for one in queues:
        QueueWindow.objects.create(queue=one, window=made)
    return made


def desk(*queues: Queue, code: str = "", dept: Department | None = None, clerk: User | None = None) -> Desk:
    """A clerk on duty who has sat down at a window of these queues."""
    person = clerk or factories.staff(Role.CLERK, dept)
    at = window(code, *queues, dept=dept)
    duty(person, at)
    actor = actor_of(person, Role.CLERK)
    return Desk(person, actor, at, actions.open_window(actor, at.pk))


def duty(person: User, at: Window) -> WindowDuty:
    posting = Posting.objects.filter(user=person).first()
    return WindowDuty.objects.create(window=at, posting=posting, starts_on=dt.date(2026, 1, 1))


def manager() -> Actor:
    return actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def take(of: Queue, **more: Any) -> Ticket:
    values = {"channel": "kiosk", **more}
    key = values.pop("once_key", "")
    return actions.take_number(KIOSK, TicketDraft(queue_id=of.pk, **values), once_key=key)
