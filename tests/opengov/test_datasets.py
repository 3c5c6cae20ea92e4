"""Every dataset of every room: its rows fit its dictionary, nothing personal is in them, small counts are left out."""

import datetime as dt
import re

import pytest
from django.utils import translation

from hotline.models import Category
from portal.core.datasets import Span, dataset, datasets
from portal.core.time import driven_clock, today
from portal.people.models import Department
from portal.supervision.opengov.catalogue import CYCLES, TYPES
from portal.supervision.opengov.datasets.common import Protected
from tests.factories import moment
from tests.opengov.objects import personal

CODES = [one.code for one in datasets()]
PYTHON = {
    "text": str, "integer": int, "number": (int, float), "boolean": bool, "date": dt.date, "moment": dt.datetime,
}  # fmt: skip
SPAN = Span(dt.date(2025, 12, 1), dt.date(2026, 11, 20))
OF_PEOPLE = re.compile(r"applicant|reporter|caller|staff|clerk|person|phone|resident|identity|id_number|user|email")
MOBILE, RESIDENT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def rows_of(code: str, span: Span = SPAN) -> list[dict]:
    one = dataset(code)
    names = [column.name for column in one.columns]
    return [dict(zip(names, row, strict=True)) for row in one.rows(span)]


def test_the_rooms_below_and_this_one_publish_something():
    assert {
        "items", "approvals-daily", "promises", "reform-ledger", "ratings-monthly", "hotline-monthly", "hall-waiting",
        "red-blue-board", "departments", "windows", "working-calendar",
    } <= set(CODES)  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_a_dataset_says_what_it_is(code):
    one = dataset(code)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert str(one.title)
            assert str(one.about)
            assert str(one.publisher)
            assert all(str(column.title) for column in one.columns)
    names = [column.name for column in one.columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(column.type in TYPES for column in one.columns)
    assert one.cycle in CYCLES
    assert re.fullmatch(r"[a-z][a-z0-9-]*", one.code)


@pytest.mark.parametrize("code", CODES)
def test_its_rows_fit_its_columns(city, code):
    one = dataset(code)
    for row in one.rows(SPAN):
        assert len(row) == len(one.columns)
        for column, value in zip(one.columns, row, strict=True):
            assert value is None or isinstance(value, PYTHON[column.type]), (column.name, value)
            assert not (isinstance(value, bool) and column.type != "boolean"), column.name
            assert not (isinstance(value, dt.datetime) and column.type == "date"), column.name
            assert value is None or not column.codes or value in column.codes, (column.name, value)
    changed = one.changed()
    assert changed is None or changed.tzinfo is not None


@pytest.mark.parametrize("code", CODES)
def test_nothing_of_a_person_is_in_it(city, code):
    one = dataset(code)
    assert not [column.name for column in one.columns if OF_PEOPLE.search(column.name)]
    text = "\n".join(str(value) for row in one.rows(SPAN) for value in row if value is not None)
    assert not MOBILE.search(text)
    assert not RESIDENT.search(text)
    assert not [word for word in personal(city) if word in text]


@pytest.mark.parametrize(
    "code",
    ["items", "approvals-daily", "promises", "reform-ledger", "ratings-monthly", "hotline-monthly", "hall-waiting",
     "red-blue-board", "departments", "windows", "working-calendar"],
)  # fmt: skip
def test_a_city_with_something_to_say_has_rows_in_it(city, code):
    assert rows_of(code)


def test_the_days_of_the_approvals_add_up_to_what_happened(city):
    rows = rows_of("approvals-daily")
    assert sum(row["received"] for row in rows) == 7
    assert sum(row["concluded"] for row in rows) == 4
    assert (sum(row["early"] for row in rows), sum(row["overdue"] for row in rows)) == (2, 2)
    assert {row["department_code"] for row in rows} == {"SCJG", "GA"}
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)


def test_a_period_cuts_the_rows_at_its_days(city):
    rows = rows_of("approvals-daily", Span(dt.date(2026, 11, 9), dt.date(2026, 11, 9)))
    assert {row["day"] for row in rows} == {dt.date(2026, 11, 9)}
    assert rows_of("approvals-daily", Span(dt.date(2026, 11, 21), dt.date(2027, 11, 21))) == []


# --- small counts ---------------------------------------------------------------------------------------------------------


def test_counts_below_the_rule_are_left_out_and_the_row_says_so(city):
    by_code = {row["department_code"]: row for row in rows_of("ratings-monthly")}
    market, police = by_code["SCJG"], by_code["GA"]
    assert (market["month"], market["given"], market["satisfied"], market["suppressed"]) == ("2026-10", 9, 6, False)
    assert (police["given"], police["satisfied"], police["suppressed"]) == (None, None, True)


def test_tickets_are_counted_by_main_category_and_single_ones_are_left_out(city):
    rows = {row["category_code"]: row for row in rows_of("hotline-monthly")}
    many = rows["06"]
    assert (many["recorded"], many["on_time"], many["due"], many["satisfied"], many["judged"]) == (4, 4, 4, 4, 4)
    alone = rows["01"]
    assert (alone["recorded"], alone["due"], alone["suppressed"]) == (None, None, True)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, (0, 0)),
        (0, 9, (0, 9)),
        (9, 9, (9, 9)),
        (6, 9, (6, 9)),
        (2, 9, (None, 9)),
        (8, 9, (None, 9)),  # the rest of one would be given away
        (2, 2, (None, None)),
        (0, 2, (None, None)),
    ],
)
def test_a_part_is_left_out_where_it_or_the_rest_is_small(part, whole, shown):
    keep = Protected(3)
    assert keep.share(part, whole) == shown
    assert keep.hidden is (None in shown)


def test_a_month_is_published_when_it_is_over_whatever_days_are_asked_for(city):
    half = rows_of("hotline-monthly", Span(dt.date(2026, 10, 16), dt.date(2026, 10, 16)))
    assert half == rows_of("hotline-monthly", Span(dt.date(2026, 10, 1), dt.date(2026, 10, 31)))
    assert {row["month"] for row in rows_of("hotline-monthly")} == {"2026-10"}, "November is running"
    with driven_clock(moment("2026-12-01 00:30")):
        months = {row["month"] for row in rows_of("hotline-monthly", Span(SPAN.first, today()))}
    assert months == {"2026-10", "2026-11"}


# --- what the public does not see -----------------------------------------------------------------------------------------


def test_drafts_stand_in_no_ledger_and_people_on_no_board(city):
    assert [row["item_code"] for row in rows_of("reform-ledger")] == ["GA-900"]
    assert {row["item_code"] for row in rows_of("items")} == {"SCJG-001", "GA-001", "GA-900"}
    assert {row["kind"] for row in rows_of("red-blue-board")} == {"window", "department"}


def test_departments_that_an_import_made_are_left_out(city):
    Department.objects.create(code="X-1", name="待补全", provisional=True)
    assert "X-1" not in {row["department_code"] for row in rows_of("departments")}


def test_names_are_in_the_readers_language_and_codes_are_not(city):
    with translation.override("en"):
        english = rows_of("approvals-daily")
    with translation.override("zh-hans"):
        chinese = rows_of("approvals-daily")
    assert {row["department"] for row in english} == {"Market Regulation Bureau", "Police"}
    assert {row["department"] for row in chinese} == {"市市场监督管理局", "市公安局"}
    assert [row["department_code"] for row in english] == [row["department_code"] for row in chinese]


def test_waiting_is_measured_by_queue_and_hour(city):
    (row,) = rows_of("hall-waiting")
    assert (row["day"], row["hour"], row["queue_prefix"]) == (dt.date(2026, 10, 19), 9, "A")
    assert (row["tickets"], row["served"]) == (3, 3)
    assert row["wait_p50_minutes"] == 2, "two minutes, by the edge of the step"


def test_the_calendar_knows_days_to_come(city):
    days = {row["day"]: row for row in rows_of("working-calendar", Span(dt.date(2026, 10, 1), dt.date(2026, 12, 31)))}
    assert len(days) == 92
    assert days[dt.date(2026, 10, 1)]["kind"] == "holiday"
    assert days[dt.date(2026, 10, 1)]["is_workday"] is False


def test_the_hotline_costs_one_query_a_month(city, django_assert_max_num_queries):
    assert Category.objects.count() > 10
    with django_assert_max_num_queries(3 + 11):  # names, categories, the rule; eleven months that are over
        rows_of("hotline-monthly")
    with django_assert_max_num_queries(1 + 12):
        rows_of("approvals-daily")
