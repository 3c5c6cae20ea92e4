"""The engine of the rules: pure functions, the first match decides and says why."""

import datetime as dt
from typing import Any

import pytest

from hotline.routing.engine import Facts, RuleSpec, decide
from portal.core.time import ZONE

pytestmark = pytest.mark.once
MONDAY_TEN = dt.datetime(2026, 11, 16, 10, 0, tzinfo=ZONE)


def rule(position: int = 1, **more: Any) -> RuleSpec:
    return RuleSpec(pk=position, position=position, name=f"规则{position}", **{"department_id": 1, **more})


def facts(text: str = "滨河路路灯不亮", **more: Any) -> Facts:
    return Facts(**{"text": text, "at": MONDAY_TEN, **more})


def test_the_first_rule_that_fits_decides_whatever_the_order_they_come_in() -> None:
    verdict = decide([rule(2, department_id=20), rule(1, words=("路灯",), department_id=10)], facts())
    assert verdict.rule is not None and verdict.rule.department_id == 10
    assert "路灯" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"words": ("路灯", "井盖")}, True),
        ({"words": ("路灯+不亮",)}, True),
        ({"words": ("路灯+井盖",)}, False),
        ({"words": ("路灯",), "without": ("滨河",)}, False),
        ({"words": ("LED",)}, False),
        ({"category_id": 7}, True),
        ({"category_id": 8}, False),
        ({"area": "320102"}, True),
        ({"area": "滨河路"}, True),
        ({"area": "人民路"}, False),
        ({"time_from": dt.time(9), "time_to": dt.time(17)}, True),
        ({"time_from": dt.time(22), "time_to": dt.time(6)}, False),
        ({"weekdays": "01234"}, True),
        ({"weekdays": "56"}, False),
    ],
)
def test_every_condition_must_hold(conditions: dict[str, Any], fits: bool) -> None:
    given = facts(categories=frozenset({7, 1}), street_code="320102", place="滨河路18号")
    assert (decide([rule(**conditions)], given).rule is not None) is fits


def test_a_time_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    night = rule(time_from=dt.time(22), time_to=dt.time(6), weekdays="4")  # Friday night
    saturday_two = dt.datetime(2026, 11, 21, 2, 0, tzinfo=ZONE)
    friday_two = dt.datetime(2026, 11, 20, 2, 0, tzinfo=ZONE)
    assert decide([night], facts(at=saturday_two)).rule is not None
    assert decide([night], facts(at=friday_two)).rule is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"broken": "部门已撤销"},
        {"department_id": None},
        {"time_from": dt.time(9)},
        {"weekdays": "9"},
        {"words": (None,)},
    ],
)
def test_a_rule_that_cannot_be_used_is_passed_over_and_named(wrong: dict[str, Any]) -> None:
    verdict = decide([rule(1, **wrong), rule(2, department_id=20)], facts())
    assert verdict.rule is not None and verdict.rule.department_id == 20
    assert [spec.position for spec, _because in verdict.broken] == [1]


def test_width_and_case_of_words_do_not_matter() -> None:
    assert decide([rule(words=("ＬＥＤ",))], facts("led灯不亮")).rule is not None
