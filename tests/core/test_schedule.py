"""The schedule, what it runs, and what it clears away."""

import datetime as dt
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from portal.celery import app
from portal.core import tasks
from portal.core.models import BeatTick, Channel, IdempotencyRecord, Job, JobState, MessageState, OutboxMessage
from portal.core.time import driven_clock, now

ROOT = Path(__file__).resolve().parents[2]


def test_every_entry_of_the_schedule_names_a_task_that_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()


def test_every_entry_expires_so_that_old_pokes_do_not_pile_up():
    assert [name for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if "expires" not in entry["options"]] == []


@pytest.mark.django_db
def test_the_age_of_the_last_tick_tells_whether_the_schedule_lives():
    assert tasks.last_beat_age() is None
    start = now()
    with driven_clock(start):
        tasks.beat_tick()
        tasks.beat_tick()
    with driven_clock(start + dt.timedelta(seconds=70)):
        assert tasks.last_beat_age() == dt.timedelta(seconds=70)
    assert BeatTick.objects.count() == 1


def make_job(state: str, *, days_ago: int) -> int:
    moment = now() - dt.timedelta(days=days_ago)
    return Job.objects.create(name="test.x", state=state, due_at=moment, created_at=moment, finished_at=moment).pk


@pytest.mark.django_db
def test_the_purge_takes_what_is_old_and_done_and_nothing_else(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}  # not what other tests left in the common folder
    for days in (6, 8):
        IdempotencyRecord.objects.create(
            actor="a", route="r", key=str(days), created_at=now() - dt.timedelta(days=days)
        )
    kept = {
        make_job(JobState.DONE, days_ago=29),
        make_job(JobState.DEAD, days_ago=300),
        make_job(JobState.WAITING, days_ago=300),
    }
    make_job(JobState.DONE, days_ago=31)
    done = tasks.purge()
    assert {name: count for name, count in done.items() if count} == {"idempotency": 1, "jobs": 1}
    assert set(Job.objects.values_list("pk", flat=True)) == kept
    assert IdempotencyRecord.objects.get().key == "6"


@pytest.mark.django_db
def test_an_old_message_loses_text_and_address_and_stays_as_proof():
    for state in (MessageState.SENT, MessageState.UNKNOWN):
        OutboxMessage.objects.create(
            channel=Channel.SMS,
            address="13800001234",
            language="zh-hans",
            template="t",
            body="王芳您好",
            key=state,
            state=state,
            created_at=now() - dt.timedelta(days=181),
        )
    assert tasks.purge()["messages"] == 1
    assert tasks.purge()["messages"] == 0
    sent = OutboxMessage.objects.get(state=MessageState.SENT)
    assert (sent.address, sent.body) == ("", "")
    assert OutboxMessage.objects.get(state=MessageState.UNKNOWN).body == "王芳您好", "a person still needs it"


HELD_UP = 60.0  # a broker's own patience has no end; ours is a second or two, on however busy a machine
POKE = """
import django, time
django.setup()
from portal.core import jobs
start = time.monotonic()
for _request in range(20):
    jobs._send_poke()
print(time.monotonic() - start)
"""


@pytest.mark.once
def test_a_broker_that_is_away_or_silent_neither_fails_nor_holds_up_the_requests():
    with socket.socket() as silent, socket.socket() as away:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)  # takes the connection and never answers
        away.bind(("127.0.0.1", 0))
        for broker in (silent, away):
            url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
            environment = {**os.environ, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
            done = subprocess.run(
                [sys.executable, "-c", POKE], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, done.stderr
            assert float(done.stdout) < HELD_UP
            assert done.stderr.count("poke_failed") == 1, "the first of the twenty waits for all"


@pytest.mark.django_db
def test_the_purge_takes_sessions_that_are_over_and_leaves_the_others():
    for key, days in (("over", -1), ("running", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=now() + dt.timedelta(days=days))
    assert tasks.purge()["sessions"] == 1
    assert Session.objects.get().session_key == "running"
