"""A district's own platform: what goes there once and in order, what comes from there in any order, and being down."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from hotline import actions as hotline_actions
from hotline.districts import actions, health, sweeping
from hotline.districts.models import Handover, Platform, Push, Received
from hotline.models import Reply, Ticket
from portal.core.jobs import run_due_jobs
from portal.core.models import AccessLog, Notification
from portal.core.models.jobs import Job
from portal.core.time import driven_clock, now
from tests import factories
from tests.districts import objects
from tests.districts.objects import World
from tests.districts.peer import Peer, peer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
ADDRESS = "/hotline/districts/messages/"


class Side:
    """The city with a district outside, its platform, and the token by which the platform reports."""

    def __init__(self, found: Peer) -> None:
        self.world, self.peer = World(), found
        self.platform = objects.platform(self.world.district, found.url)
        self.token = objects.client_of(self.world.district)
        self.serial = itertools.count(1)

    def say(self, ticket: Ticket, kind: str, *, token: str = "", **more: Any) -> Any:
        body = {"message": f"M-{next(self.serial)}", "ticket": ticket.number, "round": 1, "kind": kind, **more}
        return Client(HTTP_AUTHORIZATION=f"Bearer {token or self.token}").post(
            ADDRESS, body, content_type="application/json"
        )


@pytest.fixture
def side() -> Iterator[Side]:
    with peer() as found, override("en"):
        yield Side(found)


def work() -> None:
    while run_due_jobs():
        pass


REPLY = {"text": "已清运。", "author": "王一", "approver": "李二"}


def test_a_ticket_goes_out_once_and_its_reply_comes_back_to_the_caller(side):
    ticket = side.world.sent()
    work()
    (message,) = side.peer.got.values()
    assert (message["kind"], message["number"], message["round"]) == ("ticket", ticket.number, 1)
    assert message["caller"]["phone"] == "13800001234" and message["ticket"]["title"] == ticket.title
    assert AccessLog.objects.filter(stream_id=ticket.pk, what="caller").count() == 1
    assert Handover.objects.get().their_number == "XSQ-1"
    assert side.say(ticket, "sign").status_code == 201
    assert side.say(ticket, "progress", text="人已到现场").status_code == 201
    answer = side.say(ticket, "reply", **REPLY)
    assert (answer.status_code, answer.json()["state"]) == (201, "replied")
    ticket.refresh_from_db()
    assert ticket.first_replied_at is not None and Reply.objects.get(ticket=ticket).text == "已清运。"
    work()
    side.world.step(side.world.operator, ticket, "call_back", contacted="yes", resolved="yes", satisfied="yes")
    work()
    assert side.peer.kinds == ["ticket", "ended"]


def test_the_data_of_a_secret_caller_stay_here(side):
    side.world.sent(secret=True)
    work()
    assert "caller" not in next(iter(side.peer.got.values()))
    assert "13800001234" not in str(Push.objects.get().content)


def test_the_same_message_again_changes_nothing_and_another_text_under_its_number_is_refused(side):
    ticket = side.world.sent()
    first = side.say(ticket, "sign", message="S-1")
    again = side.say(ticket, "sign", message="S-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["new"] is False and Received.objects.get().repeats == 1
    other = side.say(ticket, "progress", message="S-1", text="x")
    assert (other.status_code, other.json()["code"]) == (409, "number_used")


def test_messages_may_come_in_any_order(side):
    ticket = side.world.sent()
    assert side.say(ticket, "reply", **REPLY).status_code == 201
    late = side.say(ticket, "sign")
    assert (late.status_code, late.json()["outcome"]) == (201, "late")
    assert side.say(ticket, "progress", text="刚到").json()["outcome"] == "late"
    wrong = side.say(ticket, "return", ground="not_ours", reason="x")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "superseded")
    ticket.refresh_from_db()
    assert ticket.state == "replied" and ticket.dispatches.get().signed_at is not None


def test_a_word_of_an_earlier_round_does_not_touch_the_next_one(side):
    ticket = side.world.sent()
    side.say(ticket, "reply", **REPLY)
    side.world.step(side.world.dispatcher, ticket, "redo", reason="没有解决")
    old = side.say(ticket, "reply", **REPLY)
    assert (old.status_code, old.json()["code"]) == (409, "superseded")
    work()
    assert side.peer.kinds == ["ticket", "ticket"]
    assert side.say(ticket, "reply", round=2, **REPLY).status_code == 201


def test_a_return_is_decided_by_the_city_and_the_platform_is_told(side):
    ticket = side.world.sent()
    assert side.say(ticket, "return", ground="other_area", reason="不属本区").status_code == 201
    work()
    side.world.step(side.world.dispatcher, ticket, "reject", reason="属本区", wrongful="no")
    work()
    assert side.peer.kinds == ["ticket", "rejected"]
    assert side.say(ticket, "sign").status_code == 201
    side.world.step(side.world.dispatcher, ticket, "reassign", department=str(side.world.department.pk), reason="改派")
    work()
    assert side.peer.kinds[-1] == "withdrawn"
    gone = side.say(ticket, "reply", **REPLY)
    assert (gone.status_code, gone.json()["code"]) == (409, "superseded")


def test_a_reply_without_a_second_person_waits_for_one_here(side):
    ticket = side.world.sent()
    answer = side.say(ticket, "reply", text="已处理。", author="王一")
    assert answer.json()["state"] == "drafted"
    head = objects.person_of(objects.Role.DEPARTMENT_HEAD, side.world.district)
    side.world.step(head, ticket, "approve")
    ticket.refresh_from_db()
    assert ticket.state == "replied"


@pytest.mark.parametrize(
    ("kind", "more", "place"),
    [
        ("reply", {"text": "好", "author": "王一", "approver": "王一"}, "#/approver"),
        ("reply", {"text": "", "author": "王一"}, "#/text"),
        ("return", {"reason": "x"}, "#/ground"),
        ("return", {"ground": "mood", "reason": "x"}, "#/ground"),
        ("progress", {}, "#/text"),
        ("dance", {}, "#/kind"),
        ("sign", {"round": "1"}, "#/round"),
        ("sign", {"round": 0}, "#/round"),
        ("sign", {"at": "gestern"}, "#/at"),
        ("sign", {"message": ""}, "#/message"),
        ("sign", {"message": "x" * 121}, "#/message"),
        ("sign", {"their_number": 7}, "#/their_number"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place_and_changes_nothing(side, kind, more, place):
    ticket = side.world.sent()
    answer = side.say(ticket, kind, **more)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [one["pointer"] for one in answer.json()["errors"]] == [place]
    ticket.refresh_from_db()
    assert ticket.state == "dispatched" and not Received.objects.exists()


def test_another_districts_system_finds_nothing_and_a_token_needs_its_scope(side):
    ticket = side.world.sent()
    objects.platform(side.world.other, side.peer.url)
    stranger = objects.client_of(side.world.other, code="dhq-12345")
    assert side.say(ticket, "sign", token=stranger).status_code == 404
    reader = objects.client_of(side.world.district, "districts:read", code="xsq-reader")
    assert side.say(ticket, "sign", token=reader).json()["code"] == "missing_scope"
    bureau = objects.client_of(side.world.department, code="scjg-oa")
    refused = side.say(ticket, "sign", token=bureau)
    assert (refused.status_code, refused.json()["code"]) == (403, "no_platform")
    assert Client().post(ADDRESS, {}, content_type="application/json").status_code == 401


def test_a_platform_that_was_away_reads_what_is_open(side):
    tickets = [side.world.sent(title=f"第{n}件") for n in range(3)]
    side.say(tickets[0], "reply", **REPLY)
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {side.token}").get(ADDRESS)
    assert [one["number"] for one in answer.json()["tickets"]] == [one.number for one in tickets[1:]]
    assert Client(HTTP_AUTHORIZATION=f"Bearer {side.token}").get(f"{ADDRESS}?after=x").status_code == 422
    assert Platform.objects.get().last_heard_at is not None


def test_a_day_without_the_platform_loses_nothing_doubles_nothing_and_is_seen(side):
    begin, hours = factories.moment("2026-11-16 09:00"), range(0, 24)
    side.peer.down = True
    with driven_clock(begin):
        first, second = side.world.sent(title="第一件"), side.world.sent(title="第二件")
        work()
    for hour in hours:
        with driven_clock(begin + dt.timedelta(hours=hour, minutes=5)):
            if hour == 3:
                hotline_actions.urge(side.world.operator, first.pk)
            work()
            sweeping.tell_down()
            sweeping.wake_lost()
    platform = Platform.objects.get()
    with driven_clock(begin + dt.timedelta(days=1)):
        found = health.of_all([platform])[0]
        assert (found.waiting, found.light, found.refused) == (3, "red", 0)
    assert platform.failing_since is not None and side.peer.got == {}
    told = Notification.objects.filter(template="district.platform_down")
    assert told.values("user").distinct().count() == told.count() > 0
    assert not Job.objects.filter(name="districts.send", state="dead").exists()
    side.peer.down = False
    with driven_clock(begin + dt.timedelta(days=1, hours=2)):
        work()
        work()
        assert side.peer.kinds.count("ticket") == 2 and side.peer.kinds.count("urged") == 1
        of_first = [one["kind"] for one in side.peer.got.values() if one["number"] == first.number]
        assert of_first == ["ticket", "urged"]
        platform.refresh_from_db()
        assert platform.failing_since is None and health.of_all([platform])[0].light == "green"
    assert second.number in {one["number"] for one in side.peer.got.values()}


def test_a_lost_answer_is_sent_again_under_its_key_and_counts_once(side):
    side.peer.lose = 1
    with driven_clock(now()):
        side.world.sent()
        work()
    with driven_clock(now() + dt.timedelta(minutes=2)):
        work()
    assert (len(side.peer.got), side.peer.calls) == (1, 2)
    assert Push.objects.get().state == "done"


def test_what_the_platform_refuses_goes_to_a_person_and_a_wrong_secret_does_not(side):
    side.peer.trouble = [422]
    side.world.sent(title="被拒")
    work()
    row = Push.objects.get()
    assert row.state == "failed" and Notification.objects.filter(template="district.refused").exists()
    actions.send_again(side.world.dispatcher, row.pk)
    work()
    row.refresh_from_db()
    assert row.state == "done"
    platform = Platform.objects.get()
    platform.secret = "another"
    platform.save()
    side.world.sent(title="密钥不对")
    work()
    assert Push.objects.latest("pk").state == "waiting"


def test_a_paused_platform_gets_nothing_until_it_goes_on(side):
    admin = objects.actor_of(factories.staff(objects.Role.ADMINISTRATOR), objects.Role.ADMINISTRATOR)
    actions.pause(admin, side.platform.pk, paused=True)
    side.world.sent()
    work()
    assert side.peer.calls == 0
    actions.pause(admin, side.platform.pk, paused=False)
    work()
    assert side.peer.kinds == ["ticket"]


def test_the_secret_stands_in_no_plain_column(side):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM districts_platform")
        (held,) = cursor.fetchone()
    assert objects.SECRET not in held
