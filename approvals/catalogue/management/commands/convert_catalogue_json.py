"""`convert_catalogue_json FILE OUT`: turns a department-by-department list of items into the items form."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.catalogue.exchange import ItemForm

# The provincial portals' task types, as their links carry them: the ten kinds of power and public services.
TASK_TYPES = {
    "1": "permit",
    "5": "benefit",
    "7": "confirmation",
    "8": "reward",
    "9": "ruling",
    "10": "other_power",
    "20": "service",
}


class Command(BaseCommand):
    """Reads `[{department, items: [{main_item, sub_items: [{name, link}]}]}]`.

    Code, department code and type come from the link of each item (`itemCode`, `deptCode`, `taskType`): task type 1 is
    a permit, 5 a benefit, 7 a confirmation, 8 a reward, 9 a ruling, 10 another power, 20 a public service. The file
    says nothing of days, fees and visits, so these stay unknown. A department whose links name several codes gets the
    one that most of them name.
    """

    help = "Turn a JSON list of departments with their items into the CSV form of import_catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("out", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            departments = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from None
        names = [column.name for column in ItemForm.columns]
        count = 0
        with options["out"].open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, names, restval="")
            writer.writeheader()
            for row in converted(departments):
                writer.writerow(row)
                count += 1
        self.stdout.write(f"{count} items of {len(departments)} departments")


def converted(departments: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """The rows of the items form."""
    taken: set[str] = set()
    for department in departments:
        entries = [(sub, _facts(sub["link"])) for main in department["items"] for sub in main["sub_items"]]
        code = _department_code([facts["deptCode"] for _sub, facts in entries], taken)
        for sub, facts in entries:
            yield {
                "code": facts["itemCode"],
                "name": " ".join(sub["name"].split()),
                "department_code": code,
                "department_name": department["department"].strip(),
                "type": TASK_TYPES.get(facts["taskType"], "other_power"),
            }


def _facts(link: str) -> dict[str, str]:
    query = parse_qs(urlparse(link).query)
    return {name: query.get(name, [""])[0].strip() for name in ("itemCode", "deptCode", "taskType")}


def _department_code(codes: list[str], taken: set[str]) -> str:
    """The code that most links name; empty when another department has it, so that the name decides."""
    best = Counter(code for code in codes if code).most_common(1)
    if not best or best[0][0] in taken:
        return ""
    taken.add(best[0][0])
    return best[0][0]
