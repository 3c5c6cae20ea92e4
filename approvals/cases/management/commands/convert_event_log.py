"""`convert_event_log LOG OUT`: turns an event log (one row an event) into the form of cases (one row a case)."""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.errors import DomainError
from portal.core.exchange import form_named
from portal.core.exchange.runner import zone_named

CASE_ID = "case:concept:name"
NEEDED = (CASE_ID, "case:startdate", "case:enddate", "case:enddate_planned", "case:channel", "case:department")
CHANNELS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}


class Command(BaseCommand):
    """The `case:` columns of an event log repeat on each of a case's events; the first event of a case is taken."""

    help = "Turn an event log of permit cases into the form of import_cases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("log", help="the event log, CSV with case: columns")
        parser.add_argument("out", help="the file of cases to write")
        parser.add_argument("--item-code", default="PERMIT", help="code of the item that all cases are of")
        parser.add_argument("--item-name", default="", help="its name")
        parser.add_argument("--timezone", default="Asia/Shanghai", help="of due dates, and of times without an offset")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [column.name for column in form_named("cases").columns]
        try:
            zone = zone_named(options["timezone"])
            with (
                Path(options["log"]).open(encoding="utf-8-sig", newline="") as log,
                Path(options["out"]).open("w", encoding="utf-8", newline="") as out,
            ):
                writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
                writer.writeheader()
                count = 0
                for case in converted(log, zone):
                    writer.writerow({**case, "item_code": options["item_code"], "item_name": options["item_name"]})
                    count += 1
        except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
            raise CommandError(f"The log cannot be read: {error}", returncode=2) from None
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from None
        self.stdout.write(f"cases {count}")


def converted(log: TextIO, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    """One row in the form of cases for each case of the log. Raises ValueError for a file of another kind."""
    reader = csv.DictReader(log)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"it has no column {', '.join(missing)}")
    seen: set[str] = set()
    for event in reader:
        if event[CASE_ID] in seen:
            continue
        seen.add(event[CASE_ID])
        yield _case(event, zone)


def _case(event: dict[str, str], zone: ZoneInfo) -> dict[str, str]:
    """Filed and accepted at its start, promised for the planned end's date, approved at its end."""
    planned = event["case:enddate_planned"]
    return {
        "external_id": event[CASE_ID],
        "department_code": re.sub(r"[^0-9A-Z]+", "-", event["case:department"].upper()).strip("-")[:32],
        "department_name": event["case:department"],
        "staff_code": event.get("case:responsible", ""),
        "channel": CHANNELS.get(event["case:channel"], ""),  # another way of filing is unknown to the form
        "kind": "promise",
        "submitted_at": event["case:startdate"],
        "answered_at": event["case:startdate"],
        "accepted_at": event["case:startdate"],
        "promised_due_on": _date(planned, zone).isoformat() if planned else "",
        "decided_at": event["case:enddate"],
        "outcome": "approved" if event["case:enddate"] else "",
    }


def _date(text: str, zone: ZoneInfo) -> dt.date:
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()
