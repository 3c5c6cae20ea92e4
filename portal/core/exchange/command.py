"""The base of every import command: the same options, progress bar, line of counts and exit codes."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.exchange import jobs
from portal.core.exchange.errorfile import error_lines
from portal.core.exchange.forms import ImportForm, form_named
from portal.core.exchange.reader import Head, Unreadable, read_head
from portal.core.models.exchange import ImportJob

SOME_REJECTED, UNREADABLE = 3, 2
SHOWN = 5  # refused rows that the terminal shows
LISTED = 20  # drafts and the like of one kind
BAR_WIDTH = 30


class ImportCommand(BaseCommand):
    """Subclasses say which form they take in.

    Exit codes: 0 nothing was rejected, 3 some rows were, 2 the file could not be read at all.
    """

    form_name: str

    @property
    def form(self) -> ImportForm:
        return form_named(self.form_name)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV in UTF-8, or NDJSON")
        parser.add_argument("--source", required=True, type=_source, help="name of the system that the rows come from")
        parser.add_argument("--timezone", default="Asia/Shanghai", help="of times without an offset, and of all dates")
        parser.add_argument("--dry-run", action="store_true", help="check every row, take none in")
        parser.add_argument("--errors", metavar="FILE", help="write the rejected rows here, with line and reason")
        parser.add_argument(
            "--processes", type=int, default=1, help="chunks side by side, where the database has more than one writer"
        )
        parser.add_argument("--restart", action="store_true", help="do not go on where an earlier run broke off")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with jobs.open_path(options["file"]) as file:
                job, head = self._open_job(file, options)
                self._run(job, file, head, options["processes"])
        except (Unreadable, OSError) as error:
            raise CommandError(_reason(error), returncode=UNREADABLE) from None
        except DomainError as error:
            raise CommandError(error.message, returncode=UNREADABLE) from None
        if options["errors"]:
            with Path(options["errors"]).open("w", encoding="utf-8", newline="") as out:
                out.writelines(error_lines(job))
        self._report(job)
        if job.counts()["rejected"]:
            sys.exit(SOME_REJECTED)

    def _open_job(self, file: BinaryIO, options: dict[str, Any]) -> tuple[ImportJob, Head]:
        source, timezone = options["source"], options["timezone"]
        if not options["restart"] and not options["dry_run"]:
            earlier = jobs.broken_off(self.form, file, source=source, timezone=timezone)
            if earlier is not None:
                self.stderr.write(_("Going on where the run of this file broke off."))
                return earlier, read_head(file, key=self.form.key)
        return jobs.new_job(
            self.form,
            file,
            source=source,
            timezone=timezone,
            file_name=Path(options["file"]).name,
            is_dry_run=options["dry_run"],
        )

    def _run(self, job: ImportJob, file: BinaryIO, head: Head, processes: int) -> None:
        actor = Actor.system(f"import_{self.form_name}")
        bar = ProgressBar(job.file_bytes)
        jobs.begin(job)
        if processes > 1 and not db.is_postgres():
            self.stderr.write(_("This database has one writer: the file is taken in by one process."))
            processes = 1
        try:
            if processes > 1:
                jobs.run_side_by_side(job, file, head, actor, processes=processes, progress=bar.at)
            else:
                jobs.run_here(job, file, head, actor, progress=bar.at)
        except BaseException as error:
            bar.close()
            jobs.finish(job, failure=f"{type(error).__name__}: {str(error)[:500]}")
            raise
        bar.close()
        jobs.finish(job)

    def _report(self, job: ImportJob) -> None:
        words = {
            "column": _("Columns that the form does not have, left out: %(codes)s"),
            "item": _("Items made as drafts, to be completed: %(codes)s"),
            "department": _("Departments made as drafts, to be completed: %(codes)s"),
            "staff": _("Staff that have no account here, left empty: %(codes)s"),
            "window": _("Windows that are not known here, left empty: %(codes)s"),
        }
        for kind, sentence in words.items():
            notes = list(job.notes.filter(kind=kind))
            codes = [f"{note.code} {note.name}".strip() for note in notes[:LISTED]]
            if len(notes) > LISTED:
                codes.append(_("… and %(n)s more, all listed on the import's page") % {"n": len(notes) - LISTED})
            if codes:
                self.stderr.write(sentence % {"codes": ", ".join(codes)})
        rejects = job.rejects.order_by("line", "id")
        for line, reason in rejects.values_list("line", "reason")[:SHOWN]:
            self.stderr.write(_("Line %(line)s: %(reason)s") % {"line": line, "reason": reason})
        more = job.counts()["rejected"] - SHOWN
        if more > 0:
            self.stderr.write(
                ngettext("… and %(n)s more rejected row.", "… and %(n)s more rejected rows.", more) % {"n": more}
            )
        self.stdout.write(jobs.summary(job))


class ProgressBar:
    """How far the file is, on a terminal; silent elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.shown, self.started = max(total, 1), -1.0, time.monotonic()
        self.on = sys.stderr.isatty()

    def at(self, reached: int) -> None:
        """`reached` bytes are done."""
        passed = time.monotonic() - self.started
        if not self.on or (passed - self.shown < 0.2 and reached < self.total):
            return
        self.shown = passed
        share = min(1.0, reached / self.total)
        bar = "#" * round(share * BAR_WIDTH)
        left = passed / share - passed if share else 0
        sys.stderr.write(f"\r[{bar:<{BAR_WIDTH}}] {share:4.0%} {passed:.0f} s, {left:.0f} s left   ")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the bar's line."""
        if self.on and self.shown >= 0:
            sys.stderr.write("\n")


def _source(text: str) -> str:
    name = text.strip()
    if not name or len(name) > jobs.SOURCE_LENGTH or not name.isprintable():
        raise argparse.ArgumentTypeError(f"a name of 1 to {jobs.SOURCE_LENGTH} characters")
    return name


def _reason(error: Unreadable | OSError) -> str:
    if isinstance(error, Unreadable):
        return error.message
    return _("The file cannot be opened: %(reason)s") % {"reason": error.strerror or str(error)}
