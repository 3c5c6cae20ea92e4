"""The pages of the dashboards: their figures are what the rows add up to, at a fixed number of queries."""

import datetime as dt
from collections.abc import Iterator
from copy import copy as copy_of
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.cases.models import Case
from hall.models import Window
from hall.queue.models import Hall, Queue, Ticket
from portal.core import statistics
from portal.core.errors import Invalid
from portal.core.exports import exports
from portal.core.exports.actions import ask
from portal.core.jobs import run_due_jobs
from portal.core.models import ExportJob
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.dashboards.models import CaseStep
from portal.supervision.dashboards.process import process_of
from portal.supervision.dashboards.reading import asked_for
from tests.conftest import as_a_test
from tests.dashboards.objects import at, clerk_of, counted, filed, lived, step, thing
from tests.factories import moment, staff

pytestmark = pytest.mark.django_db
NOW = "2026-12-10 10:00"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Two departments with a window each; cases, numbers, and one window that serves but files nothing."""
    with django_db_blocker.unblock(), as_a_test(), at(NOW):
        made: dict[str, Any] = {"supervisor": staff(Role.SUPERVISOR)}
        for code in ("SCJG", "GA"):
            on = thing(code)
            window = Window.objects.create(code=f"W-{code}", name=f"{code}窗口", department=on.department)
            clerk = clerk_of(on.department)
            for first, second, last in (("01", "02", "04"), ("01", "03", "08"), ("02", "02", "")):
                lived(
                    on, clerk, filed_at=f"2026-12-{first} 09:00", accepted_at=f"2026-12-{second} 10:00",
                    approved_at=f"2026-12-{last} 11:00" if last else "", window=window if code == "SCJG" else None,
                )  # fmt: skip
            tickets(window, 3)
            made[code], made[f"W-{code}"], made[f"item-{code}"] = on.department, window, on
            made[f"head-{code}"] = staff(Role.DEPARTMENT_HEAD, on.department)
        for name in ("tickets", "cases"):
            statistics.rebuild(statistics.measure_sets()[name])
        counted()
        yield made


@pytest.fixture(autouse=True)
def _in_december(settings: Any, db: None) -> Iterator[None]:
    settings.DEMO = True  # no second factor
    with at(NOW):
        yield


def tickets(window: Window, count: int) -> None:
    """Numbers that were served at a window on 1 December, after 4 minutes of waiting, for 10 minutes."""
    hall = Hall.objects.get_or_create(code="H", defaults={"name": "大厅"})[0]
    queue = Queue.objects.get_or_create(hall=hall, prefix="A", defaults={"name": "综合"})[0]
    base = Ticket.objects.count()
    for n in range(count):
        arrived = moment("2026-12-01 09:00") + dt.timedelta(minutes=n)
        Ticket.objects.create(
            hall=hall, queue=queue, department=window.department, day=dt.date(2026, 12, 1), number=f"A{base + n:03d}",
            channel="kiosk", hour=9, state="done", taken_at=arrived, arrived_at=arrived, rank_at=arrived,
            first_called_at=arrived + dt.timedelta(minutes=4), called_at=arrived + dt.timedelta(minutes=4), calls=1,
            ended_at=arrived + dt.timedelta(minutes=14), wait_seconds=240, way_seconds=20, service_seconds=600,
            counted_window=window,
        )  # fmt: skip


def login(client: Any, person: Any) -> Any:
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"dashboards:{name}", args=args)


def test_a_window_shows_what_was_counted_at_it_and_each_figure_opens_its_rows(client, world):
    login(client, world["supervisor"])
    page = client.get(url("window", "W-SCJG"), {"period": "month"})
    rows = {row.label: row for row in page.context["board"].rows}
    values = [row.now for row in rows.values()]
    assert values[:9] == ["3", "3", "0", "4.0", "4.0", "10.0", "10.0", "3", "3"]
    for row in rows.values():
        found = client.get(row.url)
        assert found.status_code == 200, row.label
        if row.now.isdecimal():
            assert len(found.context["rows"]) == int(row.now), row.label


def test_a_figure_with_nothing_before_it_has_no_percentage_but_a_dash(client, world):
    login(client, world["supervisor"])
    rows = client.get(url("window", "W-SCJG"), {"period": "month"}).context["board"].rows
    assert (rows[1].before, rows[1].change, rows[1].share) == ("0", "+3", "—")
    assert (rows[11].before, rows[11].change) == ("—", "—"), "no rate where nothing was decided before"


def test_a_window_is_compared_with_the_days_before_it(client, world):
    login(client, world["supervisor"])
    asked = {"period": "custom", "from": "2026-12-02", "to": "2026-12-02", "compare": "previous"}
    answer = client.get(url("window", "W-SCJG"), asked, headers={"Accept-Language": "en"})
    rows = answer.context["board"].rows
    assert (rows[1].now, rows[1].before, rows[1].change, rows[1].share) == ("0", "3", "−3", "down from 3 to 0")


def test_windows_that_take_numbers_but_file_nothing_are_listed(client, world):
    login(client, world["supervisor"])
    page = client.get(url("outside"), {"period": "month"})
    assert [(row.window.code, row.served, row.received) for row in page.context["outside"].silent] == [("W-GA", 3, 0)]
    listed = client.get(url("windows")).context["lines"]
    assert {row.window.code: row.files_nothing for row in listed} == {"W-GA": True, "W-SCJG": False}


def test_the_gap_is_the_mean_from_filing_less_the_mean_of_the_clock(client, world):
    login(client, world["supervisor"])
    gaps = client.get(url("outside"), {"period": "month"}).context["outside"]
    cases = Case.objects.filter(department=world["SCJG"], decided_on__isnull=False)
    filing = sum(case.filing_days for case in cases) / len(cases)
    actual = sum(case.elapsed_days for case in cases) / len(cases)
    rows = {row.name: row for row in gaps.departments}
    row = rows[world["SCJG"].display_short]
    assert (row.decided, row.filing, row.actual, row.gap) == (2, filing, actual, filing - actual) and row.gap > 0
    assert {item.decided for item in gaps.items} == {2}
    assert len(client.get(row.decided_url).context["rows"]) == 2


def test_medians_and_percentiles_of_the_steps_are_those_of_the_rows(world):
    found = process_of(asked_for(world["supervisor"], QueryDict("period=month")))
    legs = {(leg.source, leg.target): leg for leg in found.legs}
    # to acceptance: 1, 2, 0 working days in each department; to the decision: 2 and 3.
    accepted, decided = legs["submitted", "accepted"], legs["accepted", "approved"]
    assert (accepted.count, accepted.half, accepted.most) == (6, "1", "2")
    assert (decided.count, decided.half, decided.most) == (4, "2", "3")
    assert found.finished == 4 and [way.count for way in found.ways] == [4]
    waits = {wait.state: wait for wait in found.waits}
    assert (waits["accepted"].now, waits["submitted"].now) == (2, 0)
    minutes = dict.fromkeys(("submitted", "accepted"), 0)
    for row in CaseStep.objects.all():
        minutes[row.from_state] += row.minutes
    share = 100 * minutes["accepted"] / sum(minutes.values())
    assert abs(float(waits["accepted"].time_share[:-1]) - share) < 0.06


def test_every_figure_of_the_process_opens_its_rows(client, world):
    login(client, world["supervisor"])
    found = client.get(url("process"), {"period": "month"}).context["process"]
    for leg in found.legs:
        assert len(client.get(leg.url).context["rows"]) == leg.count
    for way in found.ways:
        assert len(client.get(way.url).context["rows"]) == way.count
    for wait in found.waits:
        if wait.now is not None:
            assert len(client.get(wait.now_url).context["rows"]) == wait.now, wait.state


def test_the_process_of_an_immediate_item_is_measured_in_hours(world):
    on = thing("SCJG", kind="immediate")
    lived(
        on, clerk_of(on.department), filed_at="2026-12-09 09:00", accepted_at="2026-12-09 09:30",
        approved_at="2026-12-09 11:00",
    )  # fmt: skip
    counted()
    found = process_of(asked_for(world["supervisor"], QueryDict(f"period=month&item={on.code}")))
    assert found.in_hours
    assert {leg.target: leg.half for leg in found.legs} == {"accepted": "0.5", "approved": "1.5"}


def test_loops_are_counted_named_and_open_their_steps(client, world):
    on = thing("SCJG")
    clerk = clerk_of(on.department)
    case = step(filed(on, "2026-12-07 09:00"), "ask_supplement", clerk, "2026-12-07 10:00", text="补", limit_days=5)
    step(case, "resubmit", actor_of(case.applicant), "2026-12-09 10:00")
    counted()
    found = process_of(asked_for(world["supervisor"], QueryDict(f"period=month&item={on.code}")))
    assert [(loop.count, loop.half, loop.share) for loop in found.loops] == [(1, "2", None)]
    login(client, world["supervisor"])
    [(_label, address)] = found.loops[0].urls
    assert len(client.get(address).context["rows"]) == 1


def test_heads_see_their_own_windows_and_steps_only(client, world):
    login(client, world["head-GA"])
    assert [row.window.code for row in client.get(url("windows")).context["lines"]] == ["W-GA"]
    assert client.get(url("window", "W-SCJG")).status_code == 404
    assert client.get(url("window-rows", "W-SCJG")).status_code == 404
    page = client.get(url("process-steps"), {"period": "month", "department": world["SCJG"].pk})
    assert {row.department_id for row, _s, _t in page.context["rows"]} == {world["GA"].pk}
    assert client.get(url("process")).context["process"].finished == 2
    assert {row.name for row in client.get(url("outside")).context["outside"].departments} == {
        world["GA"].display_short
    }
    assert client.get(url("screen")).status_code == 403


@pytest.mark.parametrize("name", ["windows", "outside", "process", "process-steps"])
def test_a_period_that_makes_no_sense_is_said_and_kept(client, world, name):
    login(client, world["supervisor"])
    page = client.get(url(name), {"period": "custom", "from": "2026-12-05", "to": "2026-12-01"})
    assert page.status_code == 422 and "2026-12-05" in page.content.decode()


def queries_of(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code in {200, 304}
    return len(captured)


def _copy(row: Any, **changes: Any) -> Any:
    made = copy_of(row)
    made.pk = made.id = None
    for name, value in changes.items():
        setattr(made, name, value)
    return made


PAGES = [
    ("dashboards:windows", (), 4 + 4),
    ("dashboards:window", ("W-SCJG",), 4 + 4),
    ("dashboards:outside", (), 5 + 4),
    ("dashboards:process", (), 6 + 4),
    ("dashboards:process-steps", (), 4 + 4),
    ("dashboards:process-cases", (), 4 + 4),
    ("supervision:board", (), 7 + 4),
    ("supervision:department", ("SCJG",), 8 + 4),
    ("supervision:item", ("item-SCJG",), 8 + 4),
]


@pytest.mark.parametrize(("name", "args", "most"), PAGES)
def test_ten_cases_and_three_hundred_cost_the_same_queries(client, world, name, args, most):
    login(client, world["supervisor"])
    args = [world[arg].code if arg in world and "item" in arg else arg for arg in args]
    address = reverse(name, args=args)
    client.get(address)
    few = queries_of(client, address)
    assert few <= most, "the page's own, and four for session, account, postings and unread notes"
    case = Case.objects.filter(department=world["SCJG"], decided_on__isnull=False).first()
    steps = list(CaseStep.objects.filter(case=case))
    copies = Case.objects.bulk_create(_copy(case, number=f"{case.number}-{n}") for n in range(300))
    CaseStep.objects.bulk_create(_copy(one, case_id=copy.pk) for copy in copies for one in steps)
    for name_ in ("cases", "case_steps"):
        statistics.rebuild(statistics.measure_sets()[name_])
    assert queries_of(client, address) == few


def test_the_board_of_an_item_shows_its_promises_ratings_and_the_comparison(client, world):
    login(client, world["supervisor"])
    page = client.get(reverse("supervision:item", args=[world["item-SCJG"].code]), {"period": "month"})
    board = page.context["board"]
    assert [(row.promised, row.legal) for row in board.promises.history] == [(5, 20)]
    assert board.promises.kept == 1.0
    rows = board.counts
    assert (rows[0].now, rows[0].before, rows[0].change, rows[0].share) == ("3", "0", "+3", "—")
    balance = board.balance
    assert balance.start + balance.accepted - balance.concluded - balance.otherwise == balance.end == 1
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("supervision:item", args=[world["item-SCJG"].code]), {"period": "month"})
    assert len(captured) <= 12 + 4


def test_the_event_log_is_written_by_a_job_and_is_a_log(world, tmp_path, settings):
    actor = actor_of(world["supervisor"], Role.SUPERVISOR)
    job = ask(actor, "dashboards.event-log", QueryDict("period=month"), format="xes")
    run_due_jobs()
    job = ExportJob.objects.get(pk=job.pk)
    assert job.is_ready and job.rows_done == 6
    with default_storage.open(job.stored_as) as file:
        log = ElementTree.parse(file).getroot()  # noqa: S314 - our own file
    space = "{http://www.xes-standard.org/}"
    log_traces = log.findall(f"{space}trace")
    assert len(log_traces) == 6
    resources = {one.get("value") for one in log.iter(f"{space}string") if one.get("key") == "org:resource"}
    assert resources == {str(n + 1) for n in range(len(resources))}, "numbers of this file, no keys of people"


def test_a_list_is_offered_in_its_own_formats_only(client, world):
    actor = actor_of(world["supervisor"], Role.SUPERVISOR)
    with pytest.raises(Invalid):
        ask(actor, "dashboards.event-log", QueryDict(""), format="csv")
    with pytest.raises(Invalid):
        ask(actor, "dashboards.windows", QueryDict(""), format="xes")
    login(client, world["supervisor"])
    page = client.get(reverse("core:export-new"), {"list": "dashboards.event-log"})
    assert [value for value, _label in page.context["form"].fields["format"].choices] == ["xes"]


@pytest.mark.parametrize("code", ["windows", "items", "process", "steps", "events"])
def test_the_files_say_what_the_pages_say(world, code):
    export = exports()[f"dashboards.{code}"]
    params = QueryDict("period=month")
    rows = list(export.queryset(world["supervisor"], params))
    if export.prepare:
        export.prepare(world["supervisor"], params, rows)
    cells = [[column.read(row) for column in export.columns] for row in rows]
    if code == "windows":
        assert {row[0]: (row[3], row[7]) for row in cells} == {"W-SCJG": (3, 3), "W-GA": (3, 0)}
    if code == "items":
        assert sorted((row[3], row[4]) for row in cells) == [(3, 2), (3, 2)]
    if code == "process":
        assert sorted(row[2:5] for row in cells) == [[4, "2", "3"], [6, "1", "2"]]
    if code == "steps":
        assert len(cells) == CaseStep.objects.count()
    if code == "events":
        assert len(cells) == 6 + 6 + 4
    assert export.described(world["supervisor"], params)
