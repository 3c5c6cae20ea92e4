"""The one `now()` of the portal: tests and the demo can drive it, deadlines between people ask the database instead."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Shanghai")
_driven: ContextVar[dt.datetime | None] = ContextVar("driven_now", default=None)


def now() -> dt.datetime:
    """The present moment, with its time zone; the driven one inside `driven_clock`."""
    return _driven.get() or timezone.now()


def is_driven() -> bool:
    """Whether the clock stands still by `driven_clock`, as in tests and while a demo city is built."""
    return _driven.get() is not None


def today() -> dt.date:
    """The present date in Shanghai."""
    return local_date(now())


def local_date(moment: dt.datetime) -> dt.date:
    """The date of a moment in Shanghai: every date column is made by this."""
    return moment.astimezone(ZONE).date()


@contextmanager
def driven_clock(moment: dt.datetime) -> Iterator[None]:
    """Inside, `now()` stands still at `moment` (which carries a time zone)."""
    if moment.tzinfo is None:
        raise ValueError("a driven clock needs a moment with a time zone")
    token = _driven.set(moment)
    try:
        yield
    finally:
        _driven.reset(token)
