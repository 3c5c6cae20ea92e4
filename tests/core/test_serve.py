"""`serve` for real: one command, several processes, and none of them survives the others."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from django.db import connection

from tests import fastflush

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.first, pytest.mark.slow, pytest.mark.once]
PATIENCE = 600.0  # a new database has two thousand tables and indexes to make, on a machine with other work too
STOPPED = 120.0  # tasks get five seconds to end, ten at most; the rest is Python's, behind whatever else computes here
GONE, ORPHANED = 1.0, 5.0  # nobody is left behind; without the parent they learn of it a little later
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "BLIND_KEYS")  # this is a fresh machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition, what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"in {patience:.0f} s not seen: {what}"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children_of(pid: int) -> dict[int, str]:
    """Every descendant with its command line."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = (int(fields[1]), command)
    found: dict[int, str] = {}
    edge = {pid}
    while edge:
        edge = {child for child, (parent, _command) in parents.items() if parent in edge and child not in found}
        found.update({child: parents[child][1] for child in edge})
    return found


def worked(pid: int) -> float:
    """Seconds of computing by a process and its ended children: on a busy machine they take longer, but are no more."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


class Served:
    """A running `serve` on a port of its own."""

    def __init__(self, data_dir: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log = data_dir / f"serve-{self.port}.log"
        environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        environment |= {"PORTAL_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--web-workers", "2"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.family: dict[int, str] = {}

    def wait_until_up(self) -> "Served":
        until(lambda: "http://" in self.said() or self.process.poll() is not None, "the address")
        assert self.process.poll() is None, self.said()
        self.worked = worked(self.process.pid)
        until(lambda: len(self._background()) == 3, "two workers and beat")
        until(lambda: len(self._web()) == 3, "the web server and its two workers")
        self.family = children_of(self.process.pid)
        return self

    def _web(self) -> list[str]:
        return [command for command in children_of(self.process.pid).values() if "gunicorn" in command]

    def _background(self) -> list[str]:
        words = ("celery -A portal --quiet worker", "celery -A portal --quiet beat")
        return [line for line in children_of(self.process.pid).values() if any(word in line for word in words)]

    def said(self) -> str:
        return self.log.read_text()

    def one(self, word: str) -> int:
        return min(pid for pid, command in self.family.items() if word in command)

    def status(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def assert_all_gone(self, patience: float) -> None:
        until(lambda: not any(alive(pid) for pid in self.family), f"the end of {self.family}", patience)

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for pid in self.family:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The first start on a fresh machine, ended by Ctrl-C; whichever tests share a process begin from here."""
    data_dir = tmp_path_factory.mktemp("serve")
    with Served(data_dir) as served:
        served.wait_until_up()
        served.answered = served.status()
        served.process.send_signal(signal.SIGINT)
        served.process.wait(timeout=STOPPED)
        yield served


@pytest.fixture(scope="module")
def data_dir(first):
    return first.log.parent


def test_ctrl_c_ends_every_process(first, data_dir):
    assert first.answered == 200, "a start that waits for the first tick of the schedule is no failure"
    assert first.process.returncode == 0
    first.assert_all_gone(GONE)
    assert "Setting up the database" in first.said()
    assert "Stopped." in first.said()
    assert (data_dir / "portal.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_the_migrations_make_the_tables_of_the_models(data_dir):
    """The suites make their tables from the models, a new installation from the migrations."""
    if connection.vendor != "sqlite":
        pytest.skip("the database of a fresh start is SQLite: to be compared with its like")
    with connection.cursor() as cursor, closing(sqlite3.connect(data_dir / "portal.sqlite3")) as installed:
        ours, theirs = (things_in(database) for database in (cursor, installed))
    assert len(ours) > 1000
    assert ours.keys() - theirs.keys() == set()
    assert theirs.keys() - ours.keys() <= {("table", "django_migrations")}
    assert {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]} == {}


def things_in(database) -> dict[tuple[str, str], list[str]]:
    """Tables, indexes and triggers with their sources; columns and conditions of a table in no order."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        (kind, name): sorted(re.split(r", (?=\"|CONSTRAINT)", sql.partition("(")[2][:-1])) if kind == "table" else [sql]
        for kind, name, sql in rows
        if not name.startswith(fastflush.COPY)
    }


def test_a_second_start_keeps_the_data_and_takes_seconds(data_dir):
    with Served(data_dir) as served:
        served.wait_until_up()
        assert "Setting up the database" not in served.said()
        assert "Collecting static files" not in served.said()
        assert served.worked < 20
        served.process.send_signal(signal.SIGHUP)
        assert served.process.wait(timeout=STOPPED) == 0
        served.assert_all_gone(GONE)


def test_the_death_of_the_parent_ends_every_process(data_dir):
    with Served(data_dir) as served:
        served.wait_until_up()
        served.process.kill()
        served.process.wait()
        served.assert_all_gone(ORPHANED)


@pytest.mark.parametrize("victim", ["worker1@", "beat", "gunicorn"])
def test_the_death_of_a_child_ends_all_with_an_error(data_dir, victim):
    with Served(data_dir) as served:
        served.wait_until_up()
        os.kill(served.one(victim), signal.SIGKILL)
        assert served.process.wait(timeout=STOPPED) == 1
        served.assert_all_gone(GONE)
        assert re.search(r"has ended \(-9\); everything is stopped", served.said())


def test_what_is_in_the_way_is_said_in_a_sentence(data_dir):
    """A taken port, a data folder in use, and idle connections that must not keep the page from coming."""
    with Served(data_dir) as served, ExitStack() as stack:
        served.wait_until_up()
        for _number in range(6):  # what one browser may open in advance
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
        before = time.monotonic()
        assert served.status() == 200  # the first tick may still be to come
        assert time.monotonic() - before < 3, "idle connections hold the web server up"
        with Served(data_dir) as second:
            assert second.process.wait(timeout=PATIENCE) == 1
            assert "running already" in second.said()
        elsewhere = data_dir / "elsewhere"
        elsewhere.mkdir()
        with Served(elsewhere, port=served.port) as third:
            assert third.process.wait(timeout=PATIENCE) == 1
            assert "cannot be used" in third.said()
            assert "Traceback" not in third.said()
