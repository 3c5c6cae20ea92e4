"""What every page knows: the centre, the navigation of the reader's roles, the elder version, the language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from portal.core import notifications, registries
from portal.core.centre import centre


@dataclass(frozen=True)
class ShownLink:
    """A navigation link as the page shows it."""

    label: registries.Text
    url: str
    current: bool
    group: str = ""


@dataclass(frozen=True)
class ShownMenu:
    """One place in a bar: a menu of several links, or, without a label, one link by itself."""

    label: registries.Text
    links: Sequence[ShownLink]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


BAR_HOLDS = 5  # so many links fit a bar side by side; who has more gets menus


def portal(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "centre": SimpleLazyObject(centre),
        "elder": getattr(request, "elder", False),
        "demo": settings.DEMO,
        "emblem": getattr(settings, "EMBLEM", "img/emblem.svg"),
        "public_nav": SimpleLazyObject(lambda: shown_nav(request, registries.PUBLIC)),
        "public_menus": SimpleLazyObject(lambda: menus_of(shown_nav(request, registries.PUBLIC))),
        "staff_nav": SimpleLazyObject(lambda: shown_nav(request, registries.STAFF)),
        "staff_menus": SimpleLazyObject(lambda: menus_of(shown_nav(request, registries.STAFF))),
        "unread_notes": SimpleLazyObject(lambda: unread_notes(request)),
    }


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles that the reader holds today, with that of an agent of an organisation; nobody's for a stranger."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    own = {"agent"} if getattr(user, "is_agent", False) else set()
    return frozenset(user.access.roles | own)


def shown_nav(request: HttpRequest, section: str) -> list[ShownLink]:
    links = registries.nav_for(section, roles_of(request))
    urls = [reverse(link.url_name) for link in links]
    current = _current(request.path, urls)
    return [ShownLink(link.label, url, url == current, link.group) for link, url in zip(links, urls, strict=True)]


def menus_of(links: Sequence[ShownLink]) -> list[ShownMenu]:
    """A bar: single links as long as they fit side by side, else a menu for each group of several."""
    if len(links) <= BAR_HOLDS:
        return [ShownMenu("", [link]) for link in links]
    menus = [ShownMenu("", [link]) for link in links if link.group not in registries.GROUPS]
    for group, label in registries.GROUPS.items():
        inside = [link for link in links if link.group == group]
        if inside:
            menus.append(ShownMenu(label if len(inside) > 1 else "", inside))
    return menus


def unread_notes(request: HttpRequest) -> int:
    """How many notes the reader has not read, 100 for more than 99; asked once for each request, never for a stranger."""
    if not hasattr(request, "_unread_notes"):
        user: Any = getattr(request, "user", None)
        known = getattr(user, "pk", None) is not None and user.is_authenticated
        request._unread_notes = notifications.unread_count(user) if known else 0  # type: ignore[attr-defined]
    return int(request._unread_notes)  # type: ignore[attr-defined]


def _current(path: str, urls: Iterable[str]) -> str:
    """The longest link that the present path lies under; the home page only when it is the path itself."""
    under = [url for url in urls if path == url or (url.endswith("/") and url.count("/") > 1 and path.startswith(url))]
    return max(under, key=len, default="")
