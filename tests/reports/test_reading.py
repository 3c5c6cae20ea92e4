"""What drawing up a report costs, and that one reading says what the indicators say one by one."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import rules, statistics
from portal.core.statistics import (
    SMALLEST,
    Question,
    Span,
    Wanted,
    asked_together,
    period,
    reading_together,
    refresh_all,
    standing,
)
from portal.core.statistics.read import MONTH
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.indicators import indicators
from portal.supervision.reports import actions
from portal.supervision.reports.reading import CELLS
from tests import factories
from tests.reports.test_reports import Office

pytestmark = pytest.mark.django_db
TODAY = factories.moment("2026-12-20 10:00")
HALF = {"title": "下半年报告", "first": dt.date(2026, 7, 1), "last": dt.date(2026, 12, 31), "comparison": "last_year"}
LEAST = 20  # the goal: fewer statements than this for a whole report


@pytest.fixture
def office():
    with driven_clock(TODAY):
        yield Office()


def statements(office: Office, **asked) -> list[str]:
    cache.clear()
    rules.forget()
    with CaptureQueriesContext(connection) as queries:
        actions.draw_up(office.writer, **HALF | {"department": None} | asked)
    return [query["sql"] for query in queries]


def more_work(months: int) -> None:
    """Two more departments with cases in this month and in those before."""
    for _n in range(2):
        dept = factories.department()
        clerk, item = actor_of(factories.staff(Role.CLERK, dept), Role.CLERK), factories.item(dept=dept)
        for month in range(months):
            with driven_clock(factories.moment(f"2026-{12 - month:02}-09 10:00")):
                factories.accepted(clerk, on=item)
    with driven_clock(TODAY):
        refresh_all()


def test_a_report_of_half_a_year_costs_fewer_than_twenty_statements(office):
    assert len(statements(office)) < LEAST
    assert len(statements(office, department=office.department)) < LEAST


@pytest.mark.parametrize("whose", ["centre", "department"])
def test_a_report_costs_the_same_with_more_departments_and_months(office, whose):
    department = office.department if whose == "department" else None
    before = statements(office, department=department)
    more_work(months=4)
    assert len(statements(office, department=department)) == len(before)
    assert len(statements(office, department=department, first=dt.date(2026, 1, 1))) == len(before)


@pytest.mark.parametrize(("first", "last"), [("2026-07-01", "2026-12-31"), ("2026-08-17", "2026-12-05")])
def test_one_reading_says_what_the_indicators_say_one_by_one(office, first, last):
    more_work(months=3)
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    for department in (None, office.department):
        report = actions.draw_up(
            office.writer, **HALF | {"department": department, "comparison": "previous", "first": first, "last": last}
        )
        code = department.code if department else None
        said = indicators(first, last, department_code=code, by="month")
        assert blocks_of(report.data["now"]) == {name: block for name, block in said.items() if name != "rows"}
        then = report.data["then"]["period"]
        assert blocks_of(report.data["then"]) == indicators(
            dt.date.fromisoformat(then["from"]), dt.date.fromisoformat(then["to"]), department_code=code
        )
        assert [(row["month"], row["approvals"]["received"]) for row in report.data["months"]] == [
            (row["month"], row["approvals"]["received"]) for row in said["rows"]
        ]
        rows = indicators(first, last, by="department")["rows"] if department is None else []
        assert [(row["code"], row["now"]["approvals"]) for row in report.data["departments"]] == [
            (row["department"], row["approvals"]) for row in rows
        ]


def blocks_of(kept: dict[str, Any]) -> dict[str, Any]:
    """What a report keeps, without that on how many its rates rest."""
    return {name: block for name, block in kept.items() if name != "bases"}


def test_what_was_not_read_together_is_read_from_the_cells(office):
    """A day in the middle of a stretch, a dimension that is not held, a department of its own: never a wrong sum."""
    more_work(months=2)
    cases = CELLS[0]
    span = Span(dt.date(2026, 11, 1), dt.date(2026, 12, 31), dt.date(2026, 12, 20))
    questions = [
        {"first": dt.date(2026, 11, 3), "last": dt.date(2026, 12, 31)},
        {"first": dt.date(2026, 10, 1), "last": dt.date(2026, 12, 31)},
        {"first": span.first, "last": span.last, "by": "channel"},
        {"first": span.first, "last": span.last, "by": MONTH},
        {"first": span.first, "last": span.last, "filters": {"department_id": office.department.pk}},
        {"first": span.first, "last": span.last, "filters": {"department_id": [office.department.pk, 0]}},
        {"first": span.first, "last": span.last, "filters": {"channel": "online"}},
    ]
    alone = [period(cases.measures, SMALLEST, figures=("received",), **asked) for asked in questions]
    stood = [standing(cases.measures, SMALLEST, day, figures=("open",)) for day in (span.as_of, dt.date(2026, 11, 9))]
    for department in (None, office.department.pk):
        with reading_together([span], CELLS, department_id=department):
            together = [period(cases.measures, SMALLEST, figures=("received",), **asked) for asked in questions]
            assert together == alone
            assert [
                standing(cases.measures, SMALLEST, day, figures=("open",)) for day in (span.as_of, dt.date(2026, 11, 9))
            ] == stood


def test_a_question_inside_the_reading_asks_the_database_nothing(office, django_assert_num_queries):
    day = dt.date(2026, 12, 20)
    with django_assert_num_queries(1), reading_together([Span(day, day, day)], [Wanted(CELLS[0].measures, ("open",))]):
        assert period(CELLS[0].measures, SMALLEST, day, day)[None]["received"] == 0
        assert standing(CELLS[0].measures, SMALLEST, day, figures=("open",))[None]["open"] == 1
        assert statistics.remembered("once", lambda: 7) == statistics.remembered("once", lambda: 8) == 7


def test_questions_asked_together_have_the_answers_that_they_have_alone(office, django_assert_num_queries):
    more_work(months=2)
    first, last, measures = dt.date(2026, 11, 1), dt.date(2026, 12, 31), CELLS[0].measures
    here = {"department_id": [office.department.pk]}
    questions = [
        Question(measures, SMALLEST, first, last, ("received", "accepted"), by, filters)
        for by in (None, "day", MONTH, "department_id", "item_id", ("department_id", "kind", "channel"))
        for filters in (None, here, {**here, "channel": "online"})
    ]
    questions += [Question(measures, SMALLEST, None, last, ("open",), by, here) for by in (None, "item_id")]
    questions.append(Question(CELLS[-1].measures, "category", first, last, ("deals",), "category"))

    def ask(one: Question):
        asked = {"figures": one.figures, "by": one.by, "filters": one.filters}
        if one.first is None:
            return standing(one.measures, one.cuboid, one.last, **asked)
        return period(one.measures, one.cuboid, one.first, one.last, **asked)

    alone = [ask(one) for one in questions]
    assert any(alone[0][None].values()), "the comparison is about something"
    with django_assert_num_queries(1), asked_together(questions):
        assert [ask(one) for one in questions] == alone
        alone[0][None]["received"] += 1
        assert ask(questions[0]) == ask(questions[0]) != alone[0], "who adds to an answer does not change the next one"
