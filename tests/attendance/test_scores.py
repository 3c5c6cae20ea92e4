"""What attendance gives to the red and blue board: late, missed and empty cost their part and name the shift."""

import datetime as dt

import pytest

from hall.attendance import actions
from hall.attendance.models import EmptyPost, Shift
from hall.attendance.panels import clock_hint
from hall.ratings.sources import FULL, score_sources
from portal.core import statistics
from portal.core.registries import panels
from portal.core.time import driven_clock
from portal.people.models import User
from tests import factories
from tests.attendance.objects import FRIDAY, as_clerk, clerk, manager, planned
from tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.fixture
def dept():
    return factories.department()


def shift(person: User, came: str | None) -> Shift:
    with driven_clock(moment("2026-11-20 08:00")):
        planned(person)
    if came:
        with driven_clock(moment(f"2026-11-20 {came}")):
            actions.clock_in(as_clerk(person))
    return Shift.objects.get(staff=person, day=FRIDAY)


def begun() -> None:
    with driven_clock(moment("2026-11-20 12:00")):
        actions.count_begun()
    statistics.refresh_all()


def scores(kind: str):
    (source,) = [one for one in score_sources() if one.code == "attendance"]
    return source.read(*MONTH, kind)


def test_late_costs_half_a_shift_and_missing_it_the_whole_of_all_that_were_due(dept):
    good, late, missing = clerk("A01", dept), clerk("A02", dept), clerk("A03", dept)
    in_time, came_late, missed = shift(good, "08:45"), shift(late, "09:20"), shift(missing, None)
    begun()
    by_person = scores("staff")
    assert (by_person[good.pk].points, by_person[good.pk].deductions) == (FULL, ())
    assert (by_person[late.pk].points, by_person[missing.pk].points) == (FULL // 2, 0)
    (told,) = by_person[late.pk].deductions
    assert (told.on, told.points, told.path) == (FRIDAY, FULL // 2, f"/hall/attendance/shifts/{came_late.pk}/")
    assert str(came_late.late_minutes) in told.text
    department = scores("department")[in_time.department_id]
    assert (department.points, department.sample, len(department.deductions)) == (FULL - FULL * 3 // 6, 3, 2)
    assert set(scores("window")) == {in_time.window_id, came_late.window_id, missed.window_id}


@pytest.mark.parametrize(("state", "points"), [("open", 0), ("explained", 0), ("rejected", 0), ("accepted", FULL)])
def test_an_empty_post_costs_the_shift_until_its_explanation_is_accepted(dept, state, points):
    person = clerk("A01", dept)
    one = shift(person, "08:45")
    EmptyPost.objects.create(
        window=one.window, department=one.department, staff=person, shift=one, kind="paused", day=FRIDAY,
        from_at=moment("2026-11-20 10:00"), until_at=moment("2026-11-20 10:30"), state=state,
    )  # fmt: skip
    begun()
    found = scores("window")[one.window_id]
    assert (found.points, len(found.deductions)) == (points, int(points == 0))


@pytest.mark.parametrize("slot", ["cases.desk", "queue.desk"])
def test_who_has_not_clocked_in_is_told_at_the_desk_with_one_query(dept, slot, rf, django_assert_num_queries):
    person, other = clerk("A01", dept), manager().user
    shift(person, None)
    request = rf.get("/")
    with driven_clock(moment("2026-11-20 08:30")):
        request.user = person
        with django_assert_num_queries(1):
            assert "/attendance/clock/" in clock_hint(request, person)
        request.user = other
        assert clock_hint(request, other) == ""
        actions.clock_in(as_clerk(person))
        request.user = person
        assert not [one for one in panels(slot, request, person) if "/attendance/clock/" in one]
