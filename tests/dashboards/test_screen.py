"""The big screen: figures of this moment, a poll that costs next to nothing, devices with a secret address."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from hall.models import Window
from hall.queue.models import Ticket
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.dashboards import actions, screen, standing
from portal.supervision.dashboards.models import BigScreen
from portal.supervision.dashboards.policies import may_see_device
from portal.supervision.dashboards.tasks import count_open_work
from tests.dashboards.objects import at, clerk_of, lived, thing
from tests.dashboards.test_pages import tickets
from tests.factories import moment, staff

pytestmark = pytest.mark.django_db
NOW = "2026-12-10 10:00"


@pytest.fixture(autouse=True)
def _now(settings: Any) -> Any:
    settings.DEMO = True
    cache.clear()
    with at(NOW):
        yield


@pytest.fixture
def supervisor() -> Actor:
    return actor_of(staff(Role.SUPERVISOR), Role.SUPERVISOR)


def values() -> dict[str, str]:
    """Code → what the screen shows."""
    return {tile["code"]: tile["value"] for tiles in screen.read()["groups"].values() for tile in tiles}


def test_every_figure_is_what_the_rows_say():
    on = thing()
    clerk = clerk_of(on.department)
    lived(on, clerk, filed_at="2026-12-01 09:00", accepted_at="2026-12-01 10:00")  # five days are over: overdue
    lived(on, clerk, filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10", approved_at="2026-12-10 09:20")
    lived(on, clerk, filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    window = Window.objects.create(code="W1", name="一号窗口", department=on.department)
    tickets(window, 2)
    ticket = Ticket.objects.last()
    ticket.pk, ticket.public_id, ticket.number, ticket.state, ticket.ended_at = None, "x1", "B1", "waiting", None
    ticket.day, ticket.arrived_at, ticket.counted_window = dt.date(2026, 12, 10), moment("2026-12-10 09:37"), None
    ticket.save(force_insert=True)
    statistics.refresh_all()
    shown = values()
    assert (shown["received"], shown["accepted"], shown["concluded"]) == ("2", "2", "1")
    assert (shown["open"], shown["open_overdue"], shown["in_time"], shown["due_soon"]) == ("2", "1", "1", "0")
    assert (shown["waiting"], shown["longest"][:2]) == ("1", "23")
    assert (shown["deals"], shown["savings_rate"], shown["hotline_on_time"]) == ("0", "—", "—")


def test_the_lines_name_departments_and_nobody_else():
    on = thing()
    case = lived(on, clerk_of(on.department), filed_at="2026-12-01 09:00", accepted_at="2026-12-01 10:00")
    statistics.refresh_all()
    found = screen.read()
    assert [(line["shape"], on.department.display_short in line["text"]) for line in found["lines"]] == [("■", True)]
    assert case.applicant.name not in str(found) and case.number not in str(found)


def test_an_unchanged_poll_is_one_query_and_has_no_body(client, supervisor, django_assert_num_queries):
    _device, secret = actions.issue_screen(supervisor, name="指挥中心", language="zh-hans")
    address = reverse("dashboards:wall-feed", args=[secret])
    first = client.get(address)
    assert first.status_code == 200 and first.json()["groups"]["cases"]
    with django_assert_num_queries(1):
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_what_has_changed_is_sent_within_seconds(client, supervisor):
    _device, secret = actions.issue_screen(supervisor, name="指挥中心", language="zh-hans")
    address = reverse("dashboards:wall-feed", args=[secret])
    before = client.get(address)
    on = thing()
    lived(on, clerk_of(on.department), filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    statistics.refresh_all()
    cache.clear()  # ten seconds later
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200 and after["ETag"] != before["ETag"]


def copies(case: Case, count: int) -> None:
    """So many more cases like this one."""
    for n in range(count):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.number = None, f"{case.number}-{n}"
        copy.save(force_insert=True)


def test_the_screen_reads_no_case_whatever_their_number():
    on = thing()
    case = lived(on, clerk_of(on.department), filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    asked = []
    for more in (0, 30):
        copies(case, more)
        statistics.rebuild(CASE_MEASURES)
        actions.count_open_work()
        with CaptureQueriesContext(connection) as captured:
            shown = values()
        assert shown["open"] == shown["in_time"] == str(1 + more)
        asked.append([query["sql"] for query in captured.captured_queries])
    assert len(asked[0]) == len(asked[1]) <= 8
    assert not [sql for sql in asked[1] if Case._meta.db_table in sql]


def test_open_work_is_what_the_rows_say_at_the_moment_of_counting(supervisor):
    on = thing()
    clerk = clerk_of(on.department)
    lived(on, clerk, filed_at="2026-12-01 09:00", accepted_at="2026-12-01 10:00")
    lived(on, clerk, filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    statistics.refresh_all()
    assert actions.count_open_work() == 2
    by_hand, kept = standing.counted(today()), standing.kept()
    assert kept == by_hand == {on.department_id: {"open": 2, "due_soon": 0, "open_overdue": 1, "open_stopped": 0}}
    cells = statistics.standing(CASE_MEASURES, statistics.SMALLEST, today(), figures=("open", "open_overdue"))[None]
    assert cells == {"open": 2, "open_overdue": 1}, "and what the cells add up to"


def test_what_nobody_has_counted_for_minutes_or_on_another_day_is_not_shown():
    on = thing()
    clerk = clerk_of(on.department)
    actions.count_open_work()
    lived(on, clerk, filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    with at("2026-12-10 10:01"):
        assert standing.kept() == {}, "a minute old"
    for later in ("2026-12-10 10:03", "2026-12-11 00:00"):
        with at(later):
            assert standing.kept()[on.department_id]["open"] == 1


def test_an_older_count_never_replaces_a_newer_one():
    on = thing()
    clerk = clerk_of(on.department)
    lived(on, clerk, filed_at="2026-12-10 09:00", accepted_at="2026-12-10 09:10")
    actions.count_open_work()
    Case.objects.update(ended_on=today())
    with at("2026-12-10 09:59"):
        actions.count_open_work()
    assert standing.kept()[on.department_id]["open"] == 1
    with at("2026-12-10 10:01"):
        count_open_work()  # the task
        assert standing.kept() == {}


def test_a_revoked_device_shows_nothing(client, supervisor):
    device, secret = actions.issue_screen(supervisor, name="指挥中心", language="en")
    assert "Big screen" in client.get(reverse("dashboards:wall", args=[secret])).content.decode()
    actions.revoke_screen(supervisor, device.pk)
    assert client.get(reverse("dashboards:wall", args=[secret])).status_code == 404
    assert client.get(reverse("dashboards:wall-feed", args=[secret])).status_code == 404
    with pytest.raises(WrongState):
        actions.revoke_screen(supervisor, device.pk)
    assert [told.event.type for told in events_of(device)] == ["bigscreen.issued", "bigscreen.revoked"]


def test_the_secret_is_nowhere_but_in_the_address(supervisor):
    device, secret = actions.issue_screen(supervisor, name="指挥中心", language="zh-hans")
    assert secret not in str(BigScreen.objects.values().get(pk=device.pk))


def test_only_supervisors_and_administrators_issue_devices(supervisor):
    head = staff(Role.DEPARTMENT_HEAD)
    with pytest.raises(NotAllowed):
        actions.issue_screen(actor_of(head, Role.DEPARTMENT_HEAD), name="x", language="en")
    with pytest.raises(Invalid):
        actions.issue_screen(supervisor, name="  ", language="en")
    with pytest.raises(Invalid):
        actions.issue_screen(supervisor, name="x", language="fr")
    with pytest.raises(NotFound):
        actions.revoke_screen(supervisor, 99)


@pytest.mark.parametrize("role", list(Role))
def test_the_policy_and_the_list_of_devices_agree(role, supervisor):
    device, _secret = actions.issue_screen(supervisor, name="x", language="en")
    if role in {Role.CITIZEN, Role.AGENT}:
        return
    person = staff(role)
    assert may_see_device(person, device) == BigScreen.objects.visible_to(person).filter(pk=device.pk).exists()


def test_a_device_is_issued_by_its_page_and_what_was_typed_is_kept(client, supervisor):
    client.force_login(supervisor.user, backend="portal.people.backends.AccountBackend")
    address = reverse("dashboards:device-new")
    wrong = client.post(address, {"name": "大厅东墙", "language": "fr"})
    assert wrong.status_code == 422 and "大厅东墙" in wrong.content.decode()
    made = client.post(address, {"name": "大厅东墙", "language": "zh-hans"})
    assert made.status_code == 200 and "/supervision/wall/" in made.context["url"]
    assert client.get(made.context["url"]).status_code == 200
    listed = client.get(reverse("dashboards:devices"))
    assert [one.name for one in listed.context["devices"]] == ["大厅东墙"]


def test_amounts_stand_in_ten_thousands():
    assert screen.ten_thousands(1_234_567_800) == "1,235"
