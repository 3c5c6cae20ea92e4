"""The public figures of satisfaction: rates with the number they rest on, the trend, what was said most often."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hall.models import Window
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Rating
from hall.ratings.reasons import reason_words
from hall.ratings.templatetags.ratings import window_name
from portal.core.rules import rule
from portal.core.statistics import period, ratio
from portal.core.time import today
from portal.people.models import Department

FIGURES = ("given", "satisfied", "bad", "defaults", "excluded", "rectification_due", "rectified_in_time")
LOOKED_AT = 500  # ratings with reasons that the list of reasons is read from
COMMENTS = 10
REASONS = 5


@dataclass(frozen=True)
class Line:
    """One department, window or month. `ratio` is None where fewer than the minimum said something."""

    name: str
    given: int
    ratio: float | None
    url: str = ""


def published(first: dt.date, last: dt.date) -> dict[str, Any]:
    """All that the public page shows; nine queries, however many ratings."""
    minimum = rule("rating.minimum_sample", today()).days
    total = period(RATING_MEASURES, "item", first, last, figures=FIGURES)[None]
    return {
        "first": first,
        "last": last,
        "minimum": minimum,
        "total": total,
        "rate": ratio(total["satisfied"], total["given"]) if total["given"] >= minimum else None,
        "rectified": ratio(total["rectified_in_time"], total["rectification_due"]),
        "departments": _lines("item", "department_id", first, last, minimum, _departments),
        "windows": _lines("window", "window_id", first, last, minimum, _windows),
        "months": _months(first, last, minimum),
        "good": _said(5, 4),
        "bad": _said(2, 1),
        "comments": list(
            Rating.objects.counted().filter(comment_state="published").order_by("-rated_at", "-pk")[:COMMENTS]
            .values("grade", "rated_on", "published_text", "department__name", "department__name_en")
        ),
    }  # fmt: skip


def _lines(cuboid: str, by: str, first: dt.date, last: dt.date, minimum: int, names: Any) -> list[Line]:
    sums = period(RATING_MEASURES, cuboid, first, last, figures=("given", "satisfied"), by=by)
    known = names([key for key, row in sums.items() if key and row["given"]])
    lines = [
        Line(name, sums[key]["given"], _rate(sums[key], minimum)) for key, name in known.items() if sums[key]["given"]
    ]
    return sorted(lines, key=lambda line: (line.ratio is None, -(line.ratio or 0), -line.given, line.name))


def _rate(sums: dict[str, int], minimum: int) -> float | None:
    return ratio(sums["satisfied"], sums["given"]) if sums["given"] >= minimum else None


def _departments(keys: list[int]) -> dict[int, str]:
    return {one.pk: str(one.display_short) for one in Department.objects.filter(pk__in=keys)}


def _windows(keys: list[int]) -> dict[int, str]:
    return {one.pk: window_name(one) for one in Window.objects.filter(pk__in=keys)}


def _months(first: dt.date, last: dt.date, minimum: int) -> list[Line]:
    sums = period(RATING_MEASURES, "item", first, last, figures=("given", "satisfied"), by="month")
    return [
        Line(f"{month:%Y-%m}", row["given"], _rate(row, minimum)) for month, row in sorted(sums.items()) if row["given"]
    ]


def _said(*grades: int) -> list[tuple[str, int]]:
    """What was ticked most often in the latest ratings of these grades: a bounded reading."""
    rows = Rating.objects.counted().filter(grade__in=grades).exclude(reasons=[]).order_by("-rated_at", "-pk")
    latest = list(rows.only("reasons", "reason_list")[:LOOKED_AT])
    words = reason_words(latest)
    counted = Counter(words.get((one.reason_list or 0, code), code) for one in latest for code in one.reasons)
    return counted.most_common(REASONS)
