"""The chapter of the demo city: it runs on a city with lamps and leaves every state that a visitor should see."""

import datetime as dt

import pytest

from portal.core.actors import Actor
from portal.core.time import local_date
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City, monitoring
from portal.site.demo.people import People
from portal.supervision.monitoring.models import Accountability, Act, Sample, SampleDraw, Subscription
from tests import factories
from tests.monitoring.objects import FRIDAY, Office, at, overdue_case
from tests.monitoring.test_samples import refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_chapter_leaves_orders_in_every_state_reviews_and_alerts():
    with at("2026-10-01"):
        office = Office()
        User.objects.filter(pk=office.people["third"].pk).update(username="mayor1")
    with at("2026-11-03"):
        refused(office)
        refused(office, office.other)
    with at("2026-11-11"):
        refused(office)
    offices = [office.department, office.other]
    for n in range(4):
        offices.append(factories.department(f"JD{n}", name=f"街道办{n}"))
        factories.staff(Role.DEPARTMENT_HEAD, offices[-1])
    for department in offices:
        office.department = department
        office.people["clerk"] = factories.staff(Role.CLERK, department)
        overdue_case(office, dt.date(2026, 10, 12))
    with at(FRIDAY):
        supervisors: list[Actor] = [office.actor("supervisor"), office.actor("second")]
        people = People(teams={}, supervisors=supervisors, citizens=[], firms=[])
        city = City(None, people, dt.date(2026, 1, 1), factories.moment(FRIDAY), True, 1, print)  # type: ignore[arg-type]
        monitoring.live(city)
    assert {one.state for one in Act.objects.filter(kind="order")} >= {"issued", "received", "sent_back", "accepted"}
    assert Act.objects.filter(kind="explanation", state="accepted").count() == 1
    assert {one.state for one in Accountability.objects.all()} == {"confirmed", "upheld", "proposed"}
    for record in Accountability.objects.select_related("act"):
        act, proposed_on = record.act, local_date(record.proposed_at)
        assert act.due_on < proposed_on, "nobody is called to account before the day was missed"
        assert act.answered_on is None or act.due_on < act.answered_on <= proposed_on
    assert SampleDraw.objects.count() == 3 and Sample.objects.filter(state="proper").exists()
    assert Subscription.objects.filter(kind="digest").count() == 4
