"""Signing in, registering, the profile, the second factor: as a browser sees them."""

from datetime import date

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.models import AccessLog
from portal.people.backends import AccountBackend
from portal.people.demo import DemoAccount, register_demo_accounts
from portal.people.models import Citizen, Posting, User
from portal.people.querysets import account_for

PASSWORD = "lan-hua-1987"
PHONE = "13800138000"
RESIDENT = "11010519491231002X"


@pytest.fixture(autouse=True)
def database(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO = False


@pytest.fixture
def citizen():
    user = User.objects.create_user("zhangsan", PASSWORD, name="张三", phone=PHONE, email="zhang@example.cn")
    Citizen.objects.create(user=user, resident_number=RESIDENT, address="海州市解放路1号")
    return user


@pytest.fixture
def supervisor():
    user = User.objects.create_user("jiandu", PASSWORD, name="李督")
    Posting.objects.create(user=user, role="supervisor", starts_on=date(2020, 1, 1))
    return user


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(reverse("people:sign-in"), {"username": username, "password": password, **more})


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed",
    [
        "zhangsan",
        PHONE,
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "zhang@example.cn",
        "Zhang@Example.CN",
        " zhangsan ",
    ],
)
def test_people_sign_in_by_user_name_phone_or_mail(client, citizen, typed):
    assert sign_in(client, typed).status_code == 302
    assert signed_in(client)


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("zhangsan", "wrong-password"),
        ("nobody", PASSWORD),
        ("13900139000", PASSWORD),
        ("left", PASSWORD),
        ("x\x00y", PASSWORD),
    ],
)
def test_every_failure_has_the_same_answer(client, citizen, typed, password):
    User.objects.create_user("left", PASSWORD, name="离职", is_active=False)
    answer = sign_in(client, typed, password)
    assert not signed_in(client)
    assert answer.status_code == 422
    if "\x00" not in typed:
        assert answer.context["form"].non_field_errors() == [
            gettext("The account or the password is not right. Please check both.")
        ]


class CountingHasher(PBKDF2PasswordHasher):
    """Counts how often a password is worked through: what costs the time."""

    algorithm = "counting"
    iterations = 1
    worked = 0

    def encode(self, password, salt, iterations=None):
        CountingHasher.worked += 1
        return super().encode(password, salt, iterations)


def test_an_unknown_account_costs_as_much_work_as_a_wrong_password(settings, citizen, rf):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    citizen.set_password(PASSWORD)
    citizen.save()

    def work(username):
        CountingHasher.worked = 0
        assert AccountBackend().authenticate(rf.get("/"), username, "wrong-password") is None
        return CountingHasher.worked

    assert work("zhangsan") == work("nobody") > 0


def test_finding_an_account_costs_one_query_whoever_it_is(citizen, django_assert_num_queries):
    for typed in ("zhangsan", PHONE, "zhang@example.cn", "nobody", "13900139000"):
        with django_assert_num_queries(1):
            account_for(typed)


def test_a_shared_number_signs_in_whoever_had_it_first(client, citizen):
    wife = User.objects.create_user("wangwu", "other-pass-77", name="王五", phone=PHONE)
    assert sign_in(client, PHONE, "other-pass-77").status_code == 422
    assert sign_in(client, PHONE).status_code == 302
    assert account_for("wangwu") == wife
    citizen.is_active = False
    citizen.save()
    assert account_for(PHONE) == wife


def test_a_user_name_goes_before_a_number(citizen):
    other = User.objects.create_user(PHONE, PASSWORD, name="号码")
    assert account_for(PHONE) == other


def test_the_session_key_changes_at_sign_in(client, citizen):
    client.get(reverse("people:sign-in"))
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, "zhangsan")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(client, citizen, wanted):
    assert sign_in(client, "zhangsan", next=wanted)["Location"] == reverse("site:landing")


def test_the_wanted_page_comes_after_sign_in(client, citizen):
    assert sign_in(client, "zhangsan", next=reverse("people:password"))["Location"] == reverse("people:password")


def test_after_five_failures_the_account_waits_and_is_told_how_long(client, citizen):
    for _ in range(4):
        assert sign_in(client, "zhangsan", "wrong-password").status_code == 422
    fifth = sign_in(client, "zhangsan", "wrong-password")
    assert fifth.status_code == 429
    right = sign_in(client, "zhangsan")
    assert right.status_code == 429 and not signed_in(client)
    assert "15" in right.content.decode()
    assert sign_in(client, "another", "wrong-password").status_code == 422


def test_a_number_typed_in_many_ways_is_locked_as_one_and_stands_nowhere(client, citizen):
    for typed in (PHONE, "138 0013 8000", "+86 13800138000", "138-0013-8000"):
        sign_in(client, typed, "wrong-password")
    assert sign_in(client, "0086 138 0013 8000", "wrong-password").status_code == 429
    kept = str(list(AccessAttempt.objects.values()))
    assert "13800138000" not in kept and "138 0013 8000" not in kept and "wrong-password" not in kept


def test_unknown_accounts_are_locked_alike(client):
    answers = [sign_in(client, "nobody", "wrong-password").status_code for _ in range(6)]
    assert answers == [422, 422, 422, 422, 429, 429]


def test_signing_out_takes_a_post(client, citizen):
    client.force_login(citizen)
    assert client.get(reverse("people:sign-out")).status_code == 405
    assert signed_in(client)
    assert client.post(reverse("people:sign-out")).status_code == 302
    assert not signed_in(client)


def test_forms_need_their_token(citizen):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, "zhangsan").status_code == 403


def test_demo_accounts_are_shown_in_the_demo_only(client, settings):
    register_demo_accounts("test", lambda: [DemoAccount("窗口人员", "demo-clerk", "demo-pass")])
    assert "demo-clerk" not in client.get(reverse("people:sign-in")).content.decode()
    settings.DEMO = True
    assert "demo-clerk" in client.get(reverse("people:sign-in")).content.decode()


# --- registering --------------------------------------------------------------------------------------------------

FORM = {"name": "欧阳小明", "phone": "139 0013 9000", "resident_number": "", "password": PASSWORD, "again": PASSWORD}


def register(client, **changes):
    return client.post(reverse("people:register"), {**FORM, **changes})


def test_a_citizen_registers_and_is_signed_in_and_told_the_user_name(client):
    answer = client.post(reverse("people:register"), FORM, follow=True)
    user = User.objects.get()
    assert (user.name, user.phone, user.access.roles) == ("欧阳小明", "13900139000", {"citizen"})
    assert signed_in(client) and user.username in answer.content.decode()
    assert account_for("13900139000") == user


def test_who_registers_in_the_middle_of_something_comes_back_to_it(client):
    page = client.get(reverse("people:sign-in"), {"next": "/apply/X-1/"}).content.decode()
    assert f"{reverse('people:register')}?next=/apply/X-1/" in page
    page = client.get(reverse("people:register"), {"next": "/apply/X-1/"}).content.decode()
    assert '<input type="hidden" name="next" value="/apply/X-1/">' in page
    assert register(client, next="/apply/X-1/").url == "/apply/X-1/"
    assert register(Client(), next="https://elsewhere.example/", phone="13900139001").url == reverse("site:landing")


def test_registering_with_a_known_number_answers_alike_and_takes_nothing_away(client, citizen):
    new = register(client, phone="13900139000")
    known = register(Client(), phone=PHONE)
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert account_for(PHONE) == citizen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "3"),
        ("phone", "12345"),
        ("phone", ""),
        ("resident_number", "110105194912310021"),
        ("password", "short"),
        ("password", "1234567890"),
        ("again", "something-else"),
    ],
)
def test_each_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(client, field, value):
    answer = register(client, **{field: value, **({"again": value} if field == "password" else {})})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.exists()
    if field != "name":
        assert 'value="欧阳小明"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


# --- profile ------------------------------------------------------------------------------------------------------


def test_ones_own_data_is_masked_and_showing_it_is_logged(client, citizen):
    client.force_login(citizen)
    page = client.get(reverse("people:profile"))
    text = page.content.decode()
    assert PHONE not in text and RESIDENT not in text and "138****8000" in text and "zhang@example.cn" not in text
    assert "no-store" in page["Cache-Control"]
    assert not AccessLog.objects.exists()
    shown = client.post(reverse("people:profile-reveal"), {"field": "resident_number"}).content.decode()
    assert RESIDENT in shown and PHONE not in shown
    entry = AccessLog.objects.get()
    assert (entry.actor_user_id, entry.stream, entry.stream_id, entry.what) == (
        citizen.pk, "people.user", citizen.pk, "resident_number",
    )  # fmt: skip
    assert client.get(reverse("people:profile-reveal")).status_code == 405


def test_the_profile_changes_what_was_filled_in_only(client, citizen):
    client.force_login(citizen)
    edit = {"phone": "13900139000", "email": "", "resident_number": "", "address": "", "language": "en"}
    assert client.post(reverse("people:profile-edit"), edit).status_code == 302
    user = User.objects.get()
    assert (user.phone, user.email, user.language) == ("13900139000", "zhang@example.cn", "en")
    assert user.citizen.resident_number == RESIDENT
    assert account_for("13900139000") == user and account_for(PHONE) is None


def test_the_edit_page_holds_nothing_unmasked(client, citizen):
    client.force_login(citizen)
    text = client.get(reverse("people:profile-edit")).content.decode()
    assert PHONE not in text and RESIDENT not in text and "zhang@" not in text


def test_a_verified_number_is_not_changed_online(client, citizen):
    Citizen.objects.update(verified_at="2026-01-01T00:00:00Z")
    client.force_login(citizen)
    edit = {"resident_number": "110101199003070011", "language": "zh-hans"}
    assert client.post(reverse("people:profile-edit"), edit).status_code == 422
    assert Citizen.objects.get().resident_number == RESIDENT


def test_a_new_password_signs_out_other_devices(client, citizen):
    other = Client()
    for device in (client, other):
        device.force_login(citizen, backend="portal.people.backends.AccountBackend")
    change = {"old_password": PASSWORD, "new_password": "ju-hua-2001", "again": "ju-hua-2001"}
    assert client.post(reverse("people:password"), change).status_code == 302
    assert client.get(reverse("people:profile")).status_code == 200
    assert other.get(reverse("people:profile")).status_code == 302


@pytest.mark.parametrize(
    "change", [{"old_password": "wrong"}, {"again": "other-word-1"}, {"new_password": "123", "again": "123"}]
)
def test_a_wrong_change_of_password_changes_nothing(client, citizen, change):
    client.force_login(citizen)
    good = {"old_password": PASSWORD, "new_password": "ju-hua-2001", "again": "ju-hua-2001"}
    assert client.post(reverse("people:password"), {**good, **change}).status_code == 422
    assert User.objects.get().check_password(PASSWORD)


# --- second factor ------------------------------------------------------------------------------------------------


def code_of(device, drift=0):
    return f"{totp(device.bin_key, drift=drift):06d}"


def test_a_supervisor_sees_nothing_before_the_second_factor(client, supervisor):
    sign_in(client, "jiandu")
    for page in ("people:profile", "site:landing", "site:home"):
        answer = client.get(reverse(page))
        assert (answer.status_code, answer["Location"]) == (302, reverse("people:second-factor-set-up"))
    assert client.post(reverse("people:sign-out")).status_code == 302


def test_setting_up_and_signing_in_with_the_code(client, supervisor):
    sign_in(client, "jiandu")
    page = client.get(reverse("people:second-factor-set-up"))
    device = TOTPDevice.objects.get()
    assert page.context["key"].replace(" ", "") in device.config_url and "data:image/svg+xml" in page.content.decode()
    assert client.post(reverse("people:second-factor-set-up"), {"code": "000000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    done = client.post(reverse("people:second-factor-set-up"), {"code": code_of(device)})
    assert len(done.context["codes"]) == 8
    assert client.get(reverse("people:profile")).status_code == 200

    again = Client()
    sign_in(again, "jiandu")
    assert again.get(reverse("people:profile"))["Location"] == reverse("people:second-factor")
    assert again.get(reverse("people:second-factor-set-up"))["Location"] == reverse("people:second-factor")
    assert again.post(reverse("people:second-factor"), {"code": code_of(device)}).status_code == 422  # used once
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    key = again.session.session_key
    assert again.post(reverse("people:second-factor"), {"code": code_of(device, 1)}).status_code == 302
    assert again.session.session_key != key
    assert again.get(reverse("people:profile")).status_code == 200


def test_a_recovery_code_works_once(client, supervisor):
    sign_in(client, "jiandu")
    client.get(reverse("people:second-factor-set-up"))
    codes = client.post(reverse("people:second-factor-set-up"), {"code": code_of(TOTPDevice.objects.get())}).context[
        "codes"
    ]
    answers = []
    for _ in range(2):
        again = Client()
        sign_in(again, "jiandu")
        TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
        answers.append(again.post(reverse("people:second-factor"), {"code": codes[0].upper()}).status_code)
    assert answers == [302, 422]
    assert StaticToken.objects.count() == 7


def test_wrong_codes_slow_down(client, supervisor):
    device = TOTPDevice.objects.create(user_id=supervisor.pk, confirmed=True)
    sign_in(client, "jiandu")
    for _ in range(3):
        client.post(reverse("people:second-factor"), {"code": "000000"})
    assert client.post(reverse("people:second-factor"), {"code": code_of(device)}).status_code == 422


def test_a_citizen_with_a_device_of_their_own_shows_the_code_too(client, citizen):
    TOTPDevice.objects.create(user_id=citizen.pk, confirmed=True)
    sign_in(client, "zhangsan")
    assert client.get(reverse("people:profile"))["Location"] == reverse("people:second-factor")


def test_the_demo_lifts_the_second_factor(client, supervisor, settings):
    settings.DEMO = True
    sign_in(client, "jiandu")
    assert client.get(reverse("people:profile")).status_code == 200


def test_a_citizen_and_a_clerk_need_no_second_factor(client, citizen):
    sign_in(client, "zhangsan")
    assert client.get(reverse("people:profile")).status_code == 200
