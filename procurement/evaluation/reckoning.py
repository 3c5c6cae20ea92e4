"""From prices and points to places: reads one lot's evaluation and applies its method (`procurement/scoring.py`)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.core.rules import rule
from procurement.evaluation import policies
from procurement.evaluation.models import Criterion, EvaluatedBid, Evaluation, Score, Sheet
from procurement.evaluation.models.sheet import POINTED
from procurement.evaluation.rules import LOW_SHARES, OUTLYING
from procurement.experts.models import PanelMember
from procurement.scoring import (
    Benchmark,
    LowPrice,
    OutlyingScore,
    Rank,
    Standing,
    abnormally_low,
    differing,
    evaluation_prices,
    lowest_price_scores,
    mean_points,
    outlying_scores,
    ranking,
)


@dataclass(frozen=True)
class Line:
    """What the method makes of one bid. Qualitative reviews know neither points nor places."""

    bid: EvaluatedBid
    price_points: Decimal | None = None
    points: Decimal | None = None
    technical: Decimal | None = None
    total: Decimal | None = None
    place: int | None = None
    tied: tuple[int, ...] = ()  # keys of bids that no rule puts before or behind this one


def remaining(one: Evaluation) -> list[EvaluatedBid]:
    """The bids that are still in. One query."""
    return list(one.bids.filter(rejected=False).select_related("bid__bidder__organisation"))


def low_prices(one: Evaluation, bids: Sequence[EvaluatedBid]) -> list[LowPrice]:
    """Prices that the bidder has to explain, by the rule of the day on which the tender was announced."""
    project = one.lot.project
    assert project.announced_on is not None  # noqa: S101 - an opened tender was announced
    percent = rule(LOW_SHARES, project.announced_on).value["g" if policies.is_government(project) else "t"]
    return abnormally_low(_prices(bids), under=Fraction(percent, 100))


def _prices(bids: Sequence[EvaluatedBid]) -> dict[str, int]:
    return {str(bid.pk): bid.price_fen for bid in bids}


def scores_of(one: Evaluation, members: Sequence[PanelMember]) -> list[Score]:
    """The points of the attending members for the bids that are still in; those of a replaced member do not count."""
    rows = Score.objects.filter(card__evaluation=one, card__member__in=[member.pk for member in members])
    return list(rows.filter(bid__rejected=False).select_related("card", "criterion"))


def totals(scores: Sequence[Score]) -> dict[str, dict[str, Decimal]]:
    """member → bid → sum of the points, keys as text."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in scores:
        found[str(one.card.member_id)][str(one.bid_id)] += one.points or Decimal(0)
    return found


def disagreements(scores: Sequence[Score]) -> list[tuple[int, int]]:
    """(bid, criterion) of objective criteria for which the members found different points."""
    given: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for one in scores:
        if one.criterion.objective and one.points is not None:
            given[str(one.card.member_id)][str(one.bid_id), str(one.criterion_id)] = one.points
    return [(int(bid), int(criterion)) for bid, criterion in differing(given)]


def outliers(one: Evaluation, scores: Sequence[Score]) -> list[OutlyingScore]:
    """Totals of a member that stand apart from those of the others; `expert` and `bidder` are keys as text."""
    if not one.lot.sheet.is_scored:
        return []
    assert one.lot.project.announced_on is not None  # noqa: S101 - an opened tender was announced
    return outlying_scores(totals(scores), over=rule(OUTLYING, one.lot.project.announced_on).share)


def reckon(one: Evaluation, members: Sequence[PanelMember]) -> list[Line]:
    """Every bid that is still in, in the order of its place. Raises CannotScore where the method cannot be applied."""
    sheet, bids = one.lot.sheet, remaining(one)
    if sheet.method == Sheet.Method.QUALITATIVE:
        return [Line(bid) for bid in bids]
    if sheet.method == Sheet.Method.LOWEST:
        return _by_price(one, sheet, bids)
    return _by_points(one, sheet, bids, scores_of(one, members))


def _discounts(sheet: Sheet, bids: Sequence[EvaluatedBid]) -> dict[str, Fraction]:
    """What is taken off small enterprises, for the evaluation only."""
    return {str(bid.pk): Fraction(sheet.small_discount) for bid in bids if bid.small and sheet.small_discount}


def benchmark_of(one: Evaluation) -> Benchmark:
    sheet = one.lot.sheet
    return Benchmark(
        weight=Fraction(sheet.price_weight), above=Fraction(sheet.above), below=Fraction(sheet.below),
        floating=Fraction(sheet.floating), trim_from=sheet.trim_from, ceiling_fen=one.lot.control_price_fen,
        ceiling_share=Fraction(sheet.ceiling_share),
    )  # fmt: skip


def benchmark_fen(one: Evaluation) -> int | None:
    """The benchmark price to the fen, for the report; None for other methods."""
    if one.lot.sheet.method != Sheet.Method.BENCHMARK:
        return None
    return round(benchmark_of(one).price(_prices(remaining(one))))


def _by_price(one: Evaluation, sheet: Sheet, bids: Sequence[EvaluatedBid]) -> list[Line]:
    prices = evaluation_prices(_prices(bids), _discounts(sheet, bids))
    standings = [Standing(key, Decimal(0), price) for key, price in prices.items()]
    return _placed(one, {str(bid.pk): Line(bid) for bid in bids}, ranking(standings))


def _by_points(one: Evaluation, sheet: Sheet, bids: Sequence[EvaluatedBid], scores: Sequence[Score]) -> list[Line]:
    prices = _prices(bids)
    if sheet.method == Sheet.Method.BENCHMARK:
        for_price = benchmark_of(one).scores(prices)
    else:
        for_price = lowest_price_scores(prices, Fraction(sheet.price_weight), _discounts(sheet, bids))
    given = totals(scores)
    technical = totals([score for score in scores if score.criterion.part == Criterion.Part.TECHNICAL])
    has_points = sheet.criteria.filter(part__in=POINTED).exists()
    lines = {}
    for bid in bids:
        key = str(bid.pk)
        points = mean_points([card[key] for card in given.values()]) if has_points else Decimal(0)
        skill = mean_points([card[key] for card in technical.values()]) if technical else Decimal(0)
        lines[key] = Line(bid, for_price[key], points, skill, for_price[key] + points)
    standings = [
        Standing(key, line.total or Decimal(0), line.bid.price_fen, line.technical or Decimal(0))
        for key, line in lines.items()
    ]
    return _placed(one, lines, ranking(standings))


def _placed(one: Evaluation, lines: dict[str, Line], ranks: Sequence[Rank]) -> list[Line]:
    """Places, with bids that are equal by every rule in the order that the committee gave them."""
    settled = {int(pk): n for n, pk in enumerate(one.tie_order)}
    placed = []
    for rank in ranks:
        line, tied = lines[rank.bidder], tuple(map(int, rank.tied))
        place = rank.place
        if tied and all(pk in settled for pk in (line.bid.pk, *tied)):
            place += sum(settled[pk] < settled[line.bid.pk] for pk in tied)
            tied = ()
        placed.append(Line(line.bid, line.price_points, line.points, line.technical, line.total, place, tied))
    return sorted(placed, key=lambda line: (line.place or 0, line.bid.pk))


def open_ties(one: Evaluation, lines: Sequence[Line]) -> list[Line]:
    """Equal bids among those that would be candidates: the committee has to put them in order."""
    return [line for line in lines if line.tied and (line.place or 0) <= one.lot.sheet.candidates]
