"""What a dispatcher finds filled in when dispatching: the room of the rules registers here what it would fill in."""

from collections.abc import Callable
from typing import Any

from hotline.models import Ticket

_fillers: dict[str, Callable[[Ticket], dict[str, Any]]] = {}


def register_prefill(key: str, filler: Callable[[Ticket], dict[str, Any]]) -> None:
    """Called in an app's `ready()`. `filler(ticket)` gives values for the form of the dispatch: department, category,
    grade, each only where it has something to say."""
    _fillers[key] = filler


def filled(ticket: Ticket) -> dict[str, Any]:
    """The values for one ticket; later ones win."""
    found: dict[str, Any] = {}
    for filler in _fillers.values():
        found |= filler(ticket)
    return found
