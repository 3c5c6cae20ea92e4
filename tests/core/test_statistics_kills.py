"""The statistics under kill -9: writers and refreshers die at random, and no cell may be wrong afterwards."""

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable

import pytest
from django.db import connection, connections

from portal.core.models.statistics import DirtyKey
from portal.core.statistics import differences, rebuild, refresh, refresh_all
from tests.core import statsapp
from tests.core.statsapp import ORDERS, Order, act, empty_tables, expected, kept

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SECONDS = float(os.environ.get("KILL_SECONDS", "20"))
WRITERS, REFRESHERS = 4, 4


def write_for_ever(seed: int) -> None:
    chance = random.Random(seed)
    pks = list(Order.objects.values_list("pk", flat=True))
    while True:
        act(chance, pks)


def refresh_for_ever(_seed: int) -> None:
    while True:
        refresh_all()
        time.sleep(0.002)


class Crowd:
    """Forked children that never end by themselves."""

    def __init__(self) -> None:
        self.children: dict[int, Callable[[int], None]] = {}
        self.born = 0

    def fork(self, work: Callable[[int], None]) -> None:
        self.born += 1
        pid = os.fork()
        if pid == 0:
            try:
                work(self.born)
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(3)
        self.children[pid] = work

    def kill(self, pid: int) -> Callable[[int], None]:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "a child ended by itself: see its traceback"
        return self.children.pop(pid)


def wait_for_other_sessions() -> None:
    """A killed client's statement may still be running in its server process."""
    for _ in range(2400):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise AssertionError("sessions of killed processes stay")


def _wrong(cells: dict, rows: dict) -> list:
    return [key for key in cells.keys() | rows.keys() if cells.get(key) != rows.get(key)]


def test_no_cell_is_wrong_after_writers_and_refreshers_were_killed_at_random(statsapp_tables, monkeypatch):
    monkeypatch.setattr(statsapp, "spread", 12)
    monkeypatch.setattr(refresh, "WHOLE_DAY", 3)  # both ways of counting
    empty_tables()
    chance = random.Random(20261122)
    for _ in range(80):
        statsapp.random_order(chance).save()
    rebuild(ORDERS)
    connections.close_all()  # a forked child must not share a connection
    crowd = Crowd()
    kills = 0
    try:
        for work in [write_for_ever] * WRITERS + [refresh_for_ever] * REFRESHERS:
            crowd.fork(work)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.005, 0.08))
            crowd.fork(crowd.kill(chance.choice(list(crowd.children))))
            kills += 1
    finally:
        for pid in list(crowd.children):
            crowd.kill(pid)
    wait_for_other_sessions()
    left = DirtyKey.objects.count()
    refresh_all()
    try:
        wrong = [name for name in ORDERS.cuboids for _ in _wrong(kept(name), expected(name))]
        cells = sum(len(kept(cuboid)) for cuboid in ORDERS.cuboids)
        print(f"{kills} kills, {left} dirty rows left by them, {cells} cells, {len(wrong)} wrong")  # noqa: T201
        assert kills > SECONDS
        assert wrong == []
        assert not DirtyKey.objects.exists()
        assert list(differences()) == []
    finally:
        empty_tables()
