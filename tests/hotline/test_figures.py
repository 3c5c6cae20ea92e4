"""The figures of the hotline against a second computation, row by row and with nothing of the first one's code."""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotline import actions
from hotline.actions import sweeps
from hotline.models import Category, Mark, Ticket
from portal.core import audit
from portal.core.errors import DomainError
from portal.core.statistics import differences
from portal.core.statistics.refresh import refresh_all
from portal.core.time import driven_clock
from portal.supervision.indicators import indicators
from tests import factories
from tests.hotline.objects import World, draft
from tests.queries import queries_of_events

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NAMES = (
    "external_id channel line category subcategory title content department_code department_name opened_at direct "
    "dispatched_at signed_at returned_at due_at replied_at closed_at called_back_at contacted resolved satisfied "
    "excluded redone latitude longitude address"
).split()
Send = Callable[..., tuple[int, str, list[str]]]


def at(text: str) -> str:
    return f"{text}+08:00"


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Import rows as a file of the source `old`; the exit code, the counts and the reasons."""

    def run(rows: list[dict[str, Any]]) -> tuple[int, str, list[str]]:
        path, errors = tmp_path / "tickets.csv", tmp_path / "errors.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, NAMES, restval="")
            writer.writeheader()
            writer.writerows(rows)
        told, code = io.StringIO(), 0
        try:
            call_command(
                "import_tickets", str(path), source="old", errors=str(errors), stdout=told, stderr=io.StringIO()
            )
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        reasons = []
        if errors.exists():
            with errors.open(encoding="utf-8-sig", newline="") as found:
                reasons = [row["reason"] for row in csv.DictReader(found)]
        return code, told.getvalue(), reasons

    return run


def row(n: int, **more: Any) -> dict[str, Any]:
    return {
        "external_id": f"T{n}", "channel": "phone", "line": "12315", "category": "生态环境", "subcategory": "噪声扰民",
        "title": "噪声", "department_code": "SCJG", "department_name": "市场监管局", "opened_at": at("2026-03-02T09:00:00"),
        "dispatched_at": at("2026-03-02T09:30:00"), "due_at": at("2026-03-04T09:30:00"), **more,
    }  # fmt: skip


def test_the_events_of_changed_tickets_cost_the_same_however_many_they_are(send: Send) -> None:
    def asked(count: int) -> int:
        rows = [row(100 * count + n) for n in range(count)]
        send(rows)
        with CaptureQueriesContext(connection) as seen:
            _code, told, _reasons = send([{**one, "title": "夜间噪声"} for one in rows])
        assert f"updated {count}," in told
        return queries_of_events(seen)

    assert asked(3) == asked(30)
    assert list(audit.differences()) == []


def test_on_time_is_compared_as_moments_on_the_day_of_the_due_moment(send: Send) -> None:
    code, _told, reasons = send(
        [
            row(1, replied_at=at("2026-03-04T09:30:00")),  # the very moment: on time
            row(2, replied_at=at("2026-03-04T09:30:01")),  # a second late, on the due day
            row(3, replied_at=at("2026-03-03T10:00:00"), due_at=at("2026-04-02T09:00:00")),  # due in April
            row(4),  # never answered
        ]
    )
    assert (code, reasons) == (0, [])
    refresh_all()
    march = indicators(dt.date(2026, 3, 1), dt.date(2026, 3, 31))["hotline"]
    assert (march["due"], march["on_time"], march["replied"]) == (3, 1, 3)
    assert march["open_overdue"] == 1
    april = indicators(dt.date(2026, 4, 1), dt.date(2026, 4, 30))["hotline"]
    assert (april["due"], april["on_time"]) == (1, 1)


def test_a_due_moment_to_come_counts_only_when_it_was_answered_before(send: Send) -> None:
    with driven_clock(factories.moment("2026-03-04 09:00")):
        send([row(1), row(2, replied_at=at("2026-03-03T10:00:00")), row(3, due_at=at("2026-03-04T08:00:00"))])
        refresh_all()
        found = indicators(dt.date(2026, 3, 1), dt.date(2026, 3, 31))["hotline"]
        assert (found["due"], found["on_time"], found["open_overdue"]) == (2, 1, 1)
    with driven_clock(factories.moment("2026-03-04 10:00")):
        found = indicators(dt.date(2026, 3, 1), dt.date(2026, 3, 31))["hotline"]
        assert (found["due"], found["on_time"], found["open_overdue"]) == (3, 1, 2)


def test_rates_have_the_denominators_of_the_exchange(send: Send) -> None:
    called = {"replied_at": at("2026-03-03T09:00:00"), "called_back_at": at("2026-03-05T09:00:00")}
    send(
        [
            row(1, **called, contacted=1, resolved=1, satisfied=1, closed_at=at("2026-03-05T09:00:00")),
            row(2, **called, contacted=0, resolved=0, satisfied=0, redone=2),
            row(3, **called, contacted=1, resolved=0, satisfied=0, excluded=1),
            row(4, **called, contacted=1, resolved=1),
            row(5, direct=1, dispatched_at="", due_at="", department_code="", department_name="",
                closed_at=at("2026-03-02T09:05:00")),
            row(6, returned_at=at("2026-03-02T10:00:00")),
        ]
    )  # fmt: skip
    refresh_all()
    found = indicators(dt.date(2026, 3, 1), dt.date(2026, 3, 31))["hotline"]
    assert found["direct_share"] == pytest.approx(1 / 6)
    assert found["response_rate"] == pytest.approx(3 / 4)
    assert found["resolution_rate"] == pytest.approx(2 / 3)
    assert found["satisfaction_rate"] == pytest.approx(1 / 2)
    assert found["return_rate"] == pytest.approx(1 / 5)
    assert found["redo_rate"] == pytest.approx(2 / 4)
    assert (found["recorded"], found["closed"], found["open"]) == (6, 2, 4)


def test_sent_again_it_changes_nothing_and_with_more_it_updates(send: Send) -> None:
    _code, told, _reasons = send([row(1), row(2)])
    assert "2" in told
    before = list(Ticket.objects.order_by("pk").values())
    send([row(1), row(2)])
    assert list(Ticket.objects.order_by("pk").values()) == before
    send([row(1, replied_at=at("2026-03-03T09:00:00")), row(2)])
    ticket = Ticket.objects.get(external_id="T1")
    assert (ticket.state, ticket.line, ticket.imported) == ("replied", "12315", True)
    assert Mark.objects.filter(ticket=ticket).count() == 2
    refresh_all()
    assert not list(differences())


def test_bad_rows_are_said_in_plain_words_and_the_others_come_in(send: Send) -> None:
    code, _told, reasons = send(
        [row(1), row(2, opened_at=""), row(3, replied_at=at("2026-03-01T09:00:00")), row(4, direct=1)]
    )
    assert code == 3
    assert len(reasons) == 3
    assert Ticket.objects.count() == 1


def test_unknown_categories_come_in_as_drafts(send: Send) -> None:
    send([row(1, category="新事物", subcategory="无人机扰民")])
    made = Category.objects.get(name="无人机扰民")
    assert made.provisional
    assert made.parent is not None
    assert made.parent.name == "新事物"


def test_an_imported_ticket_is_read_only(send: Send) -> None:
    send([row(1, closed_at=at("2026-03-05T09:00:00"))])
    world = World()
    with pytest.raises(DomainError):
        world.step(world.operator, Ticket.objects.get(), "reopen", reason="又来")


# --- tickets that live, counted anew ------------------------------------------------------------------------------------


def lived(world: World, chance: random.Random) -> None:
    """Tickets by the real actions, to different ends, over three weeks."""
    start = factories.moment("2026-03-02 09:00")
    for n in range(24):
        live_one(world, chance, n, start + dt.timedelta(hours=11 * n))


def live_one(world: World, chance: random.Random, n: int, clock: dt.datetime) -> None:
    """One ticket; what becomes of it follows from its number."""

    def step(actor: Any, code: str, hours: float = 1.0, **inputs: Any) -> None:
        nonlocal clock
        clock += dt.timedelta(hours=hours)
        with driven_clock(clock):
            world.step(actor, ticket, code, **inputs)

    with driven_clock(clock):
        ticket = actions.record(world.operator, draft(grade=chance.choice(("pressing", "normal"))))
    if n % 5 == 0:
        step(world.operator, "answer", text="答")
        return
    step(world.dispatcher, "dispatch", department=str(world.department.pk))
    if n % 7 == 1:
        step(world.clerk, "return", ground="unclear", reason="请补充")
        step(world.dispatcher, "reject", reason="够了", wrongful="yes")
    step(world.clerk, "sign")
    if n % 6 == 2:
        return
    step(world.clerk, "draft", chance.choice((3, 30, 200)), text="复")
    step(world.head, "approve")
    if n % 4 == 3:
        step(world.operator, "complain", 20, contacted="yes", resolved="no", satisfied="no")
        step(world.dispatcher, "redo", reason="没有解决")
        return
    step(world.operator, "call_back", 20, contacted="yes", resolved="yes", satisfied="yes")
    if n % 9 == 0:
        step(world.operator, "reopen", 30, reason="又发生")


def recount(first: dt.date, last: dt.date, as_of: dt.datetime) -> dict[str, int]:
    """The figures from the events alone, with dictionaries and loops."""
    from portal.core.models import Event

    def day(moment: dt.datetime) -> dt.date:
        return moment.astimezone(ZONE).date()

    counted = dict.fromkeys(
        "recorded direct dispatched returned replied closed redone called_back open due on_time".split(), 0
    )
    figure = {
        "dispatch": "dispatched", "uphold": "dispatched", "reassign": "dispatched", "return": "returned",
        "approve": "replied", "redo": "redone", "record": "recorded", "answer": "direct",
    }  # fmt: skip
    for ticket in Ticket.objects.all():
        events = Event.objects.filter(stream="hotline.ticket", stream_id=ticket.pk, at__lte=as_of).order_by("sequence")
        is_open, replied, called = False, None, None
        for event in events:
            code = event.type.removeprefix("ticket.")
            inside = first <= day(event.at) <= last
            if code in figure and inside:
                counted[figure[code]] += 1
            if code == "reopen" and inside and event.to_state == "dispatched":
                counted["dispatched"] += 1
            if code in {"approve", "answer"} and replied is None:
                replied = event.at
            if code in {"call_back", "complain"}:
                called = event.at
            if event.to_state in {"closed", "answered", "void"} and event.from_state != event.to_state:
                counted["closed"] += inside
                is_open = False
            elif code in {"record", "reopen"}:
                is_open = True
        counted["open"] += is_open
        counted["called_back"] += called is not None and first <= day(called) <= last
        due = ticket.first_due_at
        if due is not None and first <= day(due) <= last and (due <= as_of or (replied and replied <= as_of)):
            counted["due"] += 1
            counted["on_time"] += replied is not None and replied <= due
    return counted


def test_the_cells_say_what_a_recount_of_the_events_says() -> None:
    lived(World(), random.Random(7))
    refresh_all()
    assert not list(differences())
    for first, last, moment in (
        (dt.date(2026, 3, 1), dt.date(2026, 3, 31), "2026-04-20 12:00"),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 10), "2026-04-20 12:00"),
        (dt.date(2026, 3, 9), dt.date(2026, 4, 2), "2026-04-20 12:00"),
    ):
        now = factories.moment(moment)
        with driven_clock(now):
            found = indicators(first, last, as_of=dt.date(2026, 4, 20))["hotline"]
        mine = recount(first, last, now)
        assert {name: found[name] for name in mine if name in found} == {
            name: number for name, number in mine.items() if name in found
        }
        assert found["redo_rate"] == (mine["redone"] / mine["replied"] if mine["replied"] else None)


def test_days_that_were_overdue_stay_overdue_in_the_figures_of_those_days() -> None:
    world = World()
    with driven_clock(factories.moment("2026-03-02 09:00")):
        ticket = world.signed(grade="pressing")  # due on 3 March at 9
    with driven_clock(factories.moment("2026-03-06 09:00")):
        world.step(world.clerk, ticket, "draft", text="复")
        world.step(world.head, ticket, "approve")
        sweeps.escalate()
    refresh_all()
    overdue = [
        indicators(dt.date(2026, 3, 1), dt.date(2026, 3, day), as_of=dt.date(2026, 3, day))["hotline"]["open_overdue"]
        for day in (2, 3, 5, 6)
    ]
    assert overdue == [0, 1, 1, 0]
