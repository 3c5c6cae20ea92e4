"""Replays a draw of experts from its published record: `verify_draw NUMBER` or `verify_draw record.json`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement.experts.models import Draw
from procurement.experts.published import problems, record_of


class Command(BaseCommand):
    """Ends with an error when anything in the record does not follow from the rest."""

    help = "Replay the draw of experts of a tender, by its number or from a downloaded record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="the number of a tender, or the file of a published record")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        wrong = 0
        for name, record in self._records(what):
            found = problems(record)
            for problem in found:
                self.stderr.write(f"{name}: {problem}")
            wrong += len(found)
            if not found:
                count = len(record["pool"]["candidates"])
                self.stdout.write(
                    f"{name}: replayed, {count} in the pool, {len(record['seats'])} seats: all of it follows"
                )
        if wrong:
            raise CommandError(f"{wrong} differences: this record is not that of an honest draw")

    def _records(self, what: str) -> list[tuple[str, dict[str, Any]]]:
        if Path(what).is_file():
            try:
                return [(Path(what).name, json.loads(Path(what).read_text(encoding="utf-8")))]
            except ValueError as error:
                raise CommandError(f"{what} is no JSON: {error}") from None
        rows = (
            Draw.objects.filter(project__number=what, state="drawn", named=False)
            .select_related("project")
            .order_by("number")
        )
        found = [(f"{what}/{one.number}", record_of(one)) for one in rows]
        if not found:
            raise CommandError(f"no draw has been held for {what}, and there is no such file")
        return found
