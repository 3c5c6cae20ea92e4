"""The list behind a figure: what was asked for, what it counts, and one page of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases.figures import BALANCES, BUCKETS, NAMES, REPLAYED, behind, count_behind
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Channel, Kind
from hall.models import Window
from portal.core.errors import NotFound
from portal.core.templatetags.portal import day as in_words
from portal.core.time import today
from portal.people.models import User
from portal.supervision.figures import bucket_labels
from portal.supervision.filters import Scope, plain

PAGE = 30


@dataclass(frozen=True)
class Wanted:
    """A figure, its days, and what narrows it."""

    figure: str
    first: dt.date
    last: dt.date
    scope: Scope
    state: str = ""
    whose: tuple[str, str] = ("", "")  # the clerk or window that the list is narrowed to: label, name
    filters: dict[str, Any] = field(default_factory=dict)

    @property
    def is_balance(self) -> bool:
        return self.figure in BALANCES

    @property
    def title(self) -> str:
        """What the list shows."""
        if self.figure in NAMES:
            return str(NAMES[self.figure])
        labels = dict(zip(BUCKETS, bucket_labels(), strict=True))
        return _("Concluded in %(days)s working days") % {"days": labels[self.figure]}

    @property
    def _scope(self) -> dict[str, Any]:
        return {"first": self.first, "last": self.last, "filters": self.filters}

    def rows(self) -> QuerySet[Case]:
        """All cases of the list."""
        return behind(self.figure, **self._scope)

    def count(self) -> int | None:
        """How many, without counting a long list; None where only reading it could tell."""
        return count_behind(self.figure, **self._scope)

    def described(self) -> list[tuple[str, str]]:
        """The filters in words."""
        days = in_words(self.last) if self.first == self.last else f"{in_words(self.first)} – {in_words(self.last)}"
        scope = self.scope
        named = [
            (_("Figure"), self.title),
            (_("Day") if self.first == self.last else pgettext("figure", "Period"), days),
            (_("Department"), scope.department.display_name if scope.department else ""),
            (_("Departments below"), _("without them") if scope.own and scope.department else ""),
            (_("Item"), scope.item.local_name if scope.item else ""),
            (_("Channel"), str(Channel(scope.channel).label) if scope.channel else ""),
            (pgettext("board", "Kind"), str(Kind(scope.kind).label) if scope.kind else ""),
            self.whose,
            (_("State"), str(CASE.states[self.state].label) if self.state else ""),
        ]
        return [(label, text) for label, text in named if text]


@dataclass(frozen=True)
class Listed:
    """One page of cases; `count` is None where only reading the whole list could tell."""

    cases: list[Case]
    next: str | None
    count: int | None


def wanted(query: Mapping[str, str], scope: Scope) -> Wanted:
    """What the address asks for. Raises NotFound for an unknown figure or item; other nonsense is left out."""
    figure = query.get("figure", "open")
    if figure not in NAMES and figure not in BUCKETS:
        raise NotFound()
    if plain(query.get("item", "")) and scope.item is None:
        raise NotFound()
    state = query.get("state", "")
    state = state if state in CASE.states else ""
    first, last = sorted((_day(query.get("from", "")), _day(query.get("to", ""))))
    if figure in BALANCES:
        first = last = min(last, today()) if figure in REPLAYED else today()
    whose, narrowed = _whose(query)
    filters = scope.cells | ({"state": state} if state else {}) | narrowed
    return Wanted(figure, first, last, scope, state, whose, filters)


def _whose(query: Mapping[str, str]) -> tuple[tuple[str, str], dict[str, Any]]:
    """The clerk or the window of a list; 0 stands for none. Raises NotFound for one that does not exist."""
    for name, label, model in (("staff", _("Clerk"), User), ("window", _("Window"), Window)):
        text = query.get(name, "")
        if text == "0":
            return (label, _("none")), {f"{name}_id__isnull": True}
        if text.isdecimal() and len(text) < 19:
            found = model.objects.filter(pk=int(text)).first()
            if found is None:
                raise NotFound()
            return (label, str(found)), {f"{name}_id": found.pk}
    return ("", ""), {}


def page_of(asked: Wanted, cursor: str) -> Listed:
    """One page, the newest first."""
    rows = asked.rows().order_by("-pk")
    after = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("item", "department", "staff")[: PAGE + 1])
    more = len(found) > PAGE
    whole = not more and after is None
    return Listed(found[:PAGE], str(found[PAGE - 1].pk) if more else None, len(found) if whole else asked.count())


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
