"""Who may read and manage papers: the room whose things they are about says so, once for each stream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.core.models.documents import Document

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True)
class Shelf:
    """The papers of one kind of thing. `visible(user)` gives the ids of the things whose papers the person may read,
    `may_read(user, stream_id)` answers the same for one of them; `may_manage` is for making a failed one again."""

    stream: str
    visible: Callable[["User"], Any]
    may_read: Callable[["User", int], bool]
    may_manage: Callable[["User", int], bool]


_shelves: dict[str, Shelf] = {}


def register_shelf(shelf: Shelf) -> None:
    """Make a stream's papers readable; without a shelf nobody reads them. Called in an app's `ready()`."""
    _shelves[shelf.stream] = shelf


def shelves() -> dict[str, Shelf]:
    return dict(_shelves)


def may_read(user: "User", document: Document) -> bool:
    """Whether the person may open the paper; `Document.objects.visible_to` says the same."""
    shelf = _shelves.get(document.stream)
    return bool(user.is_authenticated) and shelf is not None and shelf.may_read(user, document.stream_id)


def may_manage(user: "User", document: Document) -> bool:
    """Whether the person may have the paper made again and sent again."""
    shelf = _shelves.get(document.stream)
    return bool(user.is_authenticated) and shelf is not None and shelf.may_manage(user, document.stream_id)
