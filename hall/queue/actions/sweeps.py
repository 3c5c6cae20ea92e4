"""What the clock does: expire the day's tickets, close forgotten services, tell people that their turn is near."""

import datetime as dt

from django.db.models import Q

from hall.queue import steps
from hall.queue.actions.sessions import end_session
from hall.queue.hours import has_closed
from hall.queue.models import Hall, Ticket, WindowSession
from hall.queue.notices import tell_near_turn
from hall.queue.rules import limits
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed
from portal.core.events import record
from portal.core.time import ZONE, now, today

BATCH = 100
END_OF_DAY, FORGOTTEN = "queue.end_of_day", "queue.forgotten"
OPEN_ENDS = ("booked", "waiting", "transferred", "called", "missed", "held")


@action
def expire_over(actor: Actor | None = None, *, hall_id: int | None = None) -> int:
    """Expire tickets of halls that have closed, and of days that are over; a batch. Returns how many.

    A manager ends the day of one hall by hand (`hall_id`), once it has closed.
    """
    doer = actor or Actor.system(END_OF_DAY)
    day = today()
    closed = [hall.pk for hall in Hall.objects.all() if has_closed(hall, day)]
    if hall_id is not None:
        closed = [pk for pk in closed if pk == hall_id]
        if not closed:
            raise NotAllowed
    over = Q(day__lt=day) | Q(day=day, hall__in=closed)
    rows = Ticket.objects.filter(over, ended_at__isnull=True, state__in=OPEN_ENDS)
    if hall_id is not None:
        rows = rows.filter(hall=hall_id)
    some = list(rows.order_by("day", "pk").values_list("pk", "hall_id", "day")[:BATCH])
    for hall, of_day in sorted({(hall, of_day) for _pk, hall, of_day in some}):
        steps.raise_version(hall, of_day)
    done = 0
    for ticket in db.lock_rows(Ticket.objects.all(), [pk for pk, _hall, _day in some]):
        if ticket.state in OPEN_ENDS:
            steps.take(ticket, "expire", doer, state_version=None)
            done += 1
    return done


@action
def close_forgotten() -> int:
    """Close services that nobody finished, as "time unreliable". Returns how many."""
    doer, moment = Actor.system(FORGOTTEN), now()
    limit = moment - dt.timedelta(minutes=limits(today()).forgotten_minutes)
    rows = Ticket.objects.filter(Q(day__lt=today()) | Q(started_at__lt=limit), ended_at__isnull=True, state="serving")
    done = 0
    for ticket in db.lock_rows(Ticket.objects.all(), list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])):
        if ticket.state == "serving":
            steps.take(ticket, "close_forgotten", doer, state_version=None)
            done += 1
    return done


@action
def end_sessions() -> int:
    """End the places at windows that somebody left open over night. Returns how many."""
    doer = Actor.system(END_OF_DAY)
    midnight = dt.datetime.combine(today(), dt.time(), ZONE)
    rows = WindowSession.objects.filter(ended_at__isnull=True, started_at__lt=midnight)
    open_ones = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    sessions = db.lock_rows(WindowSession.objects.all(), open_ones)
    for session in sessions:
        end_session(session)
        record(session, "window_session.ended", doer)
    return len(sessions)


@action
def tell_near() -> int:
    """Tell who gave a telephone or is signed in that their turn is near; once for each place in a line. A batch."""
    moment, day = now(), today()
    near = limits(day).near
    waiting = Ticket.objects.filter(
        day=day, wants_notice=True, told_near_at__isnull=True, state__in=("waiting", "transferred")
    )
    told = 0
    for queue_id in waiting.order_by("queue").values_list("queue", flat=True).distinct()[:BATCH]:
        first = list(Ticket.objects.filter(queue=queue_id, day=day).in_line().values_list("pk", flat=True)[:near])
        places = {pk: place for place, pk in enumerate(first, start=1)}
        chosen = waiting.filter(pk__in=first).values_list("pk", flat=True)
        for ticket in db.lock_rows(Ticket.objects.select_related("queue", "person"), list(chosen)):
            if not ticket.in_line or ticket.told_near_at is not None:
                continue
            ticket.told_near_at = moment
            ticket.save(update_fields=["told_near_at"])
            tell_near_turn(ticket, places[ticket.pk])
            told += 1
    return told


@action
def erase_phones() -> int:
    """Forget the telephone numbers of visits that are over some days. Returns how many."""
    limit = now() - dt.timedelta(days=limits(today()).phone_days)
    old = Ticket.objects.filter(phone_blind__isnull=False, ended_at__lt=limit)
    rows = db.lock_rows(Ticket.objects.all(), list(old.order_by("ended_at").values_list("pk", flat=True)[:BATCH]))
    for ticket in rows:
        ticket.phone, ticket.wants_notice = "", False
        ticket.save(update_fields=["phone", "phone_blind", "wants_notice"])
    return len(rows)
