"""Imports that are killed in the middle go on and end as if nothing had happened; memory does not grow with the file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from approvals.cases.models import Case
from portal.core import audit, jobs
from portal.core.actors import Actor
from portal.core.exchange import actions
from portal.core.models import Event, ImportChunk, ImportedRow, ImportJob, StreamHead
from portal.people.roles import Role
from tests.bench.casefile import write_cases
from tests.factories import staff

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def outside(tmp_path):
    """Start a command of ours in another process, on the test's database; whatever still runs is ended."""
    started = []
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        url = f"postgres://{login}/{database['NAME']}"
    else:
        url = f"sqlite:///{database['NAME']}"
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "PORTAL_DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS[0],
        "BLIND_KEYS": settings.BLIND_KEYS[0],
        "REDIS_URL": "",
    }

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def kill_in_the_middle(process: subprocess.Popen[bytes]) -> None:
    """kill -9 shortly after the first chunk is in, while the next one is under way."""
    deadline = time.monotonic() + 120
    while not ImportChunk.objects.exists():
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check_nothing_lost_or_doubled(count: int) -> None:
    assert ImportJob.objects.get().counts() == {
        "read": count, "created": count, "updated": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    assert Case.objects.count() == count
    assert Case.objects.values("external_id").distinct().count() == count
    assert ImportedRow.objects.count() == count
    assert Event.objects.filter(stream="cases.case").count() == count
    assert StreamHead.objects.filter(stream="cases.case").count() == count
    assert list(audit.differences()) == []


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_import_command_that_is_killed_goes_on_and_nothing_is_lost_or_doubled(outside, tmp_path, processes):
    count = 12_000 if connection.vendor == "postgresql" else 3_000
    path = tmp_path / "cases.csv"
    write_cases(path, count)
    kill_in_the_middle(outside("import_cases", str(path), "--source", "s", "--processes", processes))
    done = Case.objects.count()
    assert 0 < done < count
    assert ImportJob.objects.get().state == "running"
    call_command("import_cases", str(path), "--source", "s", "--processes", processes)
    check_nothing_lost_or_doubled(count)


def test_a_worker_that_is_killed_in_an_import_leaves_it_to_the_next_one(outside, tmp_path, settings):
    location = str(tmp_path / "files")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}},
    }
    count = 12_000 if connection.vendor == "postgresql" else 3_000
    path = tmp_path / "cases.csv"
    write_cases(path, count)
    person = staff(Role.ADMINISTRATOR)
    actor = Actor(user=person, role="administrator", name=person.name)
    upload = SimpleUploadedFile("cases.csv", path.read_bytes())
    job = actions.receive(actor, upload, form_name="cases", source="s", timezone="Asia/Shanghai")
    actions.start(actor, job.pk)
    kill_in_the_middle(outside("run_jobs"))
    done = Case.objects.count()
    assert 0 < done < count
    assert jobs.run_due_jobs() == 0  # the dead worker's lease still stands
    jobs.release_all_leases()
    while jobs.run_due_jobs():
        pass
    check_nothing_lost_or_doubled(count)
    job.refresh_from_db()
    assert job.state == "done"


MEASURE = """
import resource, sys, django
django.setup()
from django.core.management import call_command
call_command("import_cases", sys.argv[1], "--source", "m")
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(tmp_path, outside):
    peaks = []
    for count in (10_000, 50_000):
        path = tmp_path / f"{count}.csv"
        write_cases(path, count)
        process = outside("shell", "-v", "0", "-c", MEASURE.replace("sys.argv[1]", repr(str(path))))
        out = process.communicate(timeout=900)[0].decode()
        assert process.returncode == 0, out
        assert f"created {count if not peaks else count - 10_000}" in out
        peaks.append(int(out.split("peak ")[1].split()[0]))
    assert peaks[1] - peaks[0] < 30 * 1024, peaks  # kilobytes
