"""The board's arithmetic under random data: the balance, the shares, the comparison, the course, the places."""

import datetime as dt
import itertools
import random

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from approvals.cases import actions
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case, Channel
from portal.core import statistics
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision import trend
from portal.supervision.board import board_of
from portal.supervision.comparison import amount_row, rate_row
from portal.supervision.drilldown import wanted
from portal.supervision.figures import Based, bucket_labels, count_change, days_change, rate_change
from portal.supervision.filters import Asked, Scope, below, scope_of, tree
from portal.supervision.periods import Period, compared
from portal.supervision.ranking import _placed, _row
from portal.supervision.shares import complement, parts_of, rounded
from tests.factories import accepted, department, item, moment, staff, submitted


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_the_parts_of_a_whole_make_a_hundred_percent(counts):
    shares = parts_of(counts)
    if not sum(counts):
        assert set(shares) == {"—"}
    else:
        assert round(sum(float(share[:-1]) for share in shares), 1) == 100.0


@given(st.floats(0, 1))
def test_a_rate_and_its_complement_make_a_hundred(rate):
    assert rounded(rate) + rounded(float(complement(rate)[:-1]) / 100) == 100
    assert complement(None) == "—"


@pytest.mark.parametrize(
    ("now", "before", "text", "towards"),
    [
        (62, 50, "+12 (+24.0%)", "up"),
        (38, 50, "−12 (−24.0%)", "down"),
        (30, 20, "+10 (+50.0%)", "up"),
        (39, 2, "up from 2 to 39", "up"),
        (0, 19, "down from 19 to 0", "down"),
        (5, 0, "+5", "up"),
        (7, 7, "0", "same"),
    ],
)
def test_a_change_says_how_much_and_a_share_only_of_what_is_worth_one(now, before, text, towards):
    with translation.override("en"):
        change = count_change(now, before, 20)
    assert (change.text, change.towards) == (text, towards)


def test_rates_change_by_points_and_not_at_all_without_a_denominator():
    now, before, none = Based(0.98, 50), Based(0.95, 40), Based(None, 0)
    assert rate_change(now, before, 20).text.startswith("+3.0")
    assert rate_change(none, before, 20).text == rate_change(before, none, 20).text == "—"


def test_what_rests_on_few_moves_nowhere_and_says_on_how_many_it_rests():
    few, many = Based(0.5, 2), Based(1.0, 1000)
    with translation.override("en"):
        for now, before, said in ((few, many, "few (1,000 → 2)"), (many, few, "few (2 → 1,000)")):
            change = rate_change(now, before, 20)
            assert (change.text, change.towards) == (said, "same")
            assert days_change(now, before, 20) == said
            assert rate_row("x", now, before, least=20).change == said
            assert amount_row("x", now, before, least=20).change == said
        assert days_change(Based(3.0, 30), Based(2.0, 30), 20) == "+1.0"


@pytest.mark.parametrize(
    ("code", "first", "last", "comparison", "expected"),
    [
        ("month", "2026-03-01", "2026-03-31", "previous", ("2026-02-01", "2026-02-28")),
        ("month", "2026-11-01", "2026-11-20", "previous", ("2026-10-01", "2026-10-20")),
        ("quarter", "2026-10-01", "2026-11-20", "previous", ("2026-07-01", "2026-08-20")),
        ("week", "2026-11-16", "2026-11-20", "previous", ("2026-11-09", "2026-11-13")),
        ("custom", "2026-11-05", "2026-11-14", "previous", ("2026-10-26", "2026-11-04")),
        ("today", "2026-11-20", "2026-11-20", "previous", ("2026-11-19", "2026-11-19")),
        ("year", "2024-01-01", "2024-02-29", "last_year", ("2023-01-01", "2023-02-28")),
        ("custom", "2026-11-05", "2026-11-14", "last_year", ("2025-11-05", "2025-11-14")),
    ],
)
def test_a_period_is_compared_with_as_much_of_the_one_before(code, first, last, comparison, expected):
    period = Period(code, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    before = compared(period, comparison)
    assert (before.first.isoformat(), before.last.isoformat()) == expected


@given(st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)), st.integers(0, 900))
def test_the_steps_of_a_course_cover_every_day_once(first, length):
    last = first + dt.timedelta(days=length)
    steps = trend.steps(first, last)
    assert (steps[0].first, steps[-1].last) == (first, last)
    for one, following in itertools.pairwise(steps):
        assert following.first - one.last == dt.timedelta(days=1)
    assert len(steps) <= 46


def test_every_bucket_has_a_name_of_its_own():
    assert len(set(bucket_labels())) == len(bucket_labels()) == 18
    assert bucket_labels()[10:13] == ["10", "11–15", "16–20"]


SAMPLE = 5


def ranked(name: str, early: int, overdue: int) -> object:
    sums = dict.fromkeys(
        "extended actual_days with_actual_days promised_days with_promised_days with_legal_days compressible_legal_days "
        "compressible_promised_days on_due_day".split(),
        0,
    )
    sums |= {"concluded": early + overdue, "promise_concluded": early + overdue, "early": early, "overdue": overdue}
    return _row(name, "", sums, lambda figure: figure, SAMPLE)


def test_places_are_shared_small_samples_have_none_and_the_last_can_come_first():
    rows = [ranked("a", 9, 1), ranked("b", 10, 0), ranked("c", 20, 0), ranked("d", SAMPLE - 1, 0)]
    best = _placed(rows, "on_time")
    assert [(row.name, row.place) for row in best] == [("c", 1), ("b", 1), ("a", 3), ("d", None)]
    assert best[-1].on_time is None
    worst = _placed(rows, "-on_time")
    assert [(row.name, row.place) for row in worst] == [("a", 3), ("b", 1), ("c", 1), ("d", None)]
    assert [row.name for row in _placed(rows, "nonsense")] == [row.name for row in best]


# --- with cases ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_department_stands_for_all_below_it_and_the_tree_is_told_in_order():
    city = department("A", name="市局")
    district = department("B", name="分局", parent=city)
    village = department("C", name="所", parent=district)
    other = department("D", name="别局")
    known = {one.pk: one for one in Department.objects.all()}
    assert below(known, city.pk) == {city.pk, district.pk, village.pk}
    assert [(depth, one.pk) for depth, one in tree(known)] == [
        (0, city.pk), (1, district.pk), (2, village.pk), (0, other.pk)
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_balance_holds_under_random_work_for_random_periods_and_filters(seed, settings):
    settings.DEMO = True
    chance = random.Random(seed)
    depts = [department(code, name=code) for code in ("GA", "SCJG")]
    clerks = [actor_of(staff(Role.CLERK, dept), Role.CLERK) for dept in depts]
    things = [item(dept=dept, review_steps=0, promised_days=5) for dept in depts]
    open_cases = []
    start = dt.date(2026, 11, 2)
    for n in range(24):
        with driven_clock(moment(f"{start + dt.timedelta(days=n)} 10:00")):
            which = chance.randrange(2)
            kind = chance.random()
            if kind < 0.5:
                open_cases.append((which, accepted(clerks[which], on=things[which])))
            elif kind < 0.6:
                submitted(on=things[which])
            elif open_cases:
                whose, case = open_cases.pop(chance.randrange(len(open_cases)))
                if chance.random() < 0.6:
                    actions.take_step(clerks[whose], case.pk, "approve", state_version=case.state_version)
                else:
                    actions.take_step(actor_of(case.applicant), case.pk, "withdraw", state_version=case.state_version)
    statistics.refresh_all()
    known = {one.pk: one for one in Department.objects.all()}
    with driven_clock(moment("2026-11-27 18:00")):
        for _try in range(12):
            first = start + dt.timedelta(days=chance.randrange(28))
            last = first + dt.timedelta(days=chance.randrange(20))
            scope = Scope(known, None, department=chance.choice([None, *depts]), channel=chance.choice(["", "online"]))
            board = board_of(Asked(scope, Period("custom", first, last)))
            b = board.balance
            assert b.start + b.accepted - b.concluded - b.otherwise == b.end
            rows = Case.objects.filter(accepted_on__lte=min(last, today()), **_columns(scope))
            still = [case for case in rows if case.ended_on is None or case.ended_on > last]
            assert b.end == len(still), "and the end is what the cases say"
            assert (
                board.trend.open.series[0].values[-1]
                == len([case for case in rows if case.ended_on is None or case.ended_on > min(last, today())])
                or last > today()
            )
    assert not list(statistics.differences())


def _columns(scope: Scope) -> dict[str, object]:
    found: dict[str, object] = {"channel": scope.channel} if scope.channel else {}
    return found | ({"department_id": scope.department.pk} if scope.department else {})


@pytest.mark.django_db
def test_the_cells_know_every_channel_and_kind_that_a_filter_offers():
    assert {*Channel.values} >= {"online", "counter"}
    assert {"channel", "kind", "department_id", "item_id"} == set(CASE_MEASURES.cuboids["item"].dims)


@pytest.mark.django_db
def test_a_row_of_the_ranking_leads_to_the_cases_of_that_department_alone():
    district, street = department("QU"), department("JIEDAO", parent=department("QU"))
    with driven_clock(moment("2026-11-09 10:00")):
        for one in (district, street, street):
            accepted(
                actor_of(staff(Role.CLERK, one), Role.CLERK), on=item(f"{one.code}-{Case.objects.count()}", dept=one)
            )
    statistics.refresh_all()
    with driven_clock(moment("2026-11-20 10:00")):
        supervisor = staff(Role.SUPERVISOR)
        days = {"figure": "accepted", "from": "2026-11-01", "to": "2026-11-20", "department": str(district.pk)}
        counts = []
        for query in (days, days | {"own": "1"}):
            asked = wanted(query, scope_of(supervisor, query))
            counts.append((asked.rows().count(), asked.count()))
        assert counts == [(3, 3), (1, 1)]
        assert scope_of(supervisor, days | {"own": "1"}).query["own"] == "1"


@pytest.mark.django_db
def test_the_list_of_one_clerk_is_counted_from_the_cells():
    clerk = staff(Role.CLERK, department())
    with driven_clock(moment("2026-11-09 10:00")):
        accepted(actor_of(clerk, Role.CLERK))
        accepted(actor_of(clerk, Role.CLERK))
    statistics.refresh_all()
    with driven_clock(moment("2026-11-20 10:00")):
        days = {"figure": "accepted", "from": "2026-11-01", "to": "2026-11-20", "staff": str(clerk.pk)}
        asked = wanted(days, scope_of(staff(Role.SUPERVISOR), days))
        assert (asked.rows().count(), asked.count()) == (2, 2)
