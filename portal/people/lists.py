"""Long lists by cursor: the place after the last row instead of a page number, so that no page costs a count."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

PAGE = 25


@dataclass(frozen=True)
class Page:
    """One page of a list; `next_cursor` is None on the last one."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None = None


def page_of(rows: "QuerySet[Any]", order: str, cursor: str) -> Page:
    """The rows after the cursor, by one column (`-` in front: downwards) and the primary key; one query.

    A cursor that makes no sense begins at the top.
    """
    down, column = order.startswith("-"), order.removeprefix("-")
    sign, step = ("-", "lt") if down else ("", "gt")
    rows = rows.order_by(f"{sign}{column}", f"{sign}pk")
    if place := _place(cursor):
        value, pk = place
        rows = rows.filter(Q(**{f"{column}__{step}": value}) | Q(**{column: value, f"pk__{step}": pk}))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, _cursor(shown[-1], column) if len(found) > PAGE else None)


def _cursor(row: Any, column: str) -> str:
    text = json.dumps([str(getattr(row, column)), row.pk], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, int] | None:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        return None
    return (value, pk) if isinstance(value, str) and isinstance(pk, int) and pk < 2**63 else None
