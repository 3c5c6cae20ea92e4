"""What the catalogue hangs into the registries of the core: search, navigation, home page, item codes, search source."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from approvals.catalogue.synonyms import SYNONYMS
from portal.core import exchange, files, registries, search


def register() -> None:
    """Called once, in the app's ready()."""
    from approvals.catalogue import exports
    from approvals.catalogue.completion import CompletionForm
    from approvals.catalogue.editing import FILE_KIND
    from approvals.catalogue.exchange import ItemForm
    from approvals.catalogue.guidefiles import may_read

    exports.register()
    search.register_index("catalogue.Item", "search")
    search.register_synonyms(SYNONYMS)
    registries.register_nav(registries.PUBLIC, _("Services"), "catalogue:list", order=20)
    registries.register_home_section("catalogue.person", lambda: _section("person"), order=10)
    registries.register_home_section("catalogue.organisation", lambda: _section("organisation"), order=20)
    registries.register_home_figure("catalogue.items", _items_figure, order=10)
    registries.register_home_figure("catalogue.online", _online_figure, order=20)
    registries.register_search_source(
        registries.SearchSource(code="items", label=_("Services"), find=find_items, order=10)
    )
    registries.register_item_codes("catalogue", item_reference)
    exchange.register(ItemForm())
    exchange.register(CompletionForm())
    files.register_policy(FILE_KIND, may_read)
    desk = {"administrator", "department_head", "reviewer"}
    registries.register_nav(
        registries.STAFF, _("Catalogue"), "catalogue:admin-list", desk, order=60, group=registries.SYSTEM
    )


def find_items(text: str, user: Any, limit: int) -> Sequence[registries.ItemReference]:
    """The items that match, nearest first, for the search page."""
    from approvals.catalogue.models import Item

    found = search.search(Item.objects.open_to_filing(), text).rows
    return [_reference(item) for item in found.nearest_first(text)[:limit]]  # type: ignore[attr-defined]


def item_reference(code: str) -> registries.ItemReference | None:
    """An item for apps that know its code only; drafts stay unknown."""
    from approvals.catalogue.models import Item

    item = Item.objects.exclude(status=Item.Status.DRAFT).filter(code=code).first()
    return _reference(item) if item else None


def _reference(item: Any) -> registries.ItemReference:
    return registries.ItemReference(item.code, item.local_name, reverse("catalogue:guide", args=[item.code]))


def _section(audience: str) -> registries.HomeSection | None:
    from approvals.catalogue.querysets import home_tiles

    found = home_tiles(audience)
    address = reverse("catalogue:list")
    tiles = [
        registries.HomeTile(
            label=tile.event.local_name,
            note=pgettext("between examples", ", ").join(tile.examples),
            url=f"{address}?event={tile.event.code}",
        )
        for tile in found.tiles
    ]
    title = _("For individuals") if audience == "person" else _("For businesses and organisations")
    more = _("All %(count)s items") % {"count": found.count}
    return registries.HomeSection(title=title, tiles=tiles, more_label=more, more_url=f"{address}?audience={audience}")


def _items_figure() -> registries.HomeFigure | None:
    from approvals.catalogue.querysets import catalogue_totals

    totals = catalogue_totals()
    if not totals["items"]:
        return None
    return registries.HomeFigure(_("Items you can apply for"), f"{totals['items']:,}", reverse("catalogue:list"))


def _online_figure() -> registries.HomeFigure | None:
    from approvals.catalogue.querysets import catalogue_totals

    totals = catalogue_totals()
    if not totals["items"]:
        return None
    share = f"{totals['online'] / totals['items']:.1%}"
    return registries.HomeFigure(_("Can be done online"), share, reverse("catalogue:list") + "?online=online")
