"""The passes: one tender after its opening, evaluation or award; every night all tenders of the last months.

A pass reads outside of any transaction, with the same few queries for one tender and for thousands; it writes in
small transactions, each under one lock. What is computed again and still holds stays the same row; what no longer
holds is withdrawn, never deleted.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from portal.core import db
from portal.core.actions import action
from portal.core.calendar import steady_calendar
from portal.core.time import today
from procurement import screens
from procurement.oversight import leading
from procurement.oversight.facts import LotFacts, load
from procurement.oversight.limits import Limits, RuleBook
from procurement.oversight.models import LotFigures, Sign
from procurement.oversight.rules import FENCE_GROUP, MONTHS
from procurement.oversight.signs import ACROSS, REGISTRY, Declared, Found, of
from procurement.oversight.signs.prices import SIDES, Fences, beyond_fences
from procurement.tenders.models import Project

LOCK = "oversight.signs"
CHUNK = 50  # tenders written in one transaction
MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Draft:
    """A sign before it is compared with what is known: the declaration, what was found, and where."""

    line: Declared
    found: Found
    limits: Limits
    lot: LotFacts | None = None

    @property
    def key(self) -> str:
        place = f"lot:{self.lot.pk}" if self.lot else "across"
        firms = "" if self.line.code in KEPT_BY_LOT else ",".join(map(str, self.found.firms))
        return hashlib.sha256(f"{self.line.code}|{place}|{firms}|{self.found.detail}".encode()).hexdigest()


# Signs of the whole lot: when a bid is rejected later, it is the same sign with other firms.
KEPT_BY_LOT = frozenset({*SIDES, "fence", "equal_gaps", "equal_ratios", "R003", "R018"})


@dataclass(frozen=True)
class Pass:
    """How many tenders a pass looked at, and what came of it."""

    tenders: int = 0
    new: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(self.tenders + other.tenders, self.new + other.new, self.withdrawn + other.withdrawn)


# --- the passes ---------------------------------------------------------------------------------------------------------


def screen_tender(project_id: int) -> Pass:
    """Every sign of one tender, against the figures that are known of the others. Signs across tenders stay as they are."""
    lots = load(Project.objects.filter(pk=project_id))
    book = RuleBook()
    first = since(book, today())
    figures = {lot.pk: lot.figures for lot in lots}
    return _write_tenders(lots, figures, _fences(_known_figures(lots, first), book), book)


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
    done = Pass()
    for chunk in _chunks(lots):
        done += _write_tenders(chunk, figures, fences, book)
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
    for place in range(0, len(tenders), CHUNK):
        yield [lot for tender in tenders[place : place + CHUNK] for lot in tender]


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
    lots: Iterable[LotFacts], figures: Mapping[int, screens.Screens], fences: Mapping[str, Fences], book: RuleBook
) -> Iterator[Draft]:
    fence = REGISTRY["fence"]
    with steady_calendar():
        for lot in lots:
            limits = book.on(lot.opened_on)
            for line, found in of(lot, limits):
                yield Draft(line, found, limits, lot)
            if fence.applies(lot):
                for found in beyond_fences(lot, figures[lot.pk], fences.get(lot.category, {})):
                    yield Draft(fence, found, limits, lot)


def _write_tenders(
    lots: Sequence[LotFacts], figures: Mapping[int, screens.Screens], fences: Mapping[str, Fences], book: RuleBook
) -> Pass:
    drafts = list(_drafts(lots, figures, fences, book))
    projects = {lot.project for lot in lots}
    return Pass(tenders=len(projects)) + _write(drafts, Q(project__in=projects), lots, figures)


def _write_across(lots: Sequence[LotFacts], book: RuleBook) -> Pass:
    limits = book.on(today())
    drafts = [
        Draft(REGISTRY[code], found, limits) for code, compute in ACROSS.items() for found in compute(lots, limits)
    ]
    return _write(drafts, Q(project__isnull=True), (), {})


@action
def _write(drafts: Sequence[Draft], scope: Q, lots: Sequence[LotFacts], figures: Mapping[int, screens.Screens]) -> Pass:
    """Bring the rows of a scope in line with what was computed; leads follow. One lock for all passes."""
    db.lock_name(LOCK)
    _write_figures(lots, figures)
    known = {sign.key: sign for sign in Sign.objects.filter(scope)}
    wanted = {draft.key: draft for draft in drafts}
    new = [_filled(Sign(key=key, found_on=today()), draft) for key, draft in wanted.items() if key not in known]
    Sign.objects.bulk_create(new, batch_size=200)
    through = Sign.firms.through
    firms = [
        through(sign_id=sign.pk, organisation_id=firm) for sign in new for firm in sorted(set(wanted[sign.key].found.firms))
    ]  # fmt: skip
    through._default_manager.bulk_create(firms, batch_size=500)
    _renew([(sign, wanted[key]) for key, sign in known.items() if key in wanted])
    gone = [sign for key, sign in known.items() if key not in wanted and sign.stands]
    Sign.objects.filter(pk__in=[sign.pk for sign in gone]).update(withdrawn_on=today(), computed_on=today())
    leading.follow(scope, gone)
    return Pass(new=len(new), withdrawn=len(gone))


COLUMNS = (
    "kind", "basis", "project_id", "lot_id", "category", "figures", "formula", "limit", "limit_rule", "limit_from",
    "source", "opened_on", "computed_on", "withdrawn_on",
)  # fmt: skip


def _renew(pairs: Sequence[tuple[Sign, Draft]]) -> None:
    """Rows that are known: written anew where something changed, else only the day of the computation."""
    changed, same, firms = [], [], []
    for sign, draft in pairs:
        before = [getattr(sign, name) for name in COLUMNS if name != "computed_on"]
        _filled(sign, draft)
        if [getattr(sign, name) for name in COLUMNS if name != "computed_on"] != before:
            changed.append(sign)
            firms.append((sign, draft.found.firms))
        else:
            same.append(sign.pk)
    Sign.objects.bulk_update(changed, [name.removesuffix("_id") for name in COLUMNS], batch_size=100)
    Sign.objects.filter(pk__in=same).exclude(computed_on=today()).update(computed_on=today())
    for sign, found in firms:
        sign.firms.set(found)


def _filled(sign: Sign, draft: Draft) -> Sign:
    line, found, lot = draft.line, draft.found, draft.lot
    law = lot.law if lot else "t"
    rule = found.limit_rule
    sign.code, sign.kind, sign.basis = line.code, line.kind, found.basis or line.bases[law]
    sign.project_id, sign.lot_id = (lot.project, lot.pk) if lot else (None, None)
    sign.category = lot.category if lot else ""
    sign.figures, sign.formula, sign.source = found.figures, line.formula, line.source(law)
    sign.limit, sign.limit_rule = found.limit, rule
    sign.limit_from = draft.limits.begins_on(rule) if rule else None
    sign.opened_on = lot.opened_on if lot else None
    sign.computed_on, sign.withdrawn_on = today(), None
    return sign


def _write_figures(lots: Sequence[LotFacts], figures: Mapping[int, screens.Screens]) -> None:
    rows = [
        LotFigures(
            lot_id=lot.pk, category=lot.category, opened_on=lot.opened_on, n=len(lot.valid_prices), **figures[lot.pk]
        )
        for lot in lots
        if not lot.is_sale
    ]  # fmt: skip
    LotFigures.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["lot"], batch_size=200,
        update_fields=["category", "opened_on", "n", *SIDES],
    )  # fmt: skip
