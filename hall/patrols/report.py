"""The weekly patrol report (巡查周报): tours, findings by chapter, area and department, repeated ones, photos."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from hall.patrols.models import Area, Chapter, Finding, Mark, Tour

MOST = 300  # findings that one report lists


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday."""

    monday: dt.date

    @classmethod
    def of(cls, day: dt.date) -> "Week":
        return cls(day - dt.timedelta(days=day.weekday()))

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def previous(self) -> "Week":
        return Week(self.monday - dt.timedelta(days=7))

    @property
    def next(self) -> "Week":
        return Week(self.monday + dt.timedelta(days=7))


def report_of(week: Week) -> dict[str, Any]:
    """Everything that the page of a week shows; nine queries whatever the week held."""
    days = (week.monday, week.sunday)
    tours = list(Tour.objects.filter(day__range=days).select_related("inspector").order_by("started_at")[:100])
    marks = Mark.objects.filter(tour__day__range=days)
    findings = list(
        Finding.objects.of_patrols()
        .filter(found_on__range=days)
        .select_related("area", "point", "department", "person", "repeats")
        .prefetch_related("photos__file")
        .order_by("found_at", "pk")[:MOST]
    )
    standing = [one for one in findings if one.state != "set_aside"]
    rectified = Finding.objects.of_patrols().filter(rectified_on__range=days).exclude(state="set_aside")
    names = {row.code: row for row in Chapter.objects.order_by("checklist__number")}
    return {
        "tours": tours,
        "looked_at": marks.exclude(result=Mark.Result.NOT_HERE).count(),
        "findings": findings,
        "count": len(standing),
        "set_aside": len(findings) - len(standing),
        "rectified": rectified.count(),
        "in_time": rectified.filter(rectified_on__lte=F("due_on")).count(),
        "overdue": sum(one.is_overdue for one in findings),
        "repeated": [one for one in standing if one.repeats_id],
        "by_chapter": _ranked(Counter(str(names.get(one.chapter, one.chapter)) for one in standing)),
        "by_area": _ranked(Counter(one.area.display_name for one in standing)),
        "by_department": _ranked(Counter(one.department.display_short for one in standing)),
        "not_visited": _not_visited(tours, days),
    }


def _ranked(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _not_visited(tours: list[Tour], days: tuple[dt.date, dt.date]) -> list[Area]:
    """Areas that no tour of the week came through; none to name in a week without a tour."""
    if not tours:
        return []
    visited = Mark.objects.filter(tour__day__range=days).values("area")
    return list(Area.objects.filter(closed_on__isnull=True).exclude(pk__in=visited))
