"""Draws a ranking: reads the cells of all departments in one snapshot, gives points, and orders by them.

However many departments there are, a span costs the queries of the blocks that the indicators name, and one for the
departments.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.db.statistics import snapshot
from portal.core.errors import WrongState
from portal.core.statistics.blocks import Block, Scope, registered_block
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.people.models import Department
from portal.supervision.scores import weeks
from portal.supervision.scores.figures import DEPARTMENT, Reading, problem_with, read_figure
from portal.supervision.scores.models import Indicator, Scheme, Span
from portal.supervision.scores.reckoning import NOTHING, Score, ranks, score

BlockSums = dict[str, dict[Any, Sums]]


@dataclass(frozen=True)
class Drawn:
    """One department's place in one span; `rank` is None where too little could be measured."""

    department: Department
    score: Score
    rank: int | None

    @property
    def kept_parts(self) -> list[dict[str, Any]]:
        return [part.kept() for part in self.score.parts]


Ranking = dict[str, list[Drawn]]  # by span


def draw(week: dt.date, schemes: Sequence[Scheme]) -> list[Ranking]:
    """The ranking of a week and of its year to date, by each of these versions, from the same cells.

    Raises WrongState where an indicator names a figure that no block reports any more.
    """
    indicators = [one for scheme in schemes for one in scheme.indicators.all()]
    blocks = _blocks(indicators)
    found: list[Ranking] = [{} for _scheme in schemes]
    with snapshot():
        for span, first in ((Span.WEEK, week), (Span.YEAR, weeks.year_start(week))):
            sums = _sums(blocks, first, weeks.sunday_of(week))
            departments = _departments(sums, first)
            for place, scheme in enumerate(schemes):
                found[place][span.value] = _ranked(scheme, blocks, sums, departments)
    return found


def _blocks(indicators: Iterable[Indicator]) -> dict[str, Block]:
    blocks = {}
    for one in indicators:
        if problem := problem_with(one.block, one.figure):
            raise WrongState(problem)
        block = registered_block(one.block)
        if block is not None:
            blocks[one.block] = block
    return blocks


def _sums(blocks: Mapping[str, Block], first: dt.date, last: dt.date) -> BlockSums:
    scope = Scope(first, last, min(last, today()), by=DEPARTMENT)
    return {name: block.sums(scope) for name, block in blocks.items()}


def _departments(sums: BlockSums, first: dt.date) -> list[Department]:
    """Those that any block knows, and that were not closed before the span began; in the order of their codes."""
    keys = {key for rows in sums.values() for key in rows if key}
    rows = Department.objects.filter(pk__in=keys).order_by("code")
    return [one for one in rows if one.closed_on is None or one.closed_on > first]


def _ranked(
    scheme: Scheme, blocks: Mapping[str, Block], sums: BlockSums, departments: Sequence[Department]
) -> list[Drawn]:
    indicators, rules = list(scheme.indicators.all()), scheme.rules()
    scores = {}
    for one in departments:
        readings = {item.code: _reading(item, blocks, sums, one.pk) for item in indicators}
        scores[one.pk] = score(rules, readings)
    full = {pk: found.points or 0 for pk, found in scores.items() if is_ranked(found, scheme.least_weight)}
    places = ranks(full)
    known = [one for one in departments if any(part.left_out != NOTHING for part in scores[one.pk].parts)]
    rows = [Drawn(one, scores[one.pk], places.get(one.pk)) for one in known]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.department.code))


def _reading(one: Indicator, blocks: Mapping[str, Block], sums: BlockSums, department_id: int) -> Reading:
    return read_figure(blocks[one.block], one.figure, one.sample, sums[one.block].get(department_id, {}))


def is_ranked(found: Score, least_weight: int) -> bool:
    """Enough of the weight could be measured to compare the department with the others."""
    return found.points is not None and found.measured >= least_weight
