"""What stands on a district's desk: tabs with capped counts, the list by urgency, and who below has what."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import pgettext_lazy

from hotline import policies as hotline_policies
from hotline.districts.models import Assignment
from hotline.models import Ticket

CAP = 10_000
TABS = (
    ("sign", pgettext_lazy("tab of a district", "To sign for"), Q(state="dispatched")),
    ("pass", pgettext_lazy("tab of a district", "To pass on"), Q(state="signed", inner_department__isnull=True)),
    ("returned", pgettext_lazy("tab of a district", "Returned to us"), Q()),
    (
        "below",
        pgettext_lazy("tab of a district", "Passed on"),
        Q(inner_department__isnull=False, handled_at__isnull=True),
    ),
    ("all", pgettext_lazy("tab of a district", "All open"), Q()),
)
CODES = tuple(code for code, _label, _holds in TABS)


def rows_of(user: Any) -> Any:
    """The open tickets of the person's districts."""
    districts = hotline_policies.districts_of(user)
    return Ticket.objects.filter(department__in=districts, ended_at__isnull=True, imported=False)


def listed(user: Any, tab: str) -> Any:
    """The tickets of a tab, without their order."""
    rows = rows_of(user).select_related("category", "department", "inner_department").defer("content", "search")
    return _narrowed(rows, tab)


def _narrowed(rows: Any, tab: str) -> Any:
    if tab == "returned":
        waiting = Assignment.objects.running().filter(state="returned").values("ticket")
        return rows.filter(pk__in=waiting)
    return rows.filter(next(holds for code, _label, holds in TABS if code == tab))


def counts(user: Any) -> dict[str, int]:
    """How many stand under each tab, of the `CAP` most urgent ones; two queries."""
    districts = hotline_policies.districts_of(user)
    shown = rows_of(user).order_by("urgent_at", "id").values("pk")[:CAP]
    plain = [(code, holds) for code, _label, holds in TABS if code != "returned"]
    sums: dict[str, Any] = {f"n_{code}": Count("pk", filter=holds) if holds else Count("pk") for code, holds in plain}
    found = Ticket.objects.filter(pk__in=shown).aggregate(**sums)
    returned = Assignment.objects.running().filter(district__in=districts, state="returned")
    numbers = {code: found[f"n_{code}"] for code, _holds in plain}
    return {**numbers, "returned": returned[:CAP].count()}


def running_of(tickets: list[Ticket]) -> dict[int, Assignment]:
    """The running assignment of each ticket of a page; one query."""
    rows = Assignment.objects.running().filter(ticket__in=tickets)
    return {one.ticket_id: one for one in rows}
