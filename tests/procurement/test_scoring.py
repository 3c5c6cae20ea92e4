"""Evaluation arithmetic, by worked examples and by what must always hold."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import scoring
from procurement.scoring import Benchmark, CannotScore, Standing

pytestmark = pytest.mark.once

WAN = 10_000_00
THREE = {"A": 90 * WAN, "B": 100 * WAN, "C": 120 * WAN}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(29_995, 1000), "30.00"),
        (Fraction(2_675, 1000), "2.68"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(0), "0.00"),
    ],
)
def test_scores_are_rounded_half_up(value: Fraction, shown: str) -> None:
    assert str(scoring.rounded(value)) == shown


def test_the_lowest_price_gets_the_whole_weight_and_the_others_their_share() -> None:
    assert scoring.lowest_price_scores(THREE, Fraction(30)) == {
        "A": Decimal("30.00"), "B": Decimal("27.00"), "C": Decimal("22.50"),
    }  # fmt: skip


def test_a_small_firms_price_is_lowered_for_the_evaluation_only() -> None:
    scores = scoring.lowest_price_scores(THREE, Fraction(30), {"B": Fraction(20, 100)})
    assert scores["B"] == Decimal("30.00")
    assert scores["A"] == Decimal("26.67")
    assert THREE["B"] == 100 * WAN


def test_the_benchmark_leaves_out_highest_and_lowest_from_the_fifth_bid_on() -> None:
    five = {"A": 80 * WAN, "B": 95 * WAN, "C": 100 * WAN, "D": 105 * WAN, "E": 150 * WAN}
    method = Benchmark(weight=Fraction(60), above=Fraction(1), below=Fraction(1, 2))
    assert method.price(five) == 100 * WAN
    assert method.scores(five) == {
        "A": Decimal("50.00"), "B": Decimal("57.50"), "C": Decimal("60.00"), "D": Decimal("55.00"), "E": Decimal("10.00"),
    }  # fmt: skip
    four = {name: five[name] for name in "ABCD"}
    assert method.price(four) == 95 * WAN


def test_float_and_ceiling_move_the_benchmark() -> None:
    assert (
        Benchmark(Fraction(60), Fraction(1), Fraction(1), floating=Fraction(5, 100)).price({"A": 100 * WAN}) == 95 * WAN
    )
    half = Benchmark(Fraction(60), Fraction(1), Fraction(1), ceiling_fen=120 * WAN, ceiling_share=Fraction(1, 2))
    assert half.price({"A": 100 * WAN}) == 110 * WAN


def test_a_score_is_never_under_zero() -> None:
    method = Benchmark(weight=Fraction(10), above=Fraction(2), below=Fraction(1))
    assert method.scores({"A": 100, "B": 100, "C": 1_000})["C"] == Decimal("0.00")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: scoring.lowest_price_scores({}, Fraction(30)),
        lambda: scoring.lowest_price_scores({"A": 0}, Fraction(30)),
        lambda: scoring.lowest_price_scores({"A": 1}, Fraction(30), {"A": Fraction(1)}),
        lambda: Benchmark(Fraction(60), Fraction(1), Fraction(1)).price({}),
        lambda: Benchmark(Fraction(60), Fraction(1), Fraction(1), ceiling_share=Fraction(1, 2)).price({"A": 1}),
    ],
)
def test_what_cannot_be_scored_is_refused(wrong: Any) -> None:
    with pytest.raises(CannotScore):
        wrong()


@given(st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.integers(1, 10**13), min_size=1, max_size=12))
def test_a_lower_price_never_scores_less_and_the_lowest_scores_all(prices: dict[str, int]) -> None:
    scores = scoring.lowest_price_scores(prices, Fraction(30))
    ordered = sorted(prices, key=lambda bidder: prices[bidder])
    assert scores[ordered[0]] == Decimal("30.00")
    assert [scores[bidder] for bidder in ordered] == sorted(scores.values(), reverse=True)


def test_ranking_goes_by_total_then_price_then_technical_score() -> None:
    ranks = scoring.ranking(
        [
            Standing("A", Decimal("90.00"), 100, Decimal(50)),
            Standing("B", Decimal("91.00"), 200),
            Standing("C", Decimal("90.00"), 90),
            Standing("D", Decimal("90.00"), 100, Decimal(60)),
        ]
    )
    assert [(rank.place, rank.bidder, rank.tied) for rank in ranks] == [
        (1, "B", ()), (2, "C", ()), (3, "D", ()), (4, "A", ()),
    ]  # fmt: skip


def test_who_is_equal_in_everything_shares_the_place_openly() -> None:
    ranks = scoring.ranking([Standing(name, Decimal(90), 100) for name in "CBA"] + [Standing("D", Decimal(80), 1)])
    assert [(rank.place, rank.bidder, rank.tied) for rank in ranks] == [
        (1, "A", ("B", "C")), (1, "B", ("A", "C")), (1, "C", ("A", "B")), (4, "D", ()),
    ]  # fmt: skip


def test_a_price_far_under_the_others_is_asked_about_with_its_figures() -> None:
    found = scoring.abnormally_low({"A": 50 * WAN, "B": 100 * WAN, "C": 110 * WAN}, under=Fraction(65, 100))
    assert [(one.bidder, one.mean_of_others_fen, one.share) for one in found] == [("A", 105 * WAN, Fraction(10, 21))]
    assert scoring.abnormally_low({"A": 1, "B": 100}, under=Fraction(65, 100)) == []


def test_only_the_score_that_stands_apart_is_flagged_and_not_those_it_stands_apart_from() -> None:
    given_scores = {
        "E1": {"A": Decimal(80), "B": Decimal(70)},
        "E2": {"A": Decimal(82), "B": Decimal(72)},
        "E3": {"A": Decimal(40), "B": Decimal(71)},
    }
    found = scoring.outlying_scores(given_scores, over=Fraction(30, 100))
    assert [(one.expert, one.bidder, one.mean_of_others, one.deviation) for one in found] == [
        ("E3", "A", Decimal("81.00"), Decimal("-0.51")),
    ]
    assert scoring.outlying_scores({name: given_scores[name] for name in ("E1", "E3")}, over=Fraction(1, 10)) == []


@pytest.mark.parametrize(
    ("points", "apart"),
    [
        ((10, 20, 30), ()),  # three opinions: nobody is the odd one out
        ((10, 10, 14, 14), ()),  # two against two
        ((10, 10, 10, 30), (3,)),
        ((10, 10, 10, 30, 31), (3, 4)),  # from five on the median stands although two are far away
        ((10, 11, 12, 13, 14), ()),
        ((7, 10, 13, 10, 10), ()),  # thirty percent exactly is not more than thirty percent
        ((0, 0, 0, 0, 5), (4,)),  # where nobody else gave a point, any point stands apart
    ],
)
def test_who_stands_apart_among_three_four_and_five(points: tuple[int, ...], apart: tuple[int, ...]) -> None:
    given_scores = {f"E{n}": {"A": Decimal(one)} for n, one in enumerate(points)}
    found = scoring.outlying_scores(given_scores, over=Fraction(30, 100))
    assert [one.expert for one in found] == [f"E{n}" for n in apart]


@pytest.mark.parametrize(
    ("given_money", "expected"),
    [
        ({"budget_fen": 100, "control_price_fen": 90, "start_fen": None, "is_sale": False}, (90, 10, None)),
        ({"budget_fen": 100, "control_price_fen": None, "start_fen": None, "is_sale": False}, (100, 20, None)),
        ({"budget_fen": None, "control_price_fen": None, "start_fen": None, "is_sale": False}, (None, None, None)),
        ({"budget_fen": 100, "control_price_fen": 90, "start_fen": 60, "is_sale": True}, (None, None, 20)),
        ({"budget_fen": None, "control_price_fen": None, "start_fen": None, "is_sale": True}, (None, None, None)),
    ],
)
def test_savings_are_counted_from_the_control_price_and_sales_apart(given_money: Any, expected: Any) -> None:
    one = scoring.saving(deal_fen=80, **given_money)
    assert (one.base_fen, one.savings_fen, one.premium_fen) == expected


# --- what members gave ------------------------------------------------------------------------------------------------


def test_the_mean_of_the_points_is_rounded_once_and_half_up() -> None:
    assert scoring.mean_points([Decimal("45"), Decimal("46"), Decimal("45")]) == Decimal("45.33")
    assert scoring.mean_points([Decimal("0.01"), Decimal("0.02")]) == Decimal("0.02")
    with pytest.raises(CannotScore):
        scoring.mean_points([])


def test_objective_points_that_differ_are_named_and_equal_ones_are_not() -> None:
    cards = {
        "甲": {("投标人一", "业绩"): Decimal("10"), ("投标人二", "业绩"): Decimal("8.0")},
        "乙": {("投标人一", "业绩"): Decimal("10"), ("投标人二", "业绩"): Decimal("6")},
        "丙": {("投标人一", "业绩"): Decimal("10.00"), ("投标人二", "业绩"): Decimal("8")},
    }
    assert scoring.differing(cards) == [("投标人二", "业绩")]
    assert scoring.differing({}) == []


def test_the_lowest_price_ranks_by_a_price_that_need_not_be_whole() -> None:
    standings = [Standing("小", Decimal(0), Fraction(2, 3)), Standing("大", Decimal(0), 1)]
    assert [(one.place, one.bidder) for one in scoring.ranking(standings)] == [(1, "小"), (2, "大")]
