"""What stands on the desks: tabs with capped counts, filters, and the list by urgency."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hotline import policies
from hotline.models import Channel, Grade, Kind, Ticket
from portal.core.numbers import normalise_number
from portal.core.search import search
from portal.core.time import now, today

if TYPE_CHECKING:
    from portal.people.models import User

# No list counts further than this: more is "10,000+", and costs no more than this.
CAP = 10_000
OPEN = Q(ended_at__isnull=True)
FILTERS = ("q", "kind", "grade", "channel", "department", "category", "street")


@dataclass(frozen=True)
class Tab:
    """One tab: what it holds, and who sees it."""

    code: str
    label: str | Promise
    holds: Callable[[dt.datetime], Q]
    hotline: bool = False  # for the hotline and those who oversee it
    department: bool = False  # for departments
    tone: str = ""
    counted: bool = True


def _in_state(*states: str) -> Callable[[dt.datetime], Q]:
    return lambda _moment: OPEN & Q(state__in=states)


TABS = (
    Tab("all", pgettext_lazy("tab of the hotline", "All open"), lambda _m: OPEN),
    Tab(
        "overdue", pgettext_lazy("tab of the hotline", "Overdue"),
        lambda m: OPEN & Q(due_at__lt=m, handled_at__isnull=True), tone="red",
    ),
    Tab(
        "today", pgettext_lazy("tab of the hotline", "Due today"),
        lambda m: OPEN & Q(due_on=today(), due_at__gte=m, handled_at__isnull=True), tone="amber",
    ),
    Tab("danger", pgettext_lazy("tab of the hotline", "Danger to life"),
        lambda _m: OPEN & Q(life_danger=True, handled_at__isnull=True), tone="red"),
    Tab("recorded", pgettext_lazy("tab of the hotline", "To dispatch"), _in_state("recorded"), hotline=True),
    Tab("returned", pgettext_lazy("tab of the hotline", "Returned"), _in_state("returned")),
    Tab("dispatched", pgettext_lazy("tab of the hotline", "To sign for"), _in_state("dispatched")),
    Tab("signed", pgettext_lazy("tab of the hotline", "Being handled"), _in_state("signed")),
    Tab("drafted", pgettext_lazy("tab of the hotline", "Replies to approve"), _in_state("drafted")),
    Tab("suspended", pgettext_lazy("tab of the hotline", "Suspended"), _in_state("suspended")),
    Tab("replied", pgettext_lazy("tab of the hotline", "To call back"), _in_state("replied"), hotline=True),
    Tab("called_back", pgettext_lazy("tab of the hotline", "Not content"), _in_state("called_back"), hotline=True),
    Tab("many", pgettext_lazy("tab of the hotline", "Very many from one caller"),
        lambda _m: OPEN & Q(many=True, state="recorded"), hotline=True),
    Tab("ended", pgettext_lazy("tab of the hotline", "Ended"), lambda _m: Q(ended_at__isnull=False), counted=False),
)  # fmt: skip


def tabs_for(user: "User") -> list[Tab]:
    """The tabs of the person's work."""
    hotline = policies.sees_all(user)
    return [tab for tab in TABS if hotline or not tab.hotline]


def at_work(user: "User") -> Any:
    """The tickets that somebody sees at work; those that they sent in themselves do not stand on a desk."""
    rows = Ticket.objects.visible_to(user)
    return rows if policies.sees_all(user) else rows.exclude(owner=user)


def counts(user: "User", tabs: list[Tab]) -> dict[str, int]:
    """How many stand under each tab, of the `CAP` most urgent open ones; one query."""
    moment = now()
    shown = at_work(user).open().by_urgency().values("pk")[:CAP]
    rows = Ticket.objects.filter(pk__in=shown)
    sums = {tab.code: Count("pk", filter=tab.holds(moment)) for tab in tabs if tab.counted}
    found: dict[str, int] = rows.aggregate(**sums)
    return found


def tab_of(params: QueryDict, tabs: list[Tab]) -> Tab:
    """The tab that is asked for, else the first one."""
    return next((tab for tab in tabs if tab.code == params.get("tab")), tabs[0])


def asked_of(params: QueryDict) -> dict[str, str]:
    """The filters, as they were sent."""
    return {name: params.get(name, "").replace("\0", "").strip()[:100] for name in FILTERS}


def listed(user: "User", tab: Tab, asked: dict[str, str]) -> Any:
    """The tickets of a tab that these filters ask for, without their order."""
    rows = at_work(user).filter(tab.holds(now()))
    for name, values in (("kind", Kind.values), ("grade", Grade.values), ("channel", Channel.values)):
        if asked[name] in values:
            rows = rows.filter(**{name: asked[name]})
    for name in ("department", "category"):
        if asked[name].isdecimal() and len(asked[name]) < 10:
            rows = rows.filter(**{name: int(asked[name])})
    if asked["street"]:
        rows = rows.filter(street_code=asked["street"])
    if asked["q"]:
        rows = _matching(rows, asked["q"])
    return rows.select_related("department", "category")


def _matching(rows: Any, text: str) -> Any:
    """By number (ours, the source's, the province's); else by the words of title and content."""
    number = normalise_number(text)
    named = Q(number=number) | Q(external_id=text) | Q(province_number=text)
    if any(character.isdigit() for character in text) and rows.filter(named).exists():
        return rows.filter(named)
    return search(rows, text).rows
