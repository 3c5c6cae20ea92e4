"""What imports leave behind goes after its time: refused rows, and the files that were sent in."""

import datetime as dt
import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from portal.core.exchange import purge
from portal.core.models.exchange import ImportJob, ImportReject, ImportState
from portal.core.time import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def storage(tmp_path, monkeypatch):
    made = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr(purge, "default_storage", made)
    return made


def job(state: str, *, days_ago: int, stored_as: str = "") -> ImportJob:
    at = now() - dt.timedelta(days=days_ago)
    ended = None if state in (ImportState.UPLOADED, ImportState.RUNNING) else at
    return ImportJob.objects.create(
        form="cases", source="s", file_name="f", file_sha256="", file_bytes=1, kind="csv", chunk_lines=10,
        state=state, created_at=at, finished_at=ended, stored_as=stored_as,
    )  # fmt: skip


def put(storage, name: str, *, days_ago: int = 100) -> str:
    path = storage.save(f"imports/{name}", ContentFile(b"x"))
    moment = (now() - dt.timedelta(days=days_ago)).timestamp()
    os.utime(storage.path(path), (moment, moment))
    return path


def test_refused_rows_go_after_ninety_days_and_never_under_a_running_import():
    kept = set()
    for state, days in [("done", 89), ("done", 91), ("failed", 91), ("running", 300), ("uploaded", 91)]:
        reject = ImportReject.objects.create(job=job(state, days_ago=days), line=1, row=["a"], reason="r")
        if days == 89 or state == "running":
            kept.add(reject.pk)
    assert purge.purge_rejects() == 3
    assert set(ImportReject.objects.values_list("pk", flat=True)) == kept


def test_a_file_stays_as_long_as_an_import_may_read_it(storage):
    stays = {
        put(storage, "running"): job("running", days_ago=300, stored_as="imports/running"),
        put(storage, "failed-lately"): job("failed", days_ago=29, stored_as="imports/failed-lately"),
        put(storage, "just-sent", days_ago=0): None,
    }
    put(storage, "done-long-ago")
    job("done", days_ago=31, stored_as="imports/done-long-ago")
    put(storage, "nobodys")
    both = put(storage, "sent-twice")
    job("done", days_ago=300, stored_as=both)
    job("uploaded", days_ago=2, stored_as=both)
    assert purge.purge_files() == 2
    assert {f"imports/{name}" for name in storage.listdir("imports")[1]} == {*stays, both}


def test_an_upload_that_nobody_started_is_cancelled_and_says_so(storage):
    old, new = job("uploaded", days_ago=31), job("uploaded", days_ago=1)
    assert purge.purge_files() == 0
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (ImportState.CANCELLED, ImportState.UPLOADED)
