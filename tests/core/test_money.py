"""Money in fen: read, written, never rounded behind anybody's back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import money
from portal.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("1234.5", 123450),
        ("1,234,567.89", 123456789),
        ("￥１，２３４．５０", 123450),
        (" ¥ 12 元", 1200),
        ("3.2万元", 3200000),
        ("0.000001万", 1),
        ("1.5亿", 15_000_000_000),
        ("-7.01", -701),
        ("1.500", 150),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, fen: int) -> None:
    assert money.parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "money_format"),
        ("12元5角", "money_format"),
        ("1,23", "money_format"),
        ("1e5", "money_format"),
        ("１２３万亿", "money_format"),
        ("--5", "money_format"),
        ("٣", "money_format"),
        ("1.005", "money_fraction"),
        ("9999999999亿", "money_size"),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused_with_a_sentence(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        money.parse_yuan(typed)
    assert refused.value.code == code
    assert refused.value.message


@given(st.integers(-money.MAX_FEN, money.MAX_FEN))
def test_what_was_written_is_read_back_to_the_fen(fen: int) -> None:
    assert money.parse_yuan(money.format_yuan(fen)) == fen


def test_amounts_are_shown_in_yuan_and_in_large_units() -> None:
    assert money.format_yuan(123456789) == "1,234,567.89"
    assert money.format_yuan(-5) == "-0.05"
    assert money.format_wan(123456789) == "123.46"
    assert money.format_wan(-49) == "0.00"
    assert money.format_wan(50) == "0.00"
    assert money.format_wan(5000) == "0.01"
    assert money.format_yi(123_456_789_012_300, places=1) == "12,345.7"


@pytest.mark.parametrize(
    "fen,words",
    [
        (0, "零元整"),
        (8000, "捌拾元整"),
        (1000, "壹拾元整"),
        (8050, "捌拾元伍角整"),
        (8005, "捌拾元零伍分"),
        (55, "伍角伍分"),
        (5, "伍分"),
        (101_001, "壹仟零壹拾元零壹分"),
        (10_000_100, "壹拾万零壹元整"),
        (100_500_000, "壹佰万伍仟元整"),
        (12_345_678_912, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
        (10_000_000_100, "壹亿零壹元整"),
    ],
)
def test_receipts_write_the_amount_in_capitals(fen: int, words: str) -> None:
    assert money.in_capitals(fen) == words


def test_less_than_nothing_has_no_capitals() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        money.in_capitals(-1)
