"""What the pages of lamps read: the filters of the address, one page of the stream with names, the counts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.lamps import AMBER, APPS, COLOURS, RED, Lamp, LampScope, Tally, lamp_sources, stream, tally
from portal.core.registries import Text
from portal.core.time import today
from portal.people.models import Department, Posting, User
from portal.supervision.filters import below, tree
from portal.supervision.models import Reminder
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.models import LampReminder

OF_CASES = ("cases.decision", "cases.answer")  # the lamps of open cases: reminded of as the board does


@dataclass(frozen=True)
class Asked:
    """The filters of the page; what an address names beyond the person's sight is left out."""

    known: Mapping[int, Department]
    allowed: frozenset[int] | None
    department: Department | None
    app: str = ""
    source: str = ""
    colour: str = ""
    person: str = ""

    @property
    def scope(self) -> LampScope:
        """As the stream understands it; a department with all below it."""
        departments = self.allowed if self.department is None else below(dict(self.known), self.department.pk)
        return LampScope(departments, self.app, self.source, self.colour, self.person)

    @property
    def everywhere(self) -> LampScope:
        """The departments alone: the counts beside the filters say what else there is."""
        return LampScope(self.scope.departments)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.department or self.app or self.source or self.colour or self.person)

    @property
    def departments(self) -> list[tuple[int, Department]]:
        """The choice of departments, each below the one above it."""
        return tree(dict(self.known), self.department.pk if self.department else None)


def asked_of(user: User, query: Mapping[str, str]) -> Asked:
    """What the address asks for, for this person; one query."""
    allowed = policies.departments_seen(user)
    rows = Department.objects.all() if allowed is None else Department.objects.filter(pk__in=allowed)
    known = {one.pk: one for one in rows}
    text = query.get("department", "")
    return Asked(
        known=known,
        allowed=allowed,
        department=known.get(int(text)) if text.isdecimal() and len(text) < 19 else None,
        app=query["app"] if query.get("app") in APPS else "",
        source=query["source"] if query.get("source") in lamp_sources() else "",
        colour=query["colour"] if query.get("colour") in COLOURS else "",
        person=query.get("person", "").replace("\0", "").strip()[:60],
    )


@dataclass(frozen=True)
class Shown:
    """A lamp with whose it is, and how often its unit was reminded."""

    lamp: Lamp
    department: Department | None
    person: str
    reminded: int
    reminded_today: bool
    leads_to_person: bool

    @property
    def colour(self) -> Text:
        return COLOURS[self.lamp.colour]

    @property
    def whose(self) -> str:
        return self.department.display_name if self.department else self.lamp.owner


@dataclass(frozen=True)
class AppCount:
    """How many lamps of an app burn, by colour."""

    code: str
    label: Text
    red: int
    amber: int


@dataclass(frozen=True)
class Stream:
    """One page of the stream, with the counts beside it."""

    rows: list[Shown]
    next_cursor: str | None
    apps: list[AppCount]
    red: int
    amber: int
    etag: str

    # The pagination of lists asks for it.
    previous_cursor: str | None = None


def stream_of_page(asked: Asked, cursor: str) -> Stream:
    """Nine queries: two of rules, the calendar twice, stream, counts, names of people, reminders of cases and others.

    One more for who does not see all departments: whose record may be opened.
    """
    lamps, behind = stream(asked.scope, cursor=cursor)
    counted = tally(asked.everywhere)
    rows = _shown(lamps, asked)
    apps = [
        AppCount(code, label, counted.of(app=code, colour=RED), counted.of(app=code, colour=AMBER))
        for code, label in APPS.items()
    ]
    return Stream(rows, behind, apps, counted.of(colour=RED), counted.of(colour=AMBER), _etag(rows, counted))


def _shown(lamps: list[Lamp], asked: Asked) -> list[Shown]:
    people = names_of(lamps)
    open_to = _with_record(people, asked.allowed)
    reminded = reminders_of(lamps)
    rows = []
    for lamp in lamps:
        days = reminded.get(lamp.ident, [])
        department = asked.known.get(lamp.department_id) if lamp.department_id else None
        person = lamp.person_id or 0
        rows.append(
            Shown(
                lamp, department, people.get(person, ""), len(days), today() in days, leads_to_person=person in open_to
            )
        )
    return rows


def _with_record(people: Iterable[int], allowed: frozenset[int] | None) -> set[int]:
    """Those whose record may be opened: all, or who works in these departments now; who left them is only named."""
    if allowed is None:
        return set(people)
    posted = Posting.objects.in_force().filter(user__in=list(people), department__in=allowed)
    return set(posted.values_list("user_id", flat=True))


def names_of(lamps: Iterable[Lamp]) -> dict[int, str]:
    """The names of the people responsible, by id; one query."""
    wanted = {one.person_id for one in lamps if one.person_id is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


def reminders_of(lamps: Iterable[Lamp]) -> dict[str, list[Any]]:
    """The days on which units were reminded, by lamp; two queries."""
    found: dict[str, list[Any]] = {}
    cases = {lamp.key: lamp.ident for lamp in lamps if lamp.source.code in OF_CASES}
    for key, day in Reminder.objects.filter(case__in=cases).values_list("case_id", "reminded_on"):
        found.setdefault(cases[key], []).append(day)
    others = {(lamp.source.code, lamp.key): lamp.ident for lamp in lamps}
    rows = LampReminder.objects.filter(source__in={code for code, _key in others}, key__in={key for _c, key in others})
    for source, key, day in rows.values_list("source", "key", "reminded_on"):
        if ident := others.get((source, key)):
            found.setdefault(ident, []).append(day)
    return found


def _etag(rows: list[Shown], counted: Tally) -> str:
    """Changes with whatever the page shows."""
    parts = [f"{row.lamp.ident} {row.lamp.colour} {row.reminded} {row.person}" for row in rows]
    parts += [f"{key}={n}" for key, n in sorted(counted.counts.items(), key=str)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
