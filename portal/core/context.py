"""What every page knows: the centre, the navigation of the reader's roles, the elder version, the language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from portal.core import registries
from portal.core.centre import centre


@dataclass(frozen=True)
class ShownLink:
    """A navigation link as the page shows it."""

    label: registries.Text
    url: str
    current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "centre": SimpleLazyObject(centre),
        "elder": getattr(request, "elder", False),
        "demo": settings.DEMO,
        "emblem": getattr(settings, "EMBLEM", "img/emblem.svg"),
        "public_nav": SimpleLazyObject(lambda: shown_nav(request, registries.PUBLIC)),
        "staff_nav": SimpleLazyObject(lambda: shown_nav(request, registries.STAFF)),
    }


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles that the reader holds today; nobody's for a stranger."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    return frozenset(user.access.roles)


def shown_nav(request: HttpRequest, section: str) -> list[ShownLink]:
    links = registries.nav_for(section, roles_of(request))
    urls = [reverse(link.url_name) for link in links]
    current = _current(request.path, urls)
    return [ShownLink(link.label, url, url == current) for link, url in zip(links, urls, strict=True)]


def _current(path: str, urls: Iterable[str]) -> str:
    """The longest link that the present path lies under; the home page only when it is the path itself."""
    under = [url for url in urls if path == url or (url.endswith("/") and url.count("/") > 1 and path.startswith(url))]
    return max(under, key=len, default="")
