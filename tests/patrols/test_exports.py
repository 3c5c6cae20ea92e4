"""The findings of patrols as a file."""

import pytest
from django.urls import reverse

from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.exports.lists import exported
from tests.factories import moment
from tests.patrols.objects import found, manager

pytestmark = pytest.mark.django_db


def test_findings_are_those_of_the_department_and_of_the_pages_filters():
    with driven_clock(moment("2026-11-20 10:00")):
        chief = factories.staff(Role.HALL_MANAGER)
        ours = found(manager(chief), 0)
        found(manager(chief), 1, department_id=factories.department("ZJJ").pk)
        url = reverse("patrols:findings")
        assert len(exported(chief, url, "patrols.findings")) == 2
        rows = exported(factories.staff(Role.CLERK), url, "patrols.findings")
        assert [(row["Number"], row["What was found"]) for row in rows] == [(ours.number, ours.text)]
        assert exported(chief, url + "?state=overdue", "patrols.findings") == []
