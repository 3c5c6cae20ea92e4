"""Jobs: written with the business, done once, given back by the dead, given up in the open."""

import datetime as dt

import pytest
from django.db import transaction

from portal.core import jobs
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.jobs import GiveUp, Later, enqueue, run_due_jobs
from portal.core.models import BeatTick, Job, JobState
from portal.core.models.jobs import LeaseLost
from portal.core.time import driven_clock, now

pytestmark = pytest.mark.django_db
seen: list[dict] = []


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


@jobs.job("test.note")
def note(payload, job):
    seen.append(payload)


@jobs.job("test.fail", max_attempts=3)
def fail(payload, job):
    BeatTick.tick(now())  # an effect that must not survive the failure
    raise ValueError("the printer burns\nDETAIL: Key (phone)=(13800001234)")


@jobs.job("test.give_up")
def give_up(payload, job):
    raise GiveUp("there is no such department")


@jobs.job("test.later")
def later(payload, job):
    raise Later(now() + dt.timedelta(hours=8))


@jobs.job("test.asks_again")
def asks_again(payload, job):
    seen.append(payload)
    if payload["round"] == 1:
        enqueue("test.asks_again", {"round": 2}, key="x")


@jobs.job("test.loses_lease")
def loses_lease(payload, job):
    BeatTick.tick(now())
    Job.objects.filter(pk=job.pk).update(lease_token="somebody else")


@jobs.job("test.steps", steps=True)
def steps(payload, job):
    for number in range(job.progress.get("done", 0), 3):
        with job.step(progress={"done": number + 1}):
            seen.append({"step": number})
        if number == payload.get("break_after"):
            raise OSError("disk full")


def test_a_job_is_done_once_and_says_so():
    row = enqueue("test.note", {"n": 1})
    assert run_due_jobs() == 1
    assert run_due_jobs() == 0
    row.refresh_from_db()
    assert seen == [{"n": 1}]
    assert (row.state, row.attempts, row.lease_token) == (JobState.DONE, 1, "")
    assert row.finished_at is not None


def test_a_job_of_a_transaction_that_fails_never_existed():
    def business() -> None:
        enqueue("test.note", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        business()
    assert run_due_jobs() == 0
    assert not Job.objects.exists()


def test_a_job_waits_until_it_is_due():
    start = now()
    with driven_clock(start):
        enqueue("test.note", {}, due_at=start + dt.timedelta(days=5))
        assert run_due_jobs() == 0
    with driven_clock(start + dt.timedelta(days=5, seconds=1)):
        assert run_due_jobs() == 1


def test_jobs_run_in_the_order_in_which_they_became_due():
    start = now()
    enqueue("test.note", {"n": 2}, due_at=start - dt.timedelta(minutes=1))
    enqueue("test.note", {"n": 1}, due_at=start - dt.timedelta(minutes=2))
    run_due_jobs()
    assert [payload["n"] for payload in seen] == [1, 2]


def test_a_name_without_handler_is_refused_when_asked_for():
    with pytest.raises(ValueError, match="no handler"):
        enqueue("test.unheard_of", {})


def test_of_one_key_only_one_job_is_open_and_the_later_request_counts():
    first = enqueue("test.note", {"n": 1}, key="k", due_at=now() + dt.timedelta(hours=1))
    second = enqueue("test.note", {"n": 2}, key="k")
    assert first.pk == second.pk
    assert run_due_jobs() == 1
    assert seen == [{"n": 2}]
    assert enqueue("test.note", {"n": 3}, key="k").pk != first.pk


def test_work_asked_for_while_it_runs_is_run_again():
    enqueue("test.asks_again", {"round": 1}, key="x")
    assert run_due_jobs() == 2
    assert [payload["round"] for payload in seen] == [1, 2]
    assert Job.objects.get().state == JobState.DONE


def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_stands_as_failed():
    row = enqueue("test.fail", {})
    moment = row.due_at
    pauses = []
    for _attempt in range(3):
        with driven_clock(moment):
            assert run_due_jobs() == 1
        row.refresh_from_db()
        pauses.append((row.due_at - moment).total_seconds())
        moment = row.due_at
    assert pauses[:2] == [10, 30]
    assert row.state == JobState.DEAD
    assert row.last_error.startswith("ValueError: the printer burns (fail:")
    assert "13800001234" not in row.last_error
    assert not BeatTick.objects.exists(), "the effect of a failed attempt was kept"


def test_a_job_that_makes_no_sense_fails_at_once():
    row = enqueue("test.give_up", {})
    run_due_jobs()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (JobState.DEAD, 1, "there is no such department")


def test_a_job_that_must_wait_costs_no_attempt():
    row = enqueue("test.later", {})
    assert run_due_jobs() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.WAITING, 0)
    assert row.due_at > now() + dt.timedelta(hours=7)


def test_the_effect_of_a_worker_that_lost_its_lease_is_rolled_back():
    row = enqueue("test.loses_lease", {})
    run_due_jobs()
    row.refresh_from_db()
    assert not BeatTick.objects.exists()
    assert row.state == JobState.RUNNING, "the row belongs to the other worker now"


def test_a_stepwise_job_goes_on_where_it_broke_off():
    row = enqueue("test.steps", {"break_after": 1})
    run_due_jobs()
    row.refresh_from_db()
    assert (row.state, row.progress) == (JobState.WAITING, {"done": 2})
    with driven_clock(row.due_at):
        run_due_jobs()
    assert [entry["step"] for entry in seen] == [0, 1, 2]


def test_a_step_without_the_lease_does_not_commit():
    enqueue("test.steps", {})
    mine = jobs.take_job()
    Job.objects.filter(pk=mine.pk).update(lease_token="somebody else")
    with pytest.raises(LeaseLost), mine.step():
        BeatTick.tick(now())
    assert not BeatTick.objects.exists()


def expire(row: Job) -> None:
    Job.objects.filter(pk=row.pk).update(lease_until=now() - dt.timedelta(seconds=1))


def test_the_job_of_a_dead_worker_is_given_to_another():
    enqueue("test.note", {"n": 1})
    lost = jobs.take_job()
    assert run_due_jobs() == 0, "a lease that stands was not respected"
    expire(lost)
    assert run_due_jobs() == 1
    assert seen == [{"n": 1}]
    with pytest.raises(LeaseLost):
        lost.complete()


def test_a_job_that_kills_every_worker_is_given_up():
    row = enqueue("test.fail", {})
    for _attempt in range(3):
        expire(jobs.take_job())
        jobs.sweep_leases()
    row.refresh_from_db()
    assert row.state == JobState.DEAD
    assert row.last_error


def test_a_renewed_lease_outlives_the_sweep():
    enqueue("test.note", {})
    mine = jobs.take_job()
    expire(mine)
    mine.renew(progress={"rows": 500})
    assert jobs.sweep_leases() == 0
    mine.refresh_from_db()
    assert mine.progress == {"rows": 500}


# --- people ---------------------------------------------------------------------------------------------------------


def dead_job(key: str = "") -> Job:
    row = enqueue("test.give_up", {}, key=key)
    run_due_jobs()
    row.refresh_from_db()
    return row


def test_an_administrator_tries_a_failed_job_again(administrator):
    row = jobs.retry_job(administrator, dead_job().pk)
    assert (row.state, row.attempts) == (JobState.WAITING, 0)
    with pytest.raises(WrongState):
        jobs.retry_job(administrator, row.pk)


def test_a_failed_job_whose_work_waits_already_is_not_doubled(administrator):
    row = dead_job(key="k")
    enqueue("test.give_up", {}, key="k")
    with pytest.raises(WrongState):
        jobs.retry_job(administrator, row.pk)


def test_a_job_closed_by_a_person_says_who_and_why(administrator):
    row = dead_job()
    with pytest.raises(Invalid):
        jobs.close_job(administrator, row.pk, note=" ")
    row = jobs.close_job(administrator, row.pk, note="已电话告知")
    assert (row.state, row.closed_by, row.closed_note) == (JobState.CANCELLED, administrator.user, "已电话告知")


def test_only_administrators_touch_jobs(citizen):
    row = dead_job()
    with pytest.raises(NotAllowed):
        jobs.retry_job(citizen, row.pk)
    with pytest.raises(NotAllowed):
        jobs.close_job(Actor.system("x"), row.pk, note="x")
