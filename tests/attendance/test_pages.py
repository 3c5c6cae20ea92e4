"""The pages of attendance: bounded queries, the export, the clock of the hall."""

import csv
import io

import pytest
from django.urls import reverse

from hall.attendance import actions, codes
from hall.attendance.models import ClockDevice, EmptyPost, Shift
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.attendance.objects import FRIDAY, as_clerk, clerk, manager
from tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 09:30")):
        yield


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def people(count, start=0):
    for n in range(start, start + count):
        clerk(f"A{n:02d}")
    actions.plan_day(FRIDAY)
    while actions.count_begun():
        pass
    actions.watch_posts()


@pytest.mark.parametrize("name", ["own", "day", "sheet", "empty-posts", "sheet-export", "patterns", "devices"])
def test_lists_need_as_many_queries_for_many_as_for_few(client, name, django_assert_max_num_queries):
    sign_in(client, factories.staff(Role.HALL_MANAGER))
    people(2)
    url = reverse(f"attendance:{name}")
    client.get(url)
    with django_assert_max_num_queries(100) as few:
        assert client.get(url).status_code == 200
    people(15, start=2)
    assert EmptyPost.objects.count() == 17
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_the_export_has_the_figures_of_the_sheet_and_no_formulas(client):
    person = clerk(name="=HYPERLINK(1)")
    actions.plan_day(FRIDAY)
    with driven_clock(moment("2026-11-20 08:55")):
        actions.clock_in(as_clerk(person))
    answer = sign_in(client, factories.staff(Role.HALL_MANAGER)).get(
        reverse("attendance:sheet-export"), {"month": "2026-11"}
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][1:] == ["'=HYPERLINK(1)", "1", "1", "1", "5", "0", "0", "0", "0", "0"]


def test_a_head_sees_the_own_department_only(client):
    ours, theirs = clerk("A01"), clerk("A02", factories.department("ZJJ"), name="外单位人员")
    actions.plan_day(FRIDAY)
    head = factories.staff(Role.DEPARTMENT_HEAD)
    page = sign_in(client, head).get(reverse("attendance:sheet")).content.decode()
    assert ours.name in page and theirs.name not in page
    shift = Shift.objects.get(staff=theirs)
    assert client.get(reverse("attendance:shift", args=[shift.pk])).status_code == 404


def test_the_hall_clock_shows_another_code_each_minute(client):
    device = actions.make_device(manager(), "一楼")
    page, code = (reverse(f"attendance:{name}", args=[device.public_id]) for name in ("device", "device-code"))
    assert client.get(page)["Refresh"] == "10"
    first = client.get(code).content
    with driven_clock(moment("2026-11-20 09:31")):
        assert client.get(code).content != first
    assert ClockDevice.objects.get().secret not in client.get(page).content.decode()


def test_a_scanned_code_is_confirmed_with_one_button(client):
    person = clerk()
    actions.plan_day(FRIDAY)
    device = actions.make_device(manager(), "一楼")
    minute = codes.minute_of()
    url = reverse("attendance:scan", args=[device.public_id, minute, codes.code_of(device, minute)])
    sign_in(client, person)
    page = client.get(url)
    assert page.status_code == 200 and page.context["token"] in page.content.decode()
    assert client.post(url, {"token": page.context["token"]}).status_code == 302
    assert Shift.objects.get(staff=person).way == "qr"
    assert client.post(url, {"token": page.context["token"]}).status_code == 409


def test_months_and_days_that_are_none_are_no_error(client):
    sign_in(client, factories.staff(Role.HALL_MANAGER))
    for text in ("x", "2026-13", "", "9999-12", "0001-01"):
        assert client.get(reverse("attendance:own"), {"month": text}).status_code == 200
        assert client.get(reverse("attendance:sheet"), {"month": text, "department": text}).status_code == 200
        assert client.get(reverse("attendance:day"), {"day": text}).status_code == 200
