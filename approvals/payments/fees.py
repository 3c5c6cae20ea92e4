"""What a case owes: the lines of its item's fee, and when they are due."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.catalogue.models import ItemVersion
from portal.core.errors import Invalid

MOST = 999  # of one line


def due_when(version: ItemVersion | None) -> str:
    """`decision`, `issue`, or empty where nothing is owed to this centre."""
    if version is None or (not version.fee_fen and not version.fee_schedule):
        return ""
    return "" if version.fee_when == ItemVersion.FeeWhen.ELSEWHERE else version.fee_when


def first_lines(case: Case) -> list[dict[str, Any]]:
    """What is owed without anybody's judgement: the plain fee, or a schedule of one line. Empty = the window decides."""
    version = case.version
    if version is None:
        return []
    schedule = version.fee_schedule
    if not schedule:
        plain = {
            "code": "fee", "name": case.item.name, "name_en": case.item.name_en, "unit": "", "unit_en": "",
            "price_fen": version.fee_fen,
        }  # fmt: skip
        return [{**plain, "quantity": 1}]
    return [{**schedule[0], "quantity": 1}] if len(schedule) == 1 else []


def lines_by_schedule(version: ItemVersion, quantities: Mapping[str, int]) -> list[dict[str, Any]]:
    """The lines for these quantities by code. Raises Invalid for an unknown line, a senseless quantity or none at all."""
    known = {line["code"]: line for line in version.fee_schedule}
    if set(quantities) - set(known):
        raise Invalid(_("The fee schedule has no such line."))
    for code, quantity in quantities.items():
        if not 0 <= quantity <= MOST:
            raise Invalid(fields={code: _("Enter a quantity between 0 and 999.")})
    lines = [{**known[code], "quantity": n} for code, n in quantities.items() if n]
    if not lines:
        raise Invalid(_("Enter the quantity of at least one line."))
    return lines


def total(lines: Iterable[Mapping[str, Any]]) -> int:
    """In fen."""
    return sum(int(line["price_fen"]) * int(line["quantity"]) for line in lines)


def in_words(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines with name and unit in the reader's language, and the amount of each."""
    english = (get_language() or "").startswith("en")

    def local(line: Mapping[str, Any], name: str) -> str:
        return str((english and line.get(f"{name}_en")) or line.get(name, ""))

    return [
        {
            "code": line["code"],
            "name": local(line, "name"),
            "unit": local(line, "unit"),
            "price_fen": line["price_fen"],
            "quantity": line["quantity"],
            "amount_fen": line["price_fen"] * line["quantity"],
        }
        for line in lines
    ]
