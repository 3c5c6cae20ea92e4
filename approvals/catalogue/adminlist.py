"""What the administrator's list and item page show, read in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import pgettext_lazy

from approvals.catalogue import policies
from approvals.catalogue.models import Item, ItemVersion, Material
from approvals.catalogue.querysets import ItemQuerySet
from approvals.catalogue.readiness import Gap, missing_for_publication
from portal.core.events import Told, events_of
from portal.core.search import search

PAGE_ROWS = 30
EVENTS_SHOWN = 40
EVENT_WORDS = {
    "item.created": pgettext_lazy("catalogue event", "Item made"),
    "item.imported": pgettext_lazy("catalogue event", "Taken in by an import"),
    "item.facts_changed": pgettext_lazy("catalogue event", "Name, department or everyday words changed"),
    "item.edited": pgettext_lazy("catalogue event", "Draft changed"),
    "item.completed": pgettext_lazy("catalogue event", "Figures completed"),
    "item.version_opened": pgettext_lazy("catalogue event", "New version opened"),
    "item.version_discarded": pgettext_lazy("catalogue event", "Draft discarded"),
    "item.reviewed": pgettext_lazy("catalogue event", "Draft approved"),
    "item.published": pgettext_lazy("catalogue event", "Published"),
    "item.cancel": pgettext_lazy("catalogue event", "Cancelled"),
    "item.suspend": pgettext_lazy("catalogue event", "Suspended"),
    "item.resumed": pgettext_lazy("catalogue event", "Opened again"),
    "item.merge": pgettext_lazy("catalogue event", "Merged into another item"),
    "item.delegate": pgettext_lazy("catalogue event", "Delegated"),
}
TONES = {"draft": "amber", "published": "green", "suspended": "amber", "cancelled": "grey", "merged": "grey"}
NO_FIGURES = Q(promised_days__isnull=True) | Q(fee_fen__isnull=True) | Q(visits__isnull=True)
WORK: dict[str, Q] = {
    "draft": Q(),
    "figures": NO_FIGURES,
    "review": Q(reviewed_by__isnull=True),
    "approved": Q(reviewed_by__isnull=False),
}


@dataclass(frozen=True)
class ListRow:
    """One item of the list; `gaps` is None where there is no draft."""

    item: Item
    draft: ItemVersion | None
    gaps: list[Gap] | None

    @property
    def tone(self) -> str:
        return TONES[self.item.status]


def with_drafts(items: ItemQuerySet) -> ItemQuerySet:
    """Items with their open draft in `drafts`, ready to be asked what it lacks; two queries more at most."""
    has = Exists(Material.objects.filter(version=OuterRef("pk")))
    drafts = ItemVersion.objects.filter(state="draft").select_related("form").annotate(has_materials=has)
    return items.select_related("department", "current").prefetch_related(
        Prefetch("versions", queryset=drafts, to_attr="drafts")
    )


def narrowed(items: ItemQuerySet, chosen: dict[str, str]) -> ItemQuerySet:
    """The items that the filters leave."""
    if text := chosen.get("q"):
        found = search(items, text)
        by_code = items.filter(code__istartswith=text.replace("\x00", "").strip())
        items = (
            found.rows
            if found.exact and not by_code.exists()
            else items.filter(  # type: ignore[assignment]
                Q(pk__in=found.rows.values("pk")) | Q(pk__in=by_code.values("pk"))
            )
        )
    if department := chosen.get("department"):
        items = items.filter(department__code=department)
    if status := chosen.get("status"):
        items = items.filter(status=status)
    if work := chosen.get("work"):
        items = items.filter(
            Exists(ItemVersion.objects.filter(WORK[work], item=OuterRef("pk"), state=ItemVersion.State.DRAFT))
        )
    return items


def listed(items: ItemQuerySet, chosen: dict[str, str], *, after: str) -> list[ListRow]:
    """One page of rows and one more, by code, after the cursor."""
    items = narrowed(items, chosen)
    if after:
        items = items.filter(code__gt=after.replace("\x00", ""))
    rows = with_drafts(items).order_by("code")[: PAGE_ROWS + 1]
    return [_row(item) for item in rows]


def _row(item: Any) -> ListRow:
    draft = item.drafts[0] if item.drafts else None
    return ListRow(item, draft, missing_for_publication(item, draft) if draft else None)


@dataclass(frozen=True)
class HistoryLine:
    """One event in words."""

    words: Any
    told: Told

    @property
    def note(self) -> str:
        return str(self.told.data.get("ground") or "")

    @property
    def version(self) -> Any:
        return self.told.data.get("version")


def overview_of(item: Item, user: Any) -> dict[str, Any]:
    """Everything that the page of an item shows."""
    people = ("created_by", "reviewed_by", "published_by")
    versions = list(item.versions.select_related("form", *people).order_by("-number"))
    draft = next((v for v in versions if v.state == ItemVersion.State.DRAFT), None)
    gaps = missing_for_publication(item, draft) if draft else []
    told = events_of(item)[::-1][:EVENTS_SHOWN]
    mine = draft is not None and draft.created_by_id == user.pk
    ended = item.status in {Item.Status.CANCELLED, Item.Status.MERGED}
    may_edit = policies.can_edit(user, item)
    return {
        "item": item,
        "tone": TONES[item.status],
        "versions": versions,
        "draft": draft,
        "gaps": gaps,
        "materials": draft.materials.count() if draft else 0,
        "changes": item.changes.select_related("merged_into", "delegated_to", "recorded_by"),
        "history": [HistoryLine(EVENT_WORDS.get(t.event.type, t.event.type), t) for t in told],
        "may_edit": may_edit,
        "may_approve": bool(draft and not gaps and not mine and not draft.reviewed_by_id)
        and policies.can_review(user, item),
        "waits_for_other": bool(draft and not gaps and mine and not draft.reviewed_by_id),
        "may_publish": bool(draft and draft.reviewed_by_id and not gaps and may_edit and not ended),
        "may_discard": bool(draft and may_edit and len(versions) > 1),
        "may_open": bool(may_edit and draft is None and not ended),
        "may_change_standing": policies.can_change_standing(user, item) and not ended,
    }
