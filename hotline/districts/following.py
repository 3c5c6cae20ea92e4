"""What follows a step of a ticket at a district: its inner assignment ends, its platform outside is told."""

from typing import Any

from hotline import rounds
from hotline.districts import notices
from hotline.districts.actions import inner, pushes
from hotline.districts.models import Assignment, Handover, Platform, Push
from hotline.models import Dispatch, Ticket
from portal.core import db
from portal.core.actors import Actor
from portal.core.events import on_event, tell
from portal.core.jobs import Job, job
from portal.core.models import Event

PORTAL = Actor.system("districts")
TELL = "districts.tell"
# Steps of which a platform outside is told later, by a job of the step's transaction.
TOLD = {
    "ticket.urge": Push.Kind.URGED,
    "ticket.add": Push.Kind.ADDED,
    "ticket.reject": Push.Kind.REJECTED,
    "ticket.send_back": Push.Kind.SENT_BACK,
    "ticket.decide": Push.Kind.DUE,
    "ticket.due_moved": Push.Kind.DUE,
    "ticket.order": Push.Kind.ORDER,
    "ticket.call_back": Push.Kind.ENDED,
    "ticket.call_back_by_caller": Push.Kind.ENDED,
    "ticket.close": Push.Kind.ENDED,
    "ticket.give_up": Push.Kind.ENDED,
}


def round_begun(ticket: Ticket, dispatch: Dispatch) -> None:
    """A department got the ticket: if it is a district with a platform of its own, the platform gets it too."""
    platform = Platform.objects.filter(district=dispatch.department_id, kind=Platform.Kind.OUTSIDE).first()
    if platform is not None:
        handover = Handover.objects.create(platform=platform, ticket=ticket, dispatch=dispatch)
        pushes.hand_over(handover, ticket)


def round_ended(ticket: Ticket, dispatch: Dispatch, replied: bool) -> None:
    """Replied, returned, or given to somebody else."""
    pks = Assignment.objects.filter(ticket=ticket, ended_at__isnull=True).values_list("pk", flat=True)
    for one in db.lock_rows(Assignment.objects.select_related("department"), pks):
        one.ticket = ticket
        inner.take(one, "reply" if replied else "lapse", PORTAL, state_version=None)
    handover = Handover.objects.filter(dispatch=dispatch).select_related("platform").first()
    if handover is not None and not replied:
        pushes.plan(handover, ticket, Push.Kind.WITHDRAWN, f"round:{dispatch.pk}")


@job(TELL)
def tell_platform(payload: dict[str, Any], _job: Job) -> None:
    """The platform that has the ticket, or had it last, hears what happened; once for each event."""
    told = tell(Event.objects.get(pk=payload["event"]))
    kind = TOLD[told.event.type]
    handover = (
        Handover.objects.filter(ticket=payload["stream_id"])
        .select_related("platform", "dispatch")
        .order_by("-pk")
        .first()
    )
    ticket = Ticket.objects.select_related("category", "department").get(pk=payload["stream_id"])
    if handover is None or handover.platform.district_id != ticket.department_id:
        return  # it is with somebody else by now
    pushes.plan(handover, ticket, kind, f"event:{told.event.pk}", told.data)


@job("districts.tell_people")
def tell_people(payload: dict[str, Any], _job: Job) -> None:
    """Whom a step within a district concerns; once for each event."""
    event = Event.objects.get(pk=payload["event"])
    template, audience = notices.TOLD[event.type.removeprefix("ticket.")]
    one = Assignment.objects.filter(ticket=payload["stream_id"]).select_related("ticket").order_by("-pk").first()
    if one is not None:
        notices.tell(one, template, audience(one), key=f"event:{event.pk}")


def connect() -> None:
    """Called in `ready()`."""
    rounds.register_rounds("districts", begun=round_begun, ended=round_ended)
    for event in TOLD:
        on_event(event, TELL)
    for code in notices.TOLD:
        on_event(f"ticket.{code}", "districts.tell_people")
