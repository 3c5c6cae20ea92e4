"""What a chart says, as data: the page draws it when it can, and always has the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

Kind = Literal["line", "bar", "pie", "gauge"]
Text = str | Promise
MAX_SERIES = 5  # more cannot be told apart


@dataclass(frozen=True)
class Series:
    """One line, set of bars or ring; None is a gap."""

    name: Text
    values: Sequence[float | int | None]


@dataclass(frozen=True)
class Chart:
    """A chart with its categories; `key` is unique on the page, `unit` follows each figure."""

    key: str
    kind: Kind
    title: Text
    category_label: Text
    categories: Sequence[Text]
    series: Sequence[Series]
    unit: Text = ""
    horizontal: bool = False
    stacked: bool = False

    def __post_init__(self) -> None:
        if len(self.series) > MAX_SERIES:
            raise ValueError(f"{self.key}: {len(self.series)} series, at most {MAX_SERIES} can be told apart")
        if any(len(series.values) != len(self.categories) for series in self.series):
            raise ValueError(f"{self.key}: every series needs one value for each category")

    def rows(self) -> list[tuple[Text, list[float | int | None]]]:
        """The data table: one row for each category."""
        columns = [series.values for series in self.series]
        return [(name, [values[i] for values in columns]) for i, name in enumerate(self.categories)]

    def payload(self) -> dict[str, Any]:
        """What the script reads."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "unit": str(self.unit),
            "horizontal": self.horizontal,
            "stacked": self.stacked,
            "categories": [str(name) for name in self.categories],
            "series": [{"name": str(series.name), "values": list(series.values)} for series in self.series],
        }
