"""The pages and the API of the queue: what they show, what they cost, what they refuse and keep."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hall.queue import actions
from hall.queue.estimate import wait_range
from hall.queue.models import Device, Ticket
from portal.core.models import AccessLog
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.supervision.indicators import FORMS, indicators
from tests import factories
from tests.permissions import Cast
from tests.queue.objects import MORNING, desk, hall, manager, queue, take, window

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday_morning():
    cache.clear()
    with driven_clock(MORNING), translation.override("en"):
        yield


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def signed_in(cast: Cast, role: str) -> Client:
    return english(cast.client(role))


def open_hall() -> "object":
    return hall(every_day=True, opens_at=dt.time(0), closes_at=dt.time(23, 59))


def issue(q, kind: str, **more) -> str:
    return actions.issue_device(manager(), hall_id=q.hall_id, kind=kind, name="设备", **more)[1]


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


# --- windows ----------------------------------------------------------------------------------------------------------


def test_one_large_button_changes_with_the_state():
    cast = Cast()
    q = queue(dept=cast.department)
    at = desk(q, clerk=cast.person("clerk"))
    take(q)
    page = signed_in(cast, "clerk")
    url = reverse("queue:desk")
    assert "Call the next" in page.get(url).content.decode()
    sent = page.post(reverse("queue:call-next", args=[at.session.pk]), follow=True)
    assert "Start the service" in sent.content.decode() and "A001" in sent.content.decode()
    ticket = Ticket.objects.get()
    page.post(reverse("queue:step", args=[ticket.pk, "start"]), {"state_version": ticket.state_version})
    assert "Finish the service" in page.get(url).content.decode()


def test_what_is_refused_is_told_in_words_on_the_panel():
    cast = Cast()
    q = queue(dept=cast.department)
    at = desk(q, clerk=cast.person("clerk"))
    page = signed_in(cast, "clerk")
    sent = page.post(reverse("queue:call-next", args=[at.session.pk]), follow=True)
    assert "Nobody waits in the queues of this window." in sent.content.decode()


def test_the_panel_hangs_beside_the_list_of_cases_and_leads_back_there():
    cast = Cast()
    q = queue(dept=cast.department)
    at = desk(q, clerk=cast.person("clerk"))
    take(q)
    page = signed_in(cast, "clerk")
    assert "Call the next" in page.get(reverse("cases:desk")).content.decode()
    url = reverse("queue:call-next", args=[at.session.pk])
    assert page.post(url, {"next": "/desk/?tab=all"}).url == "/desk/?tab=all"
    assert page.post(url, {"next": "https://elsewhere.example/"}).url == reverse("queue:desk")


def test_a_wrong_telephone_at_the_desk_keeps_what_was_typed():
    cast = Cast()
    q = queue(dept=cast.department, in_hall=open_hall())
    sent = signed_in(cast, "clerk").post(reverse("queue:give", args=[q.pk]), {"phone": "123", "name": "欧阳明"})
    assert sent.status_code == 422
    assert "欧阳明" in sent.content.decode() and "11 digits" in sent.content.decode()


def test_a_name_is_kept_masked_only():
    cast = Cast()
    q = queue(dept=cast.department, in_hall=open_hall())
    signed_in(cast, "clerk").post(reverse("queue:give", args=[q.pk]), {"name": "欧阳明", "priority": "elderly"})
    ticket = Ticket.objects.get()
    assert (ticket.shown_name, ticket.priority, ticket.channel) == ("欧阳*", "elderly", "desk")


# --- lists: a fixed number of queries -----------------------------------------------------------------------------------


def busy(cast: Cast, n: int) -> None:
    for letter in "ABCDEFGH"[:n]:
        q = queue(letter, dept=cast.department, in_hall=open_hall())
        at = desk(q)
        for _ in range(3):
            take(q)
        at.next()


@pytest.mark.parametrize("name", ["queue:overview", "queue:tickets", "queue:devices", "queue:figures"])
def test_a_full_hall_costs_no_more_queries_than_an_empty_one(name: str):
    cast = Cast()
    page = signed_in(cast, "hall_manager")
    busy(cast, 2)
    refresh_all()
    issue(Ticket.objects.first().queue, "kiosk")
    few = queries(page, reverse(name))
    busy(cast, 6)
    refresh_all()
    issue(Ticket.objects.first().queue, "kiosk")
    assert queries(page, reverse(name)) == few


def test_the_clerks_panel_costs_the_same_however_many_wait():
    cast = Cast()
    q = queue(dept=cast.department)
    desk(q, clerk=cast.person("clerk"))
    page = signed_in(cast, "clerk")
    take(q)
    few = queries(page, reverse("queue:desk"))
    for _ in range(20):
        take(q)
    assert queries(page, reverse("queue:desk")) == few


# --- the phone ----------------------------------------------------------------------------------------------------------


def test_a_number_by_telephone_and_its_page():
    q = queue(in_hall=open_hall())
    take(q)
    phone = english(Client())
    sent = phone.post(reverse("queue:take", args=[q.pk]), {"phone": "13800001234", "once_key": "k"}, follow=True)
    text = sent.content.decode()
    assert "A002" in text and "1 person is called before you" in text and "unknown" in text
    again = phone.post(reverse("queue:take", args=[q.pk]), {"phone": "13800001234", "once_key": "k"}, follow=True)
    assert "A002" in again.content.decode() and Ticket.objects.count() == 2


def test_the_page_of_a_number_asks_for_itself_again_without_javascript():
    ticket = take(queue())
    text = Client().get(reverse("queue:follow", args=[ticket.public_id])).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text


def test_giving_up_on_an_old_page_is_told_and_changes_nothing():
    q = queue()
    at = desk(q)
    ticket = take(q)
    at.next()
    url = reverse("queue:follow-step", args=[ticket.public_id, "cancel"])
    sent = english(Client()).post(url, {"state_version": "0"})
    assert sent.status_code == 409
    assert Ticket.objects.get().state == "called"
    assert english(Client()).post(reverse("queue:follow-step", args=[ticket.public_id, "nonsense"])).status_code == 404


def test_too_many_numbers_from_one_address_are_refused():
    q = queue(in_hall=open_hall())
    phone = english(Client())
    for n in range(11):
        sent = phone.post(reverse("queue:take", args=[q.pk]), {"phone": f"138000012{n:02d}"})
    assert sent.status_code == 422 and Ticket.objects.count() == 10


def test_a_closed_hall_says_so_and_keeps_the_form():
    q = queue()
    with driven_clock(factories.moment("2026-11-22 10:00")):
        sent = english(Client()).post(reverse("queue:take", args=[q.pk]), {"phone": "13800001234"})
    assert sent.status_code == 422
    assert "The hall is closed now" in sent.content.decode() and "13800001234" in sent.content.decode()


# --- estimates ----------------------------------------------------------------------------------------------------------


def test_the_wait_is_a_range_from_what_the_queue_really_takes_or_unknown():
    q = queue()
    at = desk(q)
    assert wait_range(q.pk, 3) is None
    for n in range(10):
        with driven_clock(MORNING + dt.timedelta(minutes=10 * n)):
            take(q)
            called = at.next()
            at.step(called, "start")
        with driven_clock(MORNING + dt.timedelta(minutes=10 * n + 8)):
            at.step(called, "finish")
    cache.clear()
    low, high = wait_range(q.pk, 3)
    assert low <= 24 <= high and high - low <= 20
    actions.leave_window(at.actor, at.session.pk)
    cache.clear()
    assert wait_range(q.pk, 3) is None, "no window is open"


# --- kiosk --------------------------------------------------------------------------------------------------------------


def test_the_kiosk_in_two_levels_to_the_slip():
    q = queue(in_hall=open_hall(), area="A 区")
    token = issue(q, "kiosk")
    kiosk = Client()
    start = kiosk.get(reverse("queue:kiosk", args=[token]) + "?lang=en")
    assert "Market access" in start.content.decode()
    url = reverse("queue:kiosk-choose", args=[token, q.pk]) + "?lang=en"
    assert "Company registration" in kiosk.get(url).content.decode()
    sent = kiosk.post(url, {"services": [q.services.get().pk], "once_key": "k1"}, follow=True)
    text = sent.content.decode()
    assert "A001" in text and "You are next" in text and "data:image/svg+xml" in text
    kiosk.post(url, {"services": [q.services.get().pk], "once_key": "k1"})
    assert Ticket.objects.count() == 1


def test_a_card_says_who_is_an_older_person_and_is_not_kept():
    q = queue(in_hall=open_hall())
    url = reverse("queue:kiosk-choose", args=[issue(q, "kiosk"), q.pk])
    body = "110105195001010" + "15"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body += "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    Client().post(url, {"card": body})
    ticket = Ticket.objects.get()
    assert ticket.priority == "elderly"
    assert body not in str(Ticket.objects.values())
    assert Client().post(url, {"card": "123"}).status_code == 422


def test_a_revoked_device_and_one_of_another_kind_lead_nowhere():
    q = queue()
    token = issue(q, "kiosk")
    assert Client().get(reverse("queue:screen", args=[token])).status_code == 404
    actions.revoke_device(manager(), Device.objects.get().pk)
    assert Client().get(reverse("queue:kiosk", args=[token])).status_code == 404
    assert token not in str(Device.objects.values())


# --- screens ------------------------------------------------------------------------------------------------------------


def poll(token: str, after: int = 0, etag: str = ""):
    headers = {"If-None-Match": etag} if etag else {}
    return Client().get(reverse("queue:screen-feed", args=[token]), {"after": after}, headers=headers)


def test_an_unchanged_poll_is_one_indexed_read():
    q = queue()
    token = issue(q, "hall_screen")
    desk(q)
    take(q)
    etag = poll(token)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        answer = poll(token, etag=etag)
    assert (answer.status_code, len(asked)) == (304, 1)


def test_no_call_is_skipped_between_two_looks():
    q = queue()
    token = issue(q, "hall_screen")
    desks = [desk(q) for _ in range(5)]
    for _ in range(5):
        take(q)
    first = poll(token)
    called = [at.next().number for at in desks]
    news = poll(token, after=first.json()["last"], etag=first["ETag"]).json()
    assert [call["number"] for call in news["calls"]] == called
    assert news["rows"][0]["number"] == called[-1]
    assert news["calls"][0]["say"].startswith("Number A 0 0 1") or "A 0 0 1" in news["calls"][0]["say"]
    assert poll(token, after=news["last"]).json()["calls"] == []


def test_a_screen_shows_its_area_or_its_window_only():
    one = queue("A", area="东区")
    other = queue("B", in_hall=one.hall, area="西区")
    here, there = desk(one), desk(other)
    area, own = issue(one, "area_screen", area="西区"), issue(one, "window_screen", window_id=here.window.pk)
    take(one), take(other)
    here.next(), there.next()
    assert [row["number"] for row in poll(area).json()["rows"]] == ["B001"]
    assert [row["number"] for row in poll(own).json()["rows"]] == ["A001"]


def test_a_call_that_was_taken_back_leaves_the_screen():
    q = queue()
    token, at = issue(q, "hall_screen"), desk(q)
    take(q)
    called = at.next()
    assert poll(token).json()["rows"]
    at.step(called, "put_back")
    assert poll(token).json()["rows"] == []


def test_a_screen_shows_masked_names_only():
    q = queue()
    token, at = issue(q, "hall_screen"), desk(q)
    take(q, name="张三丰")
    at.next()
    text = poll(token).content.decode()
    assert "张*" in text and "张三" not in text


# --- managers -----------------------------------------------------------------------------------------------------------


def test_looking_at_a_ticket_with_a_telephone_is_logged_and_masked():
    cast = Cast()
    ticket = take(queue(dept=cast.department), phone="13800001234")
    page = signed_in(cast, "hall_manager").get(reverse("queue:ticket", args=[ticket.pk]))
    assert "138****1234" in page.content.decode() and "13800001234" not in page.content.decode()
    assert AccessLog.objects.filter(stream="queue.ticket", stream_id=ticket.pk).count() == 1


def test_a_window_without_calls_is_shown_to_the_manager():
    cast = Cast()
    q = queue(dept=cast.department)
    desk(q, code="Z99")
    page = signed_in(cast, "hall_manager")
    assert "Open windows without a call for long" not in page.get(reverse("queue:overview")).content.decode()
    with driven_clock(MORNING + dt.timedelta(minutes=31)):
        text = page.get(reverse("queue:overview")).content.decode()
    assert "Open windows without a call for long" in text and "Z99" in text


def test_a_queue_with_a_taken_letter_is_refused_beside_its_field():
    cast = Cast()
    q = queue(dept=cast.department)
    data = {"hall": q.hall_id, "prefix": "a", "name": "社会保障", "remote": "on"}
    sent = signed_in(cast, "hall_manager").post(reverse("queue:queue-new"), data)
    assert sent.status_code == 422 and "Another queue of this hall has this letter." in sent.content.decode()
    data["prefix"] = "b"
    assert signed_in(cast, "hall_manager").post(reverse("queue:queue-new"), data).status_code == 302


# --- figures ------------------------------------------------------------------------------------------------------------


def test_the_block_hall_has_the_form_that_the_indicators_ask_for():
    assert tuple(indicators(MORNING.date(), MORNING.date())["hall"]) == FORMS["hall"].order


def test_the_indicators_count_tickets_waits_and_services():
    q = queue()
    at = desk(q)
    for n in range(4):
        with driven_clock(MORNING + dt.timedelta(minutes=20 * n)):
            take(q)
        with driven_clock(MORNING + dt.timedelta(minutes=20 * n + 5)):
            called = at.next()
            at.step(called, "start")
        with driven_clock(MORNING + dt.timedelta(minutes=20 * n + 14)):
            at.step(called, "finish") if n else at.step(called, "hold", reason="photo")
    missed = take(q)
    at.step(at.next(), "miss")
    refresh_all()
    found = indicators(MORNING.date(), MORNING.date(), by="department")
    block = found["hall"]
    assert (block["tickets"], block["served"], block["missed"]) == (5, 3, 1)
    assert (block["wait_p50_minutes"], block["service_p50_minutes"]) == (5, 10)
    assert found["rows"][0]["hall"]["tickets"] == 5
    assert missed.number == "A005"


# --- machines of other makers ---------------------------------------------------------------------------------------------


def api(*scopes: str):
    from tests.api.objects import api as caller

    return caller(*scopes)


def test_a_machine_takes_a_number_once_for_a_key():
    q = queue(in_hall=open_hall())
    machine = api("hall:queue")
    body = {"hall": q.hall.code, "queue": "A", "services": [q.services.get().pk]}
    first = machine.post(reverse("queue:api-tickets"), body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    again = machine.post(reverse("queue:api-tickets"), body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert first.status_code == 201 and first.json()["number"] == "A001" == again.json()["number"]
    assert Ticket.objects.count() == 1
    assert machine.get(reverse("queue:api-ticket", args=[first.json()["id"]])).json()["ahead"] == 0
    assert machine.get(reverse("queue:api-queues"), {"hall": q.hall.code}).json()["queues"][0]["waiting"] == 1


@pytest.mark.parametrize(
    "body", [[], {"hall": 1}, {"hall": "??"}, {"queue": "Z"}, {"services": ["x"]}, {"services": [True]}, {"phone": "1"},
             {"priority": "king"}]
)  # fmt: skip
def test_nonsense_from_a_machine_is_refused_in_words(body):
    q = queue(in_hall=open_hall())
    if isinstance(body, dict):
        body = {"hall": q.hall.code, "queue": "A", **body}
    sent = api("hall:queue").post(reverse("queue:api-tickets"), body, format="json")
    assert sent.status_code == 422 and sent["Content-Type"] == "application/problem+json"
    assert not Ticket.objects.exists()


def test_a_pad_calls_and_serves_for_whoever_sits_at_the_window():
    q = queue()
    at = desk(q, code="A01")
    take(q)
    pad = api("hall:call")
    called = pad.post(reverse("queue:api-calls"), {"window": "A01"}, format="json").json()
    url = reverse("queue:api-steps", args=[called["id"]])
    for step in ("start", "finish"):
        body = {"window": "A01", "step": step, "version": called["version"]}
        called = pad.post(url, body, format="json").json()
    assert called["state"] == "done"
    assert Ticket.objects.get().counted_staff_id == at.clerk.pk
    assert pad.post(reverse("queue:api-calls"), {"window": "B77"}, format="json").status_code == 409
    assert api("hall:queue").post(reverse("queue:api-calls"), {"window": "A01"}, format="json").status_code == 403


def test_the_feed_by_token_answers_304_when_nothing_changed():
    q = queue()
    take(q)
    desk(q).next()
    screen = api("hall:queue")
    first = screen.get(reverse("queue:api-feed"), {"hall": q.hall.code, "after": 0})
    assert first.json()["calls"][0]["number"] == "A001"
    url = reverse("queue:api-feed")
    assert screen.get(url, {"hall": q.hall.code}, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


# --- ratings ------------------------------------------------------------------------------------------------------------


def test_a_finished_visit_is_asked_for_a_rating_once():
    from hall.ratings.models import Invitation

    q = queue()
    at = desk(q)
    ticket = take(q, phone="13800001234")
    called = at.next()
    at.step(called, "start")
    done = at.step(called, "finish")
    invitation = Invitation.objects.get()
    assert (invitation.subject, invitation.window_id, invitation.staff_id) == (
        ticket.public_id, at.window.pk, at.clerk.pk
    )  # fmt: skip
    assert done.rating_url in Client().get(reverse("queue:follow", args=[ticket.public_id])).content.decode()


def test_visits_of_a_case_stand_on_its_page():
    from django.db import transaction
    from django.test import RequestFactory

    from hall.queue import services
    from hall.queue.panels import visits

    q = queue()
    at = desk(q)
    take(q)
    called = at.next()
    at.step(called, "start")
    with transaction.atomic():
        services.tie(services.current_ticket(at.window.pk), "SP-1", at.actor)
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=at.clerk.pk)

    class Case:
        number = "SP-1"

    assert "A001" in visits(request, Case())
    assert actor_of(at.clerk, Role.CLERK).name == at.clerk.name
    assert window("W0", q).code == "W0"
