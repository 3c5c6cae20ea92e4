"""How fresh the figures are: up to the second, a moment behind, or standing still because nobody refreshes them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from portal.core.models import DirtyKey
from portal.core.tasks import last_beat_age
from portal.core.time import now

STALE = dt.timedelta(minutes=2)  # the refresher comes every ten seconds
SEEN = "supervision.oldest-dirty-key"


@dataclass(frozen=True)
class Freshness:
    """`as_of`: everything up to then is counted; `pending`: later changes wait; `stale`: and for too long."""

    as_of: dt.datetime
    pending: bool = False
    stale: bool = False


def oldest_waiting() -> "QuerySet[DirtyKey, Any]":
    """The oldest change that no cell counts yet; also as a subquery of what a page asks before it reads cells."""
    return DirtyKey.objects.order_by("pk").values_list("pk", flat=True)[:1]


def freshness() -> Freshness:
    """One query when all is counted, two when changes wait."""
    return freshness_by(oldest_waiting().first())


def freshness_by(oldest: int | None) -> Freshness:
    """The same for who has asked for the oldest waiting change already, before reading the cells.

    A dirty key bears no time: the page remembers since when it sees the same oldest one, and asks when beat was last
    alive.
    """
    moment = now()
    if oldest is None:
        cache.delete(SEEN)
        return Freshness(moment)
    key, since = cache.get(SEEN) or (None, moment)
    if key != oldest or since > moment:
        since = moment
        cache.set(SEEN, (oldest, since), 24 * 3600)
    silent = last_beat_age()
    if silent is not None and silent > STALE:
        since = min(since, moment - silent)
    return Freshness(since, pending=True, stale=moment - since > STALE)
