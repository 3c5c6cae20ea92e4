"""Webhooks: signed, in order for each case, retried for days, never turned inward, replayable, told when given up."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket

import pytest

from approvals.cases import actions as case_actions
from portal.api import fanout, outward
from portal.api.deliver import purge
from portal.api.figures import backlog
from portal.api.models import Attempt, Delivery, Subscription
from portal.api.policies import may_see_subscription
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Job, Notification
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.api.objects import api, system
from tests.api.receiver import receiver
from tests.api.test_tokens import problem

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/webhooks"


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True  # the receiver is on this machine
    fanout.forget()
    yield
    fanout.forget()


@pytest.fixture
def hook():
    """(receiver, caller, webhook as it was made)."""
    with receiver() as place:
        client = api(client=system())
        made = client.post(HOOKS, {"url": place.url, "events": ["case.submit", "case.accept"]}, format="json")
        assert made.status_code == 201, made.content
        yield place, client, made.json()


def accepted(item=None):
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    return factories.accepted(clerk, on=item or factories.item())


def types(place):
    return [json.loads(body)["type"] for _headers, body in place.got]


def test_a_receiver_hears_of_its_cases_in_order_and_can_check_who_speaks(hook):
    place, _client, made = hook
    case = accepted()
    run_due_jobs()
    assert types(place) == ["case.submit", "case.accept"]
    headers, body = place.got[0]
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == expected
    data = json.loads(body)["data"]
    assert (data["case"], data["number"], data["sequence"], data["state_after"]) == (
        case.pk,
        case.number,
        1,
        "submitted",
    )
    assert case.applicant_name not in body.decode()
    assert {row.state for row in Delivery.objects.all()} == {"delivered"}
    assert set(Attempt.objects.values_list("status", flat=True)) == {200}


def test_other_departments_and_unwanted_events_are_not_told(hook):
    place, _client, _made = hook
    there = factories.department("ZJJ")
    factories.submitted(on=factories.item(dept=there))
    case = factories.submitted()
    case_actions.take_step(actor_of(case.applicant), case.pk, "withdraw", {"reason": ""}, state_version=1)
    run_due_jobs()
    assert types(place) == ["case.submit"]


def test_where_nobody_listens_no_job_is_written():
    fanout.forget()
    factories.submitted()
    assert not Job.objects.filter(name="api.fan_out").exists()


def test_what_another_process_did_not_know_yet_is_found_by_the_look_back(hook):
    place, _client, _made = hook
    fanout._known = (10**12, False)  # a process that has not heard of the webhook
    factories.submitted()
    run_due_jobs()
    assert place.got == []
    with driven_clock(now() + fanout.LOOK_BACK + dt.timedelta(seconds=1)):
        run_due_jobs()
    assert types(place) == ["case.submit"]


def test_a_receiver_that_is_down_for_a_day_gets_everything_in_order(hook):
    place, _client, _made = hook
    place.answer = 503
    start = now()
    case = accepted()
    for hours in (0, 1, 3, 8, 20):
        with driven_clock(start + dt.timedelta(hours=hours)):
            run_due_jobs()
    assert set(types(place)) == {"case.submit"}  # the second waits for the first
    assert len({headers["webhook-id"] for headers, _body in place.got}) == 1
    assert Subscription.objects.get().failing_since is not None
    place.answer, failed = 200, len(place.got)
    with driven_clock(start + dt.timedelta(hours=27)):
        run_due_jobs()
    assert types(place)[failed:] == ["case.submit", "case.accept"]
    assert Subscription.objects.get().failing_since is None
    assert Delivery.objects.filter(case_id=case.pk, state="delivered").count() == 2


def test_after_three_days_the_message_is_parked_and_the_owners_are_told(hook):
    place, _client, _made = hook
    head = factories.staff(Role.DEPARTMENT_HEAD)
    place.answer = 500
    start = now()
    factories.submitted()
    for hours in (0.1, 10, 40, 73.5):
        with driven_clock(start + dt.timedelta(hours=hours)):
            run_due_jobs()
    row = Delivery.objects.get()
    assert (row.state, row.last_status, row.attempts) == ("parked", 500, 4)
    assert Notification.objects.filter(user=head, template="api.webhook_parked").count() == 1


def test_a_webhook_that_fails_for_days_is_disabled_and_keeps_what_comes(hook):
    place, client, made = hook
    place.answer = 500
    start = now()
    factories.submitted()
    for days in (0.01, 2, 5.1):
        with driven_clock(start + dt.timedelta(days=days)):
            run_due_jobs()
    assert Subscription.objects.get().state == "disabled"
    assert Notification.objects.filter(template="api.webhook_disabled").exists()
    place.answer = 200
    again = client.patch(f"{HOOKS}/{made['id']}", {"active": True}, format="json")
    assert again.json()["state"] == "active"
    since = (start - dt.timedelta(hours=1)).isoformat()
    replayed = client.post(f"{HOOKS}/{made['id']}/replay", {"since": since}, format="json")
    assert replayed.json() == {"deliveries": 1}
    failed = len(place.got)
    run_due_jobs()
    assert types(place)[failed:] == ["case.submit"]


def test_gone_is_taken_at_its_word(hook):
    place, _client, _made = hook
    place.answer = 410
    factories.submitted()
    run_due_jobs()
    assert Subscription.objects.get().state == "disabled"


def test_a_redirect_is_not_followed(hook):
    place, _client, _made = hook
    place.answer = 302
    factories.submitted()
    run_due_jobs()
    row = Delivery.objects.get()
    assert (row.state, row.last_status) == ("waiting", 302)
    assert len(place.got) == 1


def test_a_test_message_says_what_came_of_it(hook):
    place, client, made = hook
    sent = client.post(f"{HOOKS}/{made['id']}/test", {}, format="json")
    assert sent.status_code == 202
    run_due_jobs()
    assert types(place) == ["ping"]
    (row,) = client.get(f"{HOOKS}/{made['id']}/deliveries").json()["results"]
    assert (row["id"], row["state"], row["last_status"]) == (sent.json()["id"], "delivered", 200)
    (attempt,) = client.get(f"{HOOKS}/{made['id']}/deliveries/{row['id']}/attempts").json()["results"]
    assert attempt["status"] == 200


def test_one_message_is_sent_again_under_its_name(hook):
    place, client, made = hook
    factories.submitted()
    run_due_jobs()
    uid = client.get(f"{HOOKS}/{made['id']}/deliveries", {"state": "delivered"}).json()["results"][0]["id"]
    assert client.post(f"{HOOKS}/{made['id']}/replay", {"delivery": uid}, format="json").json() == {"deliveries": 1}
    run_due_jobs()
    assert [headers["webhook-id"] for headers, _body in place.got] == [uid, uid]
    problem(client.post(f"{HOOKS}/{made['id']}/replay", {}, format="json"), 422)


def test_a_new_secret_signs_the_next_message(hook):
    place, client, made = hook
    fresh = client.post(f"{HOOKS}/{made['id']}/secret", {}, format="json").json()["secret"]
    assert fresh != made["secret"]
    assert made["secret"] not in str(Subscription.objects.values().get())
    factories.submitted()
    run_due_jobs()
    headers, body = place.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(fresh.removeprefix("whsec_"))
    assert headers["webhook-signature"].endswith(
        base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )


# --- what is not called -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "ftp://example.org",
        "https://user:pass@example.org/",
        "https://example.org:22/",
        "https://",
        "//example.org",
        "https://exa mple.org/",
        "https://例子.cn/",
        "https://example.org:99999/",
        "http://127.0.0.1/",
    ],
)
def test_an_address_that_is_no_public_https_address_is_refused(settings, url):
    settings.DEMO = False
    answer = problem(api().post(HOOKS, {"url": url, "events": ["case.submit"]}, format="json"), 422)
    assert answer["errors"][0]["pointer"] == "#/url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_a_name_that_points_inward_is_not_called(settings, monkeypatch, address):
    settings.DEMO = False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    called = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: called.append(a))
    answer = outward.post("https://inward.example/", b"{}", {})
    assert (answer.status, answer.error) == (None, "address not allowed")
    assert not called


def test_the_address_that_was_checked_is_the_one_that_is_called(settings, monkeypatch):
    settings.DEMO = False
    asked = []

    def once(*_args, **_kwargs):
        asked.append(1)
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", 443))]

    called = []

    def refuse(address, *_args, **_kwargs):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", once)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert outward.post("https://rebinding.example/", b"{}", {}).error == "ConnectionRefusedError"
    assert called == [("93.184.216.34", 443)]


def test_a_network_that_the_installation_opened_may_be_called(settings):
    settings.DEMO, settings.WEBHOOK_NETWORKS = False, ["10.20.0.0/16"]
    assert outward.is_open("10.20.3.4")
    assert not outward.is_open("10.21.3.4")


# --- whose ------------------------------------------------------------------------------------------------------------


def test_a_system_sees_and_changes_its_own_webhooks_only(hook):
    _place, _client, made = hook
    other = api(client=system())
    for method, tail, body in (
        ("get", "", None),
        ("patch", "", {"active": False}),
        ("delete", "", None),
        ("post", "/test", {}),
        ("post", "/secret", {}),
        ("post", "/replay", {"since": "2026-01-01T00:00:00Z"}),
        ("get", "/deliveries", None),
    ):
        problem(getattr(other, method)(f"{HOOKS}/{made['id']}{tail}", body, format="json"), 404)
    assert other.get(HOOKS).json()["results"] == []


def test_the_policy_of_webhooks_is_the_queryset(hook):
    there = factories.department("ZJJ")
    foreign = system(dept=there)
    api(client=foreign).post(HOOKS, {"url": "https://example.org/", "events": ["case.submit"]}, format="json")
    people = [factories.staff(role) for role in (Role.CLERK, Role.DEPARTMENT_HEAD, Role.AUDITOR, Role.ADMINISTRATOR)]
    answers = set()
    for person in [*people, foreign.user, factories.citizen()]:
        user = User.objects.get(pk=person.pk)
        visible = set(Subscription.objects.visible_to(user).values_list("pk", flat=True))
        for row in Subscription.objects.select_related("client"):
            assert may_see_subscription(user, row) == (row.pk in visible)
            answers.add(row.pk in visible)
    assert answers == {True, False}


def test_the_trail_knows_what_was_done_to_a_webhook(hook):
    _place, client, made = hook
    client.patch(f"{HOOKS}/{made['id']}", {"active": False}, format="json")
    client.delete(f"{HOOKS}/{made['id']}")
    told = Event.objects.filter(stream="api.subscription").order_by("sequence")
    assert [one.type for one in told] == ["webhook.made", "webhook.changed", "webhook.deleted"]
    assert {one.role for one in told} == {"system"}


def test_an_unknown_event_is_named(hook):
    _place, client, _made = hook
    answer = problem(
        client.post(HOOKS, {"url": "https://example.org/", "events": ["case.nonsense"]}, format="json"), 422
    )
    assert answer["errors"][0]["pointer"] == "#/events"


def test_the_health_page_notices_when_nobody_sends(hook):
    place, _client, _made = hook
    factories.submitted()
    assert backlog().ok
    place.answer = 200
    Job.objects.exclude(name="api.fan_out").delete()
    run_due_jobs(limit=1)
    with driven_clock(now() + dt.timedelta(hours=1)):
        assert not backlog().ok
        run_due_jobs()
        assert backlog().ok


def test_messages_are_deleted_after_a_month(hook):
    factories.submitted()
    run_due_jobs()
    assert purge() == 0
    with driven_clock(now() + dt.timedelta(days=31)):
        assert purge() > 0
    assert not Delivery.objects.exists()


def test_what_was_told_and_deleted_is_not_told_again(hook):
    place, _client, _made = hook
    case = factories.submitted()
    run_due_jobs()
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    with driven_clock(now() + dt.timedelta(days=31)):
        purge()
        fanout.forget()
        case_actions.take_step(clerk, case.pk, "accept", state_version=1)
        run_due_jobs()
    assert types(place) == ["case.submit", "case.accept"]


def test_the_deliveries_cost_the_same_however_many(hook, django_assert_max_num_queries):
    _place, client, made = hook
    for _ in range(3):
        factories.submitted()
    run_due_jobs()
    with django_assert_max_num_queries(3):
        page = client.get(f"{HOOKS}/{made['id']}/deliveries", {"limit": 2}).json()
    assert len(page["results"]) == 2
    rest = client.get(f"{HOOKS}/{made['id']}/deliveries", {"limit": 2, "cursor": page["next_cursor"]}).json()
    assert len(rest["results"]) == 1
