"""Fills an item's search column."""

from collections.abc import Iterable

from approvals.catalogue.models import Item
from portal.core.search import document


def tokens_of(item: Item, *, department: str, life_events: Iterable[str] = ()) -> str:
    """The token column: the name also by pinyin, everyday words, English words, department, life events, code."""
    return document(
        names=[item.name, *item.synonyms.split()], texts=[item.name_en, item.code, department, *life_events]
    )


def index_item(item: Item) -> None:
    """Write the search column of one item from what stands in the database."""
    names = item.life_events.values_list("name", "name_en")
    item.search = tokens_of(
        item,
        department=f"{item.department.name} {item.department.short_name}",
        life_events=[n for p in names for n in p],
    )
    item.save(update_fields=["search"])
