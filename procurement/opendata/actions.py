"""Publishing: compare what is public of a tender with what was said of it, and say the rest in a new release."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q

from portal.core import db
from portal.core.actions import action
from portal.core.time import local_date, now
from procurement.models import SALES
from procurement.opendata import differences
from procurement.opendata.exact import digest, moment, read, written
from procurement.opendata.models import Process, Release
from procurement.opendata.picture import picture
from procurement.opendata.policies import SOLD, is_published
from procurement.tenders.models import Project

ENDED = ("completed", "failed", "repeated", "terminated")
QUIET_AFTER = dt.timedelta(days=60)  # an ended tender is looked at so long, then left alone


@action
def publish(project_id: int) -> Release | None:
    """Write the next release of a tender, if there is anything new to say. Safe to repeat; None where there is not.

    The tender is locked, so that two at once publish one after the other and each sees the other's release.
    """
    rows = Project.objects.select_related("buyer", "agency", "repeats__process")
    locked = db.lock_rows(rows, [project_id])
    if not locked or not is_published(locked[0]):
        return None
    project = locked[0]
    process = Process.objects.filter(project=project).first()
    before = read(process.sections) if process else {}
    after = differences.merged(before, read(written(picture(project))))
    if after == before:
        return None
    if process is None:
        process = _begin(project)
    return _release(process, before, after)


def _begin(project: Project) -> Process:
    return Process(
        project=project, ocid=f"{settings.OCDS_PREFIX}-{project.number}", first_year=local_date(now()).year,
        sections="{}", changed_at=now(),
    )  # fmt: skip


def _release(process: Process, before: differences.Sections, after: differences.Sections) -> Release:
    at = _moment_after(process)
    process.releases_written += 1
    process.sections, process.changed_at = written(after), at
    process.save()
    tags = differences.tags(before, after)
    name = f"{process.ocid}-{process.releases_written:04d}"
    said = {"ocid": process.ocid, "id": name, "date": moment(at), "tag": tags, "initiationType": "tender"}
    body = written(said | differences.changed(before, after))
    return Release.objects.create(
        process=process, release_id=name, sequence=process.releases_written, released_at=at, year=local_date(at).year,
        tags=",".join(tags), body=body, sha256=digest(body),
    )  # fmt: skip


def _moment_after(process: Process) -> dt.datetime:
    """Now, and never the second of an earlier release: who merges them puts them in order by their moments."""
    at = now().replace(microsecond=0)
    if process.releases_written and at <= process.changed_at:
        return process.changed_at + dt.timedelta(seconds=1)
    return at


def to_sweep(*, everything: bool = False, after: int = 0, limit: int = 500) -> Sequence[int]:
    """The keys of tenders that a sweep looks at, in order: all of them, or those that are alive or changed lately.

    A tender that was never published is always among them.
    """
    rows = Project.objects.public().exclude(method__in=SALES).exclude(category__in=SOLD).filter(pk__gt=after)
    if not everything:
        since = now() - QUIET_AFTER
        lately = Q(ended_on__gte=local_date(since)) | Q(process__changed_at__gte=since)
        rows = rows.filter(~Q(state__in=ENDED) | Q(process__isnull=True) | lately)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
