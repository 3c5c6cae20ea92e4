"""Ratings that other systems collected: written in bulk, counted like our own, followed by no work here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from hall.ratings.limits import limits
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Rating
from hall.ratings.models.rating import CommentState
from portal.core import events, statistics
from portal.core.actors import Actor
from portal.core.db import copy
from portal.core.rules import rule

STREAM = "ratings.rating"
IMPORTED, UPDATED = "rating.imported", "rating.import_updated"
SLICE = 1000
CHANGED = (
    "kind", "subject", "department_id", "window_id", "staff_id", "item_code", "grade", "is_default", "channel",
    "comment", "comment_state", "rated_at", "rated_on", "rectify_due_on", "rectified_on", "stands_alone",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ImportedRating:
    """One rating of another system. `subject` is its id there; `stands_alone`: the portal counts the subject nowhere."""

    external_id: str
    kind: str
    subject: str
    department_id: int
    grade: int
    rated_at: dt.datetime
    window_id: int | None = None
    staff_id: int | None = None
    item_code: str = ""
    channel: str = ""
    is_default: bool = False
    comment: str = ""
    rectified_on: dt.date | None = None
    stands_alone: bool = False


@dataclass
class DayLimits:
    """The last day of a rectification by the day of the rating, asked once a day. Raises OutsideCalendar."""

    known: dict[dt.date, tuple[dt.date, frozenset[int]]] = field(default_factory=dict)

    def due_on(self, rated_on: dt.date, grade: int) -> dt.date | None:
        """None for a grade that asks for no rectification."""
        if rated_on not in self.known:
            bad = frozenset(rule("rating.bad_grades", rated_on).value)
            self.known[rated_on] = limits(rated_on).due_on, bad
        due, bad = self.known[rated_on]
        return due if grade in bad else None


def store_with_cases(source: str, rows: Sequence[ImportedRating], actor: Actor) -> None:
    """Ratings that came in the rows of cases: `external_id` is that of the case. Runs in the caller's transaction.

    A case that the source's own file of ratings has told about already keeps that one: one matter, one rating.
    """
    told = set(
        Rating.objects.filter(source=source, kind="case", subject__in=[row.subject for row in rows])
        .exclude(external_id__startswith="case:")
        .values_list("subject", flat=True)
    )
    wanted = {f"case:{row.external_id}": row for row in rows if row.subject not in told}
    known = dict(Rating.objects.filter(source=source, external_id__in=wanted).values_list("external_id", "pk"))
    new = [name for name in wanted if name not in known]
    ids = dict(zip(new, copy.reserve_ids(Rating, len(new)), strict=True))
    write(source, {**ids, **known}, wanted, frozenset(new), actor, DayLimits())


def write(
    source: str,
    ids: dict[str, int],
    rows: dict[str, ImportedRating],
    new: frozenset[str],
    actor: Actor,
    due: DayLimits,
    *,
    job_id: int = 0,
) -> None:
    """Write rows by external id, the new ones in bulk; cells are marked, each row gets one event."""
    fresh = [_rating(source, name, ids[name], rows[name], due) for name in rows if name in new]
    changed = [_rating(source, name, ids[name], rows[name], due) for name in rows if name not in new]
    old = [rating.pk for rating in changed]
    if old:
        statistics.mark_bulk(RATING_MEASURES, old)
    Rating.objects.bulk_create(fresh, batch_size=SLICE)
    held = {rating.pk: rating for rating in Rating.objects.filter(pk__in=old)}
    for rating in changed:
        kept = held[rating.pk]
        if rating.comment == kept.comment:
            rating.comment_state = kept.comment_state
        if kept.excluded_at is not None:
            rating.rectify_due_on = None
        for name in CHANGED:
            setattr(kept, name, getattr(rating, name))
        kept.save(update_fields=list(CHANGED))
    if fresh or old:
        statistics.mark_bulk(RATING_MEASURES, [*old, *(rating.pk for rating in fresh)])
    told = {"source": source, "job": job_id}
    record = {rating.pk: {**told, "external_id": rating.external_id} for rating in (*fresh, *changed)}
    events.record_bulk([events.Record(STREAM, one.pk, IMPORTED, data=record[one.pk]) for one in fresh], actor)
    events.record_bulk_next([events.Record(STREAM, one.pk, UPDATED, data=record[one.pk]) for one in changed], actor)


def _rating(source: str, external_id: str, pk: int, row: ImportedRating, due: DayLimits) -> Rating:
    rated_on = row.rated_at.date()
    return Rating(
        pk=pk,
        kind=row.kind,
        subject=row.subject,
        department_id=row.department_id,
        window_id=row.window_id,
        staff_id=row.staff_id,
        item_code=row.item_code,
        grade=row.grade,
        is_default=row.is_default,
        channel=row.channel,
        comment=row.comment,
        comment_state=CommentState.WAITING if row.comment else CommentState.NONE,
        rated_at=row.rated_at,
        rated_on=rated_on,
        rectify_due_on=None if row.is_default else due.due_on(rated_on, row.grade),
        rectified_on=row.rectified_on,
        stands_alone=row.stands_alone,
        imported=True,
        source=source,
        external_id=external_id,
    )
