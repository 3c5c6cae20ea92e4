"""What the guide of an item shows, read in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.catalogue.models import Item, ItemChange, ItemVersion, LifeEvent, Material
from approvals.catalogue.texts import localised_key
from portal.core.errors import NotFound

CHANNELS = {
    "online": lambda: pgettext("channel", "Online, on this portal"),
    "counter": lambda: pgettext("channel", "At a window of the service centre"),
    "post": lambda: pgettext("channel", "By post"),
    "terminal": lambda: pgettext("channel", "At a self-service terminal"),
    "phone": lambda: pgettext("channel", "By phone"),
}


@dataclass(frozen=True)
class Guide:
    """An item with the version that holds (staff see the draft while there is none)."""

    item: Item
    version: ItemVersion | None
    materials: tuple[Material, ...]
    life_events: tuple[LifeEvent, ...]
    closed: str  # why it cannot be filed; empty = open
    change: ItemChange | None  # the last change of its standing, for closed items

    @property
    def successor(self) -> Item | None:
        """The item into which this one was merged, where everybody may read its guide."""
        if self.item.status != Item.Status.MERGED or self.change is None or self.change.merged_into is None:
            return None
        target = self.change.merged_into
        return None if target.status == Item.Status.DRAFT or target.pk == self.item.pk else target

    @property
    def conditions(self) -> list[str]:
        return _lines(self.version.local_conditions) if self.version else []

    @property
    def steps(self) -> list[dict[str, Any]]:
        """name and days of each step; days is None where the step has no limit of its own."""
        rows = self.version.steps if self.version else []
        return [{"name": localised_key(row, "name"), "days": row.get("days")} for row in rows]

    @property
    def legal_grounds(self) -> list[dict[str, str]]:
        return list(self.version.legal_grounds) if self.version else []

    @property
    def channels(self) -> list[str]:
        codes = self.version.channels if self.version else []
        return [CHANNELS[code]() for code in codes if code in CHANNELS]

    @property
    def is_immediate(self) -> bool:
        return self.version is not None and self.version.kind == ItemVersion.Kind.IMMEDIATE


def guide_of(code: str, user: Any) -> Guide:
    """The guide for this reader. Raises NotFound for an unknown code and for a draft that is not theirs.

    Four queries, for a closed item five.
    """
    item = Item.objects.visible_to(user).select_related("department", "current").filter(code=code).first()
    if item is None:
        raise NotFound()
    version = item.current or item.versions.order_by("-number").first()
    materials = version.materials.select_related("blank_file", "sample_file") if version else []
    closed = _closed(item)
    change = None
    if closed:
        change = item.changes.select_related("merged_into", "delegated_to").order_by("-on", "-pk").first()
    return Guide(
        item=item,
        version=version,
        materials=tuple(materials),
        life_events=tuple(item.life_events.all()),
        closed=closed,
        change=change,
    )


def _closed(item: Item) -> str:
    if item.is_open_to_filing:
        return ""
    if item.status == Item.Status.PUBLISHED:
        return _("This item is not in force at present.")
    return {
        Item.Status.DRAFT: _("This item is being prepared. Only staff can see this page."),
        Item.Status.SUSPENDED: _("This item is suspended. Cases that were filed before go on."),
        Item.Status.CANCELLED: _("This item has been cancelled. You no longer need it."),
        Item.Status.MERGED: _("This item has been merged into another one."),
    }[Item.Status(item.status)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
