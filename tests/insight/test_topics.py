"""Topics and rises: counted every night, judged by a formula that is computed here in another way."""

import datetime as dt
import random
from fractions import Fraction
from math import exp

import pytest

from hotline.insight import actions
from hotline.insight.chance import bound
from hotline.insight.models import CountedDay, Rise, TopicCount
from hotline.insight.tasks import count_days
from hotline.insight.words import terms
from hotline.models import Category, Ticket
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.factories import moment

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


def ticket(day: dt.date, title: str, *, code: str = "0205", street: str = "", state: str = "recorded") -> Ticket:
    return Ticket.objects.create(
        title=title, content=title, kind="help", recorded_at=moment(f"{day} 10:00"), recorded_on=day, state=state,
        category=Category.objects.get(code=code), street_code=street,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _night():
    with driven_clock(moment("2026-11-21 01:40")):
        yield


def test_the_bound_is_the_smallest_number_that_chance_does_not_bring():
    for before, days, chance in ((0, 28, 0.001), (28, 28, 0.001), (280, 28, 0.001), (14, 28, 0.05)):
        mean = (before + 1) / days
        k = bound(before, days, chance)

        def tail(least: int, mean: float = mean) -> float:
            """P(X ≥ least), summed up exactly in fractions before the one exponential."""
            head, part = Fraction(0), Fraction(1)
            for n in range(least):
                head += part
                part = part * Fraction(mean) / (n + 1)
            return 1 - float(head) * exp(-mean)

        assert tail(k) <= chance * 1.0001 and tail(k - 1) > chance


def test_a_word_counts_once_a_ticket_and_common_words_never():
    assert terms("市民反映井盖破损，井盖松动") == {"民反", "映井", "井盖", "盖破", "破损", "盖松", "松动"} - {"市民"}
    assert terms("5G 基站 abc") == {"基站"}


def test_a_sudden_rise_is_marked_with_its_figures_and_told_once():
    chief = factories.staff(Role.HOTLINE_DISPATCHER)
    for n in range(1, 29):
        ticket(TODAY - dt.timedelta(days=n), "路灯不亮", code="0204", street="GCBH")
    for _n in range(6):
        ticket(TODAY, "停水投诉", code="0301", street="GCXH")
    ticket(TODAY, "路灯不亮", code="0204", street="GCBH")
    ticket(TODAY, "停水", code="0301", street="GCXH", state="void")
    assert count_days() == 29 and count_days() == 0
    rises = {(rise.subject, rise.key): rise for rise in Rise.objects.all()}
    water = Category.objects.get(code="0301").pk
    assert set(rises) == {
        ("term", "停水"), ("term", "水投"), ("category", str(water)), ("street", "GCXH"), ("place", f"GCXH|{water}"),
    }  # fmt: skip
    one = rises["term", "停水"]
    assert (one.count, one.before, one.days, one.mean) == (6, 0, 28, 0.0) and one.count >= one.bound
    assert Notification.objects.filter(template="insight.risen", user=chief).count() == 1
    actions.count_day(TODAY)  # counted again it stays the same
    assert Rise.objects.count() == 5 and Notification.objects.filter(template="insight.risen").count() == 1


def test_nothing_is_a_rise_before_four_weeks_are_counted():
    for _n in range(9):
        ticket(TODAY, "停水", code="0301")
    CountedDay.objects.create(day=TODAY - dt.timedelta(days=5), tickets=3, counted_at=moment("2026-11-16 01:40"))
    count_days()
    assert not Rise.objects.exists()


def test_the_counts_are_those_of_the_tickets():
    chance = random.Random(7)
    days = [TODAY - dt.timedelta(days=n) for n in range(7)]
    titles = ("井盖破损", "路灯不亮", "夜间施工噪声", "井盖松动")
    for _n in range(60):
        ticket(chance.choice(days), chance.choice(titles), street=chance.choice(("", "GCBH")))
    count_days()
    for day in days:
        rows = list(Ticket.objects.filter(recorded_on=day))
        counted = {(row.subject, row.key): row.count for row in TopicCount.objects.filter(day=day)}
        assert counted.get(("term", "井盖"), 0) == sum("井盖" in row.title for row in rows)
        assert counted.get(("street", "GCBH"), 0) == sum(row.street_code == "GCBH" for row in rows)
        assert CountedDay.objects.get(day=day).tickets == len(rows)


@pytest.mark.once
def test_every_topic_and_rise_leads_to_its_tickets(client, django_assert_max_num_queries):
    for _n in range(6):
        ticket(TODAY, "停水投诉", code="0301", street="GCXH")
    count_days()
    client.force_login(factories.staff(Role.HOTLINE_DISPATCHER), backend="portal.people.backends.AccountBackend")
    client.get("/hotline/insight/topics/")
    with django_assert_max_num_queries(13):
        page = client.get("/hotline/insight/topics/")
    for topic in [*page.context["rises"], *(one for _label, found in page.context["hot"] for one in found)]:
        behind = client.get(topic.url)
        assert behind.status_code == 200 and len(behind.context["rows"]) == topic.count
    for wrong in (
        "",
        "?subject=term&key=停水&from=2026-11-20&to=2026-11-01",
        "?subject=no&key=a&from=2026-11-20&to=2026-11-20",
    ):
        assert client.get(f"/hotline/insight/tickets/{wrong}").status_code == 404


def test_old_counts_are_cleared_away_and_rises_stay():
    old = TODAY - dt.timedelta(days=90)
    TopicCount.objects.create(day=old, subject="term", key="井盖", count=3)
    Rise.objects.create(day=old, subject="term", key="井盖", count=9, before=3, days=28, bound=5)
    actions.purge()
    assert not TopicCount.objects.filter(day=old).exists() and Rise.objects.exists()
