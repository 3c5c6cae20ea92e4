"""Where upper floors hang what lower floors show: navigation, figures, panels, health readings, search, item codes.

An app registers in its `ready()`; whoever shows the thing asks here and never imports the app. Registering the same
key again replaces the entry, so a reload is harmless.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Text = str | Promise

PUBLIC, STAFF = "public", "staff"
# The menus of a bar, in this order; a link without a group stands in the bar itself.
HANDLING, HALL, HOTLINE, TRADING = "handling", "hall", "hotline", "trading"
SUPERVISION, SYSTEM = "supervision", "system"
OWN = "own"  # what a citizen or a firm has here
GROUPS: dict[str, Text] = {
    HANDLING: pgettext_lazy("menu", "Handling"),
    HALL: pgettext_lazy("menu", "Hall"),
    HOTLINE: pgettext_lazy("menu", "Hotline"),
    TRADING: pgettext_lazy("menu", "Trading"),
    SUPERVISION: pgettext_lazy("menu", "Supervision"),
    SYSTEM: pgettext_lazy("menu", "System"),
    OWN: pgettext_lazy("menu", "Mine"),
}


@dataclass(frozen=True)
class NavLink:
    """One entry of a navigation bar; empty `roles` means everybody, `group` is the menu it stands in."""

    section: str
    label: Text
    url_name: str
    roles: frozenset[str] = frozenset()
    order: int = 100
    group: str = ""

    def open_to(self, roles: Iterable[str]) -> bool:
        return not self.roles or bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class HomeFigure:
    """One honest figure of the home page; `value` is already formatted."""

    label: Text
    value: str
    url: str = ""


@dataclass(frozen=True)
class HomeTile:
    """One way into the catalogue: a life event with what it holds."""

    label: Text
    note: Text
    url: str


@dataclass(frozen=True)
class HomeSection:
    """A titled group of tiles on the home page."""

    title: Text
    tiles: Sequence[HomeTile]
    more_label: Text = ""
    more_url: str = ""


@dataclass(frozen=True)
class HealthReading:
    """What a health check found; `detail` must hold no secret, the page is public.

    `starting` says that it is well only because the portal has just been started and could not be otherwise yet.
    """

    ok: bool
    detail: str = ""
    starting: bool = False


@dataclass(frozen=True)
class ItemReference:
    """A thing of another app, known by its code only."""

    code: str
    name: str
    url: str


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that the search page finds: `find(query, user, limit)` gives references."""

    code: str
    label: Text
    find: Callable[[str, Any, int], Sequence[ItemReference]]
    order: int = 100


_nav: dict[tuple[str, str], NavLink] = {}
_home_figures: dict[str, tuple[int, Callable[[], HomeFigure | None]]] = {}
_home_sections: dict[str, tuple[int, Callable[[], HomeSection | None]]] = {}
_home_searches: dict[str, Callable[[], Sequence[HomeTile]]] = {}
_health: dict[str, Callable[[], HealthReading]] = {}
_panels: dict[tuple[str, str], tuple[int, Callable[[HttpRequest, Any], str]]] = {}
_search: dict[str, SearchSource] = {}
_items: dict[str, Callable[[str], ItemReference | None]] = {}


# --- navigation -----------------------------------------------------------------------------------------------------


def register_nav(
    section: str, label: Text, url_name: str, roles: Iterable[str] = (), order: int = 100, group: str = ""
) -> None:
    """Add a link to the bar `section` (`PUBLIC` or `STAFF`), shown to holders of one of `roles`.

    `group` is one of `GROUPS`: the menu that the link moves into when the reader has too many for one bar. Raises
    ValueError for a group that does not exist.
    """
    if group and group not in GROUPS:
        raise ValueError(f"no menu is called {group}")
    _nav[section, url_name] = NavLink(section, label, url_name, frozenset(roles), order, group)


def nav_for(section: str, roles: Iterable[str]) -> list[NavLink]:
    """The links of a bar for somebody with these roles, in order."""
    held = frozenset(roles)
    links = [link for link in _nav.values() if link.section == section and link.open_to(held)]
    return sorted(links, key=lambda link: (link.order, link.url_name))


# --- home page ------------------------------------------------------------------------------------------------------


def register_home_figure(key: str, read: Callable[[], HomeFigure | None], order: int = 100) -> None:
    """Add a figure to the home page; None (nothing measured yet) is not shown."""
    _home_figures[key] = (order, read)


def home_figures() -> list[HomeFigure]:
    return _filled(_home_figures)


def register_home_section(key: str, read: Callable[[], HomeSection | None], order: int = 100) -> None:
    """Add a group of tiles to the home page; None or a group without tiles is not shown."""
    _home_sections[key] = (order, read)


def home_sections() -> list[HomeSection]:
    return [section for section in _filled(_home_sections) if section.tiles]


def register_home_searches(key: str, read: Callable[[], Sequence[HomeTile]]) -> None:
    """Give the links beside the search box: what people really look for."""
    _home_searches[key] = read


def home_searches() -> list[HomeTile]:
    return [tile for read in _home_searches.values() for tile in read()]


def _filled(registered: dict[str, tuple[int, Callable[[], Any]]]) -> list[Any]:
    readings = [read() for _order, read in sorted(registered.values(), key=lambda entry: entry[0])]
    return [reading for reading in readings if reading is not None]


# --- health ---------------------------------------------------------------------------------------------------------


def register_health(name: str, check: Callable[[], HealthReading]) -> None:
    """Add a reading to /health; an exception counts as not well."""
    _health[name] = check


def health_checks() -> dict[str, Callable[[], HealthReading]]:
    return dict(_health)


# --- panels, search, items ------------------------------------------------------------------------------------------


def register_panel(slot: str, key: str, render: Callable[[HttpRequest, Any], str], order: int = 100) -> None:
    """Hang a piece of page into another app's page: `render(request, thing)` gives safe HTML, or "" for nothing."""
    _panels[slot, key] = (order, render)


def panels(slot: str, request: HttpRequest, thing: Any) -> list[str]:
    wanted = sorted((order, key) for (name, key), (order, _render) in _panels.items() if name == slot)
    return [html for _order, key in wanted if (html := _panels[slot, key][1](request, thing))]


def register_search_source(source: SearchSource) -> None:
    _search[source.code] = source


def search_sources() -> list[SearchSource]:
    return sorted(_search.values(), key=lambda source: (source.order, source.code))


def register_item_codes(key: str, resolve: Callable[[str], ItemReference | None]) -> None:
    """Let other apps show a thing of which they know the code only."""
    _items[key] = resolve


def item_by_code(code: str) -> ItemReference | None:
    """The thing with this code, or None when no app knows it."""
    for resolve in _items.values():
        if found := resolve(code):
            return found
    return None
