"""What stands on a workbench: tabs with their counts, the list by urgency, and the neighbours of a case."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case as When
from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models import When as If
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case, Proposal
from approvals.cases.querysets import DEPARTMENT_ROLES
from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

PAGE = 20
FAR = dt.date(9999, 12, 31)
# Ended cases that still wait for the window: the document, its delivery.
AFTERCARE = ("approved", "refused", "issued", "delivered")


@dataclass(frozen=True)
class Tab:
    """One tab: what it holds, and which roles see it (empty = all)."""

    code: str
    label: str | Promise
    holds: Callable[[dt.date], Q]
    roles: frozenset[str] = frozenset()


OPEN = Q(submitted_on__isnull=False, ended_on__isnull=True)
CLERK, REVIEWER, HEAD = Role.CLERK.value, Role.REVIEWER.value, Role.DEPARTMENT_HEAD.value

TABS = [
    Tab("all", _("All"), lambda _day: OPEN),
    Tab("overdue", _("Overdue"), lambda day: OPEN & (Q(overdue_from_on__lte=day) | Q(answer_due_on__lt=day))),
    Tab("today", _("Due today"), lambda day: OPEN & (Q(promised_due_on=day) | Q(answer_due_on=day))),
    Tab("submitted", _("To accept"), lambda _day: OPEN & Q(state="submitted"), frozenset({CLERK})),
    Tab("supplement", _("Supplement"), lambda _day: OPEN & Q(state="supplement"), frozenset({CLERK})),
    Tab("accepted", _("To examine"), lambda _day: OPEN & Q(state="accepted"), frozenset({CLERK})),
    Tab("review", _("In review"), lambda _day: OPEN & Q(state="in_review"), frozenset({CLERK, REVIEWER})),
    Tab("deciding", _("To decide"), lambda _day: OPEN & Q(state="deciding"), frozenset({CLERK, HEAD})),
    Tab(
        "proposals",
        _("For my confirmation"),
        lambda _day: OPEN & Q(proposals__outcome=Proposal.Outcome.WAITING),
        frozenset({REVIEWER, HEAD}),
    ),
    Tab("suspended", _("Special procedure"), lambda _day: OPEN & Q(state="suspended")),
    Tab(
        "aftercare",
        _("To issue and deliver"),
        lambda day: Q(state__in=AFTERCARE, ended_on__gte=day - dt.timedelta(days=60)),
        frozenset({CLERK}),
    ),
]


def tabs_for(user: "User") -> list[Tab]:
    """The tabs of the person's roles, in order."""
    roles = user.access.roles
    return [tab for tab in TABS if not tab.roles or tab.roles & roles]


def on_desk(user: "User") -> QuerySet[Case]:
    """Filed cases of the departments that the person handles, decides or reviews for."""
    return Case.objects.filter(department__in=user.access.departments(*DEPARTMENT_ROLES), imported=False).exclude(
        state="draft"
    )


def counts(user: "User", tabs: list[Tab]) -> dict[str, int]:
    """How many cases stand under each tab: one query over the open cases, one for those after the decision."""
    day = today()
    open_tabs = [tab for tab in tabs if tab.code not in {"aftercare", "proposals"}]
    found: dict[str, int] = (
        on_desk(user)
        .filter(OPEN)
        .aggregate(**{f"n_{tab.code}": Count("pk", filter=tab.holds(day)) for tab in open_tabs})
    )
    numbers = {tab.code: found[f"n_{tab.code}"] for tab in open_tabs}
    for tab in tabs:
        if tab.code in {"aftercare", "proposals"}:
            numbers[tab.code] = on_desk(user).filter(tab.holds(day)).count()
    return numbers


def urgency() -> Any:
    """What a list is sorted by: the day on which something is due; stopped and endless cases last."""
    return When(
        If(state="submitted", then=Coalesce("answer_due_on", Value(FAR), output_field=DateField())),
        If(state="supplement", then=Coalesce("supplement_due_on", Value(FAR), output_field=DateField())),
        If(stopped_on__isnull=False, then=Value(FAR)),
        default=Coalesce("promised_due_on", Value(FAR), output_field=DateField()),
        output_field=DateField(),
    )


def listed(user: "User", tab: Tab, filters: Mapping[str, Any]) -> QuerySet[Case]:
    """The cases of a tab by urgency, with everything that a row shows: no query for each row."""
    rows = on_desk(user).filter(tab.holds(today()))
    if text := filters.get("q", "").strip():
        rows = rows.filter(Q(number__iexact=text) | Q(number__startswith=text.upper()) | Q(applicant_name__startswith=text))
    if filters.get("department"):
        rows = rows.filter(department=filters["department"])
    if filters.get("mine"):
        rows = rows.filter(staff=user)
    return (
        rows.select_related("item", "department", "staff")
        .annotate(urgent_on=urgency())
        .order_by("urgent_on", "pk")
    )


@dataclass(frozen=True)
class Page:
    """One page of a list; the cursor is the place after the last row."""

    rows: list[Case]
    next_cursor: str | None
    previous_cursor: str | None = None


def page_of(rows: QuerySet[Case], cursor: str) -> Page:
    """The rows after the cursor. A cursor that makes no sense begins at the top."""
    if place := _place(cursor):
        day, pk = place
        rows = rows.filter(Q(urgent_on__gt=day) | Q(urgent_on=day, pk__gt=pk))
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    shown = found[:PAGE]
    last = shown[-1] if more else None
    return Page(shown, f"{last.urgent_on.isoformat()}_{last.pk}" if last else None)  # type: ignore[attr-defined]


def _place(cursor: str) -> tuple[dt.date, int] | None:
    day, _sep, pk = cursor.partition("_")
    try:
        return dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def next_on_desk(user: "User", case: Case) -> Case | None:
    """The most urgent open case after this one."""
    rows = on_desk(user).filter(OPEN).annotate(urgent_on=urgency()).order_by("urgent_on", "pk")
    here = Case.objects.filter(pk=case.pk).annotate(urgent_on=urgency()).values_list("urgent_on", flat=True).first()
    return rows.filter(Q(urgent_on__gt=here) | Q(urgent_on=here, pk__gt=case.pk)).only("number").first()


__all__ = ["PAGE", "TABS", "Page", "counts", "listed", "next_on_desk", "on_desk", "page_of", "tabs_for"]
