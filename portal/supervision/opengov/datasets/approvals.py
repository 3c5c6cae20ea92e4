"""Open data of approvals: the catalogue of items, the figures of each day, promises, the ledger of the reform."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.measures import CASE_MEASURES
from approvals.catalogue.models import Item, ItemChange, ItemVersion
from approvals.promises.facts import actual_days, promises_in_force
from portal.core.datasets import Column, Dataset, Span, Value, register_dataset
from portal.core.statistics import SMALLEST, period
from portal.supervision.opengov.datasets.common import (
    CENTRE,
    DEPARTMENT_COLUMNS,
    NOBODY,
    WORKING_DAYS,
    department_names,
    parts_of_months,
)

BATCH = 500
# What the public sees of the catalogue, whatever became of it: all but drafts.
PUBLIC = tuple(status for status in Item.Status.values if status != Item.Status.DRAFT)
Row = tuple[Value, ...]
ITEM_COLUMNS = (
    Column("item_code", _("Item code"), "text"),
    Column("item", pgettext_lazy("desk", "Item"), "text"),
)
KINDS = dict(ItemVersion.Kind.choices)
TYPES = dict(Item.Type.choices)


# --- items ----------------------------------------------------------------------------------------------------------------


def items(_span: Span) -> Iterator[Row]:
    """All items that the public sees, with what their present version says."""
    rows = Item.objects.filter(status__in=PUBLIC).select_related("department", "current")
    for one in rows.order_by("code").iterator(chunk_size=BATCH):
        version = one.current
        yield (
            one.code, one.name, one.name_en or None, one.department.code, one.department.display_name, one.type,
            one.enterprise, one.status, *_promised(version), _address(one),
        )  # fmt: skip


def _promised(version: ItemVersion | None) -> Row:
    if version is None:
        return (None,) * 8
    return (
        version.kind, version.legal_days, version.promised_days, version.fee_fen, version.online, version.visits,
        version.instant, version.valid_from,
    )  # fmt: skip


def _address(item: Item) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("catalogue:guide", args=[item.code])


def items_changed() -> dt.datetime | None:
    """When a version was published or the ledger written last; two queries."""
    published = Item.objects.aggregate(at=Max("current__published_at"))["at"]
    recorded = ItemChange.objects.aggregate(at=Max("recorded_at"))["at"]
    return max((at for at in (published, recorded) if at), default=None)


ITEMS = Dataset(
    code="items",
    title=_("Service items"),
    about=_("Everything that people and firms can apply for, with the days that the law allows and that are promised."),
    publisher=CENTRE,
    columns=(
        *ITEM_COLUMNS,
        Column("item_en", _("Name in English"), "text"),
        *DEPARTMENT_COLUMNS,
        Column("type", _("Type"), "text", codes=TYPES),
        Column("enterprise", _("For firms"), "boolean"),
        Column("status", pgettext_lazy("open data", "State"), "text", codes={
            code: label for code, label in Item.Status.choices if code in PUBLIC
        }),
        Column("kind", _("Kind of handling"), "text", codes=KINDS),
        Column("legal_days", _("Days that the law allows"), "integer", WORKING_DAYS, _("Empty: the law sets no limit.")),
        Column("promised_days", _("Promised days"), "integer", WORKING_DAYS),
        Column("fee_fen", pgettext_lazy("open data", "Fee"), "integer", pgettext_lazy("unit", "fen"),
               _("100 fen are one yuan; 0 is free.")),
        Column("online", _("Can be done online"), "boolean"),
        Column("visits", _("Visits to a window"), "integer"),
        Column("instant", _("Decided at once by the portal"), "boolean"),
        Column("valid_from", _("Valid from"), "date"),
        Column("guide", _("Address of the guide"), "text"),
    ),
    rows=items,
    changed=items_changed,
    whole=True,
    order=10,
)  # fmt: skip


# --- daily figures --------------------------------------------------------------------------------------------------------

DAILY = (
    "received", "answers", "late_answers", "accepted", "concluded", "approved", "refused", "immediate_concluded",
    "promise_concluded", "early", "on_due_day", "overdue", "online_concluded", "actual_days", "with_actual_days",
    "promised_days", "with_promised_days",
)  # fmt: skip


def daily(span: Span) -> Iterator[Row]:
    """One row for each day and department on which something happened, from the cells; one query a month."""
    names = department_names()
    for first, last in parts_of_months(span):
        sums = period(CASE_MEASURES, SMALLEST, first, last, figures=DAILY, by=("day", "department_id"))
        for (day, pk), row in sorted(sums.items()):
            if any(row.values()):
                yield (day, *names.get(pk, NOBODY), *(row[name] for name in DAILY))


APPROVALS_DAILY = Dataset(
    code="approvals-daily",
    title=_("Applications by day and department"),
    about=_(
        "How many applications came in, were accepted and decided on each day, how many of them in time, and how many"
        " days they took. The figures are those of the supervision board."
    ),
    publisher=CENTRE,
    columns=(
        Column("day", _("Day"), "date"),
        *DEPARTMENT_COLUMNS,
        Column("received", pgettext_lazy("figure", "Received"), "integer"),
        Column("answers", _("First answers"), "integer"),
        Column("late_answers", pgettext_lazy("open data", "Late first answers"), "integer",
               note=_("Later than five working days.")),
        Column("accepted", pgettext_lazy("figure", "Accepted"), "integer"),
        Column("concluded", pgettext_lazy("figure", "Concluded"), "integer", note=_("Approved and refused.")),
        Column("approved", pgettext_lazy("open data", "Approved"), "integer"),
        Column("refused", pgettext_lazy("open data", "Refused"), "integer"),
        Column("immediate_concluded", _("Concluded, decided on the spot"), "integer"),
        Column("promise_concluded", _("Concluded, with promised days"), "integer"),
        Column("early", _("Decided before the promised day"), "integer"),
        Column("on_due_day", _("Decided on the promised day"), "integer"),
        Column(
            "overdue", _("Decided after the promised day"), "integer",
            note=_("On-time rate = (early + on_due_day) ÷ (early + on_due_day + overdue), summed first."),
        ),
        Column("online_concluded", _("Concluded online without a visit"), "integer"),
        Column("actual_days", _("Days taken, summed"), "integer", WORKING_DAYS,
               _("Mean = actual_days ÷ with_actual_days.")),
        Column("with_actual_days", _("Decisions with known days taken"), "integer"),
        Column("promised_days", _("Days promised, summed"), "integer", WORKING_DAYS,
               _("Mean = promised_days ÷ with_promised_days.")),
        Column("with_promised_days", _("Decisions with known days promised"), "integer"),
    ),
    rows=daily,
    order=20,
)  # fmt: skip


# --- promises -------------------------------------------------------------------------------------------------------------


def promises(_span: Span) -> Iterator[Row]:
    """The promises in force with the mean of the last twelve months; one query of cells for each batch."""
    rows = promises_in_force().filter(status=Item.Status.PUBLISHED).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        taken = actual_days(one.pk for one in batch)
        for one in batch:
            yield _promise(one, taken.get(one.pk))


def _promise(one: Item, taken: Any) -> Row:
    version: Any = one.current  # never None among `promises_in_force`
    mean = round(taken.days, 2) if taken is not None and taken.days is not None else None
    return (
        one.code, one.local_name, one.department.code, one.department.display_name, version.legal_days,
        version.promised_days, version.previous_promised_days, version.compressed_days, mean,
        taken.cases if taken is not None else 0,
    )  # fmt: skip


PROMISES = Dataset(
    code="promises",
    title=_("Promised days"),
    about=_("What the law allows, what is promised, what was promised before, and how long it really took."),
    publisher=CENTRE,
    columns=(
        *ITEM_COLUMNS,
        *DEPARTMENT_COLUMNS,
        Column("legal_days", _("Days that the law allows"), "integer", WORKING_DAYS, _("Empty: the law sets no limit.")),
        Column("promised_days", _("Promised days"), "integer", WORKING_DAYS),
        Column("previous_promised_days", _("Promised before"), "integer", WORKING_DAYS),
        Column("compressed_days", _("Shorter than the law allows by"), "integer", WORKING_DAYS),
        Column("mean_actual_days", _("It took, on the mean"), "number", WORKING_DAYS,
               _("Of the decisions of the last twelve months.")),
        Column("decided_cases", _("Decided cases"), "integer", note=_("Of the last twelve months.")),
    ),
    rows=promises,
    changed=items_changed,
    whole=True,
    order=30,
)  # fmt: skip


# --- reform ledger --------------------------------------------------------------------------------------------------------


def ledger(span: Span) -> Iterator[Row]:
    """The changes of the period, without those of drafts that nobody outside sees."""
    rows = ItemChange.objects.filter(on__range=(span.first, span.last), item__status__in=PUBLIC).select_related(
        "item__department", "merged_into", "delegated_to"
    )
    for one in rows.order_by("on", "pk").iterator(chunk_size=BATCH):
        yield (
            one.on, one.change, one.item.code, one.item.local_name, one.item.department.code,
            one.item.department.display_name, one.status_before or None, one.status_after or None,
            one.merged_into.code if one.merged_into else None,
            one.delegated_to.display_name if one.delegated_to else None, one.ground or None,
        )  # fmt: skip


def ledger_changed() -> dt.datetime | None:
    found: dt.datetime | None = ItemChange.objects.aggregate(at=Max("recorded_at"))["at"]
    return found


STANDINGS = dict(Item.Status.choices)
LEDGER = Dataset(
    code="reform-ledger",
    title=_("Reform ledger"),
    about=_("Every item that was added, cancelled, suspended, merged, delegated or restored, with its ground."),
    publisher=CENTRE,
    columns=(
        Column("on", _("Date"), "date"),
        Column("change", pgettext_lazy("reform", "Change"), "text", codes=dict(ItemChange.Change.choices)),
        *ITEM_COLUMNS,
        *DEPARTMENT_COLUMNS,
        Column("status_before", _("State before"), "text", codes=STANDINGS),
        Column("status_after", _("State after"), "text", codes=STANDINGS),
        Column("merged_into", _("Merged into the item"), "text"),
        Column("delegated_to", _("Delegated to"), "text"),
        Column("ground", _("Ground"), "text"),
    ),
    rows=ledger,
    changed=ledger_changed,
    order=40,
)


def register() -> None:
    """Called in `ready()`."""
    for one in (ITEMS, APPROVALS_DAILY, PROMISES, LEDGER):
        register_dataset(one)
