"""What stands on a workbench: tabs with their counts, the list by urgency, and the neighbours of a case in it."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Case as When
from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models import When as If
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from approvals.cases import policies
from approvals.cases.kinds import BY_CODE, condition
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from approvals.cases.querysets import DEPARTMENT_ROLES
from approvals.catalogue.models import Item
from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

PAGE = 20
KEY = re.compile(r"[0-9]{1,18}")
FAR = dt.date(9999, 12, 31)
# Ended cases that still wait for the window: the document, its delivery, the file. A partial index holds them.
AFTERCARE = ("approved", "refused", "issued", "delivered")
OPEN = Q(submitted_on__isnull=False, ended_on__isnull=True)
CLERK, REVIEWER, HEAD = Role.CLERK.value, Role.REVIEWER.value, Role.DEPARTMENT_HEAD.value

Holds = Callable[["User", dt.date], Q]


@dataclass(frozen=True)
class Tab:
    """One tab: what it holds for a person on a day, and which roles see it (empty = all)."""

    code: str
    label: str | Promise
    holds: Holds
    roles: frozenset[str] = frozenset()
    of_open: bool = True  # of cases that are not decided yet
    counted: bool = True
    tone: str = ""


def _in_state(*states: str) -> Holds:
    return lambda _user, _day: OPEN & Q(state__in=states)


def _overdue(_user: "User", day: dt.date) -> Q:
    return OPEN & (Q(overdue_from_on__lte=day) | Q(answer_due_on__lt=day))


def _due_today(_user: "User", day: dt.date) -> Q:
    return OPEN & (Q(promised_due_on=day) | Q(answer_due_on=day))


def _to_confirm(user: "User", _day: dt.date) -> Q:
    """Proposals of others that this person's role can decide, department by department."""
    by_reviewer = [code for code, step in CASE.transitions.items() if step.confirms is policies.may_confirm]
    waiting = Proposal.objects.filter(outcome=Proposal.Outcome.WAITING).exclude(proposed_by=user)
    mine = waiting.filter(
        Q(case__department__in=user.access.departments(HEAD))
        | Q(case__department__in=user.access.departments(REVIEWER), step__in=by_reviewer)
    )
    return OPEN & Q(pk__in=mine.values("case_id"))


def _aftercare(_user: "User", _day: dt.date) -> Q:
    return Q(state__in=AFTERCARE)


def _ended(_user: "User", _day: dt.date) -> Q:
    return Q(ended_on__isnull=False)


TABS = [
    Tab("all", pgettext_lazy("tab of the desk", "All open"), lambda _user, _day: OPEN),
    Tab("overdue", pgettext_lazy("tab of the desk", "Overdue"), _overdue, tone="red"),
    Tab("today", pgettext_lazy("tab of the desk", "Due today"), _due_today, tone="amber"),
    Tab("proposals", pgettext_lazy("tab of the desk", "For me to confirm"), _to_confirm, frozenset({REVIEWER, HEAD})),
    Tab("submitted", pgettext_lazy("tab of the desk", "To accept"), _in_state("submitted"), frozenset({CLERK})),
    Tab("supplement", pgettext_lazy("tab of the desk", "Supplement"), _in_state("supplement"), frozenset({CLERK})),
    Tab("accepted", pgettext_lazy("tab of the desk", "To examine"), _in_state("accepted"), frozenset({CLERK})),
    Tab("review", pgettext_lazy("tab of the desk", "In review"), _in_state("in_review"), frozenset({CLERK, REVIEWER})),
    Tab("deciding", pgettext_lazy("tab of the desk", "To decide"), _in_state("deciding"), frozenset({CLERK, HEAD})),
    Tab("suspended", pgettext_lazy("tab of the desk", "Special procedure"), _in_state("suspended")),
    Tab(
        "aftercare",
        pgettext_lazy("tab of the desk", "To issue and deliver"),
        _aftercare,
        frozenset({CLERK}),
        of_open=False,
    ),
    Tab("ended", pgettext_lazy("tab of the desk", "Ended"), _ended, of_open=False, counted=False),
]


def tabs_for(user: "User") -> list[Tab]:
    """The tabs of the person's roles, in order."""
    roles = user.access.roles
    return [tab for tab in TABS if not tab.roles or tab.roles & roles]


def on_desk(user: "User") -> QuerySet[Case]:
    """Filed cases of the departments that the person handles, reviews or decides for; imported ones are read-only."""
    return Case.objects.filter(department__in=user.access.departments(*DEPARTMENT_ROLES), imported=False).exclude(
        state="draft"
    )


def counts(user: "User", tabs: list[Tab]) -> dict[str, int]:
    """How many cases stand under each tab: one query over the open cases, one over those after the decision."""
    day = today()
    of_open = [tab for tab in tabs if tab.of_open]
    numbers: dict[str, int] = (
        on_desk(user)
        .filter(OPEN)
        .aggregate(**{f"n_{tab.code}": Count("pk", filter=tab.holds(user, day)) for tab in of_open})
    )
    found = {tab.code: numbers[f"n_{tab.code}"] for tab in of_open}
    for tab in tabs:
        if tab.counted and not tab.of_open:
            found[tab.code] = on_desk(user).filter(tab.holds(user, day)).count()
    return found


def urgency() -> Any:
    """What a list is sorted by: the day on which something is due; stopped and endless cases last."""
    return When(
        If(ended_on__isnull=False, then=F("ended_on")),
        If(state="submitted", then=Coalesce("answer_due_on", Value(FAR), output_field=DateField())),
        If(state="supplement", then=Coalesce("supplement_due_on", Value(FAR), output_field=DateField())),
        If(stopped_on__isnull=False, then=Value(FAR)),
        default=Coalesce("promised_due_on", Value(FAR), output_field=DateField()),
        output_field=DateField(),
    )


def _plain(text: Any) -> str:
    return str(text).replace("\0", "").strip()


@dataclass(frozen=True)
class Place:
    """Where somebody stands on the desk: tab, filters, and the case at which they are in the list."""

    tab: Tab
    q: str = ""
    department: str = ""
    item: str = ""
    mine: str = ""
    kind: str = ""
    at: str = ""

    @classmethod
    def of(cls, user: "User", given: Mapping[str, Any]) -> "Place":
        """The place that a query names; what makes no sense is left out."""
        tabs = tabs_for(user)
        tab = next((one for one in tabs if one.code == given.get("tab")), tabs[0])
        names = {name: _plain(given.get(name, "")) for name in ("q", "department", "item", "mine", "at")}
        for name in ("department", "item"):
            names[name] = names[name] if KEY.fullmatch(names[name]) else ""
        names["kind"] = given.get("kind", "") if given.get("kind", "") in BY_CODE else ""
        return cls(tab, **names)

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.department or self.item or self.mine or self.kind)

    @property
    def query(self) -> str:
        """The place as a query string, without the question mark."""
        names = {"tab": self.tab.code, "q": self.q, "department": self.department, "item": self.item}
        return urlencode({k: v for k, v in {**names, "mine": self.mine, "kind": self.kind, "at": self.at}.items() if v})

    def at_case(self, case: Case) -> "Place":
        """The same list, standing at this row of it."""
        return replace(self, at=cursor_of(case))

    def without_case(self) -> "Place":
        return replace(self, at="")

    @property
    def newest_first(self) -> bool:
        return self.tab.code == "ended"


def listed(user: "User", place: Place) -> QuerySet[Case]:
    """The cases of a tab by urgency, ended ones by the day of their end, newest first."""
    rows = on_desk(user).filter(place.tab.holds(user, today()))
    if place.q:
        rows = rows.filter(Q(number__startswith=place.q.upper()) | Q(applicant_name__startswith=place.q))
    if place.department:
        rows = rows.filter(department=int(place.department))
    if place.item:
        rows = rows.filter(item=int(place.item))
    if place.mine:
        rows = rows.filter(staff=user)
    if place.kind:
        rows = rows.filter(condition(place.kind))
    if place.newest_first:
        return rows.annotate(urgent_on=F("ended_on")).order_by("-ended_on", "-pk")  # by the index
    return rows.annotate(urgent_on=urgency()).order_by("urgent_on", "pk")


def items_on_desk(user: "User") -> list[Item]:
    """The items of which a case is open on this desk: what the filter offers."""
    open_now = on_desk(user).filter(OPEN).values("item")
    return list(Item.objects.filter(pk__in=open_now).only("code", "name", "name_en").order_by("name"))


# --- pages and neighbours -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One page of a list; the cursor is the place after the last row."""

    rows: list[Case]
    next_cursor: str | None
    previous_cursor: str | None = None


def page_of(rows: QuerySet[Case], cursor: str, *, newest_first: bool = False) -> Page:
    """The rows after the cursor, with all that a row shows: no query for each of them.

    A cursor that makes no sense begins at the top.
    """
    waiting = Proposal.objects.filter(case=OuterRef("pk"), outcome=Proposal.Outcome.WAITING)
    rows = rows.select_related("item", "department", "staff").annotate(
        proposal_waits=Exists(waiting), no_is_late=Exists(waiting.filter(due_on__lt=today()))
    )
    if position := _position(cursor):
        rows = _after(rows, position, newest_first)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, cursor_of(shown[-1]) if len(found) > PAGE else None)


def cursor_of(case: Case) -> str:
    """Where the row stands; the case comes from `listed`."""
    return f"{case.urgent_on.isoformat()}_{case.pk}"  # type: ignore[attr-defined]


def _position(cursor: str) -> tuple[dt.date, int] | None:
    day, _sep, pk = cursor.partition("_")
    try:
        return dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _after(rows: QuerySet[Case], position: tuple[dt.date, int], newest_first: bool) -> QuerySet[Case]:
    day, pk = position
    if newest_first:
        return rows.filter(Q(urgent_on__lt=day) | Q(urgent_on=day, pk__lt=pk))
    return rows.filter(Q(urgent_on__gt=day) | Q(urgent_on=day, pk__gt=pk))


def neighbours(user: "User", place: Place) -> tuple[Case | None, Case | None]:
    """The case before and the case after the place in its list; with their `urgent_on`, for `Place.at_case`."""
    position = _position(place.at)
    if position is None:
        return None, None
    rows = listed(user, place).only("number")
    newest_first = place.newest_first
    following = _after(rows, position, newest_first).first()
    before = _after(rows.reverse(), position, not newest_first).first()
    return before, following


__all__ = [
    "PAGE",
    "TABS",
    "Page",
    "Place",
    "Tab",
    "counts",
    "items_on_desk",
    "listed",
    "neighbours",
    "on_desk",
    "page_of",
    "tabs_for",
]
