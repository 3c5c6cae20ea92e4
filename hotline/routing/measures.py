"""Which figures the rules' suggestions give to the statistics: how many there were and how many were taken."""

import datetime as dt
from typing import Any

from django.db.models import Q

from hotline.models import Channel
from hotline.routing.models import Judged, JudgedCell
from portal.core.statistics import Cuboid, Fact, MeasureSet, period, ratio
from portal.core.time import today

JUDGED_MEASURES = MeasureSet(
    "hotline_suggestions",
    Judged,
    cuboids=[Cuboid("book", JudgedCell, {"book_id": "book_id", "channel": "channel"})],
    facts=[Fact("suggestions", "on"), Fact("suggestions_taken", "on", Q(taken=True))],
)
FIGURES = ("suggestions", "suggestions_taken")
FIRST = dt.date(2000, 1, 1)
OWN = (Channel.WEB.value, Channel.WECHAT.value, Channel.APP.value, Channel.OPEN311.value)


def by_book(books: list[int]) -> dict[int, dict[str, Any]]:
    """Suggested, taken, and the share of each version, of all tickets and of those that callers sent themselves; two
    queries."""
    asked: dict[str, Any] = {"by": "book_id", "figures": FIGURES}
    whole = period(JUDGED_MEASURES, "book", FIRST, today(), filters={"book_id": set(books)}, **asked)
    own = period(JUDGED_MEASURES, "book", FIRST, today(), filters={"book_id": set(books), "channel": set(OWN)}, **asked)
    return {book: {"all": _share(whole.get(book, {})), "own": _share(own.get(book, {}))} for book in books}


def _share(sums: dict[str, int]) -> dict[str, Any]:
    suggested, taken = sums.get("suggestions", 0), sums.get("suggestions_taken", 0)
    return {"suggested": suggested, "taken": taken, "share": ratio(taken, suggested)}
