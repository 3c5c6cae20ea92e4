"""What the portal does by itself: note that nobody rated, light the lamps of what grows late."""

from django.db.models import QuerySet

from hall.ratings import notices
from hall.ratings.giving import settle
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Grievance, Invitation, Rating, Rectification
from hall.ratings.people import overseers
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import Record, record, record_bulk, stream_of
from portal.core.rules import rule
from portal.core.time import now, today

BATCH = 200
SWEEP = Actor.system("ratings.sweep")


@action
def settle_expired() -> int:
    """A batch of invitations whose time is over: a default is noted, which counts in no rate. Returns how many."""
    moment, day = now(), today()
    due = Invitation.objects.filter(settled_at__isnull=True, expires_at__lte=moment).order_by("expires_at", "pk")
    rows = [
        one
        for one in db.lock_rows(Invitation.objects.all(), due.values_list("pk", flat=True)[:BATCH])
        if one.settled_at is None
    ]
    if not rows:
        return 0
    grade = rule("rating.default_grade", day).days
    made = [
        Rating(
            invitation=one, kind=one.kind, subject=one.subject, department_id=one.department_id,
            window_id=one.window_id, staff_id=one.staff_id, item_code=one.item_code, grade=grade, is_default=True,
            rated_at=moment, rated_on=day,
        )
        for one in rows
    ]  # fmt: skip
    with statistics.watch_many(RATING_MEASURES, []) as watched:
        Rating.objects.bulk_create(made)
        watched.extend(rating.pk for rating in made)
    for one in rows:
        settle(one, moment)
    stream = stream_of(Rating)
    record_bulk([Record(stream, rating.pk, "rating.defaulted", data={"grade": grade}) for rating in made], SWEEP)
    return len(rows)


@action
def light_lamps() -> int:
    """A batch of lamps: first contact missed, rectification due soon or overdue, reply missed. Returns how many."""
    return _contact_missed() + _red() + _amber() + _unanswered()


def _contact_missed() -> int:
    late = Rectification.objects.open().filter(
        contacted_on__isnull=True, contact_red_on__isnull=True, contact_due_on__lt=today()
    )
    return _light(late, "contact", "contact_red_on")


def _red() -> int:
    late = Rectification.objects.open().filter(rectified_on__isnull=True, red_lit_on__isnull=True, due_on__lt=today())
    return _light(late, "red", "red_lit_on")


def _amber() -> int:
    """On the last working day before the limit."""
    soon = workdays().add(today(), 1)
    near = Rectification.objects.open().filter(
        rectified_on__isnull=True, red_lit_on__isnull=True, amber_lit_on__isnull=True, due_on__lte=soon,
        due_on__gte=today(),
    )  # fmt: skip
    return _light(near, "amber", "amber_lit_on")


def _light(found: "QuerySet[Rectification]", lamp: str, column: str) -> int:
    pks = found.order_by("pk").values_list("pk", flat=True)[:BATCH]
    rows = db.lock_rows(Rectification.objects.select_related("handler", "department"), pks)
    rows = [row for row in rows if getattr(row, column) is None and row.is_open]
    for work in rows:
        setattr(work, column, today())
        work.save(update_fields=[column])
        record(work, f"rectification.lamp_{lamp}", SWEEP, from_state=work.state, to_state=work.state)
        notices.tell_lamp(work, lamp)
    return len(rows)


def _unanswered() -> int:
    late = Grievance.objects.filter(replied_on__isnull=True, red_lit_on__isnull=True, due_on__lt=today())
    rows = db.lock_rows(
        Grievance.objects.select_related("handler"), late.order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    rows = [row for row in rows if row.red_lit_on is None and row.replied_on is None]
    for grievance in rows:
        grievance.red_lit_on = today()
        grievance.save(update_fields=["red_lit_on"])
        record(grievance, "grievance.lamp_red", SWEEP, from_state=grievance.state, to_state=grievance.state)
        named = [grievance.handler] if grievance.handler else []
        notices.tell_grievance(grievance, notices.GRIEVANCE_LATE, [*named, *overseers()])
    return len(rows)
