"""The import form of tickets: what other hotlines, merged lines and the years before send. Imported ones are read-only."""

import datetime as dt
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.actions.recording import place_of, search_words
from hotline.measures import STEP_MEASURES, TICKET_MEASURES
from hotline.models import Category, Channel, Ending, Grade, Mark, Ticket
from hotline.models.ticket import urgency_of
from portal.core import events, statistics
from portal.core.db import copy
from portal.core.exchange import Column, ImportForm, ImportRun, Note, Row, register
from portal.core.exchange.parse import decimal, flag, moment, text, whole
from portal.core.time import local_date
from portal.people.models import Department

STREAM = "hotline.ticket"
TIMES = ("dispatched_at", "signed_at", "returned_at", "replied_at", "closed_at", "called_back_at")
MARKS = ("dispatched", "returned", "replied", "redone")
FIXED = ("id", "imported", "source", "external_id")
WRITTEN = (
    "channel", "line", "category", "asks_resolution", "grade", "kind", "title", "content", "address", "latitude",
    "longitude", "geohash", "recorded_at", "recorded_on", "department", "state", "direct", "anchor_at", "due_at",
    "due_on", "first_due_at", "first_due_on", "handled_at", "handled_on", "first_replied_at", "first_replied_on",
    "called_back_at", "called_back_on", "contacted", "resolved", "satisfied", "excluded", "redone", "ended_at",
    "ended_on", "search", "urgent_at",
)  # fmt: skip


class TicketForm(ImportForm):
    """Tickets of other systems: listed and counted like our own, handled there."""

    name = "tickets"
    label = _("Hotline tickets")
    model = Ticket
    by_departments = True
    columns = (
        Column("external_id", text(120), required=True),
        Column("channel", text(40)),
        Column("line", text(16)),
        Column("category", text(60)),
        Column("subcategory", text(60)),
        Column("title", text(200)),
        Column("content", text(5000)),
        Column("department_code", text(32)),
        Column("department_name", text(120)),
        Column("opened_at", moment, required=True),
        Column("direct", flag),
        Column("dispatched_at", moment),
        Column("signed_at", moment),
        Column("returned_at", moment),
        Column("due_at", moment),
        Column("replied_at", moment),
        Column("closed_at", moment),
        Column("called_back_at", moment),
        Column("contacted", flag),
        Column("resolved", flag),
        Column("satisfied", flag),
        Column("excluded", flag),
        Column("redone", whole(0, 100)),
        Column("latitude", decimal(-90, 90)),
        Column("longitude", decimal(-180, 180)),
        Column("address", text(200)),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """What in one row cannot be true together, in plain sentences."""
        return [str(sentence) for broken, sentence in CONTRADICTIONS if broken(row.values)]

    def prepare(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Drafts of the departments and categories that are not known here."""
        book = _book(run)
        return [*book.add_departments(rows), *book.add_categories(rows)]

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """The tickets, their marks and endings, one event each, and the cells that they stand in."""
        new, known = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
        _forget([row.object_id for row in known])
        book = _book(run)
        made = {row.object_id: book.ticket(row) for row in rows}
        options: Any = Ticket._meta
        names = [options.get_field(name).attname for name in WRITTEN]
        copy.copy_rows(
            Ticket,
            (*FIXED, *WRITTEN),
            [(row.object_id, True, run.source, row.external_id, *_cells(made[row.object_id], names)) for row in new],
        )
        copy.update_rows(
            Ticket, ("id", *WRITTEN), [(row.object_id, *_cells(made[row.object_id], names)) for row in known]
        )
        marks = [mark for row in rows for mark in marks_of(made[row.object_id], row.values)]
        Mark.objects.bulk_create(marks, batch_size=1000)
        ends = [(one.pk, one.ended_at, one.ended_on) for one in made.values() if one.ended_at and one.ended_on]
        Ending.objects.bulk_create(
            (Ending(ticket_id=pk, ended_at=at, ended_on=on) for pk, at, on in ends), batch_size=1000
        )
        statistics.mark_days(TICKET_MEASURES, _days(made.values()))
        statistics.mark_days(STEP_MEASURES, {mark.on for mark in marks})
        events.record_bulk([_told(row, run, "ticket.imported") for row in new], run.actor)
        events.record_bulk_next([_told(row, run, "ticket.import_changed") for row in known], run.actor)


def _cells(ticket: Ticket, names: Sequence[str]) -> Iterator[Any]:
    return (getattr(ticket, name) for name in names)


def _forget(pks: list[int]) -> None:
    """What earlier sendings of these tickets added is marked and taken away; it is written anew."""
    if not pks:
        return
    statistics.mark_bulk(TICKET_MEASURES, pks)
    statistics.mark_bulk(STEP_MEASURES, list(Mark.objects.filter(ticket__in=pks).values_list("pk", flat=True)))
    Mark.objects.filter(ticket__in=pks).delete()
    Ending.objects.filter(ticket__in=pks).delete()


def _days(tickets: Any) -> set[dt.date]:
    columns = statistics.day_columns(TICKET_MEASURES, Ticket)
    found: set[Any] = set()
    for ticket in tickets:
        found |= {getattr(ticket, name) for name in columns}
        found.add(ticket.ended_on)
    return found - {None}


def _told(row: Row, run: ImportRun, event_type: str) -> events.Record:
    data = {"source": run.source, "external_id": row.external_id, "job": run.job_id}
    return events.Record(STREAM, row.object_id, event_type, data=data)


def marks_of(ticket: Ticket, values: Mapping[str, Any]) -> Iterator[Mark]:
    """Each happening that the row tells, with the dimensions of the ticket."""
    redone_at = values["called_back_at"] or values["closed_at"] or values["replied_at"] or values["opened_at"]
    told = (
        ("dispatched", values["dispatched_at"], 1),
        ("returned", values["returned_at"], 1),
        ("replied", values["replied_at"] if not values["direct"] else None, 1),
        ("redone", redone_at if values["redone"] else None, values["redone"] or 0),
    )
    for kind, at, number in told:
        if at is not None:
            yield Mark(
                ticket_id=ticket.pk, kind=kind, at=at, on=local_date(at), number=number,
                department_id=ticket.department_id or 0, category_id=ticket.category_id or 0, channel=ticket.channel,
                line=ticket.line,
            )  # fmt: skip


Broken = Callable[[Mapping[str, Any]], Any]


def _before_opening(name: str) -> Broken:
    return lambda v: v[name] is not None and v[name] < v["opened_at"]


CONTRADICTIONS: tuple[tuple[Broken, str | Promise], ...] = (
    *((_before_opening(name), _("A time of this row lies before opened_at.")) for name in (*TIMES, "due_at")),
    (
        lambda v: v["dispatched_at"] and not (v["department_code"] or v["department_name"]),
        _("department_code: A dispatched ticket must name its department."),
    ),
    (
        lambda v: v["direct"] and v["dispatched_at"],
        _("direct: A ticket that was dispatched was not answered directly."),
    ),
    (
        lambda v: (
            v["called_back_at"] is None and any(v[name] is not None for name in ("contacted", "resolved", "satisfied"))
        ),
        _("called_back_at: Answers of a call-back must say when it was."),
    ),
    (
        lambda v: (v["latitude"] is None) != (v["longitude"] is None),
        _("latitude: A place needs both coordinates."),
    ),
)


# --- what all rows of a process share -------------------------------------------------------------------------------


def _book(run: ImportRun) -> "_Book":
    book: _Book | None = run.memory.get("book")
    if book is None:
        book = run.memory["book"] = _Book()
    return book


class _Book:
    """Departments and categories by code and name, loaded once for each process and kept up to date."""

    def __init__(self) -> None:
        self.departments: dict[str, int] = {}
        self.department_names: dict[str, str] = {}
        self.categories: dict[tuple[str, str], Category] = {}
        self._load()

    def _load(self) -> None:
        for pk, code, name in Department.objects.values_list("id", "code", "name"):
            self.departments[code] = pk
            self.department_names.setdefault(name, code)
        for one in Category.objects.select_related("parent"):
            top = one.parent.name if one.parent else one.name
            part = one.name if one.parent else ""
            self.categories.setdefault((top, part), one)
            self.categories.setdefault((one.code, ""), one)
            if one.parent:
                self.categories.setdefault((one.parent.code, one.code), one)
                self.categories.setdefault((one.name, ""), one)

    def department_code(self, row: Row) -> str:
        code, name = row.values["department_code"], row.values["department_name"]
        return code or (self.department_names.get(name) or _made_up(name) if name else "")

    @staticmethod
    def category_key(row: Row) -> tuple[str, str]:
        top, part = row.values["category"] or "", row.values["subcategory"] or ""
        return (top, part) if top else (part, "")

    def add_departments(self, rows: Sequence[Row]) -> list[Note]:
        """Make drafts of the departments that are not known."""
        missing = {
            code: row.values["department_name"] or code
            for row in rows
            if (code := self.department_code(row)) and code not in self.departments
        }
        if not missing:
            return []
        Department.objects.bulk_create(
            [Department(code=code, name=name, provisional=True) for code, name in sorted(missing.items())],
            ignore_conflicts=True,
        )
        self._load()
        return [Note("department", code, name) for code, name in sorted(missing.items())]

    def add_categories(self, rows: Sequence[Row]) -> list[Note]:
        """Make drafts of the categories that are not known: the top ones first, then their parts."""
        wanted = {key for row in rows if any(key := self.category_key(row)) and key not in self.categories}
        if not wanted:
            return []
        notes = []
        for level in (lambda key: (key[0], ""), lambda key: key):
            missing = sorted({level(key) for key in wanted} - self.categories.keys())
            Category.objects.bulk_create(
                [
                    Category(
                        code=_made_up(" ".join(key)), name=key[1] or key[0], provisional=True, order=9000,
                        parent=self.categories[key[0], ""] if key[1] else None,
                    )
                    for key in missing
                ],
                ignore_conflicts=True,
            )  # fmt: skip
            notes += [Note("category", _made_up(" ".join(key)), key[1] or key[0]) for key in missing]
            if missing:
                self._load()
        return notes

    def ticket(self, row: Row) -> Ticket:
        """The columns of the ticket that the row tells of; nothing is read or written."""
        v = row.values
        category = self.categories.get(self.category_key(row))
        code = self.department_code(row)
        direct = bool(v["direct"])
        replied_at = v["replied_at"] or ((v["closed_at"] or v["opened_at"]) if direct else None)
        ended_at = v["closed_at"] or (replied_at if direct else None)
        handled_at = replied_at or ended_at
        title = v["title"] or (category.name if category else row.external_id)
        ticket = Ticket(
            pk=row.object_id,
            channel=channel_of(v["channel"]),
            line=v["line"] or "12345",
            category=category,
            asks_resolution=category.asks_resolution if category else True,
            grade=category.grade if category else Grade.NORMAL,
            kind="",
            title=title,
            content=v["content"] or "",
            address=v["address"] or "",
            latitude=v["latitude"],
            longitude=v["longitude"],
            geohash=place_of(v["latitude"], v["longitude"]),
            department_id=self.departments.get(code),
            recorded_at=v["opened_at"],
            direct=direct,
            anchor_at=v["dispatched_at"],
            due_at=v["due_at"],
            first_due_at=v["due_at"],
            handled_at=handled_at,
            first_replied_at=replied_at,
            called_back_at=v["called_back_at"],
            contacted=v["contacted"],
            resolved=v["resolved"],
            satisfied=v["satisfied"],
            excluded=bool(v["excluded"]),
            redone=v["redone"] or 0,
            ended_at=ended_at,
            state=state_of(v, direct=direct, ended=ended_at is not None),
            search=search_words(title, v["content"] or "", v["address"] or ""),
        )
        for name in ("recorded", "due", "first_due", "handled", "first_replied", "called_back", "ended"):
            at = getattr(ticket, f"{name}_at")
            setattr(ticket, f"{name}_on", local_date(at) if at else None)
        ticket.urgent_at = urgency_of(ticket)
        return ticket


def channel_of(word: str | None) -> str:
    """The channel by our word for it; every other one is "other", and none is the telephone."""
    if not word:
        return Channel.PHONE
    return word if word in Channel.values else Channel.OTHER


def state_of(values: Mapping[str, Any], *, direct: bool, ended: bool) -> str:
    """Where the ticket stands in the other system, in our words."""
    if direct:
        return "answered"
    if ended:
        return "closed"
    for name, state in (("called_back_at", "called_back"), ("replied_at", "replied"), ("signed_at", "signed")):
        if values[name] is not None:
            return state
    if values["returned_at"] is not None:
        return "returned"
    return "dispatched" if values["dispatched_at"] is not None else "recorded"


def _made_up(name: str) -> str:
    """A code for a name without one: the same name always gives the same code."""
    return f"X{zlib.crc32(name.encode()):08X}"


def connect() -> None:
    """Make the form known to commands and pages; called when the app is ready."""
    register(TicketForm())
