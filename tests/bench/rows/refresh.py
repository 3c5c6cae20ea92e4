"""Row `refresh`: one day's 20,000 changes brought into the cells, and the cells filled again from all cases."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.bench.harness import Pair, Row, register

CHANGES = 20_000
FIRST = dt.date(2023, 1, 2)
DEPARTMENTS, ITEMS, WINDOWS = 40, 400, 60
CHANNELS = ["online"] * 6 + ["counter"] * 3 + ["post"]
BATCH = 5_000


def fill(size: int) -> None:
    """So many cases at 20,000 a day, the last days of them still open, and their cells."""
    from approvals.cases.measures import CASE_MEASURES
    from approvals.catalogue.models import Item
    from hall.models import Window
    from portal.core.statistics import rebuild
    from portal.people.models import Department

    departments = Department.objects.bulk_create(Department(code=f"B{n}", name=f"B{n}") for n in range(DEPARTMENTS))
    items = Item.objects.bulk_create(
        Item(code=f"B{n}", name=f"B{n}", department=departments[n % DEPARTMENTS]) for n in range(ITEMS)
    )
    windows = Window.objects.bulk_create(Window(code=f"B{n}", name=f"B{n}") for n in range(WINDOWS))
    chance = random.Random(36112)
    last = FIRST + dt.timedelta(days=size // CHANGES)
    for start in range(0, size, BATCH):
        _write(range(start, min(start + BATCH, size)), items, windows, chance, last)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    rebuild(CASE_MEASURES)


def _write(numbers: range, items: list, windows: list, chance: random.Random, last: dt.date) -> None:
    from approvals.cases.models import Case

    cases = []
    for number in numbers:
        item = chance.choice(items)
        accepted = FIRST + dt.timedelta(days=number // CHANGES)
        promised = chance.choice([0, 3, 5, 10])
        due = accepted + dt.timedelta(days=promised)
        took = min(chance.randrange(promised + 2), chance.randrange(promised + 2))
        decided = accepted + dt.timedelta(days=took)
        ended = decided if decided < last else None
        cases.append(
            Case(
                number=f"B{number}", item=item, department_id=item.department_id, window=chance.choice(windows),
                channel=chance.choice(CHANNELS), kind="promise" if promised else "immediate",
                state="approved" if ended else "accepted", submitted_on=accepted, received_on=accepted,
                answered_on=accepted, first_answer_due_on=accepted + dt.timedelta(days=7), accepted_on=accepted,
                legal_days=20, promised_days=promised, promised_due_on=due, legal_due_on=due + dt.timedelta(days=20),
                overdue_from_on=due + dt.timedelta(days=1), amber_on=due - dt.timedelta(days=promised // 5),
                decided_on=ended, ended_on=ended, outcome="approved" if ended else "",
                elapsed_days=took if ended else None, filing_days=took if ended else None,
            )
        )  # fmt: skip
    Case.objects.bulk_create(cases, batch_size=1_000)


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


def cells_are_right(_ours: object, _other: object) -> None:
    from portal.core.statistics import differences

    assert not list(differences())


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from approvals.cases.measures import CASE_MEASURES
    from portal.core.statistics import rebuild, refresh_all

    fill(size)
    yield Pair(
        refresh_all,
        lambda: rebuild(CASE_MEASURES),
        amount=1,
        check=cells_are_right,
        before_ours=lambda: change_a_day() and None,
    )


register(
    Row(
        name="refresh",
        title=f"The figures after a day of {CHANGES:,} changed cases",
        ours="`refresh_all`: the cells that the changes touched",
        other="`rebuild`: all cells from all cases, set-based",
        unit="days",
        goal=None,
        prepare=prepare,
    )
)
