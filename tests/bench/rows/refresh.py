"""Row `refresh`: one day's 20,000 changes brought into the cells, and the cells filled again from all cases."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.bench.filling import without_indexes
from tests.bench.harness import Pair, Row, register

CHANGES = 20_000
FIRST = dt.date(2023, 1, 2)
DEPARTMENTS, ITEMS, WINDOWS = 40, 400, 60
CHANNELS = ["online"] * 6 + ["counter"] * 3 + ["post"]


def fill(size: int) -> None:
    """So many cases at 20,000 a day, the last days of them still open, and their cells.

    Nothing is done where they are already (a database that was kept).
    """
    from approvals.cases.measures import CASE_MEASURES
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from hall.models import Window
    from portal.core.statistics import rebuild
    from portal.people.models import Department

    days = max(size // CHANGES, 2)
    there = Case.objects.count()
    if there:
        assert there == days * CHANGES, f"the database that was kept has {there:,} cases"
        return
    departments = Department.objects.bulk_create(Department(code=f"B{n}", name=f"B{n}") for n in range(DEPARTMENTS))
    items = Item.objects.bulk_create(
        Item(code=f"B{n}", name=f"B{n}", department=departments[n % DEPARTMENTS]) for n in range(ITEMS)
    )
    windows = Window.objects.bulk_create(Window(code=f"B{n}", name=f"B{n}") for n in range(WINDOWS))
    chance = random.Random(36112)
    cases = (_case(number, chance.choice(items), chance.choice(windows), chance) for number in range(CHANGES))
    Case.objects.bulk_create(cases, batch_size=1_000)
    with without_indexes("cases_case"):
        _copy_days(days)
    last = FIRST + dt.timedelta(days=days - 1)
    Case.objects.filter(ended_on__gte=last).update(
        state="accepted", outcome="", decided_on=None, ended_on=None, elapsed_days=None, filing_days=None
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE cases_case")
    rebuild(CASE_MEASURES)


def _case(number: int, item: Any, window: Any, chance: random.Random) -> Any:
    """A decided case of the first day."""
    from approvals.cases.models import Case

    promised = chance.choice([0, 3, 5, 10])
    due = FIRST + dt.timedelta(days=promised)
    took = min(chance.randrange(promised + 2), chance.randrange(promised + 2))
    decided = FIRST + dt.timedelta(days=took)
    return Case(
        number=f"B{number}", item=item, department_id=item.department_id, window=window,
        channel=chance.choice(CHANNELS), kind="promise" if promised else "immediate",
        state="approved", submitted_on=FIRST, received_on=FIRST,
        answered_on=FIRST, first_answer_due_on=FIRST + dt.timedelta(days=7), accepted_on=FIRST,
        legal_days=20, promised_days=promised, promised_due_on=due, legal_due_on=due + dt.timedelta(days=20),
        overdue_from_on=due + dt.timedelta(days=1), amber_on=due - dt.timedelta(days=promised // 5),
        decided_on=decided, ended_on=decided, outcome="approved", elapsed_days=took, filing_days=took,
    )  # fmt: skip


def _copy_days(days: int) -> None:
    """The first day again and again, each time a day later, inside the database."""
    from approvals.cases.models import Case

    fields = [field for field in Case._meta.concrete_fields if field.column not in {"id", "number"}]
    later = "{} + %(n)s" if connection.vendor == "postgresql" else "date({}, '+' || %(n)s || ' days')"
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(
        (later if field.get_internal_type() == "DateField" else "{}").format(connection.ops.quote_name(field.column))
        for field in fields
    )
    last = Case.objects.latest("pk").pk  # found by key: the table has no other index while it is filled
    with connection.cursor() as cursor:
        for n in range(1, days):
            copied = (
                f"INSERT INTO cases_case (number, {columns}) SELECT number || '+' || %(n)s, {values}"
                f" FROM cases_case WHERE submitted_on = %(first)s AND id <= %(last)s"
            )
            cursor.execute(copied, {"n": n, "first": FIRST, "last": last})


def change_a_day() -> int:
    """A day at the desk: the 20,000 newest cases are decided, or, where they are, the decisions are undone.

    Untimed: writers mark the cells that they touch. Returns the dirty rows.
    """
    from approvals.cases.measures import CASE_MEASURES
    from approvals.cases.models import Case
    from portal.core.models import DirtyKey
    from portal.core.statistics import refresh_all, watch_many

    refresh_all()
    newest = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:CHANGES])
    latest = Case.objects.order_by("-pk").values("submitted_on", "ended_on")[0]
    if latest["ended_on"] is None:
        day = latest["submitted_on"]
        written = {"state": "approved", "outcome": "approved", "decided_on": day, "ended_on": day, "elapsed_days": 0}
    else:
        written = {"state": "accepted", "outcome": "", "decided_on": None, "ended_on": None, "elapsed_days": None}
    for start in range(0, len(newest), 500):
        some = newest[start : start + 500]
        with transaction.atomic(), watch_many(CASE_MEASURES, some):
            Case.objects.filter(pk__in=some).update(**written)
    return DirtyKey.objects.count()


class Cells:
    """Proof for the first pair: the cells as they were refreshed are those that a rebuild gives, and both are right."""

    def __init__(self) -> None:
        self.kept = False

    def keep(self) -> None:
        """Before the first rebuild throws them away: a copy of the refreshed cells."""
        if self.kept:
            return
        with connection.cursor() as cursor:
            for table, columns in self._tables():
                cursor.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT {columns} FROM {table}")
        self.kept = True

    def check(self, _ours: object, _other: object) -> None:
        """The kept cells are the rebuilt ones, and those are what SQL written by hand finds."""
        with connection.cursor() as cursor:
            for table, columns in self._tables():
                kept, rebuilt = f"SELECT {columns} FROM kept_{table}", f"SELECT {columns} FROM {table}"
                for one, other in ((kept, rebuilt), (rebuilt, kept)):
                    cursor.execute(f"SELECT count(*) FROM ({one} EXCEPT {other}) different")
                    assert cursor.fetchone() == (0,), f"{table} was refreshed wrongly"
                cursor.execute(f"DROP TABLE kept_{table}")
        _prove_by_hand()

    def _tables(self) -> Iterator[tuple[str, str]]:
        from approvals.cases.measures import CASE_MEASURES

        for cuboid in CASE_MEASURES.cuboids.values():
            yield cuboid.cell._meta.db_table, ", ".join((*cuboid.key_columns, *CASE_MEASURES.figures))


def _prove_by_hand() -> None:
    """On PostgreSQL by the yardstick of the row `recompute`, which shares no code with the engine."""
    from portal.core.statistics import differences
    from tests.bench.rows import recompute

    if connection.vendor != "postgresql":
        assert not list(differences())
        return
    with recompute.tables_for_hand():
        recompute.by_hand()
        recompute.same_cells(None, None)


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from approvals.cases.measures import CASE_MEASURES
    from portal.core.statistics import rebuild, refresh_all

    fill(size)
    cells = Cells()
    yield Pair(
        refresh_all,
        lambda: rebuild(CASE_MEASURES),
        amount=1,
        check=cells.check,
        before_ours=lambda: change_a_day() and None,
        before_other=cells.keep,
    )


register(
    Row(
        name="refresh",
        title=f"The figures after a day of {CHANGES:,} changed cases",
        ours="`refresh_all`: the cells that the changes touched",
        other="`rebuild`: all cells from all cases, set-based",
        unit="days",
        goal=100,  # for ten million cases: the changes of a day cost the same however many cases there are
        prepare=prepare,
        pairs=3,  # the yardstick takes its time
    )
)
