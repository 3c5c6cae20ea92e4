"""Any dashboard asks at most twelve questions: for every kind of reader, with the frame and the second factor."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from hall.models import Window
from portal.core import rules, statistics
from portal.core.time import driven_clock
from portal.people.roles import Role
from portal.supervision.dashboards.actions import count_open_work
from tests.dashboards.objects import clerk_of, lived, thing
from tests.factories import moment, staff

pytestmark = pytest.mark.django_db

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD, Role.DEPARTMENT_HEAD)
MOST = 12
# {item} and {department} are filled in; the last asks for everything at once.
FILTERS = (
    "",
    "?period=year&compare=last_year&channel=online&kind=promise&sort=-early&rows=all",
    "?item={item}",
    "?department={department}",
    "?item=nothing-is-called-this",
    "?period=custom&from=2026-12-02&to=2026-12-04&compare=last_year&item={item}&department={department}&channel=online"
    "&kind=promise&sort=-early&rows=all",
)
NONSENSE = FILTERS[4]  # an item that there is not is said, with 422


@pytest.fixture(autouse=True)
def _in_december() -> Iterator[None]:
    with driven_clock(moment("2026-12-10 10:00")):
        yield


def sign_in(client: Any, person: Any) -> None:
    """With the password and the code: every request looks at the device that the code came from."""
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    device = TOTPDevice.objects.create(user_id=person.pk, confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()


@pytest.mark.parametrize("role", READERS)
def test_no_dashboard_asks_more_than_twelve_questions(client, role):
    on = thing()
    desk = Window.objects.create(code="W1", name="1号窗口", department=on.department)
    for first, last in (("01", "09"), ("02", "09"), ("03", "04"), ("04", ""), ("08", "")):
        lived(
            on, clerk_of(on.department), filed_at=f"2026-12-{first} 09:00", accepted_at=f"2026-12-{first} 09:10",
            approved_at=f"2026-12-{last} 09:00" if last else "", window=desk,
        )  # fmt: skip
    statistics.refresh_all()
    count_open_work()
    sign_in(client, staff(role, on.department))
    pages = {
        "centre": reverse("supervision:board"),
        "department": reverse("supervision:department", args=[on.department.code]),
        "item": reverse("supervision:item", args=[on.code]),
        "windows": reverse("dashboards:windows"),
        "window": reverse("dashboards:window", args=[desk.code]),
        "outside": reverse("dashboards:outside"),
        "process": reverse("dashboards:process"),
    }
    if role != Role.DEPARTMENT_HEAD:
        pages |= {"screen": reverse("dashboards:screen"), "feed": reverse("dashboards:screen-feed")}
    asked = {}
    for name, address in pages.items():
        for query in FILTERS:
            cache.clear()  # nothing is kept from the request before: not even that this browser was seen just now
            rules.forget()  # nor a dated rule
            filled = address + query.format(item=on.code, department=on.department.pk)
            with CaptureQueriesContext(connection) as captured:
                said = client.get(filled).status_code
            assert said == 200 or (said == 422 and query == NONSENSE), filled
            asked[name, query] = len(captured)
    assert {key: count for key, count in asked.items() if count > MOST} == {}
