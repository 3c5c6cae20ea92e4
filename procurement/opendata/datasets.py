"""The open datasets of trading: deals and notices of tenders, each with the dictionary of its columns."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.datasets import Column, Dataset, Span, Value, register_dataset
from portal.core.time import ZONE
from procurement.models import Category, Deal, Method, Status
from procurement.opendata.exact import yuan
from procurement.opendata.picture import page_of
from procurement.tenders.models import Notice

YUAN = pgettext_lazy("unit of money", "yuan")
PUBLISHER = _("Public resource trading centre of Haizhou")
CHUNK = 1000
MONEY = ("budget_fen", "control_price_fen", "start_fen", "deal_fen", "base_fen", "savings_fen", "premium_fen")
PLAIN = ("category", "method", "below_threshold", "title", "buyer", "winner", "status", "listed_on", "awarded_on")


def _codes(values: list[str]) -> str:
    """The codes that a column may hold."""
    return ", ".join(values)


DEALS = Dataset(
    code="deals",
    title=_("Deals of public resource trading"),
    about=_(
        "Every result of public trading: what was bought or sold, by whom, from whom, for how much, and what it saved."
    ),
    publisher=PUBLISHER,
    columns=(
        Column("source", _("Recorded from"), "text", note=_("“own” for tenders of this portal.")),
        Column("external_id", _("Identifier there"), "text"),
        Column("category", _("Category"), "text", note=_codes(Category.values)),
        Column("method", _("Method"), "text", note=_codes(Method.values)),
        Column("below_threshold", _("Below the threshold"), "boolean"),
        Column("title", _("Title"), "text"),
        Column("buyer", _("Buyer or seller"), "text"),
        Column("winner", _("Winner"), "text"),
        Column("status", _("Result"), "text", note=_codes(Status.values)),
        Column("listed_on", pgettext_lazy("deal", "Listed on"), "date"),
        Column("awarded_on", _("Result on"), "date"),
        Column("budget", _("Budget"), "number", YUAN),
        Column("control_price", _("Control price"), "number", YUAN),
        Column("start", _("Starting price"), "number", YUAN, _("Of listings and auctions.")),
        Column("deal", _("Deal amount"), "number", YUAN),
        Column("base", _("Base"), "number", YUAN, _("The control price, else the budget.")),
        Column("savings", _("Saved"), "number", YUAN, _("Base less deal; never of listings and auctions.")),
        Column("premium", _("Premium over the starting price"), "number", YUAN),
    ),
    rows=lambda span: _deals(span),
    changed=lambda: Deal.objects.aggregate(at=Max("created_at"))["at"],
    order=60,
)

NOTICES = Dataset(
    code="tenders",
    title=_("Notices of public tenders"),
    about=_("Every notice of a tender: the tender itself, changes, candidates, results, contracts, and its end."),
    publisher=PUBLISHER,
    columns=(
        Column("number", pgettext_lazy("tender", "Number"), "text"),
        Column("kind", _("Kind of notice"), "text", note=_codes(Notice.Kind.values)),
        Column("published_at", _("Published at"), "moment"),
        Column("title", _("Title"), "text"),
        Column("category", _("Category"), "text", note=_codes(Category.values)),
        Column("method", _("Method"), "text", note=_codes(Method.values)),
        Column("below_threshold", _("Below the threshold"), "boolean"),
        Column("buyer", _("Buyer or seller"), "text"),
        Column("budget", _("Budget"), "number", YUAN, _("The starting price for listings and auctions.")),
        Column("deadline_at", _("Bid deadline and opening"), "moment"),
        Column("url", _("Page of the tender"), "text"),
    ),
    rows=lambda span: _notices(span),
    changed=lambda: Notice.objects.aggregate(at=Max("published_at"))["at"],
    order=61,
)


def _deals(span: Span) -> Iterator[tuple[Value, ...]]:
    rows = Deal.objects.between(span.first, span.last).order_by("listed_on", "pk")
    for one in rows.values_list("source", "external_id", *PLAIN, *MONEY).iterator(chunk_size=CHUNK):
        plain, amounts = one[: -len(MONEY)], one[-len(MONEY) :]
        yield (*plain, *(None if fen is None else _number(fen) for fen in amounts))


def _notices(span: Span) -> Iterator[tuple[Value, ...]]:
    rows = Notice.objects.filter(project__announced_at__isnull=False, published_at__range=_moments(span))
    found = rows.select_related("project__buyer").order_by("published_at", "pk")
    for one in found.iterator(chunk_size=CHUNK):
        project = one.project
        yield (
            project.number, one.kind, one.published_at, project.title, project.category, project.method,
            project.below_threshold, project.buyer.name, _number(project.budget_fen), project.deadline_at,
            page_of(project),
        )  # fmt: skip


def _moments(span: Span) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime.combine(span.first, dt.time.min, ZONE), dt.datetime.combine(span.last, dt.time.max, ZONE)


def _number(fen: int) -> float:
    """In yuan. Datasets know no decimals; the register takes amounts of 15 digits at most, and these a float gives back."""
    return float(yuan(fen))


def connect() -> None:
    """Called in `ready()`."""
    register_dataset(DEALS)
    register_dataset(NOTICES)
