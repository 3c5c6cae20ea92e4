"""Replays the draw for a visit from its published record: `verify_visit_draw NUMBER` or `verify_visit_draw record.json`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.social.models import Visit
from hall.social.pools import problems, record_of


class Command(BaseCommand):
    """Ends with an error when anything in the record does not follow from the rest."""

    help = "Replay the draw of social supervisors for a visit, by its number or from a downloaded record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="the number of a visit, or the file of a published record")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        record = _record(what)
        found = problems(record)
        for problem in found:
            self.stderr.write(f"{what}: {problem}")
        if found:
            raise CommandError(f"{len(found)} differences: this record is not that of an honest draw")
        count = len(record["pool"]["candidates"])
        self.stdout.write(f"{what}: replayed, {count} in the pool, {len(record['seats'])} seats: all of it follows")


def _record(what: str) -> dict[str, Any]:
    if Path(what).is_file():
        try:
            read: dict[str, Any] = json.loads(Path(what).read_text(encoding="utf-8"))
        except ValueError as error:
            raise CommandError(f"{what} is no JSON: {error}") from None
        return read
    visit = Visit.objects.filter(number=what, drawn_at__isnull=False).first()
    if visit is None:
        raise CommandError(f"no draw has been held for {what}, and there is no such file")
    return record_of(visit)
