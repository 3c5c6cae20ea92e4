"""Rows `api_list` and `api_depth`: the list of cases over HTTP, against a hand-written view, and deep against shallow."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.apiworld import systems
from tests.bench.filling import without_indexes
from tests.bench.harness import Pair, Row, register
from tests.bench.rows import sweep

REQUESTS = 100
MOST_QUERIES = 8
LIMIT = 20
SQL = """SELECT c.id, c.number, c.external_id, c.source, i.code, i.name, d.code, c.channel, c.kind, c.state,
 c.state_version, c.applicant_type, c.applicant_name, o.uscc, c.submitted_at, c.received_on, c.answer_due_on,
 c.supplement_due_on, c.accepted_at, c.legal_days, c.promised_days, c.promised_due_on, c.legal_due_on, c.stopped_on,
 c.extended_days, c.decided_at, c.outcome, c.ended_on, c.elapsed_days, c.imported
 FROM cases_case c JOIN catalogue_item i ON i.id = c.item_id JOIN people_department d ON d.id = c.department_id
 LEFT JOIN people_organisation o ON o.id = c.organisation_id
 WHERE c.department_id = %s AND c.state <> 'draft' AND c.id < %s ORDER BY c.id DESC LIMIT 21"""


_filled: list[tuple[str, int, int]] = []


def fill(size: int) -> tuple[str, int, int]:
    """So many cases of one department, once for both rows: (token, department id, id of the first case)."""
    if not _filled:
        _item, token, department = systems()[0]
        _filled.append((token, department, _cases(size, department)))
    return _filled[0]


def _cases(size: int, department: int) -> int:
    """The pattern of the row `sweep`, copied inside the database until there are enough; the id of the first."""
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item

    item = Item.objects.get(department=department)
    pattern = [sweep._case(n, item) for n in range(min(sweep.PATTERN, size))]
    for n, case in enumerate(pattern):
        case.number = f"L-{n}"
    Case.objects.bulk_create(pattern, batch_size=1_000)
    first = Case.objects.get(number="L-0").pk
    with without_indexes("cases_case"):
        _copy(first, len(pattern), size)
    return first


def _copy(first: int, done: int, size: int) -> None:
    """Double the pattern inside the database until there are `size` cases."""
    from django.db import connection

    from approvals.cases.models import Case

    names = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", "number"}]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        while done < size:
            count = min(done, size - done)
            cursor.execute(
                f"INSERT INTO cases_case (number, {columns}) SELECT 'L+' || (id + %s), {columns} FROM cases_case"
                " WHERE id >= %s AND id < %s",
                [done, first, first + count],
            )
            done += count


def by_hand(request: Any) -> Any:
    """The yardstick: a view of this project behind the same middleware, one statement, plain JSON, no rights at all."""
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute(SQL, [int(request.GET["department"]), int(request.GET["before"])])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()[:LIMIT]]
    text = json.dumps({"results": rows, "next": rows[-1]["id"] if rows else None}, default=str, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json")


def reader(token: str) -> Any:
    """A program in this process: through middleware, routing, token, limit and all."""
    from django.test import Client

    return Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token}"})


def page(client: Any, cursor: str = "") -> dict[str, Any]:
    answer = client.get("/api/v1/cases", {"limit": LIMIT, **({"cursor": cursor} if cursor else {})})
    if answer.status_code != 200:
        raise AssertionError(answer.content)
    found: dict[str, Any] = json.loads(answer.content)
    return found


def few_queries(client: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page(client)
    with CaptureQueriesContext(connection) as captured:
        page(client)
    if len(captured) > MOST_QUERIES:
        raise AssertionError(f"{len(captured)} queries")


@contextmanager
def prepare_list(size: int) -> Iterator[Pair]:
    from django.test import Client, override_settings

    token, department, _first = fill(size)
    client, plain = reader(token), Client(SERVER_NAME="localhost")
    few_queries(client)

    def ours() -> list[int]:
        return [row["id"] for _ in range(REQUESTS) for row in page(client)["results"]]

    def other() -> list[int]:
        found: list[int] = []
        for _ in range(REQUESTS):
            answer = plain.get("/bench/cases", {"department": department, "before": 2**62})
            found += [row["id"] for row in json.loads(answer.content)["results"]]
        return found

    with override_settings(ROOT_URLCONF="tests.bench.apiurls"):
        yield Pair(ours, other, amount=REQUESTS, check=_same)


def _same(ours: list[int], other: list[int]) -> None:
    assert ours == other
    assert len(ours) == REQUESTS * LIMIT


@contextmanager
def prepare_depth(size: int) -> Iterator[Pair]:
    from portal.core.api.cursors import Asked

    token, department, first = fill(size)
    client = reader(token)
    place = Asked("cases", {"department": department}, LIMIT)
    deep = place.cursor(first + size // 50)  # 98 % of the way down

    def at(cursor: str) -> float:
        started = time.perf_counter()
        for _ in range(REQUESTS):
            assert len(page(client, cursor)["results"]) == LIMIT
        return time.perf_counter() - started

    yield Pair(lambda: at(deep), lambda: at(""), amount=REQUESTS, check=lambda _ours, _other: None)


register(
    Row(
        name="api_list",
        title="The list of a department's cases over the API, 20 rows",
        ours=f"GET /api/v1/cases: token, scope, limit, visibility, signed cursor; at most {MOST_QUERIES} queries",
        other="a hand-written keyset view of the same rows, with nothing around it",
        unit="pages",
        goal=0.45,
        prepare=prepare_list,
    )
)
register(
    Row(
        name="api_depth",
        title="A page near the end of the list",
        ours="the page after 98 % of the cases",
        other="the first page; 1 ÷ 1.2 = 0.83 is the goal",
        unit="pages",
        goal=0.83,
        prepare=prepare_depth,
    )
)
