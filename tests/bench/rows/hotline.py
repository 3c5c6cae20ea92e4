"""Rows of the hotline: taking a ticket down, the desk's first page, a year's report; each against its bare SQL."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.bench.harness import Pair, Row, register

CREATES, PAGES, OPEN, REPORTS = 200, 40, 20_000, 10
DEPARTMENTS, CATEGORIES, YEAR = 40, 12, 365
_serial = itertools.count(1)


def desk_of(code: str) -> tuple[Any, Any]:
    """The hotline's department with an operator; returns (department, actor)."""
    from portal.people.actors import actor_of
    from portal.people.models import Department, Posting, User
    from portal.people.roles import Role

    department = Department.objects.create(code=code, name="B")
    operator = User.objects.create_user(f"operator-{code.lower()}", None, name="B")
    Posting.objects.create(
        user=operator, department=department, role=Role.HOTLINE_OPERATOR, starts_on=dt.date(2020, 1, 1)
    )
    return department, actor_of(User.objects.get(pk=operator.pk), Role.HOTLINE_OPERATOR)


def bare_ticket() -> None:
    """The least that a ticket needs: its number, its row, its caller."""
    from hotline.models import Reporter, Ticket
    from portal.core.time import now, today

    moment, n = now(), next(_serial)
    with transaction.atomic():
        ticket = Ticket(
            number=f"B{n}",
            title="噪声",
            content="夜间施工噪声",
            recorded_at=moment,
            recorded_on=today(),
            urgent_at=moment,
        )
        ticket.save(force_insert=True)
        Reporter.objects.create(ticket=ticket, name="李", phone="13800001234")


@contextmanager
def prepare_create(_size: int) -> Iterator[Pair]:
    from hotline import actions
    from hotline.actions import Caller, TicketDraft
    from hotline.models import Ticket

    _department, actor = desk_of("BRX1")

    def ours() -> int:
        for _ in range(CREATES):
            n = next(_serial)
            caller = Caller(name="李女士", phone=f"138{n:08d}")
            actions.record(actor, TicketDraft(title="噪声", content="夜间施工噪声", caller=caller))
        return Ticket.objects.count()

    def other() -> int:
        for _ in range(CREATES):
            bare_ticket()
        return Ticket.objects.count()

    def check(_ours: object, _other: object) -> None:
        assert Ticket.objects.count() >= 2 * CREATES

    yield Pair(ours, other, amount=CREATES, check=check)


def fill(department: Any) -> None:
    """Open tickets at a department, due one after the other."""
    from hotline.models import Ticket
    from portal.core.time import local_date, now

    start = now()
    Ticket.objects.bulk_create(
        (
            Ticket(
                number=f"L{n}", title=f"工单{n}", content="内容", recorded_at=start, recorded_on=local_date(start),
                state="signed", department=department, anchor_at=start, due_at=start + dt.timedelta(minutes=n),
                due_on=local_date(start + dt.timedelta(minutes=n)), urgent_at=start + dt.timedelta(minutes=n),
            )
            for n in range(OPEN)
        ),
        batch_size=1000,
    )  # fmt: skip


def bare_page() -> list[Any]:
    """The first page alone, by the same index, without counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, t.number, t.title, t.state, t.due_at, d.name FROM hotline_ticket t"
            " LEFT JOIN people_department d ON d.id = t.department_id WHERE t.ended_at IS NULL"
            " ORDER BY t.urgent_at, t.id LIMIT 26"
        )
        return list(cursor.fetchall())


@contextmanager
def prepare_list(_size: int) -> Iterator[Pair]:
    from django.http import QueryDict

    from hotline import desk
    from portal.people.lists import page_of
    from portal.people.models import User

    department, actor = desk_of("BRX2")
    fill(department)
    user = User.objects.get(pk=actor.user_id)

    def ours() -> int:
        rows: list[Any] = []
        for _ in range(PAGES):
            tabs = desk.tabs_for(user)
            rows = page_of(desk.listed(user, tabs[0], desk.asked_of(QueryDict(""))), "urgent_at", "").rows
        return len(rows)

    def other() -> int:
        rows: list[Any] = []
        for _ in range(PAGES):
            rows = bare_page()
        return len(rows) - 1

    def check(mine: object, theirs: object) -> None:
        assert mine == theirs

    yield Pair(ours, other, amount=PAGES, check=check)


def fill_cells() -> tuple[dt.date, dt.date]:
    """A year of cells, as the statistics keep them; returns its first and last day."""
    from hotline.models import StepCell, TicketCell
    from portal.core.time import today
    from portal.people.models import Department

    departments = Department.objects.bulk_create(Department(code=f"BRX{n}", name=f"B{n}") for n in range(DEPARTMENTS))
    last = today()
    days = [last - dt.timedelta(days=n) for n in range(YEAR)]
    for model, names in (
        (TicketCell, ("recorded", "closed", "due", "on_time", "called_back", "contacted", "asked", "judged")),
        (StepCell, ("dispatched", "replied", "returned")),
    ):
        model.objects.bulk_create(
            (
                model(
                    day=day, department_id=department.pk, category_id=category, channel="phone", line="12345",
                    **{name: 1 + (department.pk + category + day.day) % (n + 2) for n, name in enumerate(names)},
                )
                for day in days
                for department in departments
                for category in range(1, CATEGORIES + 1)
            ),
            batch_size=2_000,
        )  # fmt: skip
    return days[-1], last


def bare_report(first: dt.date, last: dt.date) -> list[Any]:
    """The sums of both tables of cells by department, and nothing derived from them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.department_id, t.recorded, s.dispatched FROM"
            " (SELECT department_id, sum(recorded) AS recorded, sum(closed), sum(due), sum(on_time), sum(called_back),"
            "  sum(contacted), sum(asked), sum(resolved), sum(judged), sum(satisfied)"
            "  FROM hotline_ticketcell WHERE day BETWEEN %s AND %s GROUP BY department_id) t JOIN"
            " (SELECT department_id, sum(dispatched) AS dispatched, sum(returned), sum(replied), sum(redone),"
            "  sum(reopened) FROM hotline_stepcell WHERE day BETWEEN %s AND %s GROUP BY department_id) s"
            " ON s.department_id = t.department_id",
            [first, last, first, last],
        )
        return list(cursor.fetchall())


@contextmanager
def prepare_report(_size: int) -> Iterator[Pair]:
    from django.test.utils import CaptureQueriesContext

    from hotline.insight.figures import Asked, insight

    first, last = fill_cells()
    with CaptureQueriesContext(connection) as queries:
        insight(Asked(first, last))
    assert len(queries) <= 6

    def ours() -> dict[Any, tuple[int, int]]:
        lines = [insight(Asked(first, last)).lines for _ in range(REPORTS)][-1]
        return {line.key: (line.sums["recorded"], line.sums["dispatched"]) for line in lines}

    def other() -> dict[Any, tuple[int, int]]:
        rows = [bare_report(first, last) for _ in range(REPORTS)][-1]
        return {key: (int(recorded), int(dispatched)) for key, recorded, dispatched in rows}

    def check(mine: object, theirs: object) -> None:
        assert mine == theirs

    yield Pair(ours, other, amount=REPORTS, check=check)


register(
    Row(
        name="hotline_create",
        title=f"Taking down {CREATES} tickets of the hotline",
        ours="`record`: checks, number, ticket, sealed caller, event with its chain, marks of the statistics",
        other="the insert of a ticket and of its sealed caller, nothing else",
        unit="tickets",
        goal=None,
        prepare=prepare_create,
    )
)
register(
    Row(
        name="hotline_list",
        title=f"The first page of a desk with {OPEN:,} open tickets",
        ours="`desk.listed` by urgency with a cursor, as model objects",
        other="the bare SELECT of one page",
        unit="pages",
        goal=None,
        prepare=prepare_list,
    )
)
register(
    Row(
        name="hotline_report",
        title=f"A year of the hotline by {DEPARTMENTS} departments",
        ours="`insight`: seven rates, points by dated weights, names; at most 6 queries, cells only",
        other="the sums of the same cells by hand-written SQL",
        unit="reports",
        goal=None,
        prepare=prepare_report,
    )
)
