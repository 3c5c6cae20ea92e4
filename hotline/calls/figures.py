"""Calls offered and answered in a period, by day, line and agent: from the cells, ratios derived."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hotline.calls.measures import CALL_MEASURES
from portal.core.statistics import period, ratio
from portal.people.models import User

FIGURES = ("calls_offered", "calls_answered", "wait_seconds", "talk_seconds")


@dataclass(frozen=True)
class Row:
    """One line of the report; seconds are means, None over nothing."""

    label: str
    offered: int
    answered: int
    rate: Any
    wait: int | None
    talk: int | None


@dataclass(frozen=True)
class Report:
    """The whole period, and its parts. Whoever answers is not offered by name, so agents have no rate."""

    total: Row
    days: list[Row]
    lines: list[Row]
    agents: list[Row]


def report(first: dt.date, last: dt.date, *, agent_id: int | None = None) -> Report:
    """Three queries, and one for the names. With `agent_id` of one agent alone."""
    filters = {"agent_id": agent_id} if agent_id else {}
    asked: Any = {"figures": FIGURES, "filters": filters}
    days = period(CALL_MEASURES, "line", first, last, by="day", **asked)
    lines = period(CALL_MEASURES, "line", first, last, by="line", **asked)
    agents = period(CALL_MEASURES, "line", first, last, by="agent_id", **asked)
    names = dict(User.objects.filter(pk__in=[pk for pk in agents if pk]).values_list("pk", "name"))
    total = {name: sum(sums.get(name, 0) for sums in days.values()) for name in FIGURES}
    return Report(
        total=_row("", total),
        days=[_row(day.isoformat(), sums) for day, sums in sorted(days.items()) if any(sums.values())],
        lines=[_row(str(line), sums) for line, sums in sorted(lines.items()) if any(sums.values())],
        agents=[_row(names[pk], sums) for pk, sums in sorted(agents.items()) if pk in names],
    )


def _row(label: str, sums: dict[str, int]) -> Row:
    offered, answered = sums["calls_offered"], sums["calls_answered"]
    return Row(
        label, offered, answered, ratio(answered, offered), _mean(sums["wait_seconds"], answered),
        _mean(sums["talk_seconds"], answered),
    )  # fmt: skip


def _mean(seconds: int, count: int) -> int | None:
    return round(seconds / count) if count else None
