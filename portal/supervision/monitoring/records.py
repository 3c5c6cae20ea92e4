"""The record of a unit or a person: every act of supervision with its day, counted by kind and month, in one stream."""

import base64
import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from portal.core.registries import Text
from portal.core.time import today
from portal.supervision.models import Reminder
from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, ACT, SAMPLE
from portal.supervision.monitoring.models import Accountability, Act, LampReminder, Sample
from portal.supervision.monitoring.models.accountability import IN_FORCE, TAKEN_BACK

KINDS: dict[str, Text] = {
    "reminder": pgettext_lazy("record", "Reminder"),
    "order": Act.Kind.ORDER.label,
    "explanation": Act.Kind.EXPLANATION.label,
    "correction": Act.Kind.CORRECTION.label,
    "accountability": pgettext_lazy("record", "Accountability"),
    "improper": pgettext_lazy("record", "Improper in a sample review"),
}
COLUMNS = ("on", "place", "key", "number", "name", "state", "late", "link")
PAGE = 30
MONTHS = 12
ACCOUNT_STATES = (*IN_FORCE, *TAKEN_BACK)


@dataclass(frozen=True)
class Whose:
    """Whose record: of departments, of a person, or of a person as far as these departments are concerned."""

    departments: Collection[int] | None = None
    person: int | None = None

    def narrow(self, rows: "QuerySet[Any]", *, person: str) -> "QuerySet[Any]":
        if self.departments is not None:
            rows = rows.filter(department__in=list(self.departments))
        if self.person is not None:
            rows = rows.filter(**{person: self.person})
        return rows


@dataclass(frozen=True)
class Entry:
    """One line of the record."""

    on: dt.date
    kind: str
    key: int
    number: str
    name: str
    state: Text
    late: bool
    link: str

    @property
    def label(self) -> Text:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Record:
    """One page of a record, with the counts of the last months; `months` has a row for each month, newest first."""

    rows: list[Entry]
    next_cursor: str | None
    months: list[tuple[dt.date, list[int]]]
    totals: list[tuple[Text, int]]
    previous_cursor: str | None = None


def record_of(whose: Whose, cursor: str = "", *, kind: str = "") -> Record:
    """Two queries: the lines and the counts."""
    parts = [
        _lines(name, rows, paths, _place(cursor))
        for name, rows, paths in _parts(whose, ACCOUNT_STATES)
        if kind in ("", name)
    ]
    found = list(_merged(parts).order_by("-r_on", "r_place", "-r_key")[: PAGE + 1])
    entries = [_entry(dict(zip(COLUMNS, row, strict=True))) for row in found[:PAGE]]
    behind = _cursor(entries[-1]) if len(found) > PAGE else None
    return Record(entries, behind, *_counts(whose))


@dataclass(frozen=True)
class Paths:
    """Where a part's columns stand."""

    on: str
    number: Any
    name: Any
    state: Any
    late: Any = None
    link: str = "pk"


def _parts(whose: Whose, measures: tuple[str, ...]) -> list[tuple[str, "QuerySet[Any]", Paths]]:
    """Every kind with its rows. A reminder of a case is the department's that had it then.

    `measures` are the states of accountability: what was taken back is told among the acts, and counted no more.
    """
    acts = whose.narrow(Act.objects.all(), person="person")
    account = whose.narrow(Accountability.objects.filter(state__in=measures), person="person")
    samples = whose.narrow(Sample.objects.filter(state="improper"), person="done_by")
    act = Paths("issued_on", F("number"), F("title"), F("state"), late=F("late"))
    plain = Value("")
    return [
        (
            "reminder", whose.narrow(Reminder.objects.all(), person="case__staff"),
            Paths("reminded_on", F("case__number"), F("case__item__name"), plain),
        ),
        (
            "reminder", whose.narrow(LampReminder.objects.all(), person="person"),
            Paths("reminded_on", F("number"), F("name"), plain),
        ),
        *((kind, acts.filter(kind=kind), act) for kind in Act.Kind.values),
        ("accountability", account, Paths("confirmed_on", F("number"), F("measure"), F("state"))),
        ("improper", samples, Paths("reviewed_on", F("number"), F("kind"), F("state"))),
    ]  # fmt: skip


def _merged(parts: "list[QuerySet[Any]]") -> "QuerySet[Any]":
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _lines(kind: str, rows: "QuerySet[Any]", paths: Paths, behind: tuple[dt.date, int, int] | None) -> "QuerySet[Any]":
    place = list(KINDS).index(kind)
    marked = rows.order_by().annotate(
        r_on=Cast(F(paths.on), DateField()), r_place=Value(place, IntegerField()),
        # Two tables of reminders have one kind: the keys of the second are told apart by their sign.
        r_key=Cast(F("pk") if rows.model is not LampReminder else -F("pk"), BigIntegerField()),
        r_number=Cast(Coalesce(paths.number, Value("")), CharField()), r_name=Cast(paths.name, CharField()),
        r_state=Cast(paths.state, CharField()),
        r_late=Cast(paths.late if paths.late is not None else Value(0), IntegerField()),
        r_link=Cast(F(paths.link), BigIntegerField()),
    )  # fmt: skip
    if behind is not None:
        day, last_place, key = behind
        later = Q(r_on__lt=day)
        if place > last_place:
            later |= Q(r_on=day)
        elif place == last_place:
            later |= Q(r_on=day, r_key__lt=key)
        marked = marked.filter(later)
    return marked.values_list(*(f"r_{name}" for name in COLUMNS))


LINKS = {
    "order": "monitoring:act", "explanation": "monitoring:act", "correction": "monitoring:act",
    "accountability": "monitoring:accountability", "improper": "monitoring:sample",
}  # fmt: skip


def _entry(row: dict[str, Any]) -> Entry:
    kind = list(KINDS)[row["place"]]
    lifecycles = {"accountability": ACCOUNTABILITY, "improper": SAMPLE}
    states = lifecycles.get(kind, ACT).states  # type: ignore[attr-defined]
    name: Any = row["name"]
    if kind == "accountability":
        name = str(Accountability.Measure(name).label)
    if kind == "improper":
        name = str(Sample.Kind(name).label)
    return Entry(
        on=row["on"], kind=kind, key=row["key"], number=row["number"], name=name,
        state=states[row["state"]].label if row["state"] in states else "", late=bool(row["late"]),
        link=reverse(LINKS[kind], args=[row["link"]]) if kind in LINKS else "",
    )  # fmt: skip


def _counts(whose: Whose) -> tuple[list[tuple[dt.date, list[int]]], list[tuple[Text, int]]]:
    """By month and kind, of this month and the eleven before it; one query."""
    first = _months_back(today().replace(day=1), MONTHS - 1)
    parts = [
        rows.filter(**{f"{paths.on}__gte": first})
        .order_by()
        .annotate(
            c_month=TruncMonth(paths.on, output_field=DateField()),
            c_place=Value(list(KINDS).index(name), IntegerField()),
        )
        .values("c_month", "c_place")
        .annotate(c_n=Count("pk"))
        .values_list("c_month", "c_place", "c_n")
        for name, rows, paths in _parts(whose, IN_FORCE)
    ]
    table: dict[dt.date, list[int]] = {}
    for month, place, count in _merged(parts):
        table.setdefault(month, [0] * len(KINDS))[place] += count
    totals = [sum(row[place] for row in table.values()) for place in range(len(KINDS))]
    return sorted(table.items(), reverse=True), list(zip(KINDS.values(), totals, strict=True))


def counts_by_department(departments: Collection[int] | None) -> dict[int, list[int]]:
    """Of twelve months, by department, in the order of the kinds; one query."""
    first = _months_back(today().replace(day=1), MONTHS - 1)
    parts = [
        rows.filter(**{f"{paths.on}__gte": first}, department__isnull=False)
        .order_by()
        .annotate(c_whose=F("department_id"), c_place=Value(list(KINDS).index(name), IntegerField()))
        .values("c_whose", "c_place")
        .annotate(c_n=Count("pk"))
        .values_list("c_whose", "c_place", "c_n")
        for name, rows, paths in _parts(Whose(departments=departments), IN_FORCE)
    ]
    table: dict[int, list[int]] = {}
    for whose, place, count in _merged(parts):
        table.setdefault(whose, [0] * len(KINDS))[place] += count
    return table


def _months_back(month: dt.date, count: int) -> dt.date:
    index = month.year * 12 + month.month - 1 - count
    return dt.date(index // 12, index % 12 + 1, 1)


def _cursor(entry: Entry) -> str:
    text = json.dumps([entry.on.isoformat(), list(KINDS).index(entry.kind), entry.key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.date, int, int] | None:
    try:
        day, place, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return dt.date.fromisoformat(day), int(place), int(key)
    except (ValueError, TypeError):
        return None
