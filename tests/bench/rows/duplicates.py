"""Row `duplicates`: is it the same matter? Asked of a million tickets at the operator's desk, against the bare SQL.

The other side reads the same neighbourhood and days by hand-written SQL and ranks nothing, so the ratio is what the ORM,
the words and the ranking cost. The check finds the matches by comparing every ticket of the last days instead.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.harness import Pair, Row, register

TICKETS = 1_000_000
DAYS = 365
MOST_QUERIES = 2
BATCH = 10_000
SOUTH, WEST = 34.50, 119.05
STEP = 0.0004  # degrees between two places; the city has 250 by 250 of them
SIDE = 250
SUBJECTS = (
    "路灯不亮", "井盖破损", "垃圾无人清运", "夜间施工噪声", "小区停水", "电梯故障", "占道经营", "油烟扰民", "积水很深",
    "违章停车", "树枝压线", "公交不停靠", "暖气不热", "电动车进楼", "路面塌陷", "燃气有味", "水管爆裂", "网络中断",
    "健身器材损坏", "下水道堵塞",
)  # fmt: skip
ASKED = tuple((n * 12_347 % (SIDE * SIDE), n % len(SUBJECTS)) for n in range(20))


def place(number: int) -> tuple[float, float]:
    """Latitude and longitude of one of the city's places."""
    return SOUTH + STEP * (number // SIDE), WEST + STEP * (number % SIDE)


def subject_of(number: int) -> str:
    """Scattered, so that neighbours speak of different matters."""
    return SUBJECTS[number * 7919 % len(SUBJECTS)]


def fill(size: int) -> None:
    """Tickets of a year, spread over places and days."""
    from django.db import connection

    from hotline.models import Ticket
    from hotline.places import geohash
    from portal.core.time import local_date, now

    moment = now()
    step = dt.timedelta(days=DAYS) / size
    cells = [geohash(*place(number)) for number in range(SIDE * SIDE)]
    for start in range(0, size, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, size)):
            where = number * 104_729 % (SIDE * SIDE)
            at = moment - step * number
            rows.append(
                Ticket(
                    number=f"B-{number}", title=f"{where}号{subject_of(number)}", content="请尽快派人处理。", recorded_at=at,
                    recorded_on=local_date(at), urgent_at=at, geohash=cells[where], latitude=place(where)[0],
                    longitude=place(where)[1],
                )
            )  # fmt: skip
        Ticket.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ours() -> list[list[int]]:
    """What the desk does while somebody types."""
    return [ask(where, subject) for where, subject in ASKED]


def ask(where: int, subject: int) -> list[int]:
    from hotline.calls.similar import similar

    latitude, longitude = place(where)
    return [one.ticket for one in similar(title=SUBJECTS[subject], latitude=latitude, longitude=longitude).rows]


def few_queries() -> None:
    """Raises AssertionError where a question costs more than the agreed number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(*ASKED[0])
    with CaptureQueriesContext(connection) as captured:
        ask(*ASKED[0])
    if len(captured) > MOST_QUERIES:
        raise AssertionError(f"{len(captured)} queries")


def by_sql() -> list[list[int]]:
    """The neighbourhood of the last days by hand-written SQL over the same index; ranked as the desk ranks."""
    from django.db import connection

    from hotline.calls.geo import cells_around
    from hotline.calls.similar import CELL_CHARACTERS, rank, words_of
    from portal.core.time import now

    since, found = now() - dt.timedelta(days=14), []
    with connection.cursor() as cursor:
        for where, subject in ASKED:
            cells = cells_around(*place(where), CELL_CHARACTERS)
            marks = " OR ".join(["(geohash >= %s AND geohash <= %s)"] * len(cells))
            ends = [end for cell in sorted(cells) for end in (f"{cell}0", f"{cell}z")]
            cursor.execute(
                "SELECT id, number, title, content, geohash, category_id, recorded_at, parent_id, is_parent"
                f" FROM hotline_ticket WHERE recorded_at >= %s AND ({marks})",
                [since, *ends],
            )
            names = [column[0] for column in cursor.description]
            rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            for row in rows:
                row["pk"] = row["id"]
            alike = rank(rows, words_of(SUBJECTS[subject]), cells, None, frozenset())
            found.append([one.ticket for one in alike.rows])
    return found


def same(found: list[list[int]], other: list[list[int]]) -> None:
    """Both find the same, and the first question's answer is that of comparing every ticket of the last days."""
    assert found == other
    assert found[0] == _by_comparing_all(*ASKED[0])


def _by_comparing_all(where: int, subject: int) -> list[int]:
    from hotline.calls.geo import cells_around
    from hotline.calls.similar import CELL_CHARACTERS, COLUMNS, rank, words_of
    from hotline.models import Ticket
    from portal.core.time import now

    cells = cells_around(*place(where), CELL_CHARACTERS)
    recent = Ticket.objects.filter(recorded_at__gte=now() - dt.timedelta(days=14)).values(*COLUMNS)
    rows = [row for row in recent if row["geohash"][:CELL_CHARACTERS] in cells]
    return [one.ticket for one in rank(rows, words_of(SUBJECTS[subject]), cells, None, frozenset()).rows]


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    fill(min(size, TICKETS))
    few_queries()
    yield Pair(ours, by_sql, amount=len(ASKED), check=same, ours_repeats=5)


register(
    Row(
        name="duplicates",
        title=f"The same matter among {TICKETS:,} tickets",
        ours=f"`calls.similar`, at most {MOST_QUERIES} queries",
        other="hand-written SQL over the same index",
        unit="questions",
        goal=0.5,
        prepare=prepare,
    )
)
