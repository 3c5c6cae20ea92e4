"""From which count on a change is told in percent: a dated rule that the board and the reports read."""

import datetime as dt

import pytest
from django.utils import translation

from portal.core import rules
from portal.core.models import DatedRule
from portal.core.time import driven_clock
from portal.people.roles import Role
from portal.supervision.comparison import count_row
from portal.supervision.filters import asked_of
from portal.supervision.rules import LEAST_BASE, least_base
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def later_version():
    """Ten from December 2026 on."""
    DatedRule.objects.filter(code=LEAST_BASE).update(valid_to=dt.date(2026, 11, 30))
    DatedRule.objects.create(
        code=LEAST_BASE, value=10, unit="count", source="本中心", valid_from=dt.date(2026, 12, 1), unverified=False
    )
    rules.forget()
    yield
    rules.forget()


def test_the_board_reads_the_version_of_the_day_along_with_the_departments(later_version):
    factories.department()
    supervisor = factories.staff(Role.SUPERVISOR)
    for day, least in (("2026-11-20 10:00", 20), ("2026-12-10 10:00", 10)):
        with driven_clock(factories.moment(day)):
            assert asked_of(supervisor, {}).scope.least == least_base() == least


def test_a_row_of_the_comparison_tells_few_by_both_counts():
    with translation.override("en"):
        rows = [count_row("x", now, before, least=20) for now, before in ((39, 2), (39, 20), (5, 0), (2, 2), (0, 3))]
    assert [(row.change, row.share) for row in rows] == [
        ("+37", "up from 2 to 39"), ("+19", "+95.0%"), ("+5", "—"), ("0", "0.0%"), ("−3", "down from 3 to 0"),
    ]  # fmt: skip


def test_the_rule_has_a_title_on_the_page_of_rules():
    with translation.override("en"):
        assert rules.title(LEAST_BASE) == "Changes of counts below this are told as numbers, not in percent"
