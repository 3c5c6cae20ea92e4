"""The exchange with the province: what comes is taken once, what goes arrives once or is shown to a person."""

import datetime as dt
import json
from typing import Any

import pytest

from hotline import actions as tickets
from hotline.models import Ticket
from hotline.province import actions
from hotline.province.models import Exchange
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.province.peer import SECRET, Platform, platform, sign

pytestmark = pytest.mark.django_db
SENT = {
    "number": "SZ20261120-0815", "line": "12315", "kind": "complaint", "category": "0101", "title": "预付卡不退款",
    "content": "健身房关门，预付卡不退款。", "due_at": "2026-11-25T18:00:00+08:00", "address": "滨河路8号",
    "caller": {"name": "王丽娟", "phone": "13800138000", "address": "望海小区3幢"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")):
        yield


@pytest.fixture
def peer(settings):
    settings.PROVINCE_SECRET = SECRET
    with platform() as found:
        settings.PROVINCE_URL = found.url
        yield found


def dispatcher() -> Any:
    return actor_of(factories.staff(Role.HOTLINE_DISPATCHER), Role.HOTLINE_DISPATCHER)


def answered(number: str = "") -> Ticket:
    ticket, _new = actions.receive({**SENT, "number": number or SENT["number"]})
    operator = actor_of(factories.staff(Role.HOTLINE_OPERATOR), Role.HOTLINE_OPERATOR)
    return tickets.answer_directly(operator, ticket.pk, text="请保留合同。", state_version=ticket.state_version)


def post(client: Any, content: Any, *, secret_fits: bool = True, at: int | None = None) -> Any:
    body = json.dumps(content, ensure_ascii=False).encode()
    stamp = str(at or int(now().timestamp()))
    signature = sign(stamp, body) if secret_fits else "0" * 64
    headers = {"X-Timestamp": stamp, "X-Signature": signature}
    return client.post("/hotline/province/in/", body, content_type="application/json", headers=headers)


def test_a_ticket_comes_with_the_number_and_the_limit_of_the_province(client, peer):
    answer = post(client, SENT)
    made = Ticket.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"local_number": made.number, "new": True})
    assert (made.province_number, made.line, made.channel) == ("SZ20261120-0815", "12315", "province")
    assert made.province_due_at == moment("2026-11-25 18:00")
    assert made.reporter.phone == "13800138000"


def test_a_ticket_sent_twice_is_one(client, peer):
    first, again = post(client, SENT), post(client, {**SENT, "title": "又发一次"})
    assert again.status_code == 200 and again.json() == {**first.json(), "new": False}
    assert Ticket.objects.count() == 1 and Exchange.objects.get().repeats == 1


def test_only_what_the_province_signed_just_now_is_believed(client, peer):
    assert post(client, SENT, secret_fits=False).status_code == 401
    assert post(client, SENT, at=int(now().timestamp()) - 3600).status_code == 401
    assert post(client, ["no object"]).status_code == 422
    wrong = post(client, {"number": 7, "caller": "somebody", "due_at": "soon", "latitude": "north"})
    assert wrong.status_code == 422 and not Ticket.objects.exists()
    for name in ("number", "caller", "due_at", "latitude", "title", "content"):
        assert name in wrong.content.decode()


def test_the_reply_and_the_end_go_back_once_and_name_nobody(peer):
    ticket = answered()
    run_due_jobs()
    sent = list(peer.got.values())
    assert [(one["kind"], one["number"]) for one in sent] == [
        ("reply", "SZ20261120-0815"), ("close", "SZ20261120-0815"),
    ]  # fmt: skip
    assert sent[0]["text"] == "请保留合同。" and sent[0]["local_number"] == ticket.number
    assert "王丽娟" not in json.dumps(sent, ensure_ascii=False) and "13800138000" not in json.dumps(sent)
    rows = Exchange.objects.filter(direction="out").order_by("pk")
    assert [(row.state, row.attempts) for row in rows] == [("done", 1), ("done", 1)]
    assert rows[0].receipt == "R-1"
    calls = peer.calls
    run_due_jobs()
    assert peer.calls == calls


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(peer):
    peer.lose = 1
    answered()
    run_due_jobs()
    first = Exchange.objects.get(kind="reply")
    assert (first.state, first.last_error) == ("sending", "HTTP 504")
    with driven_clock(moment("2026-11-20 12:00")):
        run_due_jobs()
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("done", 2)
    assert len(peer.got) == 2 and peer.calls == 3  # the platform has each once


def test_what_the_province_refuses_goes_to_a_person_who_sends_it_again(peer):
    chief = dispatcher()
    peer.trouble = [422, 422]
    answered()
    run_due_jobs()
    row = Exchange.objects.get(kind="reply")
    assert row.state == "failed"
    assert Notification.objects.filter(template="province.stuck", user=chief.user).count() == 2
    with pytest.raises(NotAllowed):
        actions.send_again(actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR), row.pk)
    actions.send_again(chief, row.pk)
    run_due_jobs()
    row.refresh_from_db()
    assert row.state == "done" and list(peer.got) == [row.key]
    with pytest.raises(WrongState):
        actions.send_again(chief, row.pk)


def test_a_platform_that_is_away_is_tried_again_and_in_the_end_shown(peer, settings):
    settings.PROVINCE_URL = "http://127.0.0.1:9/"  # nobody listens there
    chief = dispatcher()
    answered()
    for days in range(12):
        with driven_clock(moment("2026-11-20 10:00") + dt.timedelta(days=days)):
            run_due_jobs()
    row = Exchange.objects.get(kind="reply")
    assert (row.state, row.attempts) == ("failed", 8)
    with pytest.raises(Invalid):
        actions.settle(chief, row.pk, note=" ")
    actions.settle(chief, row.pk, note="已电话告知省平台")
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("closed", chief.user)


def test_a_receiver_that_knows_no_keys_is_never_sent_to_twice_in_doubt(peer, monkeypatch):
    from hotline.province.adapters import HttpJsonProvince

    monkeypatch.setattr(HttpJsonProvince, "knows_keys", False)
    peer.lose = 2
    answered()
    run_due_jobs()
    with driven_clock(moment("2026-11-21 10:00")):
        run_due_jobs()
    assert set(Exchange.objects.filter(direction="out").values_list("state", flat=True)) == {"unknown"}
    assert peer.calls == 2


def test_tickets_of_the_city_itself_are_nobody_elses_business(peer: Platform):
    operator = actor_of(factories.staff(Role.HOTLINE_OPERATOR), Role.HOTLINE_OPERATOR)
    draft = tickets.TicketDraft(title="路灯不亮", content="滨河路路灯不亮")
    tickets.record_and_answer(operator, draft, text="已告知")
    run_due_jobs()
    assert peer.calls == 0 and not Exchange.objects.exists()


@pytest.mark.once
def test_the_log_costs_the_same_for_many_as_for_few(client, peer, django_assert_max_num_queries):
    client.force_login(dispatcher().user, backend="portal.people.backends.AccountBackend")
    actions.receive(SENT)
    client.get("/hotline/province/")
    with django_assert_max_num_queries(20) as few:
        client.get("/hotline/province/")
    for n in range(10):
        actions.receive({**SENT, "number": f"N{n}"})
    with django_assert_max_num_queries(len(few)):
        page = client.get("/hotline/province/").content.decode()
    assert "N9" in page and "13800138000" not in page


@pytest.mark.once
def test_what_is_settled_without_words_is_shown_again(client, peer):
    chief = dispatcher()
    client.force_login(chief.user, backend="portal.people.backends.AccountBackend")
    peer.trouble = [400, 400]
    answered()
    run_due_jobs()
    row = Exchange.objects.get(kind="close")
    assert client.post(f"/hotline/province/{row.pk}/settle/", {"note": ""}).status_code == 422
    assert client.post(f"/hotline/province/{row.pk}/settle/", {"note": "已告知"}).status_code == 302
    assert client.get(f"/hotline/province/{row.pk}/").status_code == 200
