"""Statistical signs: against a second computation, against worked examples, and silent where they know nothing."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import screens as looked
from procurement.screens import Bid, fences, screens, signs

pytestmark = pytest.mark.once


def bids(*prices: int, winner: int = 0, rejected: tuple[int, ...] = ()) -> list[Bid]:
    return [
        Bid(f"B{n}", price, is_rejected=n in rejected, is_winner=n == winner and n not in rejected)
        for n, price in enumerate(prices)
    ]


def codes(*prices: int, **more: Any) -> set[str]:
    return {sign.code for sign in signs(bids(*prices, **more))}


def by_numpy(prices: list[int]) -> dict[str, float]:
    """The same figures, computed another way: arrays, and the textbook's k-statistics instead of corrected moments."""
    b = np.sort(np.array(prices, dtype=np.float64))
    n, d = len(b), np.diff(np.sort(np.array(prices, dtype=np.float64)))
    s1, s2, s3, s4 = (float(np.sum((b - b.mean()) ** power)) for power in (1, 2, 3, 4))
    k2 = s2 / (n - 1)
    k3 = n * s3 / ((n - 1) * (n - 2))
    k4 = (n * (n + 1) * s4 / (n - 1) - 3 * s2 * s2) / ((n - 2) * (n - 3))
    assert abs(s1) < 1e-3 * b.mean()
    return {
        "cv": float(np.std(b, ddof=1) / b.mean()),
        "spd": float((b[-1] - b[0]) / b[0]),
        "diffp": float(d[0] / b[0]),
        "rd": float(d[0] / np.std(b[1:], ddof=1)),
        "rdnor": float(d[0] / np.mean(d)),
        "rdalt": float(d[0] / np.mean(d[1:])),
        "skew": k3 / k2**1.5,
        "kurt": k4 / k2**2,
    }


@given(st.lists(st.integers(10**6, 10**9), min_size=4, max_size=12, unique=True))
def test_every_screen_agrees_with_a_second_computation(prices: list[int]) -> None:
    ours, other = screens(prices), by_numpy(prices)
    for name, value in other.items():
        assert ours[name] is not None and math.isclose(ours[name] or 0.0, value, rel_tol=1e-6, abs_tol=1e-6), name


@pytest.mark.parametrize(
    ("prices", "known"),
    [
        ([], set()),
        ([100], set()),
        ([0, 100, 200], set()),
        ([100, 110], {"cv", "spd", "diffp"}),
        ([100, 110, 130], {"cv", "spd", "diffp", "rd", "rdnor", "rdalt", "skew"}),
        ([100, 100, 100, 100], {"cv", "spd", "diffp"}),
        ([100, 110, 110], {"cv", "spd", "diffp", "rdnor", "skew"}),
    ],
)
def test_a_screen_without_enough_bids_or_without_spread_has_no_value(prices: list[int], known: set[str]) -> None:
    assert {name for name, value in screens(prices).items() if value is not None} == known


@pytest.mark.parametrize(
    ("given_bids", "code"),
    [
        (bids(100), "R018"),
        (bids(1000, 1005, 1010), "low_variance"),
        (bids(500, 1000, 1010, 1020), "lowest_apart"),
        (bids(1000, 1100, 1200, 1300), "equal_gaps"),
        (bids(10_000, 11_000, 12_100, 13_310), "equal_ratios"),
        (bids(100, 250, 250), "R028"),
        (bids(100_000, 100_400, 130_000), "R024"),
        (bids(100, 140, 150), "R058"),
        (bids(100, 90, 80, rejected=(1, 2)), "R035"),
        (bids(100, 90, 180, rejected=(1,)), "R036"),
        (bids(100, 110, 120, 190, rejected=(2, 3)), "R038"),
    ],
)
def test_each_sign_is_given_with_its_figures_formula_and_source(given_bids: list[Bid], code: str) -> None:
    found = {sign.code: sign for sign in signs(given_bids)}
    assert code in found, sorted(found)
    assert found[code].figures and found[code].formula and found[code].source


def test_ordinary_bids_give_no_sign() -> None:
    assert codes(1_000_000, 1_043_210, 1_131_007, 1_090_650, 1_214_400) == set()
    assert codes() == set()


def test_three_bids_with_equal_gaps_are_no_sign() -> None:
    assert "equal_gaps" not in codes(1000, 1100, 1200)


def test_a_rejected_price_does_not_count_among_the_valid_ones() -> None:
    assert "low_variance" not in codes(1000, 1005, 1400, 1010, rejected=(3,))


def test_shared_unit_prices_are_a_sign_although_the_totals_differ() -> None:
    bill = {f"item {n}": 100 + n for n in range(10)}
    other = {**bill, **{f"item {n}": 900 for n in range(4)}}
    apart = {f"item {n}": 500 + 7 * n for n in range(10)}
    found = [
        sign
        for sign in signs(
            [Bid("A", 100, unit_prices=bill), Bid("B", 170, unit_prices=other), Bid("C", 133, unit_prices=apart)]
        )
        if sign.code == "equal_unit_prices"
    ]
    assert [(sign.bidders, sign.figures) for sign in found] == [(("A", "B"), {"items": 10, "equal": 6})]


def test_what_the_law_names_is_a_finding_and_everything_else_a_lead() -> None:
    found = looked.shared_facts(
        {
            "A": {"bond_account": ["6222"], "device": ["d1"], "phone": [""]},
            "B": {"bond_account": ["6222", "6333"], "phone": [""]},
            "C": {"bond_account": ["6444"], "device": ["d1"]},
        }
    )
    assert [(sign.code, sign.bidders, sign.kind) for sign in found] == [
        ("shared_bond_account", ("A", "B"), looked.Kind.FINDING),
        ("shared_device", ("A", "C"), looked.Kind.LEAD),
    ]
    with pytest.raises(ValueError, match="no such fact"):
        looked.shared_facts({"A": {"zodiac": ["ox"]}})
    kinds = {sign.code: sign.kind for sign in signs(bids(1000, 1100, 1200, 1300))}
    assert kinds["equal_gaps"] is looked.Kind.FINDING
    statistical = [sign for sign in signs(bids(500, 1000, 1010, 1021)) if sign.kind is looked.Kind.FINDING]
    assert statistical == []


def test_limits_are_settings() -> None:
    strict = looked.Limits(cv_under=0.5)
    assert "low_variance" in {sign.code for sign in signs(bids(1_000, 1_200, 1_500), strict)}


def test_fences_are_those_of_the_quartiles() -> None:
    values = [1.0, 2.0, 4.0, 7.0, 11.0]
    low, high = (float(np.percentile(values, q)) for q in (25, 75))
    assert fences(values) == pytest.approx((low - 1.5 * (high - low), high + 1.5 * (high - low)))
    with pytest.raises(ValueError, match="four"):
        fences([1.0, 2.0, 3.0])
