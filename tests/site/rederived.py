"""What the second count rests on, made again from moments and the calendar's days: shares no code with the clocks.

`recount` reads days and seconds that an action wrote beside its moment. Here each of them is worked out anew, day by day.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from portal.core.models import CalendarDay
from portal.core.rules import rule
from tests.site.recount import SHANGHAI, Row, day_of
from tests.site.second_count import Recounted

ONE_DAY = dt.timedelta(days=1)
DECIDED = {"approved", "refused"}


class Days:
    """The calendar as a set of days that are worked; counted by walking, never by an index."""

    def __init__(self) -> None:
        self.worked = set(CalendarDay.objects.filter(is_workday=True).values_list("day", flat=True))

    def first_worked(self, day: dt.date) -> dt.date:
        while day not in self.worked:
            day += ONE_DAY
        return day

    def after(self, first: dt.date, last: dt.date) -> Iterator[dt.date]:
        """The working days after `first` up to and including `last`."""
        day = first + ONE_DAY
        while day <= last:
            if day in self.worked:
                yield day
            day += ONE_DAY

    def nth_after(self, day: dt.date, number: int, stops: list[Row]) -> dt.date:
        """The day on which so many working days have passed that no stop takes out."""
        while number:
            day += ONE_DAY
            number -= day in self.worked and not stopped(stops, day)
        return day


def stopped(stops: list[Row], day: dt.date) -> bool:
    return any(stop["from_on"] < day and (stop["to_on"] is None or day <= stop["to_on"]) for stop in stops)


def case_days(row: Row, stops: list[Row], days: Days) -> Row:
    """The days of a case by its moments. `stops` are its own; the due date of a running stop is not known."""
    made: Row = {"submitted_on": day_of(row["submitted_at"]), "answered_on": day_of(row["answered_at"])}
    if row["submitted_at"] and not row["source"]:  # imported filings are never shifted for their hour
        made["received_on"] = _received(row["submitted_at"], days)
    if row["outcome"] in DECIDED:
        made["decided_on"] = made["ended_on"] = decided = day_of(row["decided_at"])
        made["filing_days"] = len(list(days.after(row["received_on"], decided)))  # type: ignore[arg-type]
    if row["accepted_on"] is None or row["promised_days"] is None:
        return made
    made["day_0"] = day_0 = days.first_worked(_counts_from(row))
    if row["outcome"] in DECIDED:
        made["elapsed_days"] = sum(not stopped(stops, day) for day in days.after(day_0, decided))  # type: ignore[arg-type]
    if row["due_source"] != "source" and all(stop["to_on"] for stop in stops):
        for name in ("promised", "legal"):
            if row[f"{name}_days"] is not None:
                length = row[f"{name}_days"] + row["extended_days"]
                made[f"{name}_due_on"] = days.nth_after(day_0, length, stops)
    return made


def _counts_from(row: Row) -> dt.date:
    """The acceptance; after a supplement, or accepted by law, the day on which everything was complete."""
    supplemented = row["answered_on"] is not None and row["answered_on"] < row["accepted_on"]
    return row["complete_on"] if row["deemed"] or supplemented else row["accepted_on"]


def _received(moment: dt.datetime, days: Days) -> dt.date:
    """The same working day before the centre closes, else the next one."""
    local = moment.astimezone(SHANGHAI)
    closes = dt.time.fromisoformat(rule("centre.closing_time", local.date()).value)
    return days.first_worked(local.date() + ONE_DAY * (local.time() >= closes))


def answer_days(row: Row, item_type: str, days: Days) -> Row:
    """The limit of the first answer: so many working days after receipt by the rule of the day for such an item."""
    if row["received_on"] is None or row["first_answer_due_on"] is None:
        return {}
    limit = rule(f"{item_type}.answer_days", row["received_on"]).days
    return {"first_answer_due_on": days.nth_after(row["received_on"], limit, [])}


def rating_days(row: Row, days: Days) -> Row:
    """The limit of a bad rating that stands; a day off has the next working day as its day 0."""
    if row["rectify_due_on"] is None:
        return {}
    limit = rule("rating.rectify_days", row["rated_on"]).days
    return {"rectify_due_on": days.nth_after(days.first_worked(row["rated_on"]), limit, [])}


def wait(row: Row) -> Row:
    """From arrival to the first call, in whole seconds."""
    if row["first_called_at"] is None or row["wait_seconds"] is None:
        return {}
    return {"wait_seconds": int((row["first_called_at"] - row["arrived_at"]).total_seconds())}


def all_differences(city: Recounted) -> list[tuple[Any, ...]]:
    """Of cases, their first answers, the numbers of the hall and the bad ratings."""
    days = Days()
    types = {row["id"]: row["type"] for row in city.items}
    stops: dict[int, list[Row]] = {row["id"]: [] for row in city.cases}
    for stop in city.stops:
        stops[stop["case_id"]].append(stop)
    return [
        *differences(city.cases, lambda row: case_days(row, stops[row["id"]], days)),
        *differences(city.cases, lambda row: answer_days(row, types[row["item_id"]], days)),
        *differences(city.hall[0], wait),
        *differences(city.ratings, lambda row: rating_days(row, days)),
    ]


def differences(rows: list[Row], made: Callable[[Row], Row]) -> list[tuple[Any, ...]]:
    """Row, column, what it says, and what it should say."""
    return [
        (row["id"], name, row[name], value) for row in rows for name, value in made(row).items() if row[name] != value
    ]
