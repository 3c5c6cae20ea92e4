"""What happens after a step, as jobs of its transaction: telling people, answering series, following closings."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline import notices
from hotline.actions import floods, sweeps
from hotline.models import Ticket
from portal.core.calendar import on_calendar_changed
from portal.core.errors import DomainError
from portal.core.events import on_event, tell
from portal.core.jobs import GiveUp, Job, Later, enqueue, job
from portal.core.models import Event
from portal.core.time import ZONE, today
from portal.people.actors import actor_of
from portal.people.closing import OpenWork, register_open_work
from portal.people.models import Department, User

TELL, SERIES, FOLLOW, REFLOW = "hotline.tell", "hotline.answer_series", "hotline.follow_department", "hotline.reflow"


@job(TELL)
def tell_step(payload: dict[str, Any], _job: Job) -> None:
    """Tell whom a step concerns; once for each event."""
    told = tell(Event.objects.get(pk=payload["event"]))
    ticket = Ticket.objects.select_related("department", "reporter", "category").get(pk=payload["stream_id"])
    notices.after_step(ticket, told.event.type.removeprefix("ticket."), told.data, key=f"event:{told.event.pk}")


@job("hotline.tell_danger")
def tell_danger(payload: dict[str, Any], _job: Job) -> None:
    """A ticket about danger to life came in: every dispatcher is told at once."""
    ticket = Ticket.objects.select_related("department", "category").get(pk=payload["ticket"])
    notices.tell_danger(ticket)


@job(SERIES, steps=True, lease_seconds=300)
def answer_series(payload: dict[str, Any], running: Job) -> None:
    """The leading ticket was replied: its callers get the same answer, batch by batch; safe to repeat."""
    while sweeps.answer_children(payload["stream_id"]):
        running.renew()


@job(floods.GROUP, steps=True, lease_seconds=300)
def group_flood(payload: dict[str, Any], running: Job) -> None:
    """The rest of very many tickets of one number, batch by batch; safe to repeat."""
    actor = actor_of(User.objects.get(pk=payload["user"]), payload["role"])
    try:
        while floods.group_batch(actor, payload["ticket"]):
            running.renew()
    except (
        DomainError
    ) as error:  # it was answered, or the person is no dispatcher any more: what is left stays as it is
        raise GiveUp(error.message) from error


@job(FOLLOW, steps=True, lease_seconds=300)
def follow_department(payload: dict[str, Any], running: Job) -> None:
    """A department closes: on the day its open tickets go back to the hotline, batch by batch; safe to repeat."""
    department = Department.objects.filter(pk=payload["stream_id"]).first()
    if department is None or department.closed_on is None:
        return  # taken back
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    while sweeps.leave_closed_department(department.pk):
        running.renew()


@job(REFLOW, steps=True, lease_seconds=300)
def reflow(_payload: dict[str, Any], running: Job) -> None:
    """The calendar has changed: due moments that count working days follow; safe to repeat."""
    last: int | None = 0
    while last is not None:
        last = sweeps.reflow(last)
        running.renew()


def calendar_changed(_day: dt.date, version: int) -> None:
    enqueue(REFLOW, {"version": version}, key="calendar")


def connect() -> None:
    """Called once, in the app's ready()."""
    for code in notices.TOLD:
        on_event(f"ticket.{code}", TELL)
    on_event("ticket.approve", SERIES)
    on_event("ticket.approve_outside", SERIES)
    on_event("department.closed", FOLLOW)
    on_calendar_changed(calendar_changed)
    register_open_work(
        OpenWork(
            "tickets",
            _("Open hotline tickets"),
            lambda department_id: Ticket.objects.open().filter(department=department_id, imported=False).count(),
            lambda user_id: Ticket.objects.open().filter(staff=user_id, imported=False).count(),
        )
    )
