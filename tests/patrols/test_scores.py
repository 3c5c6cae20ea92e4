"""What patrols give to the red and blue board: a finding costs, an overdue one more, a set-aside one nothing."""

import datetime as dt

import pytest

from hall.models import Window, WindowDuty
from hall.patrols.models import Finding
from hall.ratings.sources import FULL, score_sources
from portal.core.time import driven_clock
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.patrols.objects import found, manager

pytestmark = pytest.mark.django_db
NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.fixture
def finding(db):
    """Found on a Friday with the named clerk's window, due on the Wednesday after."""
    dept = factories.department()
    person = factories.staff(Role.CLERK, dept)
    window = Window.objects.create(code="A01", name="窗口", department=dept)
    WindowDuty.objects.create(window=window, posting=Posting.objects.get(user=person), starts_on=dt.date(2026, 1, 1))
    with driven_clock(moment("2026-11-20 10:00")):
        one = found(manager(), department_id=dept.pk)
    Finding.objects.filter(pk=one.pk).update(person=person)
    return Finding.objects.get(pk=one.pk)


def scores(kind: str, first: dt.date = NOVEMBER[0], last: dt.date = NOVEMBER[1]):
    (source,) = [one for one in score_sources() if one.code == "patrols"]
    return source.read(first, last, kind)


def test_a_finding_costs_a_point_and_three_more_once_its_limit_has_passed(finding):
    Finding.objects.filter(pk=finding.pk).update(rectified_on=finding.due_on)
    assert scores("department")[finding.department_id].points == FULL - 100
    Finding.objects.filter(pk=finding.pk).update(rectified_on=None)
    for kind, subject in (
        ("department", finding.department_id),
        ("staff", finding.person_id),
        ("window", Window.objects.get(code="A01").pk),
    ):
        score = scores(kind)[subject]
        assert (score.points, score.sample) == (FULL - 400, 1)
        assert [(one.on, one.points) for one in score.deductions] == [(finding.found_on, 100), (finding.due_on, 300)]
        assert all(finding.number in one.text and finding.number in one.path for one in score.deductions)


def test_each_month_pays_for_what_fell_into_it(finding):
    first_days = scores("department", NOVEMBER[0], finding.found_on)[finding.department_id]
    later = scores("department", finding.due_on, NOVEMBER[1])[finding.department_id]
    assert (first_days.points, later.points) == (FULL - 100, FULL - 300)


def test_a_finding_that_was_set_aside_costs_nothing_and_who_has_none_is_left_out(finding):
    Finding.objects.filter(pk=finding.pk).update(state="set_aside")
    assert scores("department") == {}
