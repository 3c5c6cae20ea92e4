"""The operator's desk: the call opens it, what is typed is never lost, and one press records, answers or dispatches."""

from typing import Any

import pytest

from hotline.actions import Caller, TicketDraft, record
from hotline.calls.models import Call, Draft
from hotline.calls.policies import may_see_call
from hotline.models import Category, Ticket
from portal.core.models import AccessLog
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.calls.objects import PHONE, acting, browser, on_the_line, operator

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TYPED = {"title": "滨河路路灯不亮", "content": "滨河路18号门前的路灯坏了三天。", "kind": "help", "phone": PHONE}


def typed(**more: Any) -> dict[str, Any]:
    return {**TYPED, "step": "record", "once_key": "k1", **more}


def test_the_desk_opens_with_the_number_of_the_call_on_the_line() -> None:
    person = operator()
    record(acting(person), TicketDraft(title="井盖丢失", content="路口的井盖不见了。", caller=Caller(phone=PHONE)))
    on_the_line(person)
    page = browser(person).get("/hotline/desk/").content.decode()
    assert PHONE in page and "井盖丢失" in page
    assert AccessLog.objects.filter(stream="calls.call", what="phone").exists()


def test_the_poll_answers_304_until_a_call_comes() -> None:
    person = operator()
    client = browser(person)
    first = client.get("/hotline/desk/poll/")
    etag = first.headers["ETag"]
    assert client.get("/hotline/desk/poll/", headers={"If-None-Match": etag}).status_code == 304
    call = on_the_line(person)
    told = client.get("/hotline/desk/poll/", headers={"If-None-Match": etag})
    assert told.status_code == 200 and f"?call={call.pk}" in told.content.decode()


def test_what_is_typed_is_there_after_a_crash() -> None:
    person = operator()
    call = on_the_line(person)
    saved = browser(person).post(
        "/hotline/desk/draft/", {**TYPED, "title": "半句", "call": call.pk}, headers={"HX-Request": "true"}
    )
    assert saved.status_code == 200
    assert "半句" not in str(Draft.objects.values_list("fields", flat=True).get())  # sealed
    assert 'value="半句"' in browser(person).get(f"/hotline/desk/?call={call.pk}").content.decode()
    browser(person).post("/hotline/desk/", typed(call=call.pk))
    assert not Draft.objects.exists()


def test_one_press_records_and_links_the_call_and_twice_is_once() -> None:
    person = operator()
    call = on_the_line(person)
    client = browser(person)
    assert client.post("/hotline/desk/", typed(call=call.pk)).status_code == 302
    assert client.post("/hotline/desk/", typed(call=call.pk)).status_code == 302
    ticket = Ticket.objects.get()
    assert Call.objects.get().ticket == ticket and ticket.reporter.phone == PHONE


def test_a_direct_answer_is_one_step() -> None:
    client = browser(operator())
    assert client.post("/hotline/desk/", typed(step="answer")).status_code == 422
    client.post("/hotline/desk/", typed(step="answer", answer="工作日九点到五点可以办理。"))
    ticket = Ticket.objects.get()
    assert ticket.state == "answered" and ticket.direct


def test_operators_dispatch_simple_matters_only() -> None:
    client, department = browser(operator()), factories.department()
    simple = Category.objects.create(code="S1", name="路灯照明二", operator_dispatches=True)
    step = {"step": "dispatch", "department": department.pk}
    refused = client.post("/hotline/desk/", typed(**step))
    assert refused.status_code == 403 and TYPED["title"] in refused.content.decode()
    assert not Ticket.objects.exists()
    assert client.post("/hotline/desk/", typed(**step, category=simple.pk, once_key="k2")).status_code == 302
    assert Ticket.objects.get().state == "dispatched"


def test_the_same_matter_is_a_note_of_the_operator_and_a_merge_of_the_dispatcher() -> None:
    dispatcher = factories.staff(Role.HOTLINE_DISPATCHER)
    lead = record(acting(operator()), TicketDraft(title="路灯", content="滨河路的路灯全坏了。"))
    browser(operator("802")).post("/hotline/desk/", typed(parent=lead.number))
    browser(dispatcher).post("/hotline/desk/", typed(parent=lead.number, once_key="k2"))
    noted, merged = Ticket.objects.exclude(pk=lead.pk).order_by("pk")
    assert noted.state == "recorded" and lead.number in noted.notes.get().text
    assert merged.state == "merged" and merged.parent == lead


def test_danger_to_life_shows_the_protocol_and_gets_the_top_urgency() -> None:
    client = browser(operator())
    page = client.post("/hotline/desk/help/", {**TYPED, "content": "有人要跳楼，快来！"})
    assert "跳楼" in page.content.decode() and "119" in page.content.decode()
    client.post("/hotline/desk/", typed(content="有人要跳楼，快来！"))
    ticket = Ticket.objects.get()
    assert ticket.life_danger and ticket.grade == "urgent"


def test_somebody_elses_call_is_not_there() -> None:
    first, second = operator("801"), operator("802")
    call = on_the_line(first)
    client = browser(second)
    assert client.get(f"/hotline/desk/?call={call.pk}").status_code == 404
    assert client.post("/hotline/desk/", typed(call=call.pk)).status_code == 404
    assert client.post("/hotline/desk/draft/", {**TYPED, "call": call.pk}).status_code == 404
    assert client.get(f"/hotline/desk/calls/{call.pk}/").status_code == 404


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"title": ""}, {"lat": "95", "lon": "1"}, {"parent": "没有这个"}])
def test_wrong_input_is_named_and_nothing_typed_is_lost(wrong: dict[str, str]) -> None:
    answer = browser(operator()).post("/hotline/desk/", typed(**wrong))
    assert answer.status_code == 422
    assert TYPED["content"] in answer.content.decode()
    assert not Ticket.objects.exists()


def test_who_may_see_a_call_is_whom_the_list_finds_it_for() -> None:
    call = on_the_line(operator("801"))
    people = [User.objects.get(), operator("802"), factories.citizen()]
    people += [factories.staff(role) for role in (Role.HOTLINE_DISPATCHER, Role.SUPERVISOR, Role.CLERK, Role.AUDITOR)]
    for person in people:
        assert may_see_call(person, call) == Call.objects.visible_to(person).filter(pk=call.pk).exists()


def test_the_number_of_queries_is_fixed(django_assert_max_num_queries: Any) -> None:
    person = operator()
    record(acting(person), TicketDraft(title="井盖丢失", content="路口的井盖不见了。", caller=Caller(phone=PHONE)))
    on_the_line(person)
    client = browser(person)
    client.get("/hotline/desk/")
    with django_assert_max_num_queries(10):
        client.get("/hotline/desk/")
    with django_assert_max_num_queries(6):
        client.get("/hotline/desk/poll/")
