"""`export_events --from DATE --to DATE --format xes|csv`: cases as an event log for process-mining tools."""

import datetime as dt
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.cases.event_log import traces, write_csv, write_xes
from portal.people.models import Department

WRITERS = {"xes": write_xes, "csv": write_csv}


class Command(BaseCommand):
    """Cases filed in the period, with all their events; no personal data."""

    help = "Write the cases filed in a period as an event log (XES or CSV), to a file or to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=dt.date.fromisoformat, required=True, help="first day of filing"
        )
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True, help="last day of filing")
        parser.add_argument("--format", choices=sorted(WRITERS), default="xes")
        parser.add_argument("--department", default="", help="code of one department")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans", help="of the activities' names")
        parser.add_argument("--out", default="", help="file to write; standard output without it")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["last"] < options["first"]:
            raise CommandError("The period ends before it begins.")
        code = options["department"]
        if code and not Department.objects.filter(code=code).exists():
            raise CommandError(f"There is no department {code}.")
        found = traces(options["first"], options["last"], department_code=code, language=options["language"])
        with self._target(options["out"]) as out:
            count = WRITERS[options["format"]](found, out)
        self.stderr.write(f"cases {count}")

    def _target(self, name: str) -> AbstractContextManager[TextIO]:
        if not name:
            stream: Any = self.stdout
            self.stdout.ending = ""  # the writers end their own lines; else every attribute would get one
            return nullcontext(stream if hasattr(stream, "write") else sys.stdout)
        try:
            return Path(name).open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{name} cannot be written: {error.strerror}.") from None
