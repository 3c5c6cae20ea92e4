"""Assembles the indicators of a period: the blocks of all apps, in the form of the exchange.

An app registers its block with the core; the form of the blocks whose app has no data yet stands here, so that their
counts are 0 and their ratios null.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.models import Item
from hall.models import Window
from portal.core.errors import Invalid, NotFound
from portal.core.statistics.blocks import Block, Scope, over, registered_block
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.people.models import Department, User

ORDER = ("catalogue", "reform", "approvals", "ratings", "hall", "hotline", "procurement", "supervision")
CATEGORIES = ("construction", "government", "land", "property", "other", "intermediary")
DIMENSIONS = ("department", "item", "window", "staff", "month", "channel", "category")


def _unknown(_sums: Any) -> None:
    """A percentile of nothing."""


FORMS = {
    block.name: block
    for block in (
        Block(
            "ratings",
            order=("given", "satisfied", "satisfaction_rate", "bad", "rectification_rate", "active_rate"),
            derived={
                "satisfaction_rate": over("satisfied", "given"),
                "rectification_rate": over("rectified_in_time", "rectification_due"),
                "active_rate": over("given", "rateable"),
            },
        ),
        Block(
            "hall",
            order=(
                "tickets", "served", "missed", "wait_p50_minutes", "wait_p90_minutes", "service_p50_minutes",
                "appointments", "attendance_rate", "empty_posts", "patrol_findings", "patrol_rectified",
            ),
            derived={
                "wait_p50_minutes": _unknown,
                "wait_p90_minutes": _unknown,
                "service_p50_minutes": _unknown,
                "attendance_rate": over("attended", "due_at_post"),
            },
        ),
        Block(
            "hotline",
            order=(
                "recorded", "direct", "direct_share", "dispatched", "returned", "replied", "closed", "due", "on_time",
                "on_time_rate", "open", "open_overdue", "called_back", "response_rate", "resolution_rate",
                "satisfaction_rate", "return_rate", "redo_rate",
            ),
            derived={
                "direct_share": over("direct", "recorded"),
                "on_time_rate": over("on_time", "due"),
                "response_rate": over("contacted", "called_back"),
                "resolution_rate": over("resolved", "resolution_asked"),
                "satisfaction_rate": over("satisfied", "satisfaction_asked"),
                "return_rate": over("returned", "dispatched"),
                "redo_rate": over("redone", "replied"),
            },
        ),
        Block(
            "procurement",
            order=("projects", "deals", "deal_fen", "base_fen", "savings_fen", "savings_rate", "premium_fen"),
            derived={"savings_rate": over("savings_fen", "base_fen")},
            parts=CATEGORIES,
        ),
        Block("supervision", order=("amber", "red", "reminders", "orders", "orders_answered")),
    )
}  # fmt: skip


def indicators(
    first: dt.date,
    last: dt.date,
    *,
    as_of: dt.date | None = None,
    department_code: str | None = None,
    by: str | None = None,
) -> dict[str, Any]:
    """The indicators from `first` to `last`, both included; balances as of `as_of`.

    By default that is the end of the period or today, whichever is earlier. Raises Invalid for a period that ends
    before it begins or a dimension that does not exist, NotFound for an unknown department.
    """
    if last < first:
        raise Invalid(fields={"to": _("The period ends before it begins.")})
    if by is not None and by not in DIMENSIONS:
        raise Invalid(fields={"by": _("Choose one of: %(names)s.") % {"names": ", ".join(DIMENSIONS)}})
    scope = Scope(first, last, as_of or min(last, today()), _department_id(department_code))
    return whole(scope) | ({} if by is None else {"rows": rows(replace(scope, by=by))})


def whole(scope: Scope) -> dict[str, Any]:
    """The period and all blocks of a scope, without rows."""
    return _period(scope) | {block.name: block.report(sums) for block, sums in _read(scope)}


def with_bases(scope: Scope) -> dict[str, Any]:
    """The same with `bases`: on how many each derived figure rests, block by block."""
    read = list(_read(scope))
    found = _period(scope) | {block.name: block.report(sums) for block, sums in read}
    return found | {"bases": {block.name: block.bases(sums) for block, sums in read}}


def _period(scope: Scope) -> dict[str, Any]:
    return {"period": {"from": scope.first.isoformat(), "to": scope.last.isoformat(), "as_of": scope.as_of.isoformat()}}


def _read(scope: Scope) -> Iterable[tuple[Block, Sums]]:
    return ((block, block.sums(scope).get(None, {})) for block in _blocks())


def _blocks() -> Iterable[Block]:
    return (registered_block(name) or FORMS[name] for name in ORDER if registered_block(name) or name in FORMS)


def _department_id(code: str | None) -> int | None:
    if code is None:
        return None
    department_id = Department.objects.filter(code=code).values_list("pk", flat=True).first()
    if department_id is None:
        raise NotFound()
    return int(department_id)


def rows(
    scope: Scope, only: Collection[str] = ORDER, names: Mapping[Any, tuple[str, str]] | None = None
) -> list[dict[str, Any]]:
    """One row for each value of the dimension that a block has figures for, in the order of the codes.

    `only` leaves out blocks; `names` (key → code and name) spares the query for whoever has read them already.
    """
    by = scope.by or ""
    blocks = [block for block in _blocks() if block.name in only]
    sums = {block.name: block.sums(scope) for block in blocks if by in block.dimensions}
    keys = {key for found in sums.values() for key in found}
    found = []
    for key, (code, name) in sorted(_names(by, keys, names).items(), key=lambda item: item[1]):
        row: dict[str, Any] = {by: code, "name": name}
        for block in blocks:
            row[block.name] = _block_of_row(block, by, sums, key)
        found.append(row)
    return found


def _block_of_row(block: Block, by: str, sums: dict[str, dict[Any, Any]], key: Any) -> dict[str, Any] | None:
    """The row's block; None where the block's app counts, but not by this dimension."""
    if by in block.dimensions:
        return block.row(sums[block.name].get(key, {}), by)
    return None if registered_block(block.name) else block.report({})


def _names(
    by: str, keys: Collection[Any], known: Mapping[Any, tuple[str, str]] | None = None
) -> dict[Any, tuple[str, str]]:
    """Key → (code, name) for people; a row that belongs to nobody has an empty code."""
    named = known
    if named is None:
        named = _NAMES[by](keys) if by in _NAMES else {key: (_code(key), "") for key in keys}
    return {key: named.get(key, ("", "")) for key in keys}


def _code(key: Any) -> str:
    return f"{key:%Y-%m}" if isinstance(key, dt.date) else str(key)


def _from_table(model: Any, code: str) -> Callable[[Collection[Any]], dict[Any, tuple[str, str]]]:
    return lambda keys: {
        pk: (str(value), name)
        for pk, value, name in model.objects.filter(pk__in=list(keys)).values_list("pk", code, "name")
    }


_NAMES: dict[str, Callable[[Collection[Any]], dict[Any, tuple[str, str]]]] = {
    "department": _from_table(Department, "code"),
    "item": _from_table(Item, "code"),
    "window": _from_table(Window, "code"),
    "staff": _from_table(User, "username"),
}
