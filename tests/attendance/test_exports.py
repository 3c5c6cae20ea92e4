"""The monthly sheet and the posts left empty as files."""

import pytest
from django.urls import reverse

from hall.attendance import actions
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.attendance.objects import FRIDAY, as_clerk, clerk
from tests.exports.lists import exported
from tests.factories import moment

pytestmark = pytest.mark.django_db


def test_the_sheet_has_the_figures_of_the_page_and_a_head_gets_the_own_department():
    with driven_clock(moment("2026-11-20 09:30")):
        ours, _theirs = clerk("A01"), clerk("A02", factories.department("ZJJ"))
        actions.plan_day(FRIDAY)
        with driven_clock(moment("2026-11-20 08:55")):
            actions.clock_in(as_clerk(ours))
        while actions.count_begun():
            pass
        actions.watch_posts()
        manager, head = factories.staff(Role.HALL_MANAGER), factories.staff(Role.DEPARTMENT_HEAD)
        sheet, posts = reverse("attendance:sheet"), reverse("attendance:empty-posts")
        assert len(exported(manager, sheet, "attendance.sheet")) == 2
        rows = exported(head, sheet + "?month=2026-11", "attendance.sheet")
        assert [(row["Name"], row["Attended"], row["Late"], row["Rate"]) for row in rows] == [(ours.name, 1, 1, 1.0)]
        assert exported(manager, sheet + "?month=2026-10", "attendance.sheet") == []
        found = exported(manager, posts, "attendance.empty_posts")
        assert {row["Window"] for row in found} >= {"A02"}
        assert "A02" not in {row["Window"] for row in exported(head, posts, "attendance.empty_posts")}
        assert exported(manager, posts + "?state=rejected", "attendance.empty_posts") == []
