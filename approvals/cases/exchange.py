"""The import form of cases: what departments' own systems send of the cases that they handled."""

import datetime as dt
import zlib
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.cases.imported import OUTCOMES, DayRules, Derived, Ground, contradictions, derive
from approvals.cases.models import ApplicantType, Case, CaseStop, Channel, Kind
from approvals.cases.ratings import store_imported
from approvals.catalogue.models import Item
from hall.models import Window
from portal.core import events, numbers, statistics
from portal.core.calendar import workdays
from portal.core.clock import Amber
from portal.core.db import copy
from portal.core.exchange import Column, ImportForm, ImportRun, Note, Row, register
from portal.core.exchange.parse import choice, day, day_ranges, moment, text, whole
from portal.core.rules import Rule, RuleMissing, rule
from portal.core.workdays import OutsideCalendar
from portal.people.models import Department

NUMBER_PREFIX = "DR"  # 导入
STREAM = "cases.case"
IMPORTED, UPDATED = "case.imported", "case.import_updated"
FIXED = ("id", "number", "imported", "source", "external_id", "created_at")
LINKS = ("item_id", "department_id", "window_id", "staff_id")
DAYS = whole(0, 3650)


class CaseForm(ImportForm):
    """Cases of other systems: read-only here, counted like our own."""

    name = "cases"
    by_departments = True
    label = gettext_lazy("Cases")
    model = Case
    columns = (
        Column("external_id", text(120), required=True),
        Column("item_code", text(80)),
        Column("item_name", text(300)),
        Column("department_code", text(32)),
        Column("department_name", text(120)),
        Column("window_code", text(32)),
        Column("staff_code", text(64)),
        Column("channel", choice(Channel.values)),
        Column("kind", choice(Kind.values)),
        Column("applicant_type", choice(ApplicantType.values)),
        Column("submitted_at", moment, required=True),
        Column("answered_at", moment),
        Column("accepted_at", moment),
        Column("legal_days", DAYS),
        Column("promised_days", DAYS),
        Column("legal_due_on", day),
        Column("promised_due_on", day),
        Column("suspensions", day_ranges),
        Column("extended_days", whole(0, 365)),
        Column("visits", whole(0, 1000)),
        Column("decided_at", moment),
        Column("outcome", choice(OUTCOMES)),
        Column("rating", whole(1, 5)),
        Column("rated_at", moment),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """Contradictions in the row; where there are none, the columns of the case are worked out here."""
        if problems := contradictions(row.values):
            return problems
        try:
            row.values["derived"] = derive(row.values, _ground(run))
        except OutsideCalendar:
            return [_("A date of this row lies outside the calendar.")]
        return []

    def prepare(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Drafts of the departments and items that are not known here, made once."""
        book = _book(run)
        return [*book.add_departments(rows), *book.add_items(rows, run.source), *book.unknown_people(rows)]

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """The cases, their stops, one event each, and the cells that they stand in."""
        new, known = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
        changed = [row.object_id for row in known]
        sets = [measures for measures in statistics.measure_sets().values() if measures.model is Case]
        for measures in sets if known else ():
            statistics.mark_bulk(measures, changed)
        self._write_cases(new, known, run)
        _write_stops(rows, changed)
        _record(new, known, run)
        book = _book(run)
        store_imported(rows, {row.external_id: book.links(row) for row in rows if row.values["rating"]}, run)
        for measures in sets:
            statistics.mark_days(measures, _days(rows, measures))

    def _write_cases(self, new: Sequence[Row], known: Sequence[Row], run: ImportRun) -> None:
        book = _book(run)
        names: list[str] = []
        fresh, changed = [], []
        for row in (*new, *known):
            columns = _derived(row).columns
            names = names or list(columns)
            cells = (*book.links(row), *columns.values())
            if row.is_new:
                number = _number(row, book.department_code(row))
                fresh.append((row.object_id, number, True, run.source, row.external_id, run.started_at, *cells))
            else:
                changed.append((row.object_id, *cells))
        copy.copy_rows(Case, (*FIXED, *LINKS, *names), fresh)
        copy.update_rows(Case, ("id", *LINKS, *names), changed)


def _days(rows: Sequence[Row], measures: statistics.MeasureSet) -> set[dt.date]:
    """Every day on which these rows, as they were written, add something to the figures."""
    columns = statistics.day_columns(measures, Case)
    stops = statistics.day_columns(measures, CaseStop)
    found: set[Any] = {_derived(row).columns.get(name) for row in rows for name in columns}  # None: never of an import
    found |= {getattr(stop, name) for row in rows for stop in _derived(row).stops for name in stops}
    return found - {None}


def _derived(row: Row) -> Derived:
    derived: Derived = row.values["derived"]
    return derived


def _number(row: Row, department_code: str) -> str:
    """A number of the portal's form that is unique because its serial is the case's own key."""
    letters = "".join(c for c in department_code.upper() if c in numbers.ALPHABET)[:10] or "0"
    day = row.values["submitted_at"].date()
    # Another letter at the same place gives another check character, so one of these ends neither in I nor in O.
    tried = (numbers.compose(NUMBER_PREFIX, letters + more, day, row.object_id) for more in ("", "X", "Y", "Z"))
    return next(number for number in tried if number[-1] not in "IO")


def _write_stops(rows: Sequence[Row], changed: Sequence[int]) -> None:
    if changed:
        CaseStop.objects.filter(case_id__in=changed).delete()
    copy.copy_rows(
        CaseStop,
        ("case_id", "ground", "from_on", "to_on", "overdue_at_stop"),
        [
            (row.object_id, CaseStop.Ground.IMPORTED.value, stop.from_on, stop.to_on, stop.overdue_at_stop)
            for row in rows
            for stop in _derived(row).stops
        ],
    )


def _record(new: Sequence[Row], known: Sequence[Row], run: ImportRun) -> None:
    events.record_bulk([_told(row, run, IMPORTED) for row in new], run.actor)
    events.record_bulk_next([_told(row, run, UPDATED) for row in known], run.actor)


def _told(row: Row, run: ImportRun, event_type: str) -> events.Record:
    """What the event keeps: where the row came from, and what it said that no column holds."""
    columns, values = _derived(row).columns, row.values
    data: dict[str, Any] = {
        "source": run.source,
        "external_id": row.external_id,
        "job": run.job_id,
        "due_source": columns["due_source"],
    }
    if columns["promised_due_on"]:
        data["promised_due_on"] = columns["promised_due_on"]
    for name in ("window_code", "staff_code", "rating", "rated_at"):
        if values[name] is not None:
            data[name] = values[name]
    return events.Record(STREAM, row.object_id, event_type, to_state=columns["state"], data=data)


# --- what all rows of a process share -------------------------------------------------------------------------------


def _ground(run: ImportRun) -> Ground:
    ground: Ground | None = run.memory.get("ground")
    if ground is None:
        ground = run.memory["ground"] = Ground(workdays(), _RuleBook().on)
    return ground


class _RuleBook:
    """The dated rules that cases rest on, asked once for each version and not for each day."""

    CODES = ("amber.share", "amber.min_days", "permit.answer_days")

    def __init__(self) -> None:
        self.versions: dict[str, list[Rule]] = {code: [] for code in self.CODES}
        self.days: dict[dt.date, DayRules] = {}

    def on(self, day: dt.date) -> DayRules:
        known = self.days.get(day)
        if known is None:
            known = self.days[day] = self._of(day)
        return known

    def _of(self, day: dt.date) -> DayRules:
        try:
            share, least, answer = (self._version(code, day) for code in self.CODES)
        except RuleMissing:
            return DayRules(None, None)
        return DayRules(Amber.of(share.value, least.value), int(answer.value))

    def _version(self, code: str, day: dt.date) -> Rule:
        for version in self.versions[code]:
            if version.valid_from <= day and (version.valid_to is None or day <= version.valid_to):
                return version
        self.versions[code].append(rule(code, day))
        return self.versions[code][-1]


def _book(run: ImportRun) -> "_Book":
    book: _Book | None = run.memory.get("book")
    if book is None:
        book = run.memory["book"] = _Book()
    return book


class _Book:
    """Departments, items, windows and accounts by code, loaded once for each process and kept up to date."""

    def __init__(self) -> None:
        self.departments: dict[str, int] = {}
        self.department_names: dict[str, str] = {}
        self.items: dict[str, int] = {}
        self.item_names: dict[tuple[str, int], str] = {}
        self.windows = dict(Window.objects.values_list("code", "id"))
        self.staff: dict[str, int | None] = {}
        self._load()

    def _load(self) -> None:
        for pk, code, name in Department.objects.values_list("id", "code", "name"):
            self.departments[code] = pk
            self.department_names.setdefault(name, code)
        for pk, code, name, department_id in Item.objects.values_list("id", "code", "name", "department_id"):
            self.items[code] = pk
            self.item_names.setdefault((name, department_id), code)

    def department_code(self, row: Row) -> str:
        """The row's department by its code, else by its name; a made-up code for a name that nobody has."""
        code, name = row.values["department_code"], row.values["department_name"]
        return code or self.department_names.get(name) or _made_up(name)

    def item_code(self, row: Row) -> str:
        """The row's item by its code, else by its name within the department."""
        code, name = row.values["item_code"], row.values["item_name"]
        if code:
            return str(code)
        department_code = self.department_code(row)
        known = self.item_names.get((name, self.departments.get(department_code, 0)))
        return known or _made_up(f"{department_code} {name}")

    def links(self, row: Row) -> tuple[int, int, int | None, int | None]:
        """Keys of item, department, window and staff; unknown windows and accounts stay empty."""
        values = row.values
        return (
            self.items[self.item_code(row)],
            self.departments[self.department_code(row)],
            self.windows.get(values["window_code"]),
            self.staff.get(values["staff_code"]),
        )

    def add_departments(self, rows: Sequence[Row]) -> list[Note]:
        """Make drafts of the departments that are not known."""
        missing = {
            code: row.values["department_name"] or code
            for row in rows
            if (code := self.department_code(row)) not in self.departments
        }
        if not missing:
            return []
        Department.objects.bulk_create(
            [Department(code=code, name=name, provisional=True) for code, name in sorted(missing.items())],
            ignore_conflicts=True,
        )
        self._load()
        return [Note("department", code, name) for code, name in sorted(missing.items())]

    def add_items(self, rows: Sequence[Row], source: str) -> list[Note]:
        """Make drafts of the items that are not known; they are closed to filing until somebody completes them."""
        missing = {
            code: (row.values["item_name"] or code, self.departments[self.department_code(row)])
            for row in rows
            if (code := self.item_code(row)) not in self.items
        }
        if not missing:
            return []
        Item.objects.bulk_create(
            [
                Item(code=code, name=name, department_id=department_id, source=source)
                for code, (name, department_id) in sorted(missing.items())
            ],
            ignore_conflicts=True,
        )
        self._load()
        return [Note("item", code, name) for code, (name, _department_id) in sorted(missing.items())]

    def unknown_people(self, rows: Sequence[Row]) -> list[Note]:
        """Look the rows' staff and windows up; those that nobody knows here are listed and kept in the event."""
        codes = {code for row in rows if (code := row.values["staff_code"]) and code not in self.staff}
        notes = [
            Note("window", code)
            for code in sorted({row.values["window_code"] for row in rows if row.values["window_code"]})
            if code not in self.windows
        ]
        if not codes:
            return notes
        self.staff.update(dict.fromkeys(codes))
        self.staff.update(get_user_model().objects.filter(username__in=codes).values_list("username", "id"))
        return [*notes, *(Note("staff", code) for code in sorted(codes) if self.staff[code] is None)]


def _made_up(name: str) -> str:
    """A code for a name without one: the same name always gives the same code."""
    return f"X{zlib.crc32(name.encode()):08X}"


def connect() -> None:
    """Make the form known to commands and pages; called when the app is ready."""
    register(CaseForm())
