"""The simulator says what plain counting says, month by month."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.cases.models import Case
from approvals.promises.simulator import History, history_of, year_until
from tests import factories

FIRST, LAST = year_until(dt.date(2026, 6, 18))
DAYS = st.integers(0, 60)
CASES = st.lists(st.tuples(st.dates(FIRST, LAST), DAYS, st.integers(0, 20)), max_size=80)
SHARES = st.fractions(Fraction(1, 2), Fraction(1))


def effective(took: int, extended: int) -> int:
    return max(took - extended, 0)


def as_history(cases: list[tuple[dt.date, int, int]]) -> History:
    counts: dict[tuple[dt.date, int], int] = {}
    for decided, took, extended in cases:
        key = (decided.replace(day=1), effective(took, extended))
        counts[key] = counts.get(key, 0) + 1
    return History(FIRST, LAST, counts)


@pytest.mark.once
@given(CASES, SHARES)
@settings(max_examples=200, deadline=None)
def test_no_shorter_promise_would_have_been_kept_often_enough(cases, share):
    found = as_history(cases).shortest(share)
    if not cases:
        assert found is None
        return

    def kept(promise: int) -> int:
        return sum(1 for _day, took, extended in cases if effective(took, extended) <= promise)

    assert kept(found) >= share * len(cases)
    assert found == 0 or kept(found - 1) < share * len(cases)


@pytest.mark.once
@given(CASES, DAYS)
@settings(max_examples=100, deadline=None)
def test_the_late_cases_of_the_months_are_the_late_cases(cases, promise):
    history = as_history(cases)
    months = history.late_by_month(promise)
    assert len(months) == 12
    for month, (late, every) in months.items():
        those = [one for one in cases if (one[0].year, one[0].month) == (month.year, month.month)]
        assert every == len(those)
        assert late == sum(1 for _day, took, extended in those if took - extended > promise)
    assert history.late(promise) == sum(late for late, _every in months.values())


@pytest.mark.once
def test_a_year_is_the_month_of_the_day_and_eleven_before_it():
    assert year_until(dt.date(2026, 12, 31)) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert year_until(dt.date(2026, 1, 2)) == (dt.date(2025, 2, 1), dt.date(2026, 1, 2))


def decided(item, day: dt.date, took: int, *, extended: int = 0, **more):
    values = {"kind": "promise", "outcome": "approved", "state": "closed", **more}
    return Case(
        item=item, department_id=item.department_id, number=f"N{id(object())}{day}{took}{extended}{len(values)}",
        submitted_on=day, accepted_on=day, decided_on=day, ended_on=day, elapsed_days=took, extended_days=extended,
        **values,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_query_reads_the_decided_promise_cases_of_twelve_months(django_assert_num_queries):
    item, other = factories.item(), factories.item()
    wanted = [
        (dt.date(2026, 6, 17), 9, 0), (dt.date(2026, 6, 1), 3, 0), (dt.date(2026, 2, 3), 3, 0),
        (dt.date(2025, 7, 1), 12, 5), (dt.date(2025, 7, 2), 2, 5),
    ]  # fmt: skip
    rows = [decided(item, day, took, extended=extended) for day, took, extended in wanted]
    rows[0].imported = True  # counts: its days were computed by the same calendar
    rows += [
        decided(item, dt.date(2025, 6, 30), 50),  # before the period
        decided(item, dt.date(2026, 6, 19), 50),  # after it
        decided(item, dt.date(2026, 5, 5), 0, kind="immediate"),
        decided(item, dt.date(2026, 5, 6), 40, outcome="withdrawn"),
        decided(other, dt.date(2026, 5, 7), 30),
    ]
    for n, row in enumerate(rows):
        row.number = f"SIM-{n}"
    Case.objects.bulk_create(rows)
    with django_assert_num_queries(1):
        history = history_of(item.pk, FIRST, LAST)
    assert history.counts == as_history(wanted).counts
    assert history.shortest(Fraction(99, 100)) == 9
    assert history.shortest(Fraction(4, 5)) == 7  # 12 days, less 5 of the extension
    assert history.late(7) == 1
    assert history.late_by_month(2)[dt.date(2025, 7, 1)] == (1, 2)


@pytest.mark.django_db
def test_an_item_without_a_decided_case_has_nothing_to_say():
    history = history_of(factories.item().pk, FIRST, LAST)
    assert (history.total, history.shortest(Fraction(1)), history.kept(3), history.late(3)) == (0, None, None, 0)
