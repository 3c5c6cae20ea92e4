"""Reading steps side by side and under kill -9: every step once, none missing. Shows only on PostgreSQL."""

import datetime as dt
import os
import random
import signal
import sys
import time
import traceback

import pytest
from django.db import connection, connections, transaction

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core import statistics
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Job
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.supervision.dashboards import steps
from portal.supervision.dashboards.models import CaseStep, CaseWay
from tests.cases.test_citizen_races import at_once
from tests.core.test_statistics_kills import wait_for_other_sessions
from tests.dashboards.objects import clerk_of, lived, thing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = "2026-12-01 "
READERS, KILLS = 3, 8
PAUSE = 0.1  # seconds: so that kills hit the middle


def moves(pks: list[int]) -> set[tuple[int, int]]:
    """Case and sequence of every event that left a state for another, as the chain of events has them."""
    rows = Event.objects.filter(stream="cases.case", stream_id__in=pks).exclude(from_state__in=["", "draft"])
    return {(pk, number) for pk, number, old, new in rows.values_list("stream_id", "sequence", "from_state", "to_state")
            if old != new and new}  # fmt: skip


def written() -> list[tuple[int, int]]:
    return list(CaseStep.objects.values_list("case_id", "sequence"))


def cases(number: int) -> list[int]:
    on = thing()
    clerk = clerk_of(on.department)
    return [
        lived(on, clerk, filed_at=DAY + "09:00", accepted_at=DAY + "10:00", approved_at=DAY + "11:00").pk
        for _n in range(number)
    ]


def test_several_readers_of_one_case_write_each_step_once():
    pks = cases(2)
    at_once(6, lambda: str(steps.build(pks)))
    assert sorted(written()) == sorted(moves(pks))
    assert CaseWay.objects.count() == 2


def test_a_step_that_commits_while_another_is_read_is_not_missed(monkeypatch):
    """The reader has read the events already when the next step commits: that step has a job of its own."""
    on = thing()
    clerk = clerk_of(on.department)
    case = lived(on, clerk, filed_at=DAY + "09:00", accepted_at=DAY + "10:00")
    read = steps._lives

    def slow(found):
        lives = read(found)
        if not CaseStep.objects.exists() and Case.objects.filter(pk=case.pk, state="accepted").exists():
            at_once(1, lambda: _approve(case.pk, clerk.user_id))
        return lives

    monkeypatch.setattr(steps, "_lives", slow)
    assert steps.build([case.pk]) == 1, "the approval came too late for this reading"
    run_due_jobs()
    assert sorted(written()) == sorted(moves([case.pk])) and len(written()) == 2


def _approve(pk: int, clerk: int) -> str:
    case = Case.objects.get(pk=pk)
    actor = actor_of(User.objects.get(pk=clerk), Role.CLERK)
    return actions.take_step(actor, pk, "approve", {}, state_version=case.state_version).state


@pytest.mark.slow
def test_readers_that_are_killed_lose_no_step_and_double_none():
    pks = cases(12)
    assert Job.objects.filter(name=steps.READ_STEPS, state="waiting").count() == 2 * len(pks)
    Job.objects.exclude(name=steps.READ_STEPS).delete()
    Job.objects.update(due_at=now() - dt.timedelta(minutes=1))  # the cases lived on days of their own
    chance = random.Random(20261122)
    connections.close_all()
    children = [_fork() for _n in range(READERS)]
    try:
        for kill in range(KILLS):
            _wait_for_work_after(kill)
            time.sleep(chance.uniform(0, 2 * PAUSE))
            _kill(children[kill % READERS])
            children[kill % READERS] = _fork()
        _wait_for_work_after(KILLS)
    finally:
        for child in children:
            _kill(child)
    wait_for_other_sessions()
    assert Job.objects.filter(state="running").exists(), "no kill met a running job: the test shows nothing"
    Job.objects.filter(state="running").update(lease_until=now() - dt.timedelta(hours=1))  # the leases of the dead end
    run_due_jobs()
    assert sorted(written()) == sorted(moves(pks))
    assert CaseWay.objects.count() == len(pks)
    assert not Job.objects.exclude(state="done").exists()
    statistics.refresh_all()
    assert list(statistics.differences()) == []


def _wait_for_work_after(done: int) -> None:
    for _ in range(400):
        if Job.objects.filter(state="done").count() > done:
            return
        time.sleep(0.05)
    raise AssertionError("no reader works")


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), "a child ended by itself: see its traceback"


def _fork() -> int:
    """A reader for ever, slow enough to be met in the middle of its work."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            build = steps.build

            def slow(some):
                with transaction.atomic():
                    made = build(some)
                    time.sleep(PAUSE)
                return made

            steps.build = slow
            while True:
                run_due_jobs(limit=1)
                time.sleep(0.01)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(3)
    return pid
