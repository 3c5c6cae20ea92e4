"""Telling people: in their language, once, by day, through gateways that fail in every way."""

import datetime as dt
import json
import smtplib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import notifications
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.jobs import run_due_jobs, take_job
from portal.core.models import Job, JobState, MessageState, Notification, OutboxMessage
from portal.core.notifications import Contact, Template, Words, inbox, notify, outbox
from portal.core.notifications.templates import _templates, check_templates, freeze, render
from portal.core.time import ZONE, driven_clock, now

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
ACCEPTED = Template(
    "test.accepted",
    subject="%(office)s: %(number)s",
    body="%(number)s is due on %(due_on)s. %(kind)s",
    sms="%(number)s by %(due_on)s",
    placeholders={"office", "number", "due_on", "kind"},
)
CODE = Template("test.code", subject="Code", body="Code %(digits)s", placeholders={"digits"}, urgent=True)
CONTEXT = {
    "office": Words("市场监督管理局", "Market Regulation"),
    "number": "SP-1",
    "due_on": dt.date(2026, 12, 1),
    "kind": _("Monday"),  # Django's own translation: 星期一
}
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def templates():
    before = dict(_templates)
    notifications.register(ACCEPTED)
    notifications.register(CODE)
    yield
    _templates.clear()
    _templates.update(before)


@pytest.fixture(autouse=True)
def by_day():
    with driven_clock(NOON):
        yield


class Gateway:
    """An SMS gateway that answers what the test says."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.requests: list[tuple[dict, dict]] = []
        self.wait = 0.0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.requests.append((dict(self.headers), body))
                time.sleep(gateway.wait)
                status = gateway.answers.pop(0) if gateway.answers else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(b'{"id": "receipt-7"}')

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def gateway(settings):
    gateway = Gateway()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = gateway.url, "secret"
    settings.SMS_QUIET_HOURS = (21, 8)
    yield gateway
    gateway.server.shutdown()
    gateway.server.server_close()


def sms(**options) -> OutboxMessage:
    notify(Contact(name="王芳", phone=PHONE), "test.accepted", CONTEXT, channels=["sms"], **options)
    return OutboxMessage.objects.get()


def after(message: OutboxMessage) -> OutboxMessage:
    message.refresh_from_db()
    return message


# --- in the portal --------------------------------------------------------------------------------------------------


def test_a_note_is_read_in_the_language_that_the_reader_has_now(citizen):
    note = notify(citizen.user, "test.accepted", CONTEXT, channels=["in_app"], about=("cases.case", 7), path="/c/7/")
    note.refresh_from_db()
    with override("zh-hans"):
        assert inbox.text_of(note).subject == "市场监督管理局: SP-1"
        assert inbox.text_of(note).body == "SP-1 is due on 2026年12月1日. 星期一"
    with override("en"):
        assert inbox.text_of(note).body == "SP-1 is due on Dec. 1, 2026. Monday"
    assert (note.stream, note.stream_id) == ("cases.case", 7)


def test_a_key_tells_the_same_person_once(citizen, administrator):
    for _round in range(2):
        for user in (citizen.user, administrator.user):
            notify(user, "test.accepted", CONTEXT, key="case-7-accepted")
    assert Notification.objects.count() == 2
    assert OutboxMessage.objects.filter(user=citizen.user).count() == 2  # SMS and e-mail
    assert Job.objects.count() == 2


def test_a_forgotten_placeholder_or_channel_is_found_at_once(citizen):
    with pytest.raises(ValueError, match="lacks kind"):
        notify(citizen.user, "test.accepted", {name: CONTEXT[name] for name in ("office", "number", "due_on")})
    with pytest.raises(ValueError, match="pigeon"):
        notify(citizen.user, "test.accepted", CONTEXT, channels=["pigeon"])
    with pytest.raises(ValueError, match="no template"):
        notify(citizen.user, "test.unknown", CONTEXT)


def test_texts_whose_placeholders_do_not_fit_are_named():
    assert check_templates() == []
    notifications.register(Template("test.bad", subject="%(nmuber)s", body="100% sure", placeholders={"number"}))
    problems = " ".join(check_templates())
    for wrong in ("unknown placeholder nmuber", "placeholder number is not used", "the body has a stray percent sign"):
        assert f"test.bad (zh-hans): {wrong}" in problems


def test_a_subject_is_one_line_whatever_the_context_says():
    frozen = freeze({**CONTEXT, "number": "SP-1\r\nBcc: all@example.com"})
    assert "\n" not in render(ACCEPTED, frozen).subject


def test_the_unread_count_is_one_query(citizen, django_assert_num_queries):
    for _number in range(3):
        notify(citizen.user, "test.accepted", CONTEXT, channels=["in_app"])
    with django_assert_num_queries(1):
        assert inbox.unread_count(citizen.user) == 3


def test_a_note_is_marked_read_by_its_owner_only(citizen, administrator):
    note = notify(citizen.user, "test.accepted", CONTEXT, channels=["in_app"])
    with pytest.raises(NotFound):
        notifications.mark_read(administrator, note.pk)
    assert notifications.mark_all_read(administrator) == 0
    assert notifications.mark_read(citizen, note.pk).read_at == NOON
    assert notifications.unread_count(citizen.user) == 0


# --- SMS ------------------------------------------------------------------------------------------------------------


def test_an_sms_goes_out_with_its_key_and_keeps_the_receipt(gateway):
    message = sms(key="k7", about=("cases.case", 7))
    run_due_jobs()
    headers, body = gateway.requests[0]
    assert body == {"to": PHONE, "text": "SP-1 by 2026年12月1日"}
    assert headers["Idempotency-Key"] == message.key == "test.accepted:contact-cases.case-7:k7"
    assert headers["Authorization"] == "Bearer secret"
    assert (after(message).state, message.receipt) == (MessageState.SENT, "receipt-7")
    assert Job.objects.get().state == JobState.DONE


def test_without_a_gateway_an_sms_says_that_it_was_not_sent(settings):
    settings.SMS_GATEWAY_URL = ""
    message = sms()
    run_due_jobs()
    assert after(message).state == MessageState.NOT_CONFIGURED
    assert message.sent_at is None


def test_an_overloaded_gateway_is_asked_again_under_the_same_key(gateway):
    gateway.answers = [503, 429, 200]
    message = sms()
    moment = NOON
    for _round in range(3):
        with driven_clock(moment):
            run_due_jobs()
        moment += dt.timedelta(minutes=1)
    assert len({headers["Idempotency-Key"] for headers, _body in gateway.requests}) == 1
    assert len(gateway.requests) == 3
    assert (after(message).state, message.attempts) == (MessageState.SENT, 3)


@pytest.mark.parametrize("status", [400, 401, 422, 302])
def test_a_refused_sms_is_not_tried_again(gateway, status):
    gateway.answers = [status]
    message = sms()
    run_due_jobs()
    with driven_clock(NOON + dt.timedelta(hours=5)):
        run_due_jobs()
    assert (after(message).state, message.last_error) == (MessageState.FAILED, f"HTTP {status}")
    assert len(gateway.requests) == 1


def test_a_gateway_that_is_down_all_day_ends_as_failed(gateway, settings):
    gateway.server.server_close()
    message = sms()
    moment = NOON
    settings.SMS_QUIET_HOURS = (0, 0)
    for _round in range(outbox.MAX_ATTEMPTS):
        with driven_clock(moment):
            run_due_jobs()
        moment += dt.timedelta(hours=7)
    assert (after(message).state, message.attempts) == (MessageState.FAILED, outbox.MAX_ATTEMPTS)


def test_a_gateway_that_breaks_off_every_time_leaves_it_to_a_person(gateway, settings):
    gateway.answers = [500] * 20
    message = sms()
    moment = NOON
    settings.SMS_QUIET_HOURS = (0, 0)
    for _round in range(outbox.MAX_ATTEMPTS):
        with driven_clock(moment):
            run_due_jobs()
        moment += dt.timedelta(hours=7)
    assert after(message).state == MessageState.UNKNOWN


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-21T20:59", "2026-11-21T20:59"),
        ("2026-11-21T21:00", "2026-11-22T08:00"),
        ("2026-11-22T00:30", "2026-11-22T08:00"),
        ("2026-11-22T07:59", "2026-11-22T08:00"),
        ("2026-11-22T08:00", "2026-11-22T08:00"),
    ],
)
def test_at_night_an_sms_waits_for_the_morning(gateway, moment, leaves):
    with driven_clock(dt.datetime.fromisoformat(moment).replace(tzinfo=ZONE)):
        sms()
    assert Job.objects.get().due_at == dt.datetime.fromisoformat(leaves).replace(tzinfo=ZONE)


def test_a_repeated_attempt_does_not_wake_anybody_either(gateway):
    gateway.answers = [503]
    with driven_clock(NOON.replace(hour=20, minute=59, second=55)):
        message = sms()
        run_due_jobs()
    with driven_clock(NOON.replace(hour=21, minute=1)):
        run_due_jobs()
    assert len(gateway.requests) == 1
    with driven_clock(NOON.replace(day=22, hour=8)):
        run_due_jobs()
    assert after(message).state == MessageState.SENT


def test_a_sign_in_code_leaves_at_night_too(gateway):
    with driven_clock(NOON.replace(hour=23)):
        notify(Contact(phone=PHONE), "test.code", {"digits": "123456"}, channels=["sms"])
        run_due_jobs()
    assert len(gateway.requests) == 1


def crash_in_the_middle(message: OutboxMessage) -> None:
    """What a kill -9 after `sending` was committed leaves behind."""
    lost = take_job()
    with lost.step():
        assert outbox._claim(message.pk) is not None
    Job.objects.filter(pk=lost.pk).update(lease_until=now() - dt.timedelta(days=365))


def test_after_a_crash_an_sms_is_sent_again_under_its_key(gateway):
    message = sms()
    crash_in_the_middle(message)
    run_due_jobs()
    assert after(message).state == MessageState.SENT
    assert gateway.requests[0][0]["Idempotency-Key"] == message.key


# --- e-mail ---------------------------------------------------------------------------------------------------------


def email(to: str = "wang@example.com", language: str = "en") -> OutboxMessage:
    notify(Contact(email=to, language=language), "test.accepted", CONTEXT, channels=["email"], path="/cases/7/")
    return OutboxMessage.objects.get()


def test_an_email_goes_out_in_the_receivers_language_with_a_link(settings):
    message = email()
    run_due_jobs()
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == ("Market Regulation: SP-1", ["wang@example.com"])
    assert sent.body.endswith(f"{settings.SITE_URL}/cases/7/")
    assert after(message).state == MessageState.SENT
    assert sent.extra_headers["Message-ID"] == message.receipt


def test_after_a_crash_an_email_is_unknown_and_a_person_decides(administrator, citizen):
    message = email()
    crash_in_the_middle(message)
    run_due_jobs()
    assert after(message).state == MessageState.UNKNOWN
    assert mail.outbox == []
    with pytest.raises(NotAllowed):
        notifications.resend_message(citizen, message.pk)
    notifications.resend_message(administrator, message.pk)
    run_due_jobs()
    assert after(message).state == MessageState.SENT
    with pytest.raises(WrongState):
        notifications.close_message(administrator, message.pk, note="x")


def test_a_backend_that_only_prints_is_no_sending(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    message = email()
    run_due_jobs()
    assert after(message).state == MessageState.NOT_CONFIGURED


class Breaking(EmailBackend):
    """A mail server that fails as `error` says."""

    error: Exception
    at_open = False

    def open(self):
        if self.at_open:
            raise self.error

    def send_messages(self, messages):
        raise self.error


@pytest.mark.parametrize(
    ("error", "at_open", "state"),
    [
        (ConnectionRefusedError(), True, MessageState.WAITING),
        (smtplib.SMTPServerDisconnected(), False, MessageState.UNKNOWN),
        (TimeoutError(), False, MessageState.UNKNOWN),
        (smtplib.SMTPRecipientsRefused({}), False, MessageState.FAILED),
        (smtplib.SMTPDataError(550, b"spam"), False, MessageState.FAILED),
        (smtplib.SMTPDataError(451, b"later"), False, MessageState.WAITING),
    ],
)
def test_how_certain_a_failed_mail_is(settings, monkeypatch, error, at_open, state):
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend", Breaking)
    monkeypatch.setattr(Breaking, "error", error, raising=False)
    monkeypatch.setattr(Breaking, "at_open", at_open)
    message = email()
    run_due_jobs()
    assert after(message).state == state
    assert message.last_error


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_unread_notes_and_opening_one_marks_it(client, citizen):
    note = notify(citizen.user, "test.accepted", CONTEXT, channels=["in_app"], path="/cases/7/")
    client.force_login(citizen.user)
    page = client.get(reverse("core:notifications"))
    assert "市场监督管理局: SP-1" in page.content.decode()
    opened = client.post(reverse("core:notification-read", args=[note.pk]))
    assert (opened.status_code, opened["Location"]) == (302, "/cases/7/")
    assert notifications.unread_count(citizen.user) == 0


def test_a_long_list_comes_in_pages_with_a_fixed_number_of_queries(client, citizen, django_assert_max_num_queries):
    for number in range(45):
        notify(citizen.user, "test.accepted", {**CONTEXT, "number": f"SP-{number}"}, channels=["in_app"])
    client.force_login(citizen.user)
    seen, url = [], reverse("core:notifications")
    for _page in range(3):
        with django_assert_max_num_queries(6):
            page = client.get(url)
        seen += [note.pk for note, _text in page.context["notes"]]
        url = f"{reverse('core:notifications')}?before={page.context['older']}"
    assert len(set(seen)) == len(seen) == 45
    assert client.get(f"{reverse('core:notifications')}?before=²x").status_code == 200


def test_nobody_sees_notes_without_signing_in(client):
    assert client.get(reverse("core:notifications")).status_code == 302


def test_the_administrators_page_shows_what_is_stuck_without_the_address(client, administrator, citizen, settings):
    settings.SMS_GATEWAY_URL = ""
    settings.DEMO = True  # no second factor
    message = sms()
    run_due_jobs()
    client.force_login(citizen.user)
    assert client.get(reverse("core:jobs")).status_code == 403
    client.force_login(administrator.user)
    page = client.get(reverse("core:jobs")).content.decode()
    assert "138****1234" in page
    assert PHONE not in page
    client.post(reverse("core:message-close", args=[message.pk]), {"note": ""})
    assert after(message).state == MessageState.NOT_CONFIGURED
    client.post(reverse("core:message-close", args=[message.pk]), {"note": "已电话告知"})
    assert (after(message).state, message.closed_by) == (MessageState.CLOSED, administrator.user)
