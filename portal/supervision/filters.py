"""What the board was asked for: period and comparison, department with all below it, item, channel, kind, order.

The board, the pages of a department and of an item, the lists behind their figures and the export of those lists all
read the same address, so that a figure and its list cannot mean different cases.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.cases.models import Channel, Kind
from approvals.catalogue.models import Item
from portal.core.models import CalendarState
from portal.people.models import Department
from portal.supervision import periods
from portal.supervision.freshness import Freshness, freshness, freshness_by, oldest_waiting
from portal.supervision.periods import Period
from portal.supervision.policies import departments_on_board
from portal.supervision.rules import LEAST_BASE, LEAST_SAMPLE, asked_along, least_base, least_sample

if TYPE_CHECKING:
    from portal.people.models import User

Departments = dict[int, Department]
History = tuple[tuple[int, dt.date, int | None, int | None], ...]
VERSIONS = 20  # of an item, the newest first


@dataclass(frozen=True)
class Scope:
    """Which cases are meant: departments (None = all), item, channel, kind. `known` are those the person may see.

    `history` are the item's published versions (number, in force from, legal and promised days), as far as they came
    with the item; `fresh` tells what was counted when the reading began. `least` is the smallest count whose change is
    told in percent, `sample` what a rate must rest on to rank somebody, `calendar` the version of the working calendar
    where it was read along.
    """

    known: Departments
    allowed: frozenset[int] | None
    department: Department | None = None
    item: Item | None = None
    channel: str = ""
    kind: str = ""
    history: History | None = None
    fresh: Freshness | None = None
    own: bool = False  # the chosen department alone, without those below it
    least: int = 0
    sample: int = 0
    calendar: int | None = None

    @property
    def departments(self) -> frozenset[int] | None:
        """The chosen department with all below it, as far as the person may see them; None for the whole centre."""
        if self.department is None:
            return self.allowed
        return frozenset({self.department.pk}) if self.own else below(self.known, self.department.pk)

    @property
    def cells(self) -> dict[str, Any]:
        """The filters of the cells, which are those of the cases too."""
        found: dict[str, Any] = {}
        if self.departments is not None:
            found["department_id"] = sorted(self.departments)
        if self.item is not None:
            found["item_id"] = self.item.pk
        return found | {name: value for name, value in (("channel", self.channel), ("kind", self.kind)) if value}

    @property
    def query(self) -> dict[str, Any]:
        """The scope as it stands in an address."""
        found = {
            "department": self.department.pk if self.department else "",
            "item": self.item.code if self.item else "",
            "channel": self.channel,
            "kind": self.kind,
            "own": "1" if self.own and self.department else "",
        }
        return {name: value for name, value in found.items() if value}

    def at(self, **changes: Any) -> "Scope":
        """The same with another department, item, channel or kind."""
        return replace(self, **changes)

    def list_url(self, figure: str, first: dt.date, last: dt.date, **more: Any) -> str:
        """The list of the cases behind a figure."""
        query = {"figure": figure, "from": first.isoformat(), "to": last.isoformat(), **self.query, **more}
        return f"{reverse('supervision:cases')}?{urlencode(query)}"


@dataclass(frozen=True)
class Asked:
    """All that the board's address says; `typed` holds what made no sense, `problems` says why."""

    scope: Scope
    period: Period
    comparison: str = "previous"
    sort: str = "on_time"
    whole: bool = False  # the rankings in full
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def compared(self) -> Period:
        return periods.compared(self.period, self.comparison)

    def list_url(self, figure: str, **more: Any) -> str:
        """The cases behind a figure of the chosen period."""
        return self.scope.list_url(figure, self.period.first, self.period.last, **more)

    @property
    def query(self) -> str:
        """Period and comparison for links to the pages of a department or an item."""
        code = self.period.code
        dates = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()} if code == "custom" else {}
        return urlencode({"period": code, "compare": self.comparison, **dates})


def below(known: Departments, top: int) -> frozenset[int]:
    """A department with all departments under it."""
    children: dict[int | None, list[int]] = {}
    for one in known.values():
        children.setdefault(one.parent_id, []).append(one.pk)
    found, waiting = {top}, [top]
    while waiting:
        for pk in children.get(waiting.pop(), []):
            if pk not in found:
                found.add(pk)
                waiting.append(pk)
    return frozenset(found)


def tree(known: Departments, keep: int | None = None) -> list[tuple[int, Department]]:
    """The open departments as (depth, department), each below the one above it; `keep` stays though it is closed."""
    shown = {pk: one for pk, one in known.items() if one.closed_on is None or pk == keep}
    roots = [one for one in shown.values() if one.parent_id not in shown]

    def walk(rows: Iterable[Department], depth: int) -> Iterable[tuple[int, Department]]:
        for one in sorted(rows, key=lambda row: row.code):
            yield depth, one
            yield from walk((row for row in shown.values() if row.parent_id == one.pk), depth + 1)

    return list(walk(roots, 0))


def scope_of(user: "User", query: Mapping[str, str]) -> Scope:
    """The cases that an address means, for this person; what it names beyond their sight is left out. Two queries."""
    return _scope(user, query)[0]


def _scope(user: "User", query: Mapping[str, str]) -> tuple[Scope, str]:
    allowed = departments_on_board(user)
    rows = Department.objects.all() if allowed is None else Department.objects.filter(pk__in=allowed)
    # Asked along with the departments, so before any cell is read: what is said to be counted has been counted.
    rows = rows.annotate(
        x_waiting=Subquery(oldest_waiting()),
        x_least=Subquery(asked_along(LEAST_BASE)),
        x_sample=Subquery(asked_along(LEAST_SAMPLE)),
        x_calendar=Subquery(CalendarState.objects.filter(pk=1).values("version")),
    )
    known = {one.pk: one for one in rows}
    first: Any = next(iter(known.values()), None)
    text = query.get("department", "")
    department = known.get(int(text)) if text.isdecimal() and len(text) < 19 else None
    typed = plain(query.get("item", ""))
    item, history = item_called(typed) if typed else (None, ())
    scope = Scope(
        known=known,
        allowed=allowed,
        department=department,
        item=item,
        channel=query["channel"] if query.get("channel") in Channel.values else "",
        kind=query["kind"] if query.get("kind") in Kind.values else "",
        own=query.get("own") == "1",
        history=history,
        fresh=freshness_by(first.x_waiting) if first else freshness(),
        least=first.x_least if first and first.x_least is not None else least_base(),
        sample=first.x_sample if first and first.x_sample is not None else least_sample(),
        calendar=first.x_calendar if first else None,
    )
    return scope, typed if item is None else ""


def plain(text: str) -> str:
    return text.replace("\0", "").strip()


def item_called(text: str) -> tuple[Item | None, History]:
    """The item with this code or this name, and its published versions, the newest first; one query.

    Where several have the name, it is the one with the first code.
    """
    called = Q(code=text) | Q(name=text) | Q(name_en=text)
    published = FilteredRelation("versions", condition=Q(versions__valid_from__isnull=False))
    columns = ("number", "valid_from", "legal_days", "promised_days")
    rows: Any = Item.objects.filter(called).select_related("current").annotate(x_published=published)
    rows = rows.annotate(**{f"x_{name}": F(f"x_published__{name}") for name in columns})
    found = list(rows.order_by("code", F("x_valid_from").desc(nulls_last=True), "-x_number")[:VERSIONS])
    if not found:
        return None, ()
    versions = (tuple(getattr(row, f"x_{name}") for name in columns) for row in found if row.pk == found[0].pk)
    return found[0], tuple(one for one in versions if one[0] is not None)


def within(asked: Asked, code: str) -> Asked:
    """The same for the department with this code; for the whole as before where the person may see none of it."""
    found = next((one for one in asked.scope.known.values() if one.code == code), None)
    return replace(asked, scope=asked.scope.at(department=found))


def asked_of(user: "User", query: Mapping[str, str]) -> Asked:
    """What the board's address asks for. Nonsense is said and replaced by what it would be without it."""
    scope, unknown_item = _scope(user, query)
    period, sensible = periods.chosen(query)
    problems: list[str] = []
    typed: dict[str, str] = {}
    if not sensible:
        typed = {name: query.get(name, "") for name in ("from", "to")}
        problems.append(
            _("This period makes no sense: give two dates, the earlier one first. The running month is shown.")
        )
    if unknown_item:
        typed["item"] = unknown_item
        problems.append(_("No item has this code or name. All items are shown."))
    comparison = query.get("compare", "")
    return Asked(
        scope=scope,
        period=period,
        comparison=comparison if comparison in periods.COMPARISONS else "previous",
        sort=query.get("sort", "") or "on_time",
        whole=query.get("rows") == "all",
        typed=typed,
        problems=tuple(problems),
    )
