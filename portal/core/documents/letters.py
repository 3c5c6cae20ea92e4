"""What a paper says, as data: the blocks of a letter, in the order in which they are set."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

ORIGINAL = "zh"  # the language that counts
Block = dict[str, Any]


def para(text: str) -> Block:
    """A paragraph."""
    return {"kind": "para", "text": text}


def said(text: str) -> Block:
    """What a person wrote, with its own line breaks."""
    return {"kind": "said", "lines": [line.strip() for line in text.splitlines() if line.strip()]}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def listed(items: Sequence[str], *, mark: str = "．") -> Block:
    """A numbered list that may run over pages."""
    return {"kind": "list", "items": list(items), "mark": mark}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    """Two columns: what, and how it is."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Block:
    """A table whose head is repeated on every page that it runs over."""
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}


@dataclass(frozen=True)
class Letter:
    """One language of a paper, without what only the issuing knows (number, codes, seal)."""

    title: str
    addressee: str  # with its colon; empty for a form without one
    blocks: Sequence[Block]
    authority: str
    date: str  # in words
    contact: Sequence[str] = ()
    public: Sequence[tuple[str, str]] = ()  # what the check page shows besides; nothing personal
    red: bool = False  # the red head of an official letter, where the paper decides something

    def as_data(self) -> dict[str, Any]:
        """As it is kept in the row."""
        return {
            **asdict(self),
            "blocks": list(self.blocks),
            "contact": list(self.contact),
            "public": [list(row) for row in self.public],
        }
