"""Celery entry points of the core: thin, safe to repeat; what lasts stands in the database."""

import datetime as dt
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model

from portal.celery import app
from portal.core import access, files, jobs, notifications  # noqa: F401  (notifications registers its job)
from portal.core.models import BeatTick, IdempotencyRecord, Job, JobState, MessageState, Notification, OutboxMessage
from portal.core.time import now

RUN_SECONDS = 20.0  # a poke's share; what is left gets a poke of its own, so that other tasks have their turn
PURGE_BATCH = 500
IDEMPOTENCY_DAYS = 7
CLOSED_JOB_DAYS = 30
JOB_CLOSED_BY_PERSON_DAYS = 365
MESSAGE_TEXT_DAYS = 180
NOTIFICATION_DAYS = 730


@app.task(name="core.beat_tick")
def beat_tick() -> None:
    """Leave a trace of beat, whose age the health page shows."""
    BeatTick.tick(now())


def last_beat_age() -> dt.timedelta | None:
    """How long ago beat and a worker were last seen alive together; None when never."""
    last = BeatTick.objects.filter(pk=1).first()
    return now() - last.ticked_at if last else None


@app.task(name="core.run_due_jobs")
def run_due_jobs() -> int:
    """Do what is due."""
    return jobs.run_due_jobs(seconds=RUN_SECONDS, share=True)


@app.task(name="core.refresh_statistics")
def refresh_statistics() -> None:
    """Bring the statistics cells up to date with their dirty rows."""
    from portal.core import statistics

    statistics.refresh_all()


@app.task(name="core.seal_events")
def seal_events() -> None:
    """Seal the day's event chains."""
    from portal.core import audit

    audit.seal_events()


@app.task(name="core.scan_files")
def scan_files() -> int:
    """Scan what came in while the virus scanner was away."""
    return files.scan_pending()


@app.task(name="core.purge")
def purge() -> dict[str, int]:
    """Remove what has served its time; message texts and addresses are blanked, the proof of sending stays."""
    from portal.core.exchange.purge import purge_files, purge_rejects
    from portal.core.exports.purge import purge_exports

    jobs_done = Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELLED])
    return {
        "idempotency": _delete(IdempotencyRecord.objects.filter(created_at__lt=_days_ago(IDEMPOTENCY_DAYS))),
        "files": files.sweep_orphans().blobs,
        "access_log": access.purge_access_log(),
        "jobs": _delete(jobs_done.filter(closed_by=None, finished_at__lt=_days_ago(CLOSED_JOB_DAYS)))
        + _delete(jobs_done.filter(finished_at__lt=_days_ago(JOB_CLOSED_BY_PERSON_DAYS))),
        "messages": _blank_old_messages(),
        "import_rejects": purge_rejects(),
        "import_files": purge_files(),
        "exports": purge_exports(),
        "notifications": _delete(Notification.objects.filter(created_at__lt=_days_ago(NOTIFICATION_DAYS))),
        "sessions": _delete(Session.objects.filter(expire_date__lt=now())),
    }


def _days_ago(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def _delete(rows: Any) -> int:
    """Delete in transactions of a few hundred rows, which hold nobody up."""
    model: type[Model] = rows.model
    total = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:PURGE_BATCH]):
        total += model._default_manager.filter(pk__in=pks).delete()[0]
    return total


def _blank_old_messages() -> int:
    done = [MessageState.SENT, MessageState.CLOSED, MessageState.FAILED, MessageState.NOT_CONFIGURED]
    old = OutboxMessage.objects.filter(state__in=done, created_at__lt=_days_ago(MESSAGE_TEXT_DAYS)).exclude(body="")
    total = 0
    while rows := list(old.order_by("pk")[:PURGE_BATCH]):
        with transaction.atomic():
            for message in rows:
                message.subject = message.body = message.address = ""
                message.save(update_fields=["subject", "body", "address"])  # a sealed column needs its row
        total += len(rows)
    return total
