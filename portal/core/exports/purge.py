"""Removes what exports no longer need: files after a week, the rows of the jobs after a year, and files without a job."""

import datetime as dt

from django.core.files.storage import default_storage

from portal.core.exports.actions import move
from portal.core.exports.runner import FOLDER
from portal.core.models.exports import OPEN_STATES, ExportJob, ExportState
from portal.core.time import now

KEEP_DAYS = 7
ROW_DAYS = 365
UNTOUCHED = dt.timedelta(days=1)  # a file that is written now gets its job a moment later
BATCH = 500


def purge_exports() -> int:
    """Take the files of ready exports away when their time is over, and what crashes left behind. Returns how many."""
    gone = 0
    old = ExportJob.objects.filter(state=ExportState.DONE, finished_at__lt=now() - dt.timedelta(days=KEEP_DAYS))
    while jobs := list(old.order_by("pk")[:BATCH]):
        for job in jobs:
            stored = job.stored_as
            if move(job, ExportState.EXPIRED, stored_as=""):
                default_storage.delete(stored)
                gone += 1
    forgotten = ExportJob.objects.filter(created_at__lt=now() - dt.timedelta(days=ROW_DAYS)).exclude(
        state__in=(*OPEN_STATES, ExportState.DONE)
    )
    while pks := list(forgotten.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        ExportJob.objects.filter(pk__in=pks).delete()
    return gone + _sweep_orphans()


def _sweep_orphans() -> int:
    if not default_storage.exists(FOLDER):
        return 0
    _folders, names = default_storage.listdir(FOLDER)
    gone = 0
    for start in range(0, len(names), BATCH):
        paths = {f"{FOLDER}/{name}" for name in names[start : start + BATCH]}
        known = ExportJob.objects.filter(stored_as__in=paths).values_list("stored_as", flat=True)
        for path in sorted(paths - set(known)):
            if default_storage.get_modified_time(path) < now() - UNTOUCHED:
                default_storage.delete(path)
                gone += 1
    return gone
