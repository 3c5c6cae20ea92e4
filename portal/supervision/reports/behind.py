"""What a figure of a report is made of: its sums, how they give it, and the rows that each of them counts."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.models import Item
from hall.appointments.measures import APPOINTMENT_MEASURES
from hall.attendance.measures import EMPTY_POST_MEASURES, SHIFT_MEASURES
from hall.patrols.measures import FINDING_MEASURES
from hall.queue.measures import TICKET_MEASURES as NUMBER_MEASURES
from hall.ratings.measures import RATING_MEASURES
from hotline.measures import STEP_MEASURES, TICKET_MEASURES, as_of_moment
from hotline.models import Ticket
from portal.core.errors import NotFound
from portal.core.statistics import MeasureSet
from portal.core.statistics.behind import rows_behind
from portal.core.statistics.blocks import Block, Derivation, Scope, registered_block
from portal.people.models import Department
from portal.supervision.dashboards.behind import POST_COLUMNS, RATING_COLUMNS, SHIFT_COLUMNS, TICKET_COLUMNS
from portal.supervision.reports import wording
from portal.supervision.reports.figures import FIGURES, Figure, Span, cases_link, figure_link

Text = str | Promise
Column = tuple[Text, Callable[[Any], Any]]
BY_ITEM = ("catalogue", "reform")  # counted from the items themselves, not from cells
# Balances: the rows tell what is now, not what was. What could be rated comes from several rooms.
NO_LIST = frozenset({"open", "open_overdue", "rateable"})

# The sums that no report prints by themselves.
WORDS: dict[str, Text] = {
    "approvals.on_due_day": pgettext_lazy("figure", "Concluded on the due date"),
    "approvals.immediate_concluded": pgettext_lazy("figure", "Concluded immediately"),
    "approvals.online_concluded": pgettext_lazy("figure", "Concluded online without a visit"),
    "approvals.answers": pgettext_lazy("figure", "First answers"),
    "approvals.legal_days": _("Legal days, added up"),
    "approvals.promised_days": _("Promised days, added up"),
    "approvals.actual_days": _("Actual days, added up"),
    "approvals.filing_days": _("Days from filing to decision, added up"),
    "approvals.with_legal_days": _("Concluded with known legal days"),
    "approvals.with_promised_days": _("Concluded with known promised days"),
    "approvals.with_actual_days": _("Concluded with known actual days"),
    "approvals.with_filing_days": _("Concluded with known days from filing"),
    "approvals.compressible_legal_days": _("Legal days, added up where both are known"),
    "approvals.compressible_promised_days": _("Promised days, added up where both are known"),
    "catalogue.online": _("Items that can be done online"),
    "catalogue.one_visit": _("Items with one visit at most"),
    "catalogue.no_visit": _("Items without a visit"),
    "catalogue.legal_days": _("Legal days, added up"),
    "catalogue.promised_days": _("Promised days, added up"),
    "catalogue.with_legal_days": _("Items with known legal days"),
    "catalogue.with_promised_days": _("Items with known promised days"),
    "catalogue.compressible_legal_days": _("Legal days, added up where both are known"),
    "catalogue.compressible_promised_days": _("Promised days, added up where both are known"),
    "hall.due_at_post": _("Shifts due at the post"),
    "hall.attended": _("Shifts attended"),
    "ratings.rectification_due": _("Rectifications due"),
    "ratings.rectified_in_time": _("Rectified in time"),
    "ratings.rateable": _("Cases and visits that could be rated"),
    "hotline.contacted": _("Contacted by the department"),
    "hotline.asked": _("Called back and asked whether it is resolved"),
    "hotline.resolved": _("Resolved, says the caller"),
    "hotline.judged": _("Called back and judged"),
    "hotline.satisfied": _("Content, says the caller"),
    "hotline.redone": _("Sent back for redo"),
}
APPROVALS_LISTS = {  # the list of cases that a sum leads to
    "with_legal_days": "promise_concluded", "with_promised_days": "promise_concluded",
    "with_actual_days": "promise_concluded", "with_filing_days": "promise_concluded", "legal_days": "promise_concluded",
    "promised_days": "promise_concluded", "actual_days": "promise_concluded", "filing_days": "promise_concluded",
    "compressible_legal_days": "promise_concluded", "compressible_promised_days": "promise_concluded",
}  # fmt: skip


def _day(name: str) -> Callable[[Any], str]:
    def read(row: Any) -> str:
        found: dt.date | None = getattr(row, name)
        return "—" if found is None else found.isoformat()

    return read


DEPARTMENT: Column = (_("Department"), lambda row: row.department.display_short if row.department else "—")
TICKETS: tuple[Column, ...] = (
    (pgettext_lazy("ticket", "Number"), lambda row: row.reference),
    (pgettext_lazy("ticket", "What it is about"), lambda row: row.title),
    DEPARTMENT,
    (pgettext_lazy("figure", "Recorded"), _day("recorded_on")),
)
FINDINGS: tuple[Column, ...] = (
    (pgettext_lazy("finding", "Number"), lambda row: row.number),
    (_("What was found"), lambda row: row.text),
    DEPARTMENT,
    (pgettext_lazy("finding", "Found on"), _day("found_on")),
    (_("Rectified on"), _day("rectified_on")),
)
APPOINTMENTS: tuple[Column, ...] = ((_("Day"), _day("day")), DEPARTMENT)


@dataclass(frozen=True)
class Source:
    """Where the rows of some sums are counted, what a list shows of them, and the page of one of them."""

    measures: MeasureSet
    columns: tuple[Column, ...]
    order: str
    link: Callable[[Any], str] = lambda row: ""
    related: tuple[str, ...] = ("department",)


def _ticket(row: Any) -> str:
    return reverse("hotline:ticket", args=[row.pk])


SOURCES: dict[str, tuple[Source, ...]] = {
    "ratings": (Source(RATING_MEASURES, (*RATING_COLUMNS, DEPARTMENT), "-rated_on"),),
    "hall": (
        Source(NUMBER_MEASURES, TICKET_COLUMNS, "-day", related=()),
        Source(APPOINTMENT_MEASURES, APPOINTMENTS, "-day"),
        Source(SHIFT_MEASURES, (*SHIFT_COLUMNS, DEPARTMENT), "-counted_on"),
        Source(EMPTY_POST_MEASURES, (*POST_COLUMNS, DEPARTMENT), "-day"),
        Source(FINDING_MEASURES, FINDINGS, "-found_on", lambda row: reverse("patrols:finding", args=[row.number])),
    ),
    "hotline": (
        Source(TICKET_MEASURES, TICKETS, "-recorded_at", _ticket),
        Source(STEP_MEASURES, TICKETS, "-recorded_at", _ticket),
    ),
}


@dataclass(frozen=True)
class Sum:
    """One of the sums that a figure is made of; `url` is the list of its rows, empty where there is none."""

    name: str
    label: Text
    number: int
    sign: str
    url: str = ""
    here: bool = False


@dataclass(frozen=True)
class Made:
    """A figure, the sums that give it, and the list of the one that is looked at."""

    figure: Figure
    span: Span
    department: Department | None
    value: str
    sums: list[Sum]
    block: str
    shown: str

    @property
    def is_formula(self) -> bool:
        """Whether more than one sum gives the figure."""
        return len(self.sums) > 1

    @property
    def label_of_shown(self) -> Text:
        return next((one.label for one in self.sums if one.name == self.shown), self.figure.label)


def made(path: str, span: Span, shown: str, department: Department | None = None) -> Made:
    """What the figure `path` is made of in the days of `span`. Raises NotFound for one that no block derives."""
    figure, (name, _dot, code) = FIGURES.get(path), path.partition(".")
    block = registered_block(name)
    if figure is None or block is None or code not in block.order:
        raise NotFound()
    scope = Scope(span.first, span.last, span.as_of, span.department_id)
    sums = block.sums(scope).get(None, {})
    names = _names(block, code)
    listed = [one for one, _sign in names if _has_list(name, one)]
    chosen = shown if shown in listed else next(iter(listed), "")
    rows = [_sum(path, name, one, sign, sums, span, chosen) for one, sign in names]
    value = wording.written(figure, {name: block.report(sums)})
    return Made(figure, span, department, value, rows, name, chosen)


def _names(block: Block, code: str) -> list[tuple[str, str]]:
    """The sums of a figure with their signs in the formula; a count is made of itself."""
    found = block.derived.get(code)
    if not isinstance(found, Derivation) or not found.top:
        return [(code, "")]
    above = [*((one, "+") for one in found.top), *((one, "−") for one in found.less)]
    below = [(one, "+" if place else "÷") for place, one in enumerate(found.bottom)]
    return [(one, sign if place else "") for place, (one, sign) in enumerate([*above, *below])]


def _sum(path: str, block: str, name: str, sign: str, sums: Mapping[str, int], span: Span, chosen: str) -> Sum:
    known = FIGURES.get(f"{block}.{name}")
    label = known.label if known else WORDS.get(f"{block}.{name}", name)
    if block == "approvals":
        return Sum(name, label, sums.get(name, 0), sign, cases_link(APPROVALS_LISTS.get(name, name))(span))
    url = f"{figure_link(path)(span)}&of={name}" if _has_list(block, name) else ""
    return Sum(name, label, sums.get(name, 0), sign, url, name == chosen)


def _source(block: str, name: str) -> Source | None:
    """Where the rows of a sum come from; None where it has no list."""
    sources = () if name in NO_LIST else SOURCES.get(block, ())
    return next((one for one in sources if name in one.measures.figures), None)


def _has_list(block: str, name: str) -> bool:
    return block in BY_ITEM or _source(block, name) is not None


# --- the list -----------------------------------------------------------------------------------------------------------


def rows_of(found: Made) -> "QuerySet[Any] | None":
    """The rows that the chosen sum counts; None where it is counted from items, or has no list."""
    block, span = found.block, found.span
    source = _source(block, found.shown)
    if source is None:
        return None
    counted = rows_behind(source.measures, found.shown, span.first, span.last, department_id=span.department_id)
    if source.measures is STEP_MEASURES:
        tickets = Ticket.objects.filter(pk__in=counted.values("ticket"))
        return tickets.select_related("department").defer("content", "search")
    if block == "hotline" and found.shown in ("due", "on_time"):
        counted = counted.exclude(_to_come(span))
    return counted.select_related(*source.related)


def _to_come(span: Span) -> Q:
    """Tickets whose due moment has not passed by the as-of moment and that nobody answered before it."""
    until = as_of_moment(span.as_of)
    unanswered = Q(first_replied_at__isnull=True) | Q(first_replied_at__gt=until)
    return Q(first_due_at__gt=until) & unanswered


def order_of(found: Made) -> str:
    source = _source(found.block, found.shown)
    return source.order if source else "-pk"


def cells(found: Made, row: Any) -> list[tuple[str, str, str]]:
    """What the list shows of a row: the head of the column, its text, and the row's page behind the first one."""
    source = SOURCES[found.block][0] if (own := _source(found.block, found.shown)) is None else own
    url = source.link(row)
    return [(str(label), read(row), "" if place else url) for place, (label, read) in enumerate(source.columns)]


def items_of(found: Made) -> list[list[tuple[str, str, str]]]:
    """The items that the chosen sum counts, as they stood at the end of the period. A city has some hundreds."""
    block = registered_block(found.block)
    span = found.span
    if found.block not in BY_ITEM or block is None:
        return []
    scope = Scope(span.first, span.last, span.as_of, span.department_id, by="item")
    counted = {pk: sums for pk, sums in block.sums(scope).items() if sums.get(found.shown)}
    items = Item.objects.filter(pk__in=counted).select_related("department").order_by("code")
    return [_cells_of_item(item, counted[item.pk]) for item in items]


def _cells_of_item(item: Item, sums: Mapping[str, int]) -> list[tuple[str, str, str]]:
    days = [
        (str(label), str(sums[name]) if f"with_{name}" in sums else "—", "")
        for label, name in (
            (_("Legal days"), "legal_days"), (_("Promised days"), "promised_days"),
            (_("Previous promised days"), "previous_days"),
        )
    ]  # fmt: skip
    named = [
        (str(_("Item")), item.local_name, reverse("supervision:item", args=[item.code])),
        (str(_("Department")), item.department.display_short, ""),
    ]
    return named + (days if "items" in sums else [])
