"""The ground floor's lines of the retention table, and what clears them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, files
from portal.core.exchange import purge as imports
from portal.core.exports import purge as exports
from portal.core.files.sweep import ROW_AGE
from portal.core.models import IdempotencyRecord, Job, JobState, MessageState, Notification, OutboxMessage
from portal.core.retention import Kept, Then, keep
from portal.core.time import now

PURGE_BATCH = 500
IDEMPOTENCY_DAYS = 7
CLOSED_JOB_DAYS = 30
JOB_CLOSED_BY_PERSON_DAYS = 365
MESSAGE_TEXT_DAYS = 180
NOTIFICATION_DAYS = 730

OPERATION = _("Needed to run the portal, and no longer than that (Personal Information Protection Law, article 19)")
CREATED = pgettext_lazy("retention", "it was made")
ENDED = pgettext_lazy("retention", "it ended")
FOR_GOOD = pgettext_lazy("retention", "for good")


def connect() -> None:
    """Called in `ready()`."""
    keep(
        Kept(
            "idempotency", _("Keys that keep a form or a call from counting twice"), CREATED, OPERATION,
            days=IDEMPOTENCY_DAYS, clear=_older(IdempotencyRecord.objects.all(), IDEMPOTENCY_DAYS, "created_at"),
        ),
        Kept(
            "files", _("Uploads that became part of no record"), CREATED, OPERATION, days=ROW_AGE.days,
            clear=lambda: files.sweep_orphans().blobs,
        ),
        Kept(
            "access_log", _("Who viewed whose personal data"), CREATED,
            _("Personal Information Protection Law, article 56: at least three years"), days=access.KEEP_DAYS,
            clear=access.purge_access_log,
        ),
        Kept("jobs", _("Background work that is done"), ENDED, OPERATION, days=CLOSED_JOB_DAYS, clear=_jobs),
        Kept(
            "jobs_by_person", _("Background work that a person closed"), ENDED, OPERATION,
            days=JOB_CLOSED_BY_PERSON_DAYS, clear=_jobs_by_person,
        ),
        Kept(
            "messages", _("Text messages and mails that were sent"), CREATED, OPERATION, Then.BLANKED,
            days=MESSAGE_TEXT_DAYS, clear=_blank_old_messages,
        ),
        Kept(
            "notifications", _("Notes in a person's account"), CREATED, OPERATION, days=NOTIFICATION_DAYS,
            clear=_older(Notification.objects.all(), NOTIFICATION_DAYS, "created_at"),
        ),
        Kept(
            "import_rejects", _("Rows that an import refused"), pgettext_lazy("retention", "the import ended"),
            OPERATION, days=imports.REJECT_DAYS, clear=imports.purge_rejects,
        ),
        Kept(
            "import_files", _("Files that were sent in for an import"), pgettext_lazy("retention", "the import ended"),
            OPERATION, days=imports.FILE_DAYS, clear=imports.purge_files,
        ),
        Kept("exports", _("Files of exports"), CREATED, OPERATION, days=exports.KEEP_DAYS, clear=exports.purge_exports),
        Kept(
            "sessions", _("Sessions of people who signed in"), pgettext_lazy("retention", "they ended"), OPERATION,
            days=0, clear=lambda: _delete(Session.objects.filter(expire_date__lt=now())),
        ),
        Kept(
            "events", _("The trail of events with its seals"), FOR_GOOD,
            _("Proof of every step; personal data in it can be erased without breaking the chain"), Then.KEPT,
        ),
        Kept("documents", _("Notices and decisions that were issued"), FOR_GOOD, _("Archives Law, article 13"), Then.KEPT),
    )  # fmt: skip


def days_ago(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def _older(rows: QuerySet[Any], days: int, moment: str) -> Callable[[], int]:
    return lambda: _delete(rows.filter(**{f"{moment}__lt": days_ago(days)}))


def _jobs() -> int:
    return _delete(_ended_jobs(CLOSED_JOB_DAYS).filter(closed_by=None))


def _jobs_by_person() -> int:
    return _delete(_ended_jobs(JOB_CLOSED_BY_PERSON_DAYS).exclude(closed_by=None))


def _ended_jobs(days: int) -> QuerySet[Job]:
    return Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELLED], finished_at__lt=days_ago(days))


def _delete(rows: Any) -> int:
    """Delete in transactions of a few hundred rows, which hold nobody up."""
    model: type[Model] = rows.model
    total = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:PURGE_BATCH]):
        total += model._default_manager.filter(pk__in=pks).delete()[0]
    return total


def _blank_old_messages() -> int:
    done = [MessageState.SENT, MessageState.CLOSED, MessageState.FAILED, MessageState.NOT_CONFIGURED]
    old = OutboxMessage.objects.filter(state__in=done, created_at__lt=days_ago(MESSAGE_TEXT_DAYS)).exclude(body="")
    total = 0
    while rows := list(old.order_by("pk")[:PURGE_BATCH]):
        with transaction.atomic():
            for message in rows:
                message.subject = message.body = message.address = ""
                message.save(update_fields=["subject", "body", "address"])  # a sealed column needs its row
        total += len(rows)
    return total
