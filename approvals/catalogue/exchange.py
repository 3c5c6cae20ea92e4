"""The import form of items: what other systems send of their catalogues, and of the reform ledger."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.catalogue.indexing import tokens_of
from approvals.catalogue.models import Item, ItemChange, ItemVersion
from portal.core import events
from portal.core.exchange import Column, ImportForm, ImportRun, Note, Row
from portal.core.exchange.parse import choice, day, flag, text, whole
from portal.people.models import Department

STREAM = "catalogue.item"
DAYS = whole(0, 3650)
ITEM_COLUMNS = ("name", "name_en", "type", "enterprise")
VERSION_COLUMNS = (
    "kind", "legal_days", "promised_days", "previous_promised_days", "fee_fen", "online", "visits", "instant",
)  # fmt: skip
STATUS_AFTER = {
    "cancel": Item.Status.CANCELLED,
    "suspend": Item.Status.SUSPENDED,
    "merge": Item.Status.MERGED,
}


class ItemForm(ImportForm):
    """Items of other systems: drafts here, closed to filing until a person completes and publishes them."""

    name = "items"
    label = gettext_lazy("Items")
    model = Item
    key = "code"
    columns = (
        Column("code", text(80), required=True),
        Column("name", text(300), required=True),
        Column("name_en", text(300)),
        Column("department_code", text(32)),
        Column("department_name", text(120)),
        Column("type", choice(Item.Type.values)),
        Column("kind", choice(ItemVersion.Kind.values)),
        Column("enterprise", flag),
        Column("legal_days", DAYS),
        Column("promised_days", DAYS),
        Column("previous_promised_days", DAYS),
        Column("fee_fen", whole(0, 10**12)),
        Column("online", flag),
        Column("visits", whole(0, 1000)),
        Column("instant", flag),
        Column("change", choice([one for one in ItemChange.Change.values if one != ItemChange.Change.RESTORE])),
        Column("change_on", day),
        Column("change_ground", text(300)),
        Column("merged_into", text(80)),
        Column("delegated_to", text(120)),
    )

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """Contradictions in the row, and days that an item open to filing does not have."""
        values = row.values
        if values["kind"] == ItemVersion.Kind.IMMEDIATE and values["promised_days"] is None:
            values["promised_days"] = 0
        return [message for message, broken in _rules(values, _book(run)) if broken]

    def prepare(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Drafts of departments that are not known, and of the items that others are merged into."""
        return _book(run).add_missing(rows, run)

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """Items with a draft version each, the ledger, and one event for each row."""
        book = _book(run)
        book.refresh([str(row.values["code"]) for row in rows])
        new = [row for row in rows if row.values["code"] not in book.items]
        known = [row for row in rows if row.values["code"] in book.items]
        _create(new, run, book)
        for row in known:
            _update(row, book)
        _write_ledger(rows, book)
        events.record_bulk([_told(row, run, book) for row in new], run.actor)
        events.record_bulk_next([_told(row, run, book) for row in known], run.actor)


def _told(row: Row, run: ImportRun, book: "_Book") -> events.Record:
    """What the event keeps: where the row came from."""
    data = {"source": run.source, "job": run.job_id}
    return events.Record(STREAM, book.items[row.values["code"]].pk, "item.imported", data=data)


def _rules(values: dict[str, Any], book: "_Book") -> list[tuple[str, bool]]:
    legal, promised = values["legal_days"], values["promised_days"]
    immediate = values["kind"] == ItemVersion.Kind.IMMEDIATE
    change = values["change"]
    item = book.items.get(values["code"])
    return [
        (_("Name the department by its code or by its name."),
         not values["department_code"] and not values["department_name"]),
        (_("The promise must not be longer than the legal limit."),
         legal is not None and promised is not None and promised > legal),
        (_("An immediate item is decided on the same day: 0 days."), immediate and promised != 0),
        (_("change_on: a change needs its date."), change is not None and values["change_on"] is None),
        (_("merged_into: name the item into which this one is merged."), change == "merge" and not values["merged_into"]),
        (_("merged_into: an item cannot be merged into itself."), values["merged_into"] == values["code"]),
        (_("delegated_to: name the department."), change == "delegate" and not values["delegated_to"]),
        (_("This item is published here: its days, fee and visits are changed by a new version."),
         item is not None and item.differs_from_version(values)),
    ]  # fmt: skip


@dataclass
class _Known:
    """An item that stands in the database."""

    pk: int
    status: str
    version: dict[str, Any]

    def differs_from_version(self, values: dict[str, Any]) -> bool:
        """A row that would change what is published."""
        if self.status == Item.Status.DRAFT or not self.version:
            return False
        return any(values[name] is not None and values[name] != self.version[name] for name in VERSION_COLUMNS)


class _Book:
    """Departments and items by code, loaded once for each process and kept up to date."""

    def __init__(self) -> None:
        self.departments: dict[str, Department] = {}
        self.by_name: dict[str, Department] = {}
        for department in Department.objects.all():
            self._keep(department)
        self.items: dict[str, _Known] = {}
        self.refresh(None)

    def _keep(self, department: Department) -> None:
        self.departments[department.code] = department
        self.by_name.setdefault(department.name, department)

    def refresh(self, codes: list[str] | None) -> None:
        """Read these items again (all of them for None): another process may have made them."""
        rows = Item.objects.all() if codes is None else Item.objects.filter(code__in=codes)
        fields = [f"current__{name}" for name in VERSION_COLUMNS]
        for pk, code, status, current, *version in rows.values_list("pk", "code", "status", "current_id", *fields):
            known = dict(zip(VERSION_COLUMNS, version, strict=True)) if current else {}
            self.items[code] = _Known(pk, status, known)

    def department(self, code: str | None, name: str | None) -> Department | None:
        """By its code, else by its name."""
        return self.departments.get(code or "") or (None if code else self.by_name.get(name or ""))

    def department_of(self, row: Row) -> Department:
        found = self.department(row.values["department_code"], row.values["department_name"])
        if found is None:
            raise RuntimeError("prepare() makes every department that a row names")
        return found

    def named(self, text_: str) -> Department | None:
        """A department by a code or a name, as `delegated_to` gives it."""
        return self.departments.get(text_) or self.by_name.get(text_)

    def add_missing(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Make what is referred to and missing; in the transaction of `prepare`."""
        notes = []
        for row in rows:
            code, name = row.values["department_code"], row.values["department_name"]
            if self.department(code, name) is None:
                notes.append(self._add_department(code or _made_up(name), name or code))
            target = row.values["delegated_to"]
            if target and self.named(target) is None:
                notes.append(self._add_department(target if len(target) <= 32 else _made_up(target), target))
        own = {row.values["code"] for row in rows}
        for row in rows:
            target = row.values["merged_into"]
            if target and target not in self.items and target not in own:
                notes.append(self._add_item(target, self.department_of(row), run))
        return notes

    def _add_department(self, code: str, name: str) -> Note:
        made, _created = Department.objects.get_or_create(code=code, defaults={"name": name, "provisional": True})
        self._keep(made)
        self.by_name[name] = made
        return Note("department", code, name)

    def _add_item(self, code: str, department: Department, run: ImportRun) -> Note:
        Item.objects.get_or_create(
            code=code,
            defaults={"name": code, "department": department, "search": tokens_of_code(code, department)},
        )
        self.refresh([code])
        return Note("item", code)


def tokens_of_code(code: str, department: Department) -> str:
    """The search column of an item of which only the code is known."""
    return tokens_of(Item(code=code, name=code), department=department.name)


def _book(run: ImportRun) -> _Book:
    book: _Book | None = run.memory.get("book")
    if book is None:
        book = run.memory["book"] = _Book()
    return book


def _made_up(name: str) -> str:
    """A short code for a department of which only the name is known."""
    return f"X{zlib.crc32(name.encode()):08X}"


def _create(rows: Sequence[Row], run: ImportRun, book: _Book) -> None:
    made = []
    for row in rows:
        department = book.department_of(row)
        item = Item(
            pk=row.object_id,
            code=row.values["code"],
            source=run.source,
            external_id=row.values["code"],
            department=department,
            **_given(row, ITEM_COLUMNS),
        )
        item.search = tokens_of(item, department=f"{department.name} {department.short_name}")
        made.append(item)
    Item.objects.bulk_create(made, batch_size=500)
    ItemVersion.objects.bulk_create(
        [ItemVersion(item=i, number=1, **_given(r, VERSION_COLUMNS)) for i, r in zip(made, rows, strict=True)],
        batch_size=500,
    )
    for item in made:
        book.items[item.code] = _Known(item.pk, item.status, {})


def _update(row: Row, book: _Book) -> None:
    """What the row says anew; what it leaves empty stays as it is."""
    item = Item.objects.select_related("department").get(pk=book.items[row.values["code"]].pk)
    for name, value in _given(row, ITEM_COLUMNS).items():
        setattr(item, name, value)
    if item.status == Item.Status.DRAFT:
        item.department = book.department_of(row)
    item.search = tokens_of(item, department=f"{item.department.name} {item.department.short_name}")
    item.save()
    if item.status != Item.Status.DRAFT:
        return
    draft = item.versions.filter(state=ItemVersion.State.DRAFT).first() or ItemVersion(item=item, number=1)
    for name, value in _given(row, VERSION_COLUMNS).items():
        setattr(draft, name, value)
    draft.reviewed_by = draft.reviewed_at = None
    draft.save()


def _write_ledger(rows: Sequence[Row], book: _Book) -> None:
    """One line for each change, and the standing that follows from it."""
    for row in rows:
        values = row.values
        if values["change"] is None:
            continue
        known = book.items[values["code"]]
        target = book.items.get(values["merged_into"] or "")
        delegated = book.named(values["delegated_to"]) if values["delegated_to"] else None
        ItemChange.objects.update_or_create(
            item_id=known.pk,
            change=values["change"],
            on=values["change_on"],
            defaults={
                "ground": values["change_ground"] or "",
                "merged_into_id": target.pk if target else None,
                "delegated_to": delegated,
            },
        )
        status = STATUS_AFTER.get(values["change"])
        if status is not None:
            Item.objects.filter(pk=known.pk).update(status=status)
            known.status = status


def _given(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: row.values[name] for name in names if row.values[name] is not None}
