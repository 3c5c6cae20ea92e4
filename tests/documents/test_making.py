"""Making the PDF by jobs: once, after kills too, in batches, on request, and openly when it cannot be made."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from portal.core import documents, jobs
from portal.core.documents import making
from portal.core.documents.registrations import papers
from portal.core.documents.typesetting import typeset
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.jobs import enqueue, run_due_jobs
from portal.core.models import Document, DocumentCopy, Job, StoredFile
from portal.core.registries import health_checks
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from tests.core.test_jobs_under_kills import database_url
from tests.documents.objects import filed, paper, permit, step, team
from tests.factories import citizen

ROOT = Path(__file__).resolve().parents[2]
LACKING = "张\U0003134a"


@pytest.fixture
def document(people) -> Document:
    return paper(filed(permit(people.department)), "receipt")


def stored(document: Document) -> list[StoredFile]:
    return list(StoredFile.objects.filter(kind="core.document", stream_id=document.pk))


@pytest.mark.django_db
def test_the_job_of_the_step_makes_the_pdf_and_seals_its_digest(document):
    run_due_jobs()
    document.refresh_from_db()
    assert document.making == "ready" and document.pages == 1
    (file,) = stored(document)
    assert default_storage.open(file.path).read() == typeset(document).content
    told = events_of(document)[-1]
    assert (told.event.type, told.data["sha256"]) == ("document.made", document.sha256)


@pytest.mark.django_db
def test_a_second_run_changes_nothing(document):
    run_due_jobs()
    enqueue(making.MAKE, {"document": document.pk})
    run_due_jobs()
    assert len(stored(document)) == 1 and len(events_of(document)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["typeset", "write", "commit"])
def test_a_worker_that_is_killed_leaves_the_paper_to_the_next_one(point, tmp_path):
    document = paper(filed(permit(team().department)), "receipt")
    killed = subprocess.run(
        [sys.executable, "-m", "tests.documents.killed_worker", point],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "PORTAL_DATA_DIR": str(tmp_path), "REDIS_URL": "", **keys()},
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    document.refresh_from_db()
    assert document.making == "waiting" and stored(document) == []
    # Its lease runs out.
    Job.objects.filter(state="running").update(lease_until=now() - dt.timedelta(seconds=1))
    run_due_jobs()
    document.refresh_from_db()
    assert document.making == "ready" and len(stored(document)) == 1
    assert document.sha256 == typeset(document).sha256


def keys() -> dict[str, str]:
    """The tests' own keys, for the process beside."""
    from django.conf import settings

    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "BLIND_KEYS": ",".join(settings.BLIND_KEYS),
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_paper_keep_one_file():
    document = paper(filed(permit(team().department)), "receipt")
    made = typeset(document)
    making._write(made)
    gate = threading.Barrier(2)

    def work() -> None:
        try:
            row = Document.objects.get(pk=document.pk)
            gate.wait()
            with transaction.atomic():
                making.keep(row, made)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(document)) == 1 and len(events_of(document)) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_steps_at_once_leave_a_series_without_gap_or_twin():
    people = team()
    cases = [filed(permit(people.department)) for _n in range(12)]

    def accept(some: list) -> None:
        try:
            for case in some:
                step(people.clerk, case, "accept")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(cases[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = Document.objects.filter(kind="cases.acceptance").values_list("number", flat=True)
    serials = sorted(int(number.partition("〕")[2].removesuffix("号")) for number in numbers)
    assert serials == list(range(1, 13))


@pytest.mark.django_db
def test_a_paper_that_cannot_be_printed_fails_openly_and_is_made_again_when_it_can(people, monkeypatch):
    case = filed(permit(people.department), citizen(name=LACKING))
    document = paper(case, "receipt")
    run_due_jobs()
    document.refresh_from_db()
    assert document.making == "failed" and "U+3134A" in document.problem
    assert papers().ok and "1 failed" in papers().detail
    with pytest.raises(NotFound):
        documents.make_again(actor_of(citizen()), document.pk)
    with pytest.raises(NotAllowed):
        documents.make_again(actor_of(case.applicant), document.pk)
    monkeypatch.setattr("portal.core.documents.typesetting.lacks", lambda _told: "")
    other = typeset_of_another(people)
    monkeypatch.setattr("portal.core.documents.typesetting._compile", lambda _data, _at, _layout: other)
    documents.make_again(people.clerk, document.pk)
    run_due_jobs()
    document.refresh_from_db()
    assert (document.making, document.problem) == ("ready", "")
    with pytest.raises(WrongState):
        documents.make_again(people.clerk, document.pk)


def typeset_of_another(_people) -> bytes:
    """Some PDF: the fonts of this installation have been mended."""
    from tests.cases.filing_objects import pdf

    return pdf().read()


@pytest.mark.django_db
def test_a_batch_goes_on_past_one_that_cannot_be_printed(people):
    with documents.made_on_request():
        cases = [filed(permit(people.department), citizen(name=name)) for name in ("张三", LACKING, "李四")]
    enqueue(making.MAKE_MANY, {})
    run_due_jobs()
    assert [paper(case, "receipt").making for case in cases] == ["ready", "failed", "ready"]


@pytest.mark.django_db
def test_one_that_nobody_opened_is_made_when_somebody_does(people):
    person = citizen()
    with documents.made_on_request():
        document = paper(filed(permit(people.department), person), "receipt")
    assert run_due_jobs() >= 0 and stored(document) == []
    documents.ask_making(actor_of(person), document.pk)
    documents.ask_making(actor_of(person), document.pk)
    assert Job.objects.filter(name=making.MAKE, state="waiting").count() == 1
    run_due_jobs()
    document.refresh_from_db()
    assert document.is_ready


@pytest.mark.django_db
def test_a_reading_copy_is_made_once_for_those_who_may_read(people):
    person = citizen()
    document = paper(filed(permit(people.department), person), "receipt")
    for _n in range(2):
        documents.ask_copy(actor_of(person), document.pk, "en")
    run_due_jobs()
    copy = DocumentCopy.objects.get()
    document.refresh_from_db()
    assert copy.is_ready and copy.sha256 != document.sha256
    for actor, language in ((actor_of(citizen()), "en"), (actor_of(person), "fr")):
        with pytest.raises(NotFound):
            documents.ask_copy(actor, document.pk, language)


@pytest.mark.django_db
def test_health_tells_of_papers_that_wait_too_long(document):
    assert papers().ok
    with driven_clock(now() + dt.timedelta(minutes=11)):
        assert not papers().ok
        assert "1 waiting too long" in papers().detail
    assert health_checks()["papers"] is papers


@pytest.mark.django_db
def test_the_jobs_have_room_for_a_slow_machine():
    kind = jobs.kind_of(making.MAKE)
    assert kind is not None and kind.steps and kind.lease_seconds >= 60
