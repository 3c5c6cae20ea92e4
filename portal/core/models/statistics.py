"""The tables of the statistics engine: dirty keys, the shards that refreshers lock, and the shape of a cell."""

from typing import Any

from django.db import models


class StatisticsShard(models.Model):
    """One lock: whoever holds this row refreshes the dirty keys of its number, and nobody else does."""

    number = models.PositiveSmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"shard {self.number}"


class DirtyKey(models.Model):
    """A cell that must be computed again; appended by every writer, never updated, deleted by the refresher.

    `key` is the JSON list of the cell's day and dimensions. One key may stand here many times.
    """

    shard = models.PositiveSmallIntegerField()
    measure_set = models.CharField(max_length=40)
    cuboid = models.CharField(max_length=40)
    key = models.CharField(max_length=400)

    class Meta:
        indexes = (models.Index(fields=["shard", "id"], name="dirty_key_by_shard"),)

    def __str__(self) -> str:
        return f"{self.measure_set}.{self.cuboid} {self.key}"


class AbstractCell(models.Model):
    """The figures of one day and one value of each dimension; the concrete model adds dimensions and figures.

    A dimension is never NULL: 0 or '' stands for "none", because a unique constraint treats NULLs as different.
    """

    day = models.DateField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.day}"


def add_figures(cell: Any, names: tuple[str, ...]) -> None:
    """Give an abstract subclass of `AbstractCell` one integer column for each figure, 0 where nothing was counted."""
    for name in names:
        column: models.BigIntegerField[Any, Any] = models.BigIntegerField(default=0)
        cell.add_to_class(name, column)
