"""The figures of districts, from the cells only: what the city sees of each, and a district of those below it."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from hotline.districts.measures import ASSIGNMENT_MEASURES
from hotline.districts.models.cells import FIGURES
from hotline.measures import HOTLINE
from hotline.measures import figures as sums_of
from portal.core.statistics import period, ratio
from portal.core.statistics.blocks import Scope
from portal.core.time import today
from portal.people.models import Department


@dataclass(frozen=True)
class DistrictRow:
    """One district as the city sees it: one host, whatever goes on within."""

    district: Department
    dispatched: int
    late_sign: int
    returned: int
    due: int
    on_time: int
    on_time_rate: Any
    open: int


@dataclass(frozen=True)
class InnerRow:
    """One department below a district."""

    name: str
    sums: dict[str, int]
    in_time_rate: Any


def by_district(first: dt.date, last: dt.date, *, always: Collection[int] = ()) -> list[DistrictRow]:
    """Every district of which there is something to say, and those that stand there `always`; as many queries as the
    hotline's own figures by department, and one for the names."""
    found = sums_of(Scope(first, last, min(last, today()), by="department"))
    rows = []
    for one in Department.objects.filter(level=Department.Level.DISTRICT).order_by("code"):
        sums = found.get(one.pk)
        if one.pk not in always and not any((sums or {}).values()):
            continue  # a bureau of a district, or one that no ticket ever went to
        report = HOTLINE.report(sums or {})
        rows.append(
            DistrictRow(
                one, report["dispatched"] or 0, (sums or {}).get("late_sign", 0), report["returned"] or 0,
                report["due"] or 0, report["on_time"] or 0, report["on_time_rate"], report["open"] or 0,
            )
        )  # fmt: skip
    return rows


def within(districts: Iterable[int], first: dt.date, last: dt.date) -> list[InnerRow]:
    """The departments below these districts; two queries."""
    filters = {"district_id": set(districts)}
    found = period(ASSIGNMENT_MEASURES, "district", first, last, by="department_id", figures=FIGURES, filters=filters)
    names = {one.pk: one.display_name for one in Department.objects.filter(pk__in=found)}
    rows = [
        InnerRow(names[key], sums, ratio(sums["in_time"], sums["inner_replied"]))
        for key, sums in found.items()
        if key in names and any(sums.values())
    ]
    return sorted(rows, key=lambda row: (-row.sums["assigned"], row.name))
