"""Row `sweep`: the lamps of the day lit by the partial indexes of open cases, and by reading every case."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from portal.core.time import ZONE, driven_clock
from tests.bench.filling import without_indexes
from tests.bench.harness import Pair, Row, register

DAY = dt.date(2020, 6, 10)
DUE = {"amber_on": "amber_lit_on", "overdue_from_on": "red_lit_on"}
PATTERN = 10_000  # so many cases are made, and copied until there are enough
OPEN, AMBER, RED = 300, 20, 1  # of the pattern: 3 % open; of them turn amber today, and red
SWEEPS = 12  # those of the first hour: the first lights the day's lamps, the others look and find none


def fill(size: int) -> None:
    """So many cases, 3 % of them open, their due dates before and after the day of the sweep."""
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from portal.people.models import Department

    department = Department.objects.create(code="SWEEP", name="SWEEP")
    item = Item.objects.create(code="SWEEP", name="SWEEP", department=department)
    Case.objects.bulk_create((_case(n, item) for n in range(min(PATTERN, size))), batch_size=1_000)
    with without_indexes("cases_case"):
        _copy_until(size)


def _case(n: int, item: Any) -> Any:
    from approvals.cases.models import Case

    share, place = PATTERN // OPEN, n // (PATTERN // OPEN)
    if n % share or place >= OPEN:
        accepted = DAY - dt.timedelta(days=30 + n % 700)
        return _dated(Case(item=item, number=f"S-{n}"), accepted, ended_on=accepted + dt.timedelta(days=9))
    # Amber comes on the eighth day, red on the eleventh: place 0…19 turn amber today, place 20 turns red.
    days = 8 if place < AMBER else 11 if place < AMBER + RED else place % 7
    case = _dated(Case(item=item, number=f"S-{n}"), DAY - dt.timedelta(days=days), ended_on=None)
    if place == AMBER:
        case.amber_lit_on = case.amber_on
    return case


def _dated(case: Any, accepted: dt.date, *, ended_on: dt.date | None) -> Any:
    case.department_id = case.item.department_id
    case.submitted_on = case.received_on = case.answered_on = case.accepted_on = accepted
    case.legal_days, case.promised_days = 20, 10
    case.promised_due_on, case.amber_on = accepted + dt.timedelta(days=10), accepted + dt.timedelta(days=8)
    case.overdue_from_on = accepted + dt.timedelta(days=11)
    case.state, case.ended_on, case.decided_on = "approved" if ended_on else "accepted", ended_on, ended_on
    case.outcome = "approved" if ended_on else ""
    return case


def _copy_until(size: int) -> None:
    """Double the pattern inside the database until there are `size` cases."""
    from approvals.cases.models import Case

    names = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", "number"}]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    first = Case.objects.filter(number__startswith="S-").order_by("pk").values_list("pk", flat=True)[0]
    done = min(PATTERN, size)
    with connection.cursor() as cursor:
        while done < size:
            count = min(done, size - done)
            cursor.execute(
                f"INSERT INTO cases_case (number, {columns}) SELECT 'S+' || (id + %s), {columns} FROM cases_case"
                " WHERE id >= %s AND id < %s",
                [done, first, first + count],
            )
            done += count


def sweep() -> int:
    """The task of the beat, as often as in the first hour of the day. Returns how many lamps were lit."""
    from approvals.cases.tasks import sweep_deadlines

    lit = [sweep_deadlines() for _ in range(SWEEPS)]
    assert not any(lit[1:]), "a second run lit lamps again"
    return lit[0]


def sweep_by_reading_all() -> int:
    """The same task, but the cases that are due are found without an index; whatever follows runs as ever."""
    with connection.execute_wrapper(_without_index):
        return sweep()


def _without_index(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    search = sql.startswith("SELECT") and '"cases_case"."ended_on" IS NULL' in sql and "LIMIT" in sql
    if not search:
        return execute(sql, params, many, context)
    if connection.vendor != "postgresql":
        return execute(sql.replace('FROM "cases_case"', 'FROM "cases_case" NOT INDEXED'), params, many, context)
    _plan_with_indexes("off")
    try:
        return execute(sql, params, many, context)
    finally:
        _plan_with_indexes("on")


def _plan_with_indexes(value: str) -> None:
    with connection.connection.cursor() as cursor:  # the driver's own: this is not a query of the portal
        for name in ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {name} = {value}")


def darken() -> None:
    """Untimed: put out what the last run lit, and drop the messages that it queued."""
    from approvals.cases.models import Case
    from portal.core.models import Job

    for lit in DUE.values():
        Case.objects.filter(**{lit: DAY}).update(**{lit: None})
    Job.objects.filter(name="cases.tell_lamp").delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM cases_case" if connection.vendor == "postgresql" else "ANALYZE cases_case")


def same_lamps(ours: int, other: int) -> None:
    assert ours == other > 0


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    fill(size)
    with driven_clock(dt.datetime.combine(DAY, dt.time(0, 5), ZONE)):
        yield Pair(
            sweep, sweep_by_reading_all, amount=SWEEPS, check=same_lamps, before_ours=darken, before_other=darken
        )


register(
    Row(
        name="sweep",
        title=f"The {SWEEPS} sweeps of a day's first hour, 3 % of the cases open; the first lights the day's lamps",
        ours="`sweep_deadlines`: by the partial indexes of open cases",
        other="the same, the cases found by a sequential scan",
        unit="sweeps",
        goal=10,
        prepare=prepare,
    )
)
