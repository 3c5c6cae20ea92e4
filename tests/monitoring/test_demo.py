"""The chapter of the demo city: it runs on a city with lamps and leaves every state that a visitor should see."""

import datetime as dt
from itertools import pairwise

import pytest

from portal.core.actors import Actor
from portal.core.models import Event, Notification
from portal.core.time import local_date
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City, demands, monitoring, visits
from portal.site.demo.people import People, Team
from portal.site.demo.reminders import go_round
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import (
    Accountability,
    Act,
    ActSubject,
    AlertSent,
    Sample,
    SampleDraw,
    Subscription,
)
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
    served = AlertSent.objects.filter(subscription__kind="digest")
    days = set(served.values_list("day", flat=True))
    assert len(days) >= 10 and all(day.weekday() < 5 for day in days), "a digest on every morning of the last weeks"
    assert Notification.objects.filter(template="monitoring.digest").exists()
    with at(FRIDAY):
        monitoring.counted(city)
    assert AlertSent.objects.filter(subscription__kind="threshold").exists()


def test_a_year_of_demands_follows_the_reminders_and_every_one_is_judged():
    """Each order is about a case that was reminded of some days before and was still red; explanations come monthly."""
    with at("2026-01-05"):
        office = Office()
    supervisors: list[Actor] = [office.actor("supervisor"), office.actor("second")]
    teams = {
        one.pk: Team(one, [], [], office.actor(head))
        for one, head in ((office.department, "head"), (office.other, "other_head"))
    }
    overdue_case(office, dt.date(2026, 3, 2))
    for morning in ("2026-03-06", "2026-03-13", "2026-03-20", "2026-06-12"):
        with at(morning):
            go_round(supervisors)
            go_round(supervisors)
    assert Reminder.objects.count() == 4, "once on a morning, however often they go round"
    with at(FRIDAY):
        people = People(teams=teams, supervisors=supervisors, citizens=[], firms=[])
        city = City(None, people, dt.date(2026, 1, 5), factories.moment(FRIDAY), True, 1, print)  # type: ignore[arg-type]
        demands.live(city)
    orders = list(Act.objects.filter(kind="order").order_by("issued_on"))
    assert [one.issued_on.month for one in orders] == [3, 3, 6], "a unit is not ordered twice within twelve days"
    assert ActSubject.objects.filter(source="cases.decision").count() == 3
    for one in orders:
        assert Reminder.objects.filter(reminded_on__lt=one.issued_on, department=one.department).exists()
    asked = Act.objects.filter(kind="explanation")
    assert len({one.issued_on.month for one in asked}) >= 8
    assert set(Act.objects.values_list("state", flat=True)) <= {"accepted", "rejected"}
    for act in Act.objects.all():
        moments = list(Event.objects.filter(stream="monitoring.act", stream_id=act.pk).order_by("sequence"))
        assert [one.at for one in moments] == sorted(one.at for one in moments)


def test_patrols_are_walked_in_every_month_of_the_year():
    days = [dt.date(2026, 1, 5) + dt.timedelta(days=n) for n in range(364)]
    walked = visits.tour_days(days)
    assert {day.month for day in walked} == set(range(1, 13))
    gaps = [(b - a).days for a, b in pairwise(walked)]
    assert max(gaps) <= 14 and 30 <= len(walked) <= 36
