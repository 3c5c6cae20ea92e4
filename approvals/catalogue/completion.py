"""Completing imported drafts in bulk: one rule set for the table on the page and for the Excel file that comes back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.catalogue import policies
from approvals.catalogue.editing import write_columns
from approvals.catalogue.exchange import DAYS
from approvals.catalogue.models import Item, ItemVersion
from approvals.catalogue.steps import allow, check_days, draft_of
from portal.core import db, events
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, Stale, WrongState
from portal.core.exchange import Column, ImportForm, ImportRun, Row
from portal.core.exchange.parse import BadCell, text, whole
from portal.core.money import format_yuan, parse_yuan

FIGURES = ("kind", "legal_days", "promised_days", "fee_fen", "visits", "online")
YES = frozenset({"1", "yes", "y", "true", "是", "可", "√", "✓"})
NO = frozenset({"0", "no", "n", "false", "否", "不可", "×"})
KIND_WORDS = {
    "promise": "promise", "承诺件": "promise", "承诺": "promise", "immediate": "immediate", "即办件": "immediate",
    "即办": "immediate",
}  # fmt: skip


def shown(version: ItemVersion) -> dict[str, str]:
    """The figures of a draft as the table writes them."""
    return {
        "kind": version.kind,
        "legal_days": _text(version.legal_days),
        "promised_days": _text(version.promised_days),
        "fee_fen": "" if version.fee_fen is None else format_yuan(version.fee_fen).removesuffix(".00"),
        "visits": _text(version.visits),
        "online": "on" if version.online else "",
    }


def fingerprint(version: ItemVersion) -> str:
    """What stood in the row, for the next save to compare with."""
    return "|".join(shown(version).values())


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


@action
def complete(actor: Actor, version_id: int, figures: Mapping[str, Any], *, was: str | None = None) -> ItemVersion:
    """Write the figures of one draft that was never published. Raises Invalid, Stale, WrongState, NotAllowed."""
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    if version.item.status != Item.Status.DRAFT:
        raise WrongState(_("This item is published: its figures are changed by a new version."), code="published")
    if was is not None and was != fingerprint(version):
        raise Stale()
    _write(actor, version, figures)
    return version


def _write(actor: Actor, version: ItemVersion, figures: Mapping[str, Any], **data: Any) -> None:
    write_columns(version, figures)
    version.reviewed_by = version.reviewed_at = None
    version.created_by = actor.user
    version.save()
    events.record(version.item, "item.completed", actor, data={"version": version.number, **data})


# --- the same from a file ---------------------------------------------------------------------------------------------


def yuan(cell: str, _zone: ZoneInfo) -> int:
    """An amount in yuan as fen."""
    try:
        fen = parse_yuan(cell)
    except Invalid as error:
        raise BadCell(error.message) from None
    if fen < 0:
        raise BadCell(gettext_lazy("The amount cannot be negative."))
    return fen


def yes_or_no(cell: str, _zone: ZoneInfo) -> bool:
    """是 or 否, yes or no."""
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise BadCell(gettext_lazy("“%(cell)s” is neither yes nor no."), cell=cell[:40])


def kind_word(cell: str, _zone: ZoneInfo) -> str:
    """承诺件 or 即办件, promise or immediate."""
    found = KIND_WORDS.get(cell.lower())
    if found is None:
        raise BadCell(gettext_lazy("“%(cell)s” is neither immediate nor promise."), cell=cell[:40])
    return found


class CompletionForm(ImportForm):
    """Rows that complete drafts; an empty cell leaves what is there."""

    name = "item_completion"
    label = gettext_lazy("Completion of draft items")
    model = Item
    key = "code"
    updates_only = True
    columns = (
        Column("code", text(80), required=True),
        Column("name", text(300)),
        Column("department", text(160)),
        Column("name_en", text(300)),
        Column("kind", kind_word),
        Column("legal_days", DAYS),
        Column("promised_days", DAYS),
        Column("fee_yuan", yuan),
        Column("visits", whole(0, 99)),
        Column("online", yes_or_no),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """The item must be a draft, and the days must fit what stands in it already."""
        draft = self._drafts(run).get(str(row.values["code"]))
        if draft is None:
            return [_("There is no draft with this code. Published items are changed by a new version.")]
        given = figures_of(row)
        legal = given.get("legal_days", draft["legal_days"])
        kind = given.get("kind", draft["kind"])
        promised = given.get("promised_days", draft["promised_days"])
        if kind == ItemVersion.Kind.IMMEDIATE and promised is None:
            promised = 0
        try:
            check_days(kind, legal, promised)
        except Invalid as error:
            return [str(message) for message in error.fields.values()]
        return []

    def _drafts(self, run: ImportRun) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] | None = run.memory.get("drafts")
        if found is None:
            rows = ItemVersion.objects.filter(state="draft", item__status=Item.Status.DRAFT)
            found = run.memory["drafts"] = {
                row["item__code"]: row
                for row in rows.values("item__code", "item_id", "kind", "legal_days", "promised_days")
            }
        return found

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """The figures and the English name, with one event for each row."""
        drafts = self._drafts(run)
        wanted = {drafts[str(row.values["code"])]["item_id"]: row for row in rows}
        items = {item.pk: item for item in db.lock_rows(Item.objects.all(), wanted)}
        for version in ItemVersion.objects.filter(item_id__in=wanted, state="draft").order_by("item_id"):
            version.item = items[version.item_id]
            row = wanted[version.item_id]
            if row.values["name_en"]:
                version.item.name_en = row.values["name_en"]
                version.item.save(update_fields=["name_en"])
            _write(run.actor, version, figures_of(row), job=run.job_id)


def figures_of(row: Row) -> dict[str, Any]:
    """The cells that are filled, by the names of the version's columns."""
    values = {**row.values, "fee_fen": row.values["fee_yuan"]}
    return {name: values[name] for name in FIGURES if values[name] is not None}


def export_rows(items: Iterable[Item]) -> Iterable[list[str]]:
    """The cells of the Excel file for items with `drafts` prefetched, in the order of the columns."""
    for item in items:
        for version in item.drafts:  # type: ignore[attr-defined]
            cells = shown(version)
            yield [
                item.code, item.name, item.department.name, item.name_en,
                str(ItemVersion.Kind(version.kind).label), cells["legal_days"], cells["promised_days"],
                cells["fee_fen"], cells["visits"], _("Yes") if version.online else _("No"),
            ]  # fmt: skip
