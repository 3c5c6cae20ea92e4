"""The job that writes an export: read in batches by the primary key, write row by row, store, finish.

A worker that is killed leaves no half file behind: the next one starts anew, because a workbook cannot be continued.
The rows are those of the moments at which their batches were read; the first sheet says from when to when.
"""

import tempfile
import time as wall
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.core.access import log_view, register_stream
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.exports.actions import NAME, move
from portal.core.exports.registry import Export, export_named
from portal.core.exports.writers import WRITERS, Writer
from portal.core.jobs import GiveUp, Job, job
from portal.core.models.exports import ExportJob, ExportState
from portal.core.templatetags.portal import moment, thousands
from portal.core.time import now

FOLDER = "exports"
BATCH_ROWS = 1000
SAY_EVERY = 1.0  # seconds between two notes of the progress
STREAM = "core.export"
register_stream(STREAM, pgettext_lazy("kind of record", "Export"))


class CalledOff(Exception):
    """The maker cancelled the export meanwhile."""


def _gave_up(payload: dict[str, Any], error: str) -> None:
    export = ExportJob.objects.filter(pk=payload["export"]).first()
    if export is not None:
        move(export, ExportState.FAILED, failure=error, finished_at=now())


@job(NAME, lease_seconds=60, max_attempts=3, steps=True, on_dead=_gave_up)
def write_export(payload: dict[str, Any], task: Job) -> None:
    """Write one export; one that was cancelled or is there already is left alone."""
    asked = ExportJob.objects.select_related("owner").filter(pk=payload["export"]).first()
    if asked is None or not move(asked, ExportState.RUNNING, started_at=now(), rows_done=0):
        return
    with translation.override(asked.language):
        try:
            export = export_named(asked.code, asked.owner)
        except NotFound:
            raise GiveUp(_("You may no longer see this list, or it no longer exists.")) from None
        try:
            _Run(export, asked, task).write()
        except CalledOff:
            return


class _Run:
    """One try at one export."""

    def __init__(self, export: Export, asked: ExportJob, task: Job) -> None:
        self.export, self.asked, self.task = export, asked, task
        self.user, self.params = asked.owner, QueryDict(asked.query)
        self.done = self.opened = 0
        self.said_at = 0.0

    def write(self) -> None:
        rows = self.export.queryset(self.user, self.params).order_by()
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            path = Path(folder) / f"list.{self.asked.format}"
            writer = WRITERS[self.asked.format](str(path), str(self.export.title), self.export.columns)
            self._say(rows_total=rows.count())
            for row in batches(rows, prepare=self._prepare):
                writer.row(self._cells(row))
                self.done += 1
                if wall.monotonic() - self.said_at > SAY_EVERY:
                    self._say()
            if self.export.total is not None and self.done:
                writer.total(self._cells(self.export.total(self.user, self.params)))
            self._finish(path, writer)

    def _prepare(self, found: list[Any]) -> None:
        if self.export.prepare is not None:
            self.export.prepare(self.user, self.params, found)

    def _cells(self, row: Any) -> list[Any]:
        opens = self.asked.opened and self.export.personal is not None and self.export.personal.opens(self.user, row)
        self.opened += bool(opens)
        return [
            column.read(row) if opens or not column.personal else column.masked(column.read(row))
            for column in self.export.columns
        ]

    def _say(self, **more: Any) -> None:
        """Prolong the lease and note the progress; ends the run when it was called off."""
        self.said_at = wall.monotonic()
        self.task.renew()
        running = ExportJob.objects.filter(pk=self.asked.pk, state=ExportState.RUNNING)
        if not running.update(rows_done=self.done, **more):
            raise CalledOff()

    def _finish(self, path: Path, writer: Writer) -> None:
        writer.close(about(self.export, self.asked, self.done))
        with path.open("rb") as content:
            stored = default_storage.save(f"{FOLDER}/{self.asked.pk}-{uuid4().hex}.{writer.extension}", File(content))
        with self.task.step():
            ready = {"stored_as": stored, "file_bytes": path.stat().st_size, "rows_done": self.done}
            if not move(self.asked, ExportState.DONE, rows_total=self.done, finished_at=now(), **ready):
                raise CalledOff()  # the file is swept as an orphan
            if self.opened:
                self._log()

    def _log(self) -> None:
        actor = Actor(user=self.user, role=self.asked.role, name=self.user.name, request_id=self.task.request_id)
        count = _("%(n)s records in clear: %(purpose)s") % {"n": self.opened, "purpose": self.asked.purpose}
        log_view(actor, STREAM, self.asked.pk, f"export:{self.asked.code}", purpose=count)


def batches(
    rows: "QuerySet[Any]", size: int = BATCH_ROWS, *, prepare: Callable[[list[Any]], None] | None = None
) -> Iterator[Any]:
    """All rows, the newest first, read by the primary key in batches: no offset, no cursor held open.

    `prepare` sees each batch before its rows are given out.
    """
    ordered, last = rows.order_by("-pk"), None
    while found := list((ordered if last is None else ordered.filter(pk__lt=last))[:size]):
        if prepare is not None:
            prepare(found)
        yield from found
        last = found[-1].pk
        if len(found) < size:
            return


def about(export: Export, asked: ExportJob, count: int) -> list[tuple[str, str]]:
    """What the first sheet says: list, filters, as of, by whom, how many."""
    described = export.described(asked.owner, QueryDict(asked.query))
    filters = "\n".join(
        _("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in described
    ) or _("none: the whole list that you may see")
    lines = [
        (_("List"), str(export.title)),
        (_("Filters"), filters),
        (_("As of"), _("%(start)s to %(end)s") % {"start": moment(asked.started_at), "end": moment(now())}),
        (_("Made by"), asked.owner.name or asked.owner.get_username()),
        (pgettext("export", "Rows"), thousands(count)),
    ]
    if export.has_personal:
        lines.append((_("Personal data"), _personal(asked)))
    return lines


def _personal(asked: ExportJob) -> str:
    if not asked.opened:
        return _("masked")
    return _("in clear as far as the maker may see it; purpose: %(purpose)s. Keep this file accordingly.") % {
        "purpose": asked.purpose
    }
