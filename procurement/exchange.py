"""The import form of deals: what other trading systems and the years before send."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import events, statistics
from portal.core.db import copy
from portal.core.exchange import Column, ImportForm, ImportRun, Row, register
from portal.core.exchange.parse import choice, day, flag, text, whole
from portal.core.money import MAX_FEN
from portal.core.search import document
from portal.core.time import local_date
from procurement.measures import DEAL_MEASURES
from procurement.models import SALES, Category, Deal, Method, Status
from procurement.scoring import saving

FEN = whole(0, min(MAX_FEN, 10**15 - 1))
TEXTS = ("category", "below_threshold", "method", "title", "buyer", "winner")
AMOUNTS = ("budget_fen", "control_price_fen", "start_fen", "deal_fen")
STREAM = events.stream_of(Deal)
IMPORTED, UPDATED = "deal.imported", "deal.import_changed"
FIXED = ("id", "source", "external_id", "created_at")
WRITTEN = (
    *TEXTS, *AMOUNTS, "awarded_on", "status", "base_fen", "savings_fen", "premium_fen", "listed_on", "search",
)  # fmt: skip


class DealForm(ImportForm):
    """Deals of other systems: shown and counted like our own."""

    name = "deals"
    label = gettext_lazy("Deals")
    model = Deal
    columns = (
        Column("external_id", text(120), required=True),
        Column("category", choice(Category.values), required=True),
        Column("below_threshold", flag),
        Column("method", choice(Method.values)),
        Column("title", text(300), required=True),
        Column("buyer", text(200)),
        Column("winner", text(200)),
        Column("budget_fen", FEN),
        Column("control_price_fen", FEN),
        Column("start_fen", FEN),
        Column("deal_fen", FEN),
        Column("awarded_on", day),
        Column("status", choice(Status.values), required=True),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """An award has a day and an amount; whoever did not win has neither winner nor amount."""
        return contradictions(row.values)

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """The deals, one event each, and the marks of the cells that they stand in, before and after."""
        new, known = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
        if known:
            statistics.mark_bulk(DEAL_MEASURES, [row.object_id for row in known])
        copy.copy_rows(
            Deal,
            (*FIXED, *WRITTEN),
            [(row.object_id, run.source, row.external_id, run.started_at, *_cells(row, run)) for row in new],
        )
        copy.update_rows(Deal, ("id", *WRITTEN), [(row.object_id, *_cells(row, run)) for row in known])
        events.record_bulk([_told(row, run, IMPORTED) for row in new], run.actor)
        events.record_bulk_next([_told(row, run, UPDATED) for row in known], run.actor)
        statistics.mark_days(DEAL_MEASURES, {row.values["awarded_on"] for row in rows} - {None})


def contradictions(values: Mapping[str, Any]) -> list[str]:
    """What in one row cannot be true together, in plain sentences."""
    found = []
    if values["status"] == Status.AWARDED:
        if values["awarded_on"] is None:
            found.append(_("awarded_on: An award must say its day."))
        if values["deal_fen"] is None:
            found.append(_("deal_fen: An award must say its amount."))
    elif values["deal_fen"] is not None:
        found.append(_("deal_fen: Only an award has an amount."))
    elif values["winner"]:
        found.append(_("winner: Only an award has a winner."))
    if values["start_fen"] is not None and values["method"] and values["method"] not in SALES:
        found.append(_("start_fen: Only listings and auctions have a starting price."))
    return found


def is_sale(values: Mapping[str, Any]) -> bool:
    """Whether the buyer pays over a start: by the method, or, where that is unknown, by the starting price."""
    return values["method"] in SALES or (not values["method"] and values["start_fen"] is not None)


def derived(values: Mapping[str, Any]) -> dict[str, int | None]:
    """Base, saving and premium of an award; nothing for whatever else became of it."""
    if values["status"] != Status.AWARDED:
        return {"base_fen": None, "savings_fen": None, "premium_fen": None}
    money = saving(
        deal_fen=values["deal_fen"],
        budget_fen=values["budget_fen"],
        control_price_fen=values["control_price_fen"],
        start_fen=values["start_fen"],
        is_sale=is_sale(values),
    )
    return {"base_fen": money.base_fen, "savings_fen": money.savings_fen, "premium_fen": money.premium_fen}


def _cells(row: Row, run: ImportRun) -> tuple[Any, ...]:
    """The columns of `WRITTEN`, in their order."""
    values = row.values
    listed_on: dt.date = values["awarded_on"] or local_date(run.started_at)
    money = derived(values)
    return (
        values["category"],
        bool(values["below_threshold"]),
        values["method"] or "",
        values["title"],
        values["buyer"] or "",
        values["winner"] or "",
        *(values[name] for name in AMOUNTS),
        values["awarded_on"],
        values["status"],
        money["base_fen"],
        money["savings_fen"],
        money["premium_fen"],
        listed_on,
        document(names=[values["title"]], texts=[values["buyer"] or "", values["winner"] or "", row.external_id]),
    )


def _told(row: Row, run: ImportRun, event_type: str) -> events.Record:
    """Where the row came from and what it said of the money, so that an earlier amount can be read after a change."""
    said = {name: row.values[name] for name in ("awarded_on", *AMOUNTS) if row.values[name] is not None}
    data = {"source": run.source, "external_id": row.external_id, "job": run.job_id, **said}
    return events.Record(STREAM, row.object_id, event_type, to_state=row.values["status"], data=data)


def connect() -> None:
    """Make the form known to commands and pages; called when the app is ready."""
    register(DealForm())
