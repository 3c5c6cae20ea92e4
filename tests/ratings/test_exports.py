"""Ratings and what follows from them as files: the rows of the pages, and nobody rated learns who it was."""

import datetime as dt

import pytest
from django.urls import reverse

from hall.ratings import actions
from portal.core.errors import NotFound
from portal.core.exports.registry import export_named
from portal.core.time import driven_clock, now
from portal.people.roles import Role
from tests import factories
from tests.exports.lists import exported

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True  # no second factor for the supervisor


def test_the_rated_person_gets_the_own_ratings_and_nothing_that_tells_who_rated(town):
    asked = town.invitation(phone=PHONE, invited_id=town.citizen.pk)
    town.rated(1, asked=asked, reasons=["overdue"], comment="我是王丽娟")
    town.rated(5, asked=town.invitation(staff_id=town.head.pk))
    url = reverse("ratings:list")
    rows = exported(town.clerk, url, "ratings.ratings")
    assert [(row["Grade"], row["Window"]) for row in rows] == [(rows[0]["Grade"], "A01")]
    assert rows[0]["Reasons"] and rows[0]["Reasons"] != "overdue"
    assert not any(word in str(rows) for word in (town.citizen.name, PHONE, "我是"))
    assert all(not isinstance(value, dt.datetime) for value in rows[0].values())  # the hour would tell
    assert len(exported(town.supervisor, url, "ratings.ratings")) == 2
    assert len(exported(town.supervisor, url + "?view=bad", "ratings.ratings")) == 1
    assert len(exported(town.supervisor, url + "?view=&grade=5", "ratings.ratings")) == 1
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "ratings.ratings") == []
    # What is to be decided on is no filter for whoever is rated.
    assert len(exported(town.clerk, url + "?view=comments", "ratings.ratings")) == 1


def test_rectifications_are_those_that_the_reader_sees(town):
    town.rated(1, reasons=["overdue"])
    url = reverse("ratings:rectifications")
    rows = exported(town.manager, url, "ratings.rectifications")
    assert len(rows) == 1 and rows[0]["Reasons"] != "overdue"
    assert exported(town.manager, url + "?tab=ended", "ratings.rectifications") == []
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "ratings.rectifications") == []


def test_grievances_are_those_that_the_reader_sees(town):
    draft = actions.GrievanceDraft(topic="hall", text="太吵", window_id=town.window.pk, name="王丽娟", phone=PHONE)
    actions.say_what_is_wrong(town.actor("citizen"), draft)
    url = reverse("ratings:grievances")
    rows = exported(town.supervisor, url, "ratings.grievances")
    assert len(rows) == 1 and PHONE not in str(rows) and "王丽娟" not in str(rows) and "太吵" not in str(rows)
    assert exported(town.supervisor, url + "?tab=closed", "ratings.grievances") == []
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "ratings.grievances") == []


def test_call_backs_have_neither_name_nor_number(town):
    with driven_clock(now() - dt.timedelta(days=5)):
        town.invitation(phone=PHONE)
    rows = exported(town.supervisor, reverse("ratings:calls"), "ratings.calls")
    assert len(rows) == 1 and PHONE not in str(rows)
    with pytest.raises(NotFound):
        export_named("ratings.calls", town.clerk)
