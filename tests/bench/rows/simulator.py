"""Row `simulator`: what the history of an item says about a promise, by the portal's query and by SQL written by hand."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from django.db import connection

from tests.bench.filling import without_indexes
from tests.bench.harness import Pair, Row, register

ITEMS = 200
PATTERN = 10_000  # so many cases are made, and copied until there are enough
LAST = dt.date(2020, 6, 10)
ASKED = 20  # items of which each run asks
SHARE = Fraction(99, 100)
BY_HAND = """SELECT date_trunc('month', decided_on)::date, greatest(elapsed_days - extended_days, 0), count(*)
 FROM cases_case WHERE item_id = %s AND kind = 'promise' AND outcome IN ('approved', 'refused')
 AND decided_on BETWEEN %s AND %s AND elapsed_days IS NOT NULL GROUP BY 1, 2"""
BY_HAND_ELSEWHERE = BY_HAND.replace(
    "date_trunc('month', decided_on)::date", "date(decided_on, 'start of month')"
).replace("greatest(", "max(")


def fill(size: int) -> list[int]:
    """So many decided cases over two years, spread over the items. Returns the items."""
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from portal.people.models import Department

    department = Department.objects.create(code="SIM", name="SIM")
    Item.objects.bulk_create(
        Item(code=f"SIM-{n:03d}", name=f"SIM-{n:03d}", department=department) for n in range(ITEMS)
    )
    items = list(Item.objects.filter(code__startswith="SIM-").order_by("code").values_list("pk", flat=True))
    Case.objects.bulk_create((_case(n, items, department.pk) for n in range(min(PATTERN, size))), batch_size=1_000)
    with without_indexes("cases_case"):
        _copy_until(size)
    return items


def _case(n: int, items: list[int], department_id: int) -> Any:
    from approvals.cases.models import Case

    day = LAST - dt.timedelta(days=n * 7 % 730)
    took = 1 + n * n % 19 + (20 if n % 101 == 0 else 0)
    return Case(
        item_id=items[n % ITEMS], department_id=department_id, number=f"P-{n}", submitted_on=day, received_on=day,
        accepted_on=day, decided_on=day, ended_on=day, state="closed", kind="promise" if n // ITEMS % 10 else "immediate",
        outcome="approved" if n // 7 % 30 else "withdrawn", elapsed_days=took, extended_days=5 if n % 53 == 0 else 0,
    )  # fmt: skip


def _copy_until(size: int) -> None:
    """Double the pattern inside the database until there are `size` cases."""
    from approvals.cases.models import Case

    names = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", "number"}]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    first = Case.objects.filter(number__startswith="P-").order_by("pk").values_list("pk", flat=True)[0]
    done = min(PATTERN, size)
    with connection.cursor() as cursor:
        while done < size:
            count = min(done, size - done)
            cursor.execute(
                f"INSERT INTO cases_case (number, {columns}) SELECT 'P+' || (id + %s), {columns} FROM cases_case"
                " WHERE id >= %s AND id < %s",
                [done, first, first + count],
            )
            done += count


def by_portal(items: list[int]) -> list[Any]:
    """What the page does for each of these items."""
    from approvals.promises.simulator import history_of, year_until

    first, last = year_until(LAST)
    found = []
    for item in items:
        history = history_of(item, first, last)
        found.append(
            (history.shortest(SHARE), history.late(7), sum(late for late, _all in history.late_by_month(7).values()))
        )
    return found


def by_hand(items: list[int]) -> list[Any]:
    """The same answers from SQL written by hand and plain counting."""
    from approvals.promises.simulator import year_until

    first, last = year_until(LAST)
    sql = BY_HAND if connection.vendor == "postgresql" else BY_HAND_ELSEWHERE
    found = []
    with connection.cursor() as cursor:
        for item in items:
            cursor.execute(sql, [item, first, last])
            rows = cursor.fetchall()
            late = sum(count for _month, days, count in rows if days > 7)
            found.append((_shortest(rows), late, late))
    return found


def _shortest(rows: list[Any]) -> int | None:
    counts: dict[int, int] = {}
    for _month, days, count in rows:
        counts[days] = counts.get(days, 0) + count
    needed, reached = SHARE * sum(counts.values()), 0
    for days in sorted(counts):
        reached += counts[days]
        if reached >= needed:
            return days
    return None


def same(ours: list[Any], other: list[Any]) -> None:
    assert ours == other
    assert all(shortest for shortest, _late, _by_month in ours)


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    items = fill(size)[:ASKED]
    yield Pair(lambda: by_portal(items), lambda: by_hand(items), amount=ASKED, check=same)


register(
    Row(
        name="simulator",
        title="What a year of an item's history says about a promise",
        ours="`history_of`: one query over one partial index",
        other="SQL written by hand",
        unit="items",
        goal=0.8,
        prepare=prepare,
    )
)
