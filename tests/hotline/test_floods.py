"""Ten thousand tickets of one number: found, marked, grouped and limited without anything being lost or slow."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from hotline import actions
from hotline.actions import floods
from hotline.actions.recording import is_many
from hotline.calls.desk import HISTORY, history
from hotline.calls.similar import MOST_OF_CALLER, similar
from hotline.models import Mark, Reporter, Ticket
from portal.core.errors import NotAllowed, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock, local_date, now
from portal.people.models import Throttle
from tests import factories
from tests.hotline.objects import World, category
from tests.hotline.test_citizen import TOLD

pytestmark = pytest.mark.django_db
PHONE = "13800009999"
TEN_THOUSAND = 10_000


def flood(number: int, *, category_id: int | None = None, **more: Any) -> list[Ticket]:
    """Rows made in bulk, a second apart, the first one the oldest."""
    moment = now()
    rows = []
    for n in range(number):
        at = moment - dt.timedelta(seconds=number - n)
        rows.append(
            Ticket(
                number=f"F-{n:06d}", title="夜间施工噪声", content="还是同一个工地。", recorded_at=at,
                recorded_on=local_date(at), urgent_at=at, many=n >= 10, category_id=category_id, **more,
            )
        )  # fmt: skip
    made = Ticket.objects.bulk_create(rows, batch_size=1000)
    Reporter.objects.bulk_create([Reporter(ticket=one, phone=PHONE) for one in made], batch_size=1000)
    return made


@pytest.fixture
def world() -> World:
    return World()


def test_of_ten_thousand_the_history_and_the_mark_read_a_handful_of_rows(world, django_assert_max_num_queries):
    made = flood(TEN_THOUSAND)
    with django_assert_max_num_queries(1):
        found = history(PHONE)
    assert [one.ticket.pk for one in found] == [one.pk for one in reversed(made[-HISTORY:])]
    with django_assert_max_num_queries(2):
        assert is_many(PHONE)
    with CaptureQueriesContext(connection) as captured:
        similar(title="夜间施工噪声", phone=PHONE)
    assert len(captured) <= 2 and f"LIMIT {MOST_OF_CALLER}" in captured[-1]["sql"]
    plan = Ticket.objects.from_phone(PHONE)[:HISTORY].explain()
    assert "caller_of_number" in plan, plan
    ticket = world.recorded(caller={"phone": PHONE})
    assert ticket.many and not world.recorded(caller={"phone": "13800008888"}).many


def test_recording_costs_the_same_behind_ten_thousand_as_behind_none(world):
    def queries(phone: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            world.recorded(caller={"phone": phone})
        return len(captured)

    # On a day of its own: a serial whose check character would be misread costs a second step, and days differ in it.
    with driven_clock(factories.moment("2026-11-18 10:00")):
        queries("13800007777")
        before = queries("13800007776")
        flood(1_000)
        assert queries(PHONE) == before


def test_one_click_makes_a_series_of_the_number_batch_by_batch(world):
    made = flood(60, category_id=category().pk)
    other = world.recorded(caller={"phone": PHONE}, category_id=category("0602").pk)
    danger = world.recorded(caller={"phone": PHONE}, title="着火了", content="楼道着火")
    stranger = world.recorded()
    assert actions.group_flood(world.dispatcher, made[0].pk) == floods.BATCH
    while run_due_jobs():
        pass
    leading = Ticket.objects.get(pk=made[0].pk)
    assert leading.is_parent and leading.children.count() == 59
    for one in (other, danger, stranger):
        one.refresh_from_db()
        assert (one.state, one.parent) == ("recorded", None)
    assert danger.life_danger and danger.grade == "urgent"
    with pytest.raises(WrongState), override("en"):
        actions.group_flood(world.dispatcher, made[0].pk)


def test_joined_tickets_get_the_answer_of_the_leading_one_and_keep_their_numbers(world):
    made = flood(5, category_id=category().pk)
    actions.group_flood(world.dispatcher, made[0].pk)
    world.step(world.dispatcher, made[0], "dispatch", department=str(world.department.pk))
    world.step(world.clerk, made[0], "sign")
    world.step(world.clerk, made[0], "draft", text="已整改。")
    world.step(world.head, made[0], "approve")
    while run_due_jobs():
        pass
    states = set(Ticket.objects.filter(pk__in=[one.pk for one in made]).values_list("state", flat=True))
    assert states == {"replied"} and Mark.objects.filter(kind="replied").count() == 5


def test_what_cannot_lead_is_refused_with_a_sentence(world):
    with override("en"):
        alone = world.recorded()
        with pytest.raises(WrongState) as refused:
            actions.group_flood(world.dispatcher, alone.pk)
        assert "nothing to join" in refused.value.message
        danger = world.recorded(title="着火了", content="着火")
        with pytest.raises(WrongState) as refused:
            actions.group_flood(world.dispatcher, danger.pk)
        assert "danger to life" in refused.value.message
        for actor in (world.operator,):
            with pytest.raises(NotAllowed):
                actions.group_flood(actor, alone.pk)


def test_one_batch_costs_a_bounded_number_of_queries_a_ticket(world):
    made = flood(60, category_id=category().pk)
    with CaptureQueriesContext(connection) as captured:
        actions.group_flood(world.dispatcher, made[0].pk)
    assert len(captured) <= 20 + floods.BATCH * 12


@pytest.mark.once
def test_web_requests_about_danger_are_never_turned_away(client):
    cache.clear()
    form, url = {**TOLD, "phone": PHONE}, reverse("hotline:ask-new")
    for n in range(10):
        assert client.post(url, {**form, "once_key": f"k{n}"}).status_code == 302
    stopped = client.post(url, {**form, "once_key": "k10", "content": "第十一次来反映同一件事情。"})
    assert stopped.status_code == 429 and "第十一次" in stopped.content.decode()
    danger = client.post(
        url, {**form, "once_key": "k11", "title": "燃气泄漏了", "content": "楼道里燃气泄漏，有人昏迷，快来人。"}
    )
    assert danger.status_code == 302
    assert Ticket.objects.filter(life_danger=True).count() == 1 and Throttle.objects.exists()
