"""The same matter again: found by place and time, ranked by words."""

import datetime as dt

import pytest

from hotline.actions import Caller, TicketDraft, record
from hotline.calls.geo import cells_around
from hotline.calls.similar import share_of, similar, words_of
from hotline.models import Ticket
from hotline.places import geohash
from portal.core.time import driven_clock, now
from tests.calls.objects import acting, operator

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LATITUDE, LONGITUDE = 34.60, 119.16


def told(title: str, *, lat: float | None = None, lon: float | None = None, **more: str) -> Ticket:
    phone = more.pop("phone", "")
    draft = TicketDraft(
        title=title, content="请尽快派人来看看。", latitude=lat, longitude=lon, caller=Caller(phone=phone), **more
    )  # type: ignore[arg-type]
    return record(acting(operator.person), draft)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _person() -> None:
    operator.person = operator()  # type: ignore[attr-defined]


def test_a_ticket_next_door_about_the_same_is_found_and_one_far_away_is_not() -> None:
    near = told("滨河路路灯不亮了", lat=LATITUDE + 0.0008, lon=LONGITUDE)
    told("滨河路路灯不亮了", lat=LATITUDE + 0.05, lon=LONGITUDE)
    told("餐馆油烟扰民", lat=LATITUDE, lon=LONGITUDE)
    found = similar(title="滨河路的路灯不亮", latitude=LATITUDE, longitude=LONGITUDE)
    assert [one.ticket for one in found.rows] == [near.pk]
    assert found.rows[0].here and not found.series


def test_by_the_street_where_nobody_knows_the_coordinates() -> None:
    told("小区停水两天", street_code="S1")
    told("小区停水两天", street_code="S2")
    assert len(similar(title="我们小区停水了", street_code="S1").rows) == 1


def test_three_of_one_matter_are_a_series() -> None:
    for _n in range(3):
        told("人民路积水很深", street_code="S1")
    assert similar(title="人民路积水", street_code="S1").series


def test_the_callers_own_earlier_ticket_is_found_without_a_place() -> None:
    mine = told("电梯坏了没有人修", phone="13800138000")
    found = similar(title="电梯还是坏的没有人修", phone="138 0013 8000")
    assert [one.ticket for one in found.rows] == [mine.pk]


def test_what_is_long_past_is_another_matter() -> None:
    with driven_clock(now() - dt.timedelta(days=40)):
        told("滨河路路灯不亮", street_code="S1")
    assert similar(title="滨河路路灯不亮", street_code="S1").rows == []


def test_two_queries_at_most(django_assert_max_num_queries) -> None:
    told("滨河路路灯不亮", lat=LATITUDE, lon=LONGITUDE, phone="13800138000")
    similar(title="预热", street_code="S1")
    with django_assert_max_num_queries(2):
        similar(title="滨河路路灯不亮", latitude=LATITUDE, longitude=LONGITUDE, phone="13800138000")


def test_the_cells_around_a_point_touch_each_other() -> None:
    cells = cells_around(LATITUDE, LONGITUDE, 7)
    assert len(cells) == 9 and geohash(LATITUDE, LONGITUDE, 7) in cells
    assert cells_around(89.9999, 179.9999, 7)  # at the edges of the map, too


def test_words_are_compared_in_pairs_of_characters() -> None:
    assert share_of(words_of("路灯不亮"), words_of("滨河路路灯不亮三天")) == 1.0
    assert share_of(words_of("路灯"), words_of("")) == 0.0
