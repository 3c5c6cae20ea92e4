"""Removes what imports no longer need: refused rows, which hold personal data, and the files that were sent in."""

import datetime as dt

from django.core.files.storage import default_storage
from django.db.models import Q

from portal.core.exchange.actions import FOLDER
from portal.core.models.exchange import ImportJob, ImportReject, ImportState
from portal.core.time import now

REJECT_DAYS = 90  # to mend the error file and send it again
FILE_DAYS = 30  # to start an upload, or to let a broken-off import go on
UNTOUCHED = dt.timedelta(days=1)  # a file that is written now gets its job a moment later
BATCH = 2000


def purge_rejects() -> int:
    """Delete the refused rows of imports that ended long ago. Returns how many."""
    before = now() - dt.timedelta(days=REJECT_DAYS)
    over = Q(job__finished_at__lt=before) | Q(job__finished_at=None, job__created_at__lt=before)
    old = ImportReject.objects.filter(over).exclude(job__state=ImportState.RUNNING)
    gone = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += ImportReject.objects.filter(pk__in=pks).delete()[0]
    return gone


def purge_files() -> int:
    """Delete the files that no import will read again; uploads that nobody started are cancelled. Returns how many."""
    before = now() - dt.timedelta(days=FILE_DAYS)
    forgotten = ImportJob.objects.filter(state=ImportState.UPLOADED, created_at__lt=before)
    forgotten.update(state=ImportState.CANCELLED, finished_at=now())
    if not default_storage.exists(FOLDER):
        return 0
    _folders, names = default_storage.listdir(FOLDER)
    return sum(_erase(f"{FOLDER}/{name}", before) for name in names)


def _erase(path: str, before: dt.datetime) -> bool:
    ended = Q(state__in=[ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED])
    long_ago = Q(finished_at__lt=before) | Q(finished_at=None, created_at__lt=before)
    if ImportJob.objects.filter(stored_as=path).exclude(ended & long_ago).exists():
        return False
    # Looked at right before it goes: sending the same file again touches it before it writes the job.
    if default_storage.get_modified_time(path) > now() - UNTOUCHED:
        return False
    default_storage.delete(path)
    return True
