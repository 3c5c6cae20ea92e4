"""`indicators`: the figures of a period, as JSON or as lines for people."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.errors import DomainError, Invalid
from portal.supervision.indicators import DIMENSIONS, indicators


class Command(BaseCommand):
    help = "Print the indicators of a period: catalogue, approvals, hall, hotline, procurement, supervision."

    def add_arguments(self, parser: CommandParser) -> None:
        day = dt.date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, required=True, metavar="DATE")
        parser.add_argument("--to", dest="last", type=day, required=True, metavar="DATE")
        parser.add_argument("--department", metavar="CODE")
        parser.add_argument("--by", choices=DIMENSIONS)
        parser.add_argument("--as-of", dest="as_of", type=day, metavar="DATE", help="the day that balances are of")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = indicators(
                options["first"],
                options["last"],
                as_of=options["as_of"],
                department_code=options["department"],
                by=options["by"],
            )
        except Invalid as error:
            raise CommandError(" ".join(str(text) for text in error.fields.values()), returncode=2) from error
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for path, value in _lines(answer):
            self.stdout.write(f"{path:<52} {'—' if value is None else value}")


def _lines(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [line for name, inner in value.items() for line in _lines(inner, f"{path}.{name}".lstrip("."))]
    if isinstance(value, list):
        return [line for number, inner in enumerate(value, start=1) for line in _lines(inner, f"{path}[{number}]")]
    return [(path, value)]
