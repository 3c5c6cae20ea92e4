"""kill -9 in the middle of jobs, steps and sends; workers side by side: nothing lost, nothing twice."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.db import connection, transaction

from portal.core.jobs import enqueue, run_due_jobs
from portal.core.models import Channel, Job, JobState, MessageState, Notification, OutboxMessage
from portal.core.models.jobs import OPEN_STATES
from portal.core.notifications import notify
from portal.core.time import now
from tests.core import job_worker

ROOT = Path(__file__).resolve().parents[2]
PLAIN, STEPWISE, MESSAGES, KILLS = 60, 10, 20, 10


class Gateway:
    """An SMS gateway as real ones are: it sends a key once, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.sent: dict[str, dict] = {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers["Idempotency-Key"]
                gateway.asked[key] += 1
                known = gateway.sent.setdefault(key, body)
                time.sleep(job_worker.PAUSE)  # sent, but the answer is still on its way
                self.send_response(200 if known == body else 422)
                self.end_headers()
                self.wfile.write(json.dumps({"id": key[:8]}).encode())

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gateway(settings):
    gateway = Gateway()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN, settings.SMS_QUIET_HOURS = gateway.url, "secret", (0, 0)
    yield gateway
    gateway.server.shutdown()
    gateway.server.server_close()


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    account = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
    return f"postgres://{account}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


def start_worker(gateway: Gateway, data_dir: Path) -> subprocess.Popen:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": "",
        "PORTAL_DATA_DIR": str(data_dir),
        "SMS_GATEWAY_URL": gateway.url,
        "SMS_GATEWAY_TOKEN": "secret",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.core.job_worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def drain(seconds: float) -> None:
    """Run what is left in this process, waiting for the leases of the dead to end."""
    deadline = time.monotonic() + seconds
    while Job.objects.filter(state__in=OPEN_STATES).exists():
        assert time.monotonic() < deadline, list(Job.objects.filter(state__in=OPEN_STATES).values())
        run_due_jobs()
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_double_nothing(gateway, citizen, tmp_path):
    user = citizen.user
    with transaction.atomic():
        for number in range(MESSAGES):
            notify(user, "test.sms", {"number": number}, channels=["sms"], key=str(number))
        plain = [enqueue("kill.plain", {"user": user.pk}).pk for _number in range(PLAIN)]
        stepwise = [enqueue("kill.steps", {"user": user.pk}).pk for _number in range(STEPWISE)]
    chance = random.Random(20261121)
    workers = [start_worker(gateway, tmp_path) for _number in range(2)]
    hit = 0
    try:
        running = [int(worker.stdout.readline()) for worker in workers]
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.35))
            victim = kill % 2
            os.kill(running[victim], signal.SIGKILL)
            hit += Job.objects.filter(state=JobState.RUNNING).exists()
            running[victim] = int(workers[victim].stdout.readline())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    drain(300)
    effects = Counter(Notification.objects.filter(stream="job").values_list("stream_id", "context__part"))
    assert effects == Counter([(pk, 0) for pk in plain] + [(pk, part) for pk in stepwise for part in range(6)])
    assert Job.objects.exclude(state=JobState.DONE).count() == 0
    assert hit, "no kill met a running job: the test shows nothing"
    assert len(gateway.sent) == MESSAGES
    assert sorted(body["text"] for body in gateway.sent.values()) == sorted(f"No. {n}" for n in range(MESSAGES))
    assert OutboxMessage.objects.filter(channel=Channel.SMS, state=MessageState.SENT).count() == MESSAGES


def in_threads(count: int, work) -> None:
    """Run `work(number)` in so many threads at once, each with a connection of its own; errors come out."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_do_each_job_once(citizen):
    pks = [enqueue("kill.plain", {"user": citizen.user.pk}).pk for _number in range(120)]
    in_threads(8, lambda _number: run_due_jobs())
    assert Counter(Notification.objects.values_list("stream_id", flat=True)) == Counter(pks)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_request_made_during_a_run_is_lost(citizen):
    """Eight writers ask for a recount after each of their rows while workers recount: the last sees every row."""

    def work(number: int) -> None:
        if number >= 8:
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                run_due_jobs()
                time.sleep(0.005)
            return
        for _row in range(12):
            with transaction.atomic():
                Notification.objects.create(user_id=citizen.user.pk, template="test.counted", created_at=now())
                enqueue("kill.count", {"user": citizen.user.pk}, key="all")
            time.sleep(random.uniform(0, 0.05))

    in_threads(11, work)
    drain(120)
    last = Notification.objects.filter(template="test.seen").order_by("-pk").first()
    assert last.context == {"seen": 96}
    assert Job.objects.filter(name="kill.count").exclude(state=JobState.DONE).count() == 0
