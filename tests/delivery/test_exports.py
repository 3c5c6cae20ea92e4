"""The issuing window's list as a file: the rows of the page, names masked."""

import pytest
from django.urls import reverse

from portal.people.roles import Role
from tests import factories
from tests.delivery.test_delivery import Window
from tests.exports.lists import exported

pytestmark = pytest.mark.django_db


def test_deliveries_are_those_of_the_department_and_of_the_group():
    window = Window()
    url = reverse("delivery:desk")
    rows = exported(window.clerk_user, url, "delivery.deliveries")
    assert [row["Case number"] for row in rows] == [window.case.number]
    assert rows[0]["Applicant (person)"] != window.person.name and "*" in rows[0]["Applicant (person)"]
    assert exported(window.clerk_user, url + "?tab=done", "delivery.deliveries") == []
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "delivery.deliveries") == []
