"""A new password by a code, the signed-in devices, and the limits on registering."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.core import jobs
from portal.core.models import OutboxMessage
from portal.core.time import driven_clock, now
from portal.people.devices import words_for
from portal.people.models import PasswordCode, SignedInDevice, User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD, NEW = "lan-hua-1987", "ju-hua-2001"


@pytest.fixture
def person():
    return factories.citizen("zhangsan", phone="13800138000", email="zhang@example.cn", password=PASSWORD)


def ask(client, typed):
    return client.post(reverse("people:password-forgotten"), {"username": typed})


def sent():
    jobs.run_due_jobs(50)
    return list(OutboxMessage.objects.filter(template="people.password_code").order_by("pk"))


def code_in(message):
    return re.search(r"\d{6}", message.body.replace(message.address, ""))[0]


def use(client, code, password=NEW):
    data = {"code": code, "password": password, "again": password}
    return client.post(reverse("people:password-code"), data)


@pytest.mark.parametrize(
    ("typed", "channels"),
    [("13800138000", ["sms"]), ("zhang@example.cn", ["email"]), ("zhangsan", ["email", "sms"])],
)
def test_the_code_comes_on_the_way_that_was_typed(client, person, typed, channels):
    ask(client, typed)
    messages = sent()
    assert sorted(message.channel for message in messages) == channels
    assert all(message.urgent for message in messages)


def test_a_new_password_by_the_code_works_once_and_signs_out_everything(client, person):
    other = Client()
    other.post(reverse("people:sign-in"), {"username": "zhangsan", "password": PASSWORD})
    ask(client, "13800138000")
    code = code_in(sent()[0])
    assert code not in str(PasswordCode.objects.values_list("code", flat=True))
    assert use(client, code)["Location"] == reverse("people:sign-in")
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert other.get(reverse("people:profile")).status_code == 302
    ask(client, "13800138000")
    assert use(client, code, "mu-dan-3003").status_code == 422
    assert OutboxMessage.objects.filter(template="people.password_reset").count() == 2  # told on both ways


def test_nothing_tells_whether_an_account_exists(person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(Client(), "13700137000")  # the first one from this address makes the counter
    answers, costs = [], []
    for typed in ("13800138000", "13900139000"):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = ask(browser, typed)
        costs.append(len(queries))
        page = browser.get(answer["Location"])
        answers.append(
            (
                answer.status_code,
                answer["Location"],
                re.sub(r'(value="|CSRFToken": ")\w{64}"', "", page.content.decode()),
            )
        )
        assert use(browser, "000000").status_code == 422
    assert answers[0] == answers[1] and costs[0] == costs[1]
    assert len(sent()) == 1


def test_a_locked_account_gets_no_code(client, person):
    User.objects.update(locked_at=now())
    ask(client, "zhangsan")
    assert sent() == []


def test_the_code_is_over_after_fifteen_minutes_and_after_five_wrong_tries(client, person):
    ask(client, "13800138000")
    code = code_in(sent()[0])
    with driven_clock(now() + dt.timedelta(minutes=16)):
        assert use(client, code).status_code == 422
    for _ in range(4):
        use(client, "000000" if code != "000000" else "111111")
    assert use(client, code).status_code == 422
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_a_weak_password_does_not_use_up_the_code(client, person):
    ask(client, "13800138000")
    code = code_in(sent()[0])
    answer = use(client, code, "12345")
    assert answer.status_code == 422 and "password" in answer.context["form"].errors
    assert use(client, code).status_code == 302


def test_codes_are_asked_for_three_times_an_hour(client, person):
    for _ in range(3):
        assert ask(client, "138 0013 8000").status_code == 302
    assert ask(client, "+86 13800138000").status_code == 429
    with driven_clock(now() + dt.timedelta(hours=1)):
        assert ask(client, "13800138000").status_code == 302


def test_a_shared_number_gets_a_code_that_names_its_account(client, person):
    factories.citizen("wife", phone="13800138000")
    ask(client, "13800138000")
    assert "zhangsan" in sent()[0].body


def test_registering_is_limited_by_the_hour(client, monkeypatch):
    monkeypatch.setattr("portal.people.views.accounts.REGISTRATIONS_AN_HOUR", 2)
    form = {"name": "欧阳小明", "phone": "13900139000", "password": PASSWORD, "again": PASSWORD}
    answers = [Client().post(reverse("people:register"), form).status_code for _ in range(3)]
    assert answers == [302, 302, 429] and User.objects.count() == 2


# --- devices ------------------------------------------------------------------------------------------------------------

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"


def device(agent):
    browser = Client(headers={"User-Agent": agent})
    browser.post(reverse("people:sign-in"), {"username": "zhangsan", "password": PASSWORD})
    return browser


def test_the_profile_lists_devices_and_ends_the_others(person):
    desk, phone = device(CHROME), device(PHONE)
    page = desk.get(reverse("people:profile"))
    assert [(words, here) for _d, words, here in page.context["devices"]] == [
        ("Safari · iPhone", False), ("Chrome · Windows", True)
    ]  # fmt: skip
    there = SignedInDevice.objects.get(agent=PHONE)
    desk.post(reverse("people:device-end", args=[there.pk]))
    assert phone.get(reverse("people:profile")).status_code == 302
    phone = device(PHONE)
    phone.post(reverse("people:devices-end"))
    assert desk.get(reverse("people:profile")).status_code == 302
    assert phone.get(reverse("people:profile")).status_code == 200
    phone.post(reverse("people:sign-out"))
    assert not SignedInDevice.objects.exists()


def test_what_a_browser_calls_itself_is_said_in_words():
    assert words_for(CHROME) == "Chrome · Windows"
    assert words_for("curl/8") != ""
