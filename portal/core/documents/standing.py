"""Whether the thing that a paper is of still holds: a room says so where its things end by themselves or pause.

A notice holds until another paper ends it; a certificate expires, is suspended and comes back. Its room registers a
reader, and the public check shows what it answers in place of the paper's own state.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.core.models.documents import Document


@dataclass(frozen=True)
class Standing:
    """What everybody may know: `tone` is green, amber or red; nothing personal."""

    tone: str
    label: str
    text: str = ""


_readers: dict[str, Callable[[Document], Standing | None]] = {}


def register_standing(stream: str, read: Callable[[Document], Standing | None]) -> None:
    """From now on papers of this stream stand as `read(document)` says; None leaves it to the paper's own state."""
    _readers[stream] = read


def standing_of(document: Document) -> Standing | None:
    """What the room of the thing says; None for papers that speak for themselves."""
    reader = _readers.get(document.stream)
    return reader(document) if reader is not None else None
