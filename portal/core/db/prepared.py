"""Hot reads whose SQL is always the same: compiled by the ORM once for each process, then only executed.

Half the time of a small request goes into writing the same statement again. `Prepared` asks the ORM for it once, with
marks in place of the values, and keeps text, order of the values and converters. The queryset stays the only place
that says what is read and who may see it.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

MARK = 8_712_340_000_000_000  # no id is that large; texts carry it as well


def mark(place: int) -> int:
    """What stands for a number while the statement is compiled."""
    return MARK + place


def text_mark(place: int) -> str:
    """What stands for a text."""
    return f"§{MARK + place}§"


class Prepared:
    """`build(values)` gives a `values_list` queryset; `rows(shape, values)` executes it with other values.

    `shape` is whatever changes the statement itself (which filters, which limit). Values are numbers or texts, and may
    stand at several places of the statement. Whatever is not one of them is compiled in.
    """

    def __init__(self, build: Callable[[Any, Mapping[str, Any]], "QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._known: dict[tuple[Hashable, str, tuple[str, ...]], tuple[str, tuple[Any, ...], Any, Any]] = {}

    def rows(self, shape: Hashable, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows, converted as the ORM would."""
        sql, order, compiler, converters = self._statement(shape, values)
        params = [values[one.name] if isinstance(one, _Place) else one for one in order]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if converters:
            found = [tuple(row) for row in compiler.apply_converters(found, converters)]
        return list(found)

    def _statement(self, shape: Hashable, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...], Any, Any]:
        key = (shape, connection.vendor, tuple(sorted(values)))
        if key not in self._known:
            self._known[key] = self._compile(shape, values)
        return self._known[key]

    def _compile(self, shape: Hashable, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...], Any, Any]:
        marks = {
            name: text_mark(place) if isinstance(value, str) else mark(place)
            for place, (name, value) in enumerate(sorted(values.items()))
        }
        names = {stands: name for name, stands in marks.items()}
        compiler: Any = self._build(shape, marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        columns = [entry[0] for entry in compiler.select[: compiler.col_count]]
        order = tuple(_Place(names[one]) if one in names else one for one in params)
        if {one.name for one in order if isinstance(one, _Place)} != set(marks):
            raise ValueError("a value of the prepared statement is lost")
        return sql, order, compiler, compiler.get_converters(columns)


class _Place:
    """Where a value goes."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
