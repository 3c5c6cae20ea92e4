"""What the rows of the API work on: departments with a system each, many cases, and gunicorn on a port of its own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEPARTMENTS = 8
WORKERS, CLIENTS = 4, 16


def systems() -> list[tuple[str, str, int]]:
    """(item code, token, department id) of eight departments; the tokens may ask as often as they like."""
    from portal.core.actors import Actor
    from portal.people.actions.clients import ClientDraft, make_client, make_token
    from portal.people.clients.scopes import ALL_SCOPES
    from portal.people.models import Department

    administrator, found = Actor.system("bench"), []
    start = Department.objects.count()  # another row may have made some
    for number in range(start, start + DEPARTMENTS):
        department = Department.objects.create(code=f"BENCH{number}", name=f"市测试局{number}")
        client = make_client(
            administrator,
            ClientDraft(code=f"bench-{number}", name="系统", department_id=department.pk, rate_per_minute=100_000),
        )
        scopes = set(ALL_SCOPES) - {"cases:personal"}
        _row, text = make_token(administrator, client.pk, scopes=scopes, days=2)
        found.append((_item(department), text, department.pk))
    return found


def _item(department: Any) -> str:
    import datetime as dt

    from approvals.catalogue.models import Item, ItemVersion
    from portal.core.time import now

    item = Item.objects.create(code=f"I-{department.code}", name="测试事项", department=department)
    version = ItemVersion.objects.create(
        item=item, number=1, kind="promise", legal_days=20, promised_days=10, online=True, visits=0
    )
    version.state, version.valid_from, version.published_at = "published", dt.date(2020, 1, 1), now()
    version.save()
    item.current, item.status = version, "published"
    item.save()
    return item.code


@contextmanager
def server() -> Iterator[int]:
    """The portal under gunicorn with sync workers, on the benchmark's database; yields its port."""
    from django.conf import settings

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "BLIND_KEYS": ",".join(settings.BLIND_KEYS),
        "LOG_LEVEL": "ERROR",
    }
    if redis := os.environ.get("BENCH_REDIS_URL", ""):
        environment["REDIS_URL"] = redis
    command = [
        sys.executable, "-m", "gunicorn", "portal.wsgi:application", f"--bind=127.0.0.1:{port}",
        f"--workers={WORKERS}", "--worker-class=sync", "--no-control-socket", "--log-level=error",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if ask(port, "GET", "/api/v1/me", "")[0] == 401:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def ask(port: int, method: str, path: str, token: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    """One request on a connection of its own, as a sync worker closes it anyway."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    connection.request(method, path, json.dumps(body) if body is not None else None, given)
    response = connection.getresponse()
    try:
        return response.status, response.read()
    finally:
        connection.close()


def side_by_side(work: Any, count: int, *, clients: int = CLIENTS) -> list[Any]:
    """Do `work(number)` for each number with so many clients at once; whatever went wrong with one is raised."""
    results: list[Any] = [None] * count
    numbers = iter(range(count))
    wrong: list[BaseException] = []
    lock = threading.Lock()

    def one() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                results[number] = work(number)
            except BaseException as error:
                wrong.append(error)
                return

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return results
