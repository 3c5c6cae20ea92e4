"""Counts cells from the rows themselves: the one computation that refreshing, rebuilding and verifying share."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from portal.core.statistics.declaration import Cuboid, Group, MeasureSet, column_of

# (day, dimension, …) in the order of the cuboid's key columns; as a mark also (day,): all keys of the day.
Key = tuple[Any, ...]
Figures = dict[str, int]
NARROW = 200  # a dimension with more wanted values than this is not worth a condition


def group_queryset(group: Group, cuboid: Cuboid) -> "models.QuerySet[Any, Key]":
    """The aggregate of one group: rows of `k_day, k_<dim>…` and one `f_<figure>` for each figure of the group.

    The prefixes keep them apart from columns of the model that have the same name.
    """
    known = group.aggregates.get(cuboid.name)
    if known is not None:
        return known.all()
    keys: dict[str, Any] = {"k_day": models.F(group.day)}
    for dim, column in cuboid.dims.items():
        path = group.path(column)
        keys[f"k_{dim}"] = (
            Coalesce(path, models.Value(cuboid.none_of(dim))) if is_nullable(group.model, path) else models.F(path)
        )
    figures = {f"f_{name}": expression for name, expression in group.figures.items()}
    counted: models.QuerySet[Any, Key] = group.rows().values(**keys).annotate(**figures).values_list(*keys, *figures)
    group.aggregates[cuboid.name] = counted
    return counted.all()


def rows_of_days(measures: MeasureSet, days: Iterable[dt.date]) -> "models.QuerySet[Any]":
    """The rows of the set's model, without its parts, that can add something on these days."""
    wanted = list(days)
    some = Q(pk__in=[])
    for group in measures.groups:
        if not group.owner:
            some |= group.when & Q(**{f"{group.day}__in": wanted})
    return measures.model._default_manager.filter(some).order_by()


def columns_read(measures: MeasureSet) -> list[str]:
    """The columns of the set's own model that its aggregates read; of a path over relations its first step."""
    paths = {path for cuboid in measures.cuboids.values() for path in cuboid.dims.values()}
    for group in measures.groups:
        if not group.owner:
            paths.update((group.day, *group.reads))
    model = measures.model._meta
    return sorted({model.get_field(path.split("__")[0]).attname for path in paths} | {model.pk.attname})  # type: ignore[union-attr]


def is_nullable(model: type[models.Model], path: str) -> bool:
    """True if any step of the path may be NULL."""
    options: Any = model._meta
    for step in path.split("__"):
        try:
            column = options.get_field(step)
        except FieldDoesNotExist:
            raise ValueError(f"{model.__name__} has no column {column_of(model, path)} ({path})") from None
        if column.null:
            return True
        if column.is_relation:
            options = column.related_model._meta
    return False


def count_keys(measures: MeasureSet, cuboid: Cuboid, keys: Iterable[Key]) -> dict[Key, Figures]:
    """The figures of these keys, from the rows; a key without rows has no entry."""
    wanted = set(keys)
    cells: dict[Key, Figures] = {}
    if not wanted:
        return cells
    days = {key[0] for key in wanted}
    for group in measures.groups:
        rows = group_queryset(group, cuboid).filter(**{f"{group.day}__in": days})
        for position, (dim, column) in enumerate(cuboid.dims.items(), start=1):
            values = {key[position] for key in wanted}
            if len(values) <= NARROW and cuboid.none_of(dim) not in values:
                rows = rows.filter(**{f"{group.path(column)}__in": values})
        _add(cells, rows, group, cuboid, wanted)
    return {key: figures for key, figures in cells.items() if any(figures.values())}


def count_days(measures: MeasureSet, cuboid: Cuboid, first: dt.date, last: dt.date) -> dict[Key, Figures]:
    """The figures of all keys from `first` to `last`, from the rows."""
    cells: dict[Key, Figures] = {}
    for group in measures.groups:
        rows = group_queryset(group, cuboid).filter(**{f"{group.day}__range": (first, last)})
        _add(cells, rows, group, cuboid, None)
    return {key: figures for key, figures in cells.items() if any(figures.values())}


def first_and_last_day(measures: MeasureSet) -> tuple[dt.date, dt.date] | None:
    """The days that any fact and any cell lie between; None when there are none."""
    days: list[dt.date] = []
    sources: list[tuple[models.QuerySet[Any], str]] = [(group.rows(), group.day) for group in measures.groups]
    sources += [(cuboid.cell._default_manager.all(), "day") for cuboid in measures.cuboids.values()]
    for rows, column in sources:
        ends = rows.aggregate(first=models.Min(column), last=models.Max(column))
        days += [day for day in ends.values() if day is not None]
    return (min(days), max(days)) if days else None


def _add(
    cells: dict[Key, Figures],
    rows: "models.QuerySet[Any, Key]",
    group: Group,
    cuboid: Cuboid,
    wanted: set[Key] | None,
) -> None:
    names = list(group.figures)
    width = len(cuboid.key_columns)
    for row in rows.iterator(chunk_size=5000):
        key = row[:width]
        if wanted is not None and key not in wanted:
            continue
        figures = cells.setdefault(key, {})
        for name, value in zip(names, row[width:], strict=True):
            figures[name] = figures.get(name, 0) + int(value)
