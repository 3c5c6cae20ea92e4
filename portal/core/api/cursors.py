"""Long lists by keyset: the place after the last row as an opaque, signed text. No counts, no page numbers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.api.problems import Faults

DEFAULT_LIMIT, MOST = 20, 100
SALT = "portal.core.api.cursor"


@dataclass(frozen=True)
class Slice:
    """A part of a list; `next_cursor` is None at its end."""

    rows: list[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class Asked:
    """How much of which list is asked for. `filters` are part of the cursor: it fits no other question."""

    name: str
    filters: Mapping[str, Any]
    limit: int
    after: Any = None

    @classmethod
    def of(cls, name: str, query: Mapping[str, str], filters: Mapping[str, Any]) -> "Asked":
        """Read `limit` and `cursor`. Raises Faults for a limit out of bounds and for a cursor that is not ours."""
        asked = cls(name, filters, _limit(query.get("limit", "")))
        text = query.get("cursor", "")
        return cls(name, filters, asked.limit, asked._read(text)) if text else asked

    @property
    def _question(self) -> str:
        text = json.dumps([self.name, dict(self.filters)], sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()

    def _read(self, text: str) -> Any:
        try:
            question, after = signing.Signer(salt=SALT).unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError):
            raise _bad_cursor() from None
        if question != self._question:
            raise _bad_cursor()
        return after

    def cursor(self, value: Any) -> str:
        """The place after a row, by the value of the list's column."""
        return signing.Signer(salt=SALT).sign_object([self._question, value])

    def slice(self, rows: "QuerySet[Any, Any]", column: str) -> Slice:
        """The next rows by one unique column, `-` in front for downwards; one query. `rows` gives dictionaries."""
        name, step = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
        if self.after is not None:
            rows = rows.filter(**{f"{name}__{step}": self.after})
        return self.cut(list(rows.order_by(column)[: self.limit + 1]), name)

    def cut(self, found: list[dict[str, Any]], name: str) -> Slice:
        """The page of rows of which one more than asked for was read."""
        shown = found[: self.limit]
        return Slice(shown, self.cursor(shown[-1][name]) if len(found) > self.limit else None)


def _bad_cursor() -> Faults:
    return Faults({("cursor",): _("This cursor does not belong to this list. Begin again without one.")}, query=True)


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST) or len(text) > 6:
        raise Faults({("limit",): _("Give a number from 1 to 100.")}, query=True)
    return int(text)
