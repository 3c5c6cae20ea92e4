"""What happens after a step, as jobs of its transaction: telling people."""

from typing import Any

from hotline import notices
from hotline.models import Ticket
from portal.core.events import on_event, tell
from portal.core.jobs import Job, job
from portal.core.models import Event

TELL = "hotline.tell"


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


def connect() -> None:
    """Called once, in the app's ready()."""
    for code in notices.TOLD:
        on_event(f"ticket.{code}", TELL)
