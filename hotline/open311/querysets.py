"""What the Open311 interface may publish, and the reads behind its filters."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from hotline.models import Kind, Ticket
from portal.core.time import local_date, now, today

if TYPE_CHECKING:
    from hotline.open311.models import Service  # noqa: F401 - named in the base class

MOST = 1000  # requests that one question gives, over all its pages
SPAN = dt.timedelta(days=90)
METRES_A_DEGREE = 111_320.0
# Enquiries and praise are between the caller and the centre; they stand nowhere on a map.
PUBLISHED_KINDS = (Kind.COMPLAINT, Kind.HELP, Kind.SUGGESTION, Kind.REPORT)


class Open311ServiceQuerySet(QuerySet["Service"]):
    """Reads of services."""

    def offered(self) -> "Open311ServiceQuerySet":
        """Open today, and so is the category."""
        day = today()
        still = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        category = Q(category__closed_on__isnull=True) | Q(category__closed_on__gt=day)
        return self.filter(still & category).select_related("category__parent").order_by("category__code")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filters of a question for requests; moments are aware, `radius` in metres."""

    ids: Sequence[str] = ()
    services: Sequence[str] = ()
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    updated_after: dt.datetime | None = None
    updated_before: dt.datetime | None = None
    statuses: Sequence[str] = ()
    place: tuple[float, float] | None = None
    radius: float = 0
    page: int = 1
    page_size: int = 100


def published() -> QuerySet[Ticket]:
    """Tickets that may be shown to everybody: of an offered service, not secret, no danger to life, not void."""
    rows = Ticket.objects.filter(
        category__open311__isnull=False, secret=False, life_danger=False, kind__in=PUBLISHED_KINDS
    )
    return rows.exclude(state="void").select_related("category", "department", "open311")


def found(asked: Asked) -> list[Ticket]:
    """The requests of one page, the newest first; one query."""
    rows: QuerySet[Any] = published().annotate(updated_at=_updated_at())
    if asked.ids:
        rows = rows.filter(number__in=asked.ids)
    else:
        start, end = span(asked)
        rows = rows.filter(recorded_at__gte=start, recorded_at__lte=end)
    rows = _updated(rows, asked)
    if asked.services:
        rows = rows.filter(category__code__in=asked.services)
    if asked.statuses:
        wanted = [Q(ended_at__isnull=status == "open") for status in asked.statuses]
        rows = rows.filter(wanted[0] if len(wanted) == 1 else wanted[0] | wanted[1])
    if asked.place is not None:
        rows = _near(rows, asked.place, asked.radius)
    first = (asked.page - 1) * asked.page_size
    return list(rows.order_by("-recorded_at", "-pk")[first : min(first + asked.page_size, MOST)])


def one(number: str) -> Any:
    """One published request; one query."""
    return published().annotate(updated_at=_updated_at()).filter(number=number).first()


def span(asked: Asked) -> tuple[dt.datetime, dt.datetime]:
    """The days asked for, never more than ninety: without dates the last ninety, or those since a given update."""
    if asked.start is None and asked.end is None:
        return now() - SPAN, now()
    if asked.start is None:
        assert asked.end is not None  # noqa: S101 - one of the two is there
        return asked.end - SPAN, asked.end
    return asked.start, min(asked.end or asked.start + SPAN, asked.start + SPAN)


def _updated_at() -> Any:
    """The last moment at which something was said to the outside: recorded, answered, called back, ended."""
    recorded = F("recorded_at")
    later = (Coalesce(F(name), recorded) for name in ("handled_at", "called_back_at", "ended_at"))
    return Greatest(recorded, *later)


def _updated(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """By days first, for those have indexes; then by the moment."""
    if asked.updated_after is not None:
        day = local_date(asked.updated_after)
        names = ("recorded_on", "handled_on", "called_back_on", "ended_on")
        on_or_after = Q()
        for name in names:
            on_or_after |= Q(**{f"{name}__gte": day})
        rows = rows.filter(on_or_after, updated_at__gte=asked.updated_after)
    if asked.updated_before is not None:
        rows = rows.filter(updated_at__lte=asked.updated_before)
    return rows


def _near(rows: QuerySet[Any], place: tuple[float, float], radius: float) -> QuerySet[Any]:
    """Within `radius` metres: a box first, then the distance on the flat, right to a few metres within a city."""
    latitude, longitude = place
    narrow = max(math.cos(math.radians(latitude)), 0.01)
    high, wide = radius / METRES_A_DEGREE, radius / (METRES_A_DEGREE * narrow)
    box = rows.filter(
        latitude__range=(latitude - high, latitude + high), longitude__range=(longitude - wide, longitude + wide)
    )
    north = (F("latitude") - latitude) * METRES_A_DEGREE
    east = (F("longitude") - longitude) * (METRES_A_DEGREE * narrow)
    return box.alias(square=north * north + east * east).filter(square__lte=radius * radius)
