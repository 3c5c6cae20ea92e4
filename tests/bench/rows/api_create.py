"""Row `api_create`: a case filed over the API, and the very statements of such a filing replayed by pgbench.

The statements are taken once from the server's own code (Django's log of one create, every value as it went out); what
must differ from run to run (numbers, keys, ids) is put in anew by pgbench. Sixteen clients on both sides, four sync
workers on ours.
"""

import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.bench.apiworld import CLIENTS, ask, server, side_by_side, systems
from tests.bench.harness import Pair, Row, register

CREATES = 480  # a run; the same number of transactions for pgbench
MOST_QUERIES = 12
_serial = itertools.count(1)


def body(item: str) -> dict[str, Any]:
    return {
        "external_id": f"B-{next(_serial):09d}",
        "item": item,
        "applicant": {
            "type": "person",
            "name": "王小明",
            "phone": "13812345678",
            "resident_number": "11010519491231002X",
        },
    }


# --- the statements ---------------------------------------------------------------------------------------------------


def captured(item: str, token: str) -> list[str]:
    """The SQL of one create, after a first one has warmed what a process remembers."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token}"})
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            answer = client.post(
                "/api/v1/cases",
                body(item),
                content_type="application/json",
                headers={"idempotency-key": os.urandom(8).hex()},
            )
        if answer.status_code != 201:
            raise AssertionError(answer.content)
    statements = [one["sql"] for one in found if not one["sql"].startswith(("BEGIN", "COMMIT"))]
    if len(statements) > MOST_QUERIES:
        raise AssertionError(f"{len(statements)} queries")
    return statements


TABLES = {"cases_case": "case_id", "core_event": "event_id"}


def script(statements: list[str]) -> str:
    """The statements as a pgbench script: one transaction behind the reading of the token, fresh keys in each round."""
    lines = ["\\set token random(1, 2000000000)", "\\set more random(1, 2000000000)", statements[0] + ";", "BEGIN;"]
    kept: dict[str, str] = {}
    for sql in map(_without_copy, statements[1:]):
        sql = _fresh(sql, kept)
        lines.append(sql.replace("\n", " ") + _ending(sql))
    lines.append("COMMIT;")
    return "\n".join(lines) + "\n"


def _without_copy(sql: str) -> str:
    """pgbench cannot COPY: the marks of the figures go in by INSERT, one for each cuboid."""
    if not sql.upper().startswith("COPY"):
        return sql
    marks = {
        "item": '["2026-11-22",1,1,"counter","promise"]',
        "department": '["2026-11-22",1,"counter","promise"]',
        "window": '["2026-11-22",1,0,0]',
    }
    rows = ", ".join(f"(3, 'cases', '{name}', '{key}')" for name, key in marks.items())
    return f'INSERT INTO "core_dirtykey" ("shard", "measure_set", "cuboid", "key") VALUES {rows}'


def _ending(sql: str) -> str:
    """Keep the id of the new row under a name, where later statements use it."""
    inserted = re.search(r"^INSERT INTO \"(\w+)\"", sql)
    name = TABLES.get(inserted.group(1)) if inserted else None
    return f" \\gset {name}_" if name and re.search(r"RETURNING \S*\"?id\"?$", sql) else ";"


def _fresh(sql: str, kept: dict[str, str]) -> str:
    """Replace what is unique: the case's number, the sender's number, the key, the row keys."""
    sql = re.sub(r"'SP-\d{8}-(\w+)-\d{6}-\w'", r"'SP-\1-' || :token || '-' || :more", sql)
    sql = re.sub(r"'B-\d{9}'", "'B-' || :token || '-' || :more", sql)
    sql = re.sub(r"'[0-9a-f]{16}'", "md5(:token::text || :more::text)", sql)
    sql = re.sub(r"'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}'(::uuid)?", "gen_random_uuid()", sql)
    for table, name in TABLES.items():
        if number := kept.get(table):
            sql = re.sub(rf"(?<![\w.'-]){number}(?![\w.'-])", f":{name}_id", sql)
    return sql


@contextmanager
def pgbench(statements: list[str], ids: dict[str, str]) -> Iterator[Any]:
    """A function that runs the statements so many times from sixteen clients."""
    from django.conf import settings

    url = urlsplit(os.environ["DATABASE_URL"])
    text = script([_numbered(sql, ids) for sql in statements])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "create.sql"
        file.write_text(text)
        command = [
            shutil.which("pgbench") or "pgbench", "--no-vacuum", f"--client={CLIENTS}", "--jobs=4",
            f"--transactions={CREATES // CLIENTS}", f"--file={file}", "--protocol=simple",
            f"--host={url.hostname}", f"--port={url.port or 5432}", f"--username={url.username}",
            str(settings.DATABASES["default"]["NAME"]),
        ]  # fmt: skip

        def run() -> int:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            found = re.search(r"number of transactions actually processed: (\d+)/(\d+)", done.stdout)
            if done.returncode or not found or int(found.group(1)) != CREATES:
                raise AssertionError(done.stderr[-2000:] + text)
            return int(found.group(1))

        yield run


def _numbered(sql: str, ids: dict[str, str]) -> str:
    """The ids of the captured rows become those of the rows that pgbench has just made."""
    for name, number in ids.items():
        sql = re.sub(rf"(?<![\w.'-]){number}(?![\w.'-])", f":{name}", sql)
        sql = re.sub(rf'"(event|stream_id)": {number}\b', rf'"\1": \' || :{name} || \'', sql)
    return sql


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from approvals.cases.models import Case
    from portal.core.models import Event

    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("the row api_create replays statements with pgbench: it needs PostgreSQL")
    found = systems()
    item, token, _department = found[0]
    statements = captured(item, token)
    case, event = Case.objects.latest("pk"), Event.objects.latest("pk")
    ids = {"case_id_id": str(case.pk), "event_id_id": str(event.pk)}
    with server() as port, pgbench(statements, ids) as replay:

        def create(number: int) -> int:
            code, text, _pk = found[number % len(found)]
            key = {"Idempotency-Key": os.urandom(8).hex()}
            return ask(port, "POST", "/api/v1/cases", text, body(code), **key)[0]

        def ours() -> int:
            statuses = side_by_side(create, CREATES)
            if set(statuses) != {201}:
                raise AssertionError(set(statuses))
            return len(statuses)

        yield Pair(ours, replay, amount=CREATES, check=_same)


def _same(ours: int, other: int) -> None:
    assert ours == other == CREATES


register(
    Row(
        name="api_create",
        title="A case filed over the API with number, clock, event, job and marks; 16 clients, 4 sync workers",
        ours=f"POST /api/v1/cases, at most {MOST_QUERIES} queries",
        other="the same SQL replayed by pgbench, 16 clients",
        unit="cases",
        goal=0.18,
        prepare=prepare,
    )
)
