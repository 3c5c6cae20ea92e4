"""The rates: the same as if somebody counted the tickets by hand; a head sees the own department only."""

import datetime as dt
from collections import defaultdict
from typing import Any

import pytest

from hotline.insight.figures import RATES, Asked, insight, points_of
from hotline.models import Mark, Ticket
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock, local_date
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.hotline.objects import World

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2026, 11, 1), dt.date(2026, 11, 29))


@pytest.fixture
def world():
    with driven_clock(moment("2026-11-10 10:00")):
        world = World()
        for n in range(6):
            world.closed(street_code="GCBH" if n % 2 else "GCXH")
        unhappy = world.replied()
        world.step(world.operator, unhappy, "complain", contacted="yes", resolved="no", satisfied="no")
        world.step(world.dispatcher, Ticket.objects.get(pk=unhappy.pk), "redo", reason="未解决")
        world.step(world.clerk, world.dispatched(), "return", ground="not_ours", reason="不属于本部门")
        world.dispatched()
        world.recorded()
    with driven_clock(moment("2026-11-30 10:00")):
        refresh_all()
        yield world


def by_hand(key: str) -> dict[Any, dict[str, int]]:
    """Counted from the rows in Python, ticket by ticket."""
    sums: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    first, last = DAYS
    empty: Any = "" if key == "street_code" else 0
    for ticket in Ticket.objects.all():
        row = sums[getattr(ticket, key) or empty]
        row["recorded"] += first <= ticket.recorded_on <= last
        if ticket.first_due_on and first <= ticket.first_due_on <= last:
            row["due"] += 1
            row["on_time"] += bool(ticket.first_replied_at and ticket.first_replied_at <= ticket.first_due_at)
        for ending in ticket.endings.all():
            row["closed"] += first <= ending.ended_on <= last
        if ticket.called_back_at and first <= local_date(ticket.called_back_at) <= last:
            row["called_back"] += 1
            row["contacted"] += ticket.contacted is True
            if not ticket.excluded:
                row["asked"] += ticket.asks_resolution
                row["resolved"] += ticket.asks_resolution and ticket.resolved is True
                row["judged"] += ticket.satisfied is not None
                row["satisfied"] += ticket.satisfied is True
    for mark in Mark.objects.filter(on__range=DAYS):
        sums[getattr(mark, key) or empty][mark.kind] += mark.number
    return sums


@pytest.mark.parametrize(
    ("by", "key"),
    [("department", "department_id"), ("category", "category_id"), ("street", "street_code"), ("line", "line")],
)
def test_the_rates_are_those_that_somebody_counts_by_hand(world, by, key, django_assert_max_num_queries):
    insight(Asked(*DAYS, by=by))  # the rules of the day are remembered
    with django_assert_max_num_queries(4):
        found = insight(Asked(*DAYS, by=by))
    counted = by_hand(key)
    assert {line.key for line in found.lines} == {key for key, row in counted.items() if any(row.values())}
    for line in found.lines:
        hand = counted[line.key]
        for code, (part, whole) in RATES.items():
            expected = hand[part] / hand[whole] if hand[whole] else None
            assert line.rates[code] == expected, (line.key, code, dict(hand))
    assert found.total.sums["recorded"] == Ticket.objects.count()


def test_points_follow_the_weights_and_a_small_sample_has_none(world):
    found = insight(Asked(*DAYS))
    line = next(line for line in found.lines if line.key == world.department.pk)
    rates = line.rates
    expected = 20 * rates["response"] + 40 * rates["resolution"] + 30 * rates["satisfaction"] + 10 * rates["on_time"]
    assert line.points == pytest.approx(expected)
    assert next(line for line in found.lines if line.key == 0).points is None
    assert points_of({"response": 0.5, "resolution": None}, {"response": 20, "resolution": 40}) == 50
    assert points_of({"response": None}, {"response": 20}) is None


@pytest.mark.once
def test_a_head_sees_the_own_department_only(client, world):
    other = factories.department("OTHER", name="市教育局", short_name="市教育局", name_en="Education")
    stranger = factories.staff(Role.DEPARTMENT_HEAD, other)
    assert insight(Asked(*DAYS, departments=frozenset({other.pk}))).lines == []
    client.force_login(stranger, backend="portal.people.backends.AccountBackend")
    page = client.get("/hotline/insight/?from=2026-11-01&to=2026-11-29").content.decode()
    assert world.department.short_name not in page
    client.force_login(world.head.user, backend="portal.people.backends.AccountBackend")
    page = client.get("/hotline/insight/?from=2026-11-01&to=2026-11-29").content.decode()
    assert world.department.short_name in page and "Topics and rises" not in page


@pytest.mark.once
@pytest.mark.parametrize("query", ["by=street", "by=category", "by=line", "from=soon&to=0001-01-01", "from=2030-01-01"])
def test_the_page_takes_any_period_with_a_fixed_number_of_queries(client, world, query, django_assert_max_num_queries):
    client.force_login(world.dispatcher.user, backend="portal.people.backends.AccountBackend")
    client.get("/hotline/insight/")
    with django_assert_max_num_queries(9):  # session, person, postings, notices; cells, names
        assert client.get(f"/hotline/insight/?{query}").status_code == 200
