"""The figures of cases against the desk's own log, and the balance that always holds."""

import copy
import datetime as dt
import random
from collections.abc import Iterator

import pytest
from django.db import connection

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from portal.core.models.statistics import DirtyKey
from portal.core.statistics import differences, period, rebuild, refresh_all
from portal.core.statistics.aggregate import group_queryset
from portal.core.statistics.blocks import months_of
from portal.supervision.indicators import indicators
from tests.cases.stories import DAYS, START, Desk, Story, day, make_city, replay
from tests.conftest import as_a_test

pytestmark = pytest.mark.django_db
LAST = day(DAYS - 1)
ROW_OF = {
    "department": lambda case: case.department.code,
    "item": lambda case: case.item.code,
    "category": lambda case: case.item.type,
    "channel": lambda case: case.channel,
    "window": lambda case: case.window.code if case.window else "",
    "staff": lambda case: case.staff.username if case.staff else "",
}


@pytest.fixture(scope="module")
def lived(request, django_db_setup, django_db_blocker) -> Iterator[Desk]:
    """A desk with sixty days behind it, its cells fresh: one for all tests of the same seed."""
    with django_db_blocker.unblock(), as_a_test():
        desk = Desk(getattr(request, "param", 3), make_city())
        desk.live()
        refresh_all()
        yield desk


@pytest.fixture
def desk(lived, db) -> Desk:
    """What a test does to the desk, to its rows and to its chance is gone with the test."""
    return copy.deepcopy(lived)


def spans(chance: random.Random) -> list[tuple[dt.date, dt.date, dt.date]]:
    """The whole time, and random periods with an as-of day in them."""
    chosen = [(START, LAST, LAST)]
    for _ in range(6):
        first, last = sorted((day(chance.randrange(DAYS)), day(chance.randrange(DAYS))))
        chosen.append((first, last, day(chance.randrange(DAYS))))
    return chosen


@pytest.mark.parametrize("lived", [3, 4], indirect=True)
def test_every_figure_equals_the_replay_of_the_desks_log(desk):
    for first, last, as_of in spans(desk.chance):
        assert indicators(first, last, as_of=as_of)["approvals"] == replay(desk.stories, first, last, as_of)
    # The stories must be rich enough for the comparison to mean something.
    whole = replay(desk.stories, START, LAST, LAST)
    assert [name for name, value in whole.items() if not value and name not in ("open_at_start", "open_stopped")] == []


def test_balances_of_every_past_day_equal_the_log(desk):
    overdue = stopped = 0
    for number in range(DAYS):
        on = day(number)
        found = indicators(on, on, as_of=on)["approvals"]
        wanted = replay(desk.stories, on, on, on)
        for name in ("open_at_start", "open", "open_overdue", "open_stopped"):
            assert found[name] == wanted[name], (on, name)
        overdue, stopped = max(overdue, found["open_overdue"]), max(stopped, found["open_stopped"])
    assert overdue > 0 and stopped > 0


def test_every_row_equals_the_replay_of_its_own_cases(desk):
    for by in ROW_OF:
        compare_rows(desk, by)


def compare_rows(desk: Desk, by: str) -> None:
    first, last = day(10), day(45)
    rows = {row[by]: row["approvals"] for row in indicators(first, last, by=by, as_of=day(40))["rows"]}
    groups: dict[str, list[Story]] = {}
    for story in desk.stories:
        groups.setdefault(ROW_OF[by](story.case), []).append(story)
    for key, stories in groups.items():
        wanted = replay(stories, first, last, day(40))
        if any(wanted.values()) or key in rows:
            assert rows.pop(key) == wanted, key
    assert all(not any(row.values()) for row in rows.values())


def test_rows_by_month_carry_their_balances(desk):
    rows = indicators(START, LAST, by="month", as_of=day(50))["rows"]
    assert [row["month"] for row in rows] == [f"{month:%Y-%m}" for month in months_of(START, LAST)]
    for row, month in zip(rows, months_of(START, LAST), strict=True):
        end = (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        first, last = max(month, START), min(end, LAST)
        assert row["approvals"] == replay(desk.stories, first, last, min(last, day(50)))


def test_the_figures_of_one_department_are_its_own(desk):
    own = [story for story in desk.stories if story.case.department.code == "D1"]
    assert indicators(START, LAST, department_code="D1")["approvals"] == replay(own, START, LAST, LAST)


def test_open_at_start_and_accepted_less_ended_is_open_always(desk):
    for first, last, _ in spans(desk.chance):
        found = indicators(first, last, as_of=last)["approvals"]
        sums = period(CASE_MEASURES, "item", first, last)[None]
        ended = sums["concluded"] + sums["ended_otherwise"]
        assert found["open_at_start"] + found["accepted"] - ended == found["open"]


def test_lamps_count_the_cases_that_turned_red(desk):
    first, last = day(5), day(50)
    # Two spells with no day between them are one for the desk; both begin on a day of their own in the rows.
    turned = sum(first <= on <= last for story in desk.stories for on in story.turned_red)
    assert indicators(first, last)["supervision"]["red"] == turned


def test_refreshed_cells_equal_rebuilt_ones_and_verify_agrees(desk):
    def cells():
        return [
            sorted(cuboid.cell.objects.values_list(*cuboid.key_columns, *CASE_MEASURES.figures))
            for cuboid in CASE_MEASURES.cuboids.values()
        ]

    assert not DirtyKey.objects.exists()
    assert list(differences()) == []
    before = cells()
    rebuild(CASE_MEASURES)
    assert cells() == before


@pytest.mark.parametrize("lamp", ["amber_on", "overdue_from_on"])
def test_a_lamps_day_is_counted_from_the_cases_that_were_open_on_it(desk, lamp):
    """The index holds no others; it serves only while the figures and the index say it in the same words."""
    group = next(group for group in CASE_MEASURES.groups if group.model is Case and group.day == lamp)
    rows = group_queryset(group, CASE_MEASURES.cuboids["item"]).filter(**{f"{lamp}__in": [START, LAST]})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the desk has few cases
    assert f"case_{lamp}" in rows.explain()


def test_indicators_read_cells_and_not_cases(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(52) as queries:
        indicators(START, LAST, by="department")
    table = connection.ops.quote_name(Case._meta.db_table)
    assert not [query for query in queries.captured_queries if f"FROM {table}" in query["sql"]]
