"""The pages of calendar and rules: who may, what they show, and that nothing typed is lost."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core import calendar, policies, rules
from portal.core.models import CalendarDay, CalendarOverride, DatedRule, Event
from portal.core.time import driven_clock
from portal.people.models import Department, Posting, User
from portal.people.roles import CENTRE_WIDE, Role

pytestmark = pytest.mark.django_db(transaction=True)
OVERRIDE = {"day": "2026-11-23", "is_workday": "0", "reason": "台风“海葵”停办", "year": "2026"}
YEAR = ("core:calendar-year", {"year": 2026})


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with driven_clock(dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def administrator() -> User:
    return staff(Role.ADMINISTRATOR, "周明")


def staff(role: Role, name: str = "李四") -> User:
    user = User.objects.create_user(f"{role}-{name}", name=name)
    department = None if role in CENTRE_WIDE else Department.objects.create(code="SCJG", name="市市场监督管理局")
    Posting.objects.create(user=user, department=department, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def signed_in(user: User) -> Client:
    """A browser that is signed in, the staff's with the second factor shown."""
    client = Client()
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    if user.postings.exists():
        device, _made = TOTPDevice.objects.get_or_create(user_id=user.pk, confirmed=True)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


PAGES = [
    (*YEAR, "get", True),
    ("core:calendar", {}, "get", True),
    ("core:rules", {}, "get", True),
    ("core:rule", {"code": "permit.legal_days"}, "get", True),
    ("core:calendar-override", {}, "post", False),
    ("core:calendar-plan", {"year": 2027}, "get", False),
    ("core:rule", {"code": "permit.legal_days"}, "post", False),
]


@pytest.mark.parametrize(("name", "kwargs", "method", "clerks_may"), PAGES)
def test_every_member_of_staff_reads_and_administrators_change(
    name: str, kwargs: dict[str, object], method: str, clerks_may: bool, administrator: User
) -> None:
    url = reverse(name, kwargs=kwargs)
    assert getattr(Client(), method)(url).status_code == 302
    assert getattr(signed_in(User.objects.create_user("citizen", name="王五")), method)(url).status_code == 403
    assert getattr(signed_in(staff(Role.CLERK)), method)(url).status_code == (200 if clerks_may else 403)
    assert getattr(signed_in(administrator), method)(url).status_code in {200, 422}


def test_the_policies_say_the_same_as_the_pages(administrator: User) -> None:
    clerk = staff(Role.CLERK)
    assert policies.may_view_calendar(clerk)
    assert not policies.may_edit_calendar(clerk)
    assert policies.may_edit_calendar(administrator)
    assert not policies.may_view_calendar(AnonymousUser())


def test_an_administrator_closes_a_day_and_withdraws_it_again(administrator: User) -> None:
    client = signed_in(administrator)
    answer = client.post(reverse("core:calendar-override"), OVERRIDE)
    assert answer.status_code == 302
    assert answer["Location"] == reverse(*YEAR[:1], kwargs=YEAR[1])
    made = CalendarOverride.objects.get()
    assert (made.author_id, made.author_name) == (administrator.pk, "周明")
    assert Event.objects.get(stream="core.calendar").actor_id == administrator.pk
    page = client.get(answer["Location"]).content.decode()
    assert "台风“海葵”停办" in page
    assert "周明" in page
    assert 'class="override off"' in page
    assert client.post(reverse("core:calendar-withdraw", args=[made.pk])).status_code == 302
    assert calendar.workdays().is_workday(dt.date(2026, 11, 23))
    assert client.post(reverse("core:calendar-withdraw", args=[made.pk])).status_code == 409
    assert client.post(reverse("core:calendar-withdraw", args=[999])).status_code == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"reason": "   "}, "id_reason"),
        ({"reason": "", "day": "2026-11-20"}, "id_reason"),  # a past day needs its reason too
        ({"day": "30.02.2026"}, "id_day"),
        ({"day": ""}, "id_day"),
        ({"is_workday": ""}, "id_is_workday_0"),
        ({"day": "2026-11-22"}, "id_is_workday_0"),  # a Sunday is off already
        ({"day": "2061-01-03"}, "id_day"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_changes_nothing(
    change: dict[str, str], place: str, administrator: User
) -> None:
    answer = signed_in(administrator).post(reverse("core:calendar-override"), {**OVERRIDE, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{place}"' in page
    typed = {**OVERRIDE, **change}
    assert typed["day"] in page
    assert typed["reason"].strip() in page
    assert not CalendarOverride.objects.exists()
    assert calendar.calendar_version() == 1


def test_a_day_is_changed_once_until_the_change_is_withdrawn(administrator: User) -> None:
    client = signed_in(administrator)
    client.post(reverse("core:calendar-override"), OVERRIDE)
    answer = client.post(reverse("core:calendar-override"), {**OVERRIDE, "is_workday": "1"})
    assert answer.status_code == 422
    assert 'href="#id_day"' in answer.content.decode()
    assert CalendarOverride.objects.count() == 1


def test_the_year_shows_holidays_worked_weekends_and_what_is_provisional(administrator: User) -> None:
    client = signed_in(administrator)
    page = client.get(reverse("core:calendar-year", args=[2026])).content.decode()
    assert page.count('class="holiday off"') == 33
    assert page.count('class="make-up on"') == 6
    assert page.count('<table class="cal">') == 12
    assert 'aria-current="date">21<' in page
    assert "/2026/plan/" not in page
    assert "/2027/plan/" in client.get(reverse("core:calendar-year", args=[2027])).content.decode()
    assert client.get(reverse("core:calendar-year", args=[1999])).status_code == 404
    assert client.get(reverse("core:calendar-plan", args=[2026])).status_code == 404


def test_a_year_is_one_page_of_few_queries(administrator: User, django_assert_max_num_queries: object) -> None:
    client = signed_in(administrator)
    client.get(reverse("core:calendar"))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(reverse("core:calendar"))


PLAN = {
    "source": "国务院办公厅关于2027年部分节假日安排的通知",
    "new_year_first": "2027-01-01",
    "new_year_last": "2027-01-03",
    "spring_festival_first": "2027-02-05",
    "spring_festival_last": "2027-02-12",
    "spring_festival_worked": "2027-01-31、2月14日",
    "national_day_first": "2027-10-01",
    "national_day_last": "2027-10-07",
    "national_day_worked": "10-09",
}


def test_an_administrator_enters_the_official_plan(administrator: User) -> None:
    answer = signed_in(administrator).post(reverse("core:calendar-plan", args=[2027]), PLAN)
    assert answer.status_code == 302
    index = calendar.workdays()
    assert not index.provisional(dt.date(2027, 1, 1))
    assert [index.is_workday(day) for day in (dt.date(2027, 1, 31), dt.date(2027, 2, 14), dt.date(2027, 10, 9))] == [
        True
    ] * 3
    assert not any(index.is_workday(dt.date(2027, 10, day)) for day in range(1, 8))
    assert CalendarDay.objects.get(pk=dt.date(2027, 2, 11)).name == "spring_festival"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"source": ""}, "id_source"),
        ({"new_year_last": "2026-12-31"}, "id_new_year_last"),
        ({"spring_festival_worked": "gestern"}, "id_spring_festival_worked"),
        ({"spring_festival_worked": "2027-02-15"}, "id_spring_festival_worked"),
        ({"new_year_first": "2026-12-31"}, "id_new_year_first"),
    ],
)
def test_a_plan_with_a_slip_comes_back_as_it_was_typed(change: dict[str, str], place: str, administrator: User) -> None:
    answer = signed_in(administrator).post(reverse("core:calendar-plan", args=[2027]), {**PLAN, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{place}"' in page
    assert calendar.workdays().provisional(dt.date(2027, 1, 1))
    assert "2027-02-12" in page


RULE = {"value": "15", "valid_from": "2027-01-01", "source": "《某条例》第一条", "source_en": "", "note": "压缩时限"}


def test_an_administrator_adds_a_version_of_a_rule(administrator: User) -> None:
    client = signed_in(administrator)
    url = reverse("core:rule", args=["permit.legal_days"])
    assert client.post(url, RULE).status_code == 302
    assert rules.rule("permit.legal_days", dt.date(2027, 1, 1)).days == 15
    assert DatedRule.objects.get(code="permit.legal_days", valid_to=None).author_name == administrator.name
    page = client.get(url).content.decode()
    assert "压缩时限" in page
    assert "行政许可法" in page
    assert "《某条例》第一条" in client.get(reverse("core:rules")).content.decode()


def test_the_rules_are_found_by_words_of_title_code_and_source(administrator: User) -> None:
    client, url = signed_in(administrator), reverse("core:rules")
    one, other = (f'href="{reverse("core:rule", args=[code])}"' for code in ("permit.legal_days", "joint.legal_days"))
    for words in ("permit.legal", "第四十二条第一款 PERMIT.LEGAL"):
        page = client.get(url, {"q": words}).content.decode()
        assert one in page
        assert other not in page
    assert one not in client.get(url, {"unverified": "1"}).content.decode()
    nothing = client.get(url, {"q": "no such rule"}, headers={"accept-language": "en"}).content.decode()
    assert "No rule fits these words" in nothing
    assert 'value="no such rule"' in nothing


@pytest.mark.parametrize(
    ("change", "place"),
    [({"value": "viele"}, "id_value"), ({"valid_from": "2026-11-21"}, "id_valid_from"), ({"source": " "}, "id_source")],
)
def test_a_version_that_does_not_fit_is_refused_beside_its_field(
    change: dict[str, str], place: str, administrator: User
) -> None:
    answer = signed_in(administrator).post(reverse("core:rule", args=["permit.legal_days"]), {**RULE, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#{place}"' in page
    assert "压缩时限" in page
    assert DatedRule.objects.filter(code="permit.legal_days").count() == 1


def test_an_unknown_rule_is_not_found(administrator: User) -> None:
    assert signed_in(administrator).get(reverse("core:rule", args=["no.such"])).status_code == 404
