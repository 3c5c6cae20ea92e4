"""The board: everything on the page, in a fixed number of queries however many cases there are."""

from dataclasses import dataclass

from approvals.cases.measures import CASE_MEASURES
from portal.core.statistics import SMALLEST, Question, asked_together
from portal.core.time import today
from portal.supervision import comparison, figures, promises, warnings
from portal.supervision.comparison import Compared
from portal.supervision.composition import Composition, compositions
from portal.supervision.figures import Balance, Distribution, Main, Quality, Standing
from portal.supervision.filters import Asked
from portal.supervision.load import Carried, Load, carried, load_of, load_questions
from portal.supervision.names import names_of
from portal.supervision.promises import Promises
from portal.supervision.ranking import Leading, Ranking, items_question, leading_items, of_departments, of_items
from portal.supervision.trend import DRAWN, Trend, span, trend
from portal.supervision.warnings import Lamp, Warned


@dataclass(frozen=True)
class Board:
    """Ready to be shown; `urls` open the two ends and the middle of the balance."""

    main: list[Main]
    lamps: list[Lamp]
    urgent: list[Warned]
    balance: Balance
    urls: dict[str, str]
    trend: Trend
    compositions: list[Composition]
    departments: Ranking
    items: Ranking
    qualities: list[Quality]
    distribution: Distribution
    counts: list[Compared]  # the comparison of the periods: counts, then rates and means
    rates: list[Compared]
    promises: Promises | None  # on the page of an item
    load: Load | None  # on the page of a department


def board_of(asked: Asked, *, with_load: bool = False) -> Board:
    """Four queries: all that the cells say, open cases, urgent cases, all names. The page of an item asks for no names.

    `with_load` adds the people and windows of the department.
    """
    more = load_questions(asked.scope, asked.period) if with_load else []
    with asked_together([*questions_of(asked), *more]):
        return _board(asked, with_load=with_load)


def questions_of(asked: Asked) -> list[Question]:
    """All that the board asks of the cells."""
    first, last = span(asked.period)
    drawn = Question(CASE_MEASURES, SMALLEST, first, last, DRAWN, "day", asked.scope.cells)
    item = asked.scope.item
    beside = items_question(asked) if item is None else promises.ratings_question(item, asked)
    return [*figures.questions(asked, first), drawn, beside]


def _board(asked: Asked, *, with_load: bool) -> Board:
    known = asked.scope.known
    leading = leading_items(asked) if asked.scope.item is None else Leading({}, {}, 0)
    loads = carried(asked.scope, asked.period) if with_load else Carried({}, {})
    names = names_of(items=leading.places, windows=loads.windows, people=loads.people)
    split = figures.split_sums(asked)
    sums, before = figures.total(split.values()), figures.compared_sums(asked)
    qualities = figures.qualities(asked, sums, before)
    now = warnings.read_now(asked.scope)
    standing = Standing.read(asked, span(asked.period)[0], now.open)
    return Board(
        main=figures.six(asked, sums, before, standing, now.stopped),
        lamps=now.lamps,
        urgent=warnings.urgent(asked.scope, today()),
        balance=figures.balance(sums, standing),
        urls=_urls(asked),
        trend=trend(asked, standing.trend_start),
        compositions=compositions(asked, split, sums, known),
        departments=of_departments(figures.along(split, 0), asked, known),
        items=of_items(asked, leading, names.items),
        qualities=qualities,
        distribution=figures.distribution(asked, sums),
        counts=comparison.of_cases(asked, sums, before),
        rates=comparison.of_qualities(qualities),
        promises=promises.of_item(asked.scope.item, asked, sums) if asked.scope.item is not None else None,
        load=load_of(asked.scope, asked.period, loads, names) if with_load else None,
    )


def _urls(asked: Asked) -> dict[str, str]:
    eve = asked.period.first - figures.ONE_DAY
    return {
        "start": asked.scope.list_url("open", eve, eve),
        "accepted": asked.list_url("accepted"),
        "concluded": asked.list_url("concluded"),
        "otherwise": asked.list_url("ended_otherwise"),
        "end": asked.scope.list_url("open", asked.period.last, asked.period.last),
    }
