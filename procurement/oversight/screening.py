"""The passes: one tender after its opening, evaluation or award; every night all tenders of the last months.

A pass reads outside of any transaction, with the same few queries for one tender and for thousands; it writes in
small transactions, each under one lock, and only the tenders in which something differs from what is written.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Q

from portal.core import db
from portal.core.calendar import steady_calendar
from portal.core.time import today
from procurement import screens
from procurement.oversight import keeping
from procurement.oversight.facts import LotFacts, load
from procurement.oversight.keeping import Draft, Figures, Pass
from procurement.oversight.limits import RuleBook
from procurement.oversight.models import LotFigures
from procurement.oversight.rules import FENCE_GROUP, MONTHS
from procurement.oversight.signs import ACROSS, REGISTRY, of
from procurement.oversight.signs.prices import SIDES, Fences, beyond_fences
from procurement.tenders.models import Project

# Tenders written in one transaction: on SQLite it holds up every other writer.
CHUNK, CHUNK_ON_SERVER = 100, 500
CONFIRMED = 500  # tenders whose signs still hold, marked in one statement
MONTH_DAYS = 30.4375


# --- the passes ---------------------------------------------------------------------------------------------------------


def screen_tender(project_id: int) -> Pass:
    """Every sign of one tender, against the figures that are known of the others. Signs across tenders stay as they are."""
    lots = load(Project.objects.filter(pk=project_id))
    book = RuleBook()
    first = since(book, today())
    figures = {lot.pk: lot.figures for lot in lots}
    fences = _fences(_known_figures(lots, first), book)
    return _write_tenders(lots, figures, {project_id: [one for _pk, one in _drafts(lots, figures, fences, book)]})


def screen_window(first: dt.date | None = None, last: dt.date | None = None) -> Pass:
    """Every sign of all tenders whose bids were opened in the span, and the signs across them.

    Without days: the last months by rule up to today. Signs across tenders are computed only for that whole span.
    """
    book = RuleBook()
    begin, end = first or since(book, today()), last or today()
    rows = Project.objects.filter(opening__opened_at__isnull=False)
    rows = rows.filter(opening__opened_at__date__gte=begin, opening__opened_at__date__lte=end)
    lots = load(rows)
    figures = {lot.pk: lot.figures for lot in lots}
    whole = first is None and last is None
    fences = _fences(_group(lots, figures) if whole else _known_figures(lots, since(book, today())), book)
    drafts: dict[int, list[Draft]] = defaultdict(list)
    for project, draft in _drafts(lots, figures, fences, book):
        drafts[project].append(draft)
    changed = keeping.changed_tenders(rows, lots, figures, drafts)
    held = sorted({lot.project for lot in lots} - changed)
    for place in range(0, len(held), CONFIRMED):
        keeping.confirm(held[place : place + CONFIRMED])
    done = Pass(tenders=len(held))
    for chunk in _chunks([lot for lot in lots if lot.project in changed]):
        done += _write_tenders(chunk, figures, drafts)
    if whole:
        done += _write_across(lots, book)
    return done


def since(book: RuleBook, day: dt.date) -> dt.date:
    """The first day that the passes look back to."""
    return day - dt.timedelta(days=int(book.on(day).whole(MONTHS) * MONTH_DAYS))


def _chunks(lots: Sequence[LotFacts]) -> Iterator[list[LotFacts]]:
    """Lots of so many whole tenders at a time."""
    by_tender: dict[int, list[LotFacts]] = defaultdict(list)
    for lot in lots:
        by_tender[lot.project].append(lot)
    tenders = list(by_tender.values())
    size = CHUNK_ON_SERVER if db.is_postgres() else CHUNK
    for place in range(0, len(tenders), size):
        yield [lot for tender in tenders[place : place + size] for lot in tender]


# --- figures and fences -------------------------------------------------------------------------------------------------

Group = dict[str, dict[str, list[float]]]  # category -> figure -> values


def _group(lots: Iterable[LotFacts], figures: Mapping[int, screens.Screens]) -> Group:
    found: Group = {}
    for lot in lots:
        if not lot.is_sale:
            _gather(found, lot.category, figures[lot.pk])
    return found


def _known_figures(lots: Sequence[LotFacts], first: dt.date) -> Group:
    """The figures of the categories of these lots as they were written, one query."""
    found: Group = {}
    rows = LotFigures.objects.filter(category__in={lot.category for lot in lots}, opened_on__gte=first)
    for category, *values in rows.values_list("category", *SIDES):
        _gather(found, category, dict(zip(SIDES, values, strict=True)))
    return found


def _gather(found: Group, category: str, figures: Mapping[str, float | None]) -> None:
    for name in SIDES:
        if (value := figures.get(name)) is not None:
            found.setdefault(category, {}).setdefault(name, []).append(value)


def _fences(group: Group, book: RuleBook) -> dict[str, Fences]:
    """Per category the fences of each figure of which enough lots are known."""
    least = book.on(today()).whole(FENCE_GROUP)
    return {
        category: {name: screens.fences(values) for name, values in figures.items() if len(values) >= max(least, 4)}
        for category, figures in group.items()
    }


# --- writing ------------------------------------------------------------------------------------------------------------


def _drafts(
    lots: Iterable[LotFacts], figures: Figures, fences: Mapping[str, Fences], book: RuleBook
) -> Iterator[tuple[int, Draft]]:
    """Every sign of these lots, each with its tender."""
    fence = REGISTRY["fence"]
    with steady_calendar():
        for lot in lots:
            limits = book.on(lot.opened_on)
            for line, found in of(lot, limits):
                yield lot.project, Draft(line, found, limits, lot)
            if fence.applies(lot):
                for found in beyond_fences(lot, figures[lot.pk], fences.get(lot.category, {})):
                    yield lot.project, Draft(fence, found, limits, lot)


def _write_tenders(lots: Sequence[LotFacts], figures: Figures, drafts: Mapping[int, Sequence[Draft]]) -> Pass:
    projects = sorted({lot.project for lot in lots})
    found = [draft for project in projects for draft in drafts.get(project, ())]
    return Pass(tenders=len(projects)) + keeping.write(found, Q(project__in=projects), lots, figures)


def _write_across(lots: Sequence[LotFacts], book: RuleBook) -> Pass:
    limits = book.on(today())
    drafts = [
        Draft(REGISTRY[code], found, limits) for code, compute in ACROSS.items() for found in compute(lots, limits)
    ]
    return keeping.write(drafts, Q(project__isnull=True), (), {})
