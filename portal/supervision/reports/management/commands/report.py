"""`report`: the period report as a Word document."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from portal.people.models import Department
from portal.supervision.reports import word
from portal.supervision.reports.models import Comparison, Report, ReportText
from portal.supervision.reports.reading import read
from portal.supervision.reports.standing import bound_of
from portal.supervision.reports.writing import first_text


class Command(BaseCommand):
    help = "Write the report of a period as .docx; nothing is kept in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        day = dt.date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, required=True, metavar="DATE")
        parser.add_argument("--to", dest="last", type=day, required=True, metavar="DATE")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.docx")
        parser.add_argument("--department", metavar="CODE", help="the report of one department")
        parser.add_argument("--compare", choices=Comparison.values, default=Comparison.LAST_YEAR.value)
        parser.add_argument("--title", default="")
        parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if last < first:
            raise CommandError("the period ends before it begins", returncode=2)
        department = None
        if code := options["department"]:
            department = Department.objects.filter(code=code).first()
            if department is None:
                raise CommandError(f"no department has the code {code}", returncode=2)
        with override(options["language"]):
            content = _document(first, last, department, options)
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}", returncode=2) from error
        self.stdout.write(f"{options['out']}: {len(content):,} bytes")


def _document(first: dt.date, last: dt.date, department: Department | None, options: dict[str, Any]) -> bytes:
    from django.utils.translation import gettext as _

    data = read(first, last, options["compare"], department)
    title = options["title"] or _("Period report of the government service centre")
    report = Report(
        title=title, first=first, last=last, comparison=options["compare"], department=department, data=data,
        read_at=dt.datetime.fromisoformat(data["read_at"]), language=options["language"],
    )  # fmt: skip
    return word.document(report, ReportText(report=report, number=1, paragraphs=first_text(bound_of(report))))
