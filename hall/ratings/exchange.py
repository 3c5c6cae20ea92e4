"""The import form of ratings: what departments' own systems collected."""

import zlib
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.models import Window
from hall.ratings import hooks
from hall.ratings.imported import DayLimits, ImportedRating, write
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Channel, Invitation, Rating, SubjectKind
from portal.core import statistics
from portal.core.exchange import Column, ImportForm, ImportRun, Note, Row, register
from portal.core.exchange.parse import choice, flag, moment, text, whole
from portal.core.workdays import OutsideCalendar
from portal.people.models import Department


class RatingForm(ImportForm):
    """Ratings of other systems: read-only here, counted like our own; bad ones open no work."""

    name = "ratings"
    label = gettext_lazy("Ratings")
    model = Rating
    columns = (
        Column("external_id", text(120), required=True),
        Column("subject", choice(SubjectKind.values)),
        Column("subject_id", text(120)),
        Column("channel", choice(Channel.values)),
        Column("department_code", text(32)),
        Column("department_name", text(120)),
        Column("window_code", text(32)),
        Column("staff_code", text(64)),
        Column("grade", whole(1, 5), required=True),
        Column("default", flag),
        Column("rated_at", moment, required=True),
        Column("comment", text(2000)),
        Column("rectified_at", moment),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """Contradictions within the row."""
        values = row.values
        problems = []
        if values["rectified_at"] and values["rectified_at"].date() < values["rated_at"].date():
            problems.append(_("rectified_at: The rectification lies before the rating."))
        if values["rectified_at"] and values["default"]:
            problems.append(_("rectified_at: A default was given by nobody and cannot be rectified."))
        if not (values["department_code"] or values["department_name"] or values["subject_id"]):
            problems.append(_("department_code: Please give the department, or the subject that says it."))
        try:
            _limits(run).due_on(values["rated_at"].date(), values["grade"])
        except OutsideCalendar:
            problems.append(_("A date of this row lies outside the calendar."))
        return problems or _belonging(row, run)

    def prepare(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Drafts of the departments that are not known here, made once; unknown windows and accounts are listed."""
        book = _book(run)
        return [*book.add_departments(rows), *book.unknown_people(rows)]

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """The ratings, one event each, and the cells that they stand in."""
        book = _book(run)
        found = {row.external_id: _rating(row, book, run) for row in rows}
        _replace_those_of_cases(run.source, [one.subject for one in found.values() if one.kind == "case"])
        ids = {row.external_id: row.object_id for row in rows}
        new = frozenset(row.external_id for row in rows if row.is_new)
        said = _said(run.source, found)
        write(run.source, ids, found, new, run.actor, _limits(run), job_id=run.job_id)
        for kind, subjects in said.items():
            hooks.tell(kind, run.source, subjects)


def _said(source: str, found: dict[str, ImportedRating]) -> dict[str, dict[str, hooks.Given | None]]:
    """What the floors above hear of their subjects, by kind: what is said now, and what is no longer said."""
    earlier = Rating.objects.filter(source=source, external_id__in=found, subject__gt="")
    said: dict[str, dict[str, hooks.Given | None]] = {}
    for kind, subject in earlier.values_list("kind", "subject"):
        said.setdefault(kind, {})[subject] = None
    for one in found.values():
        if one.subject:
            given = None if one.is_default else hooks.Given(one.grade, one.rated_at.date())
            said.setdefault(one.kind, {})[one.subject] = given
    return said


def _replace_those_of_cases(source: str, subjects: Sequence[str]) -> None:
    """What a file of cases said about these matters gives way: one matter, one rating."""
    names = [f"case:{subject}" for subject in subjects if subject]
    earlier = Rating.objects.filter(source=source, external_id__in=names)
    pks = list(earlier.values_list("pk", flat=True))
    if pks:
        statistics.mark_bulk(RATING_MEASURES, pks)
        earlier.delete()


def _belonging(row: Row, run: ImportRun) -> list[str]:
    """A row without a department is where its subject is; refused when nobody knows the subject."""
    values = row.values
    if values["department_code"] or values["department_name"]:
        return []
    if _facts(run, values["subject"] or "case", values["subject_id"]) is None:
        return [_("department_code: Please give the department: the subject is not known here.")]
    return []


def _facts(run: ImportRun, kind: str, subject: str | None) -> hooks.SubjectFacts | None:
    """What is known of a subject, asked once in a process."""
    if not subject:
        return None
    known: dict[tuple[str, str], hooks.SubjectFacts | None] = run.memory.setdefault("facts", {})
    if (kind, subject) not in known:
        if len(known) > 50_000:
            known.clear()
        known[kind, subject] = hooks.subjects(kind, run.source, [subject]).get(subject)
    return known[kind, subject]


def _rating(row: Row, book: "_Book", run: ImportRun) -> ImportedRating:
    values = row.values
    kind, subject = values["subject"] or SubjectKind.VISIT.value, values["subject_id"] or ""
    facts = _facts(run, kind, subject)
    asked = bool(subject) and Invitation.objects.filter(kind=kind, subject=subject).exists()
    rectified = values["rectified_at"]
    return ImportedRating(
        external_id=row.external_id,
        kind=kind,
        subject=subject,
        department_id=book.department(row) or (facts.department_id if facts else 0),
        window_id=book.windows.get(values["window_code"]) or (facts.window_id if facts else None),
        staff_id=book.staff.get(values["staff_code"]) or (facts.staff_id if facts else None),
        item_code=facts.item_code if facts else "",
        channel=values["channel"] or "",
        grade=values["grade"],
        is_default=bool(values["default"]),
        rated_at=values["rated_at"],
        comment=values["comment"] or "",
        rectified_on=rectified.date() if rectified else None,
        stands_alone=facts is None and not asked,
    )


def _limits(run: ImportRun) -> DayLimits:
    found: DayLimits = run.memory.setdefault("limits", DayLimits())
    return found


def _book(run: ImportRun) -> "_Book":
    book: _Book | None = run.memory.get("book")
    if book is None:
        book = run.memory["book"] = _Book()
    return book


class _Book:
    """Departments, windows and accounts by code, loaded once for each process and kept up to date."""

    def __init__(self) -> None:
        self.departments: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.windows: dict[str | None, int] = dict(Window.objects.values_list("code", "id"))
        self.staff: dict[str | None, int | None] = {}
        self._load()

    def _load(self) -> None:
        for pk, code, name in Department.objects.values_list("id", "code", "name"):
            self.departments[code] = pk
            self.names.setdefault(name, code)

    def code(self, row: Row) -> str:
        """The row's department by its code, else by its name; a made-up code for a name that nobody has."""
        code, name = row.values["department_code"], row.values["department_name"]
        if code or not name:
            return code or ""
        return self.names.get(name) or f"X{zlib.crc32(name.encode()):08X}"

    def department(self, row: Row) -> int | None:
        return self.departments.get(self.code(row))

    def add_departments(self, rows: Sequence[Row]) -> list[Note]:
        missing = {
            code: row.values["department_name"] or code
            for row in rows
            if (code := self.code(row)) and code not in self.departments
        }
        if not missing:
            return []
        Department.objects.bulk_create(
            [Department(code=code, name=name, provisional=True) for code, name in sorted(missing.items())],
            ignore_conflicts=True,
        )
        self._load()
        return [Note("department", code, name) for code, name in sorted(missing.items())]

    def unknown_people(self, rows: Sequence[Row]) -> list[Note]:
        codes = {code for row in rows if (code := row.values["staff_code"]) and code not in self.staff}
        windows = {row.values["window_code"] for row in rows if row.values["window_code"]} - self.windows.keys()
        notes = [Note("window", code) for code in sorted(windows)]
        if codes:
            self.staff.update(dict.fromkeys(codes))
            self.staff.update(get_user_model().objects.filter(username__in=codes).values_list("username", "id"))
        return [*notes, *(Note("staff", code) for code in sorted(codes) if self.staff[code] is None)]


def connect() -> None:
    """Make the form known to commands and pages; called when the app is ready."""
    register(RatingForm())
