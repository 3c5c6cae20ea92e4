"""The materials that a paper lists: what was handed in, in which form, how many copies, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from approvals.cases.models import Case, CaseMaterial
from approvals.cases.papers.facts import Tongue
from approvals.catalogue.models import Material

FORMS = {
    "original": ("原件", "Original"),
    "copy": ("复印件", "Copy"),
    "electronic": ("电子件", "Electronic file"),
}
POWER_OF_ATTORNEY = ("授权委托书", "Power of attorney")


@dataclass(frozen=True)
class Handed:
    """One line of a receipt: what was handed in or given back. `form` is original, copy or electronic."""

    name: str
    name_en: str = ""
    form: str = "original"
    copies: int = 1
    note: str = ""

    def row(self, number: int, t: Tongue) -> list[str]:
        return [
            str(number), t(self.name, self.name_en or self.name), t(*FORMS[self.form]),
            t(f"{self.copies}份", str(self.copies)), self.note or "—",
        ]  # fmt: skip


def handed_in(case: Case) -> list[Handed]:
    """What stands for each material now; after a supplement notice only what came since. Two queries."""
    rows = case.materials.filter(replaced_at__isnull=True).select_related("material").order_by("pk")
    if case.supplement_notices:
        asked = case.supplement_requests.order_by("-pk").first()
        rows = rows.filter(added_at__gt=asked.asked_at) if asked else rows
    groups: dict[Any, list[CaseMaterial]] = {}
    for row in rows:
        groups.setdefault((row.material_id, row.power_of_attorney, row.on_paper, row.material_id or row.pk), []).append(
            row
        )
    return [_line(some) for some in groups.values()]


def _line(rows: Sequence[CaseMaterial]) -> Handed:
    first = rows[0]
    material: Material | None = first.material
    if not first.on_paper:
        return Handed(*_names(first), form="electronic", copies=len(rows))
    form = material.kind if material and material.kind != Material.Kind.ELECTRONIC else "original"
    copies = first.copies or (material.copies if material else len(rows))
    return Handed(*_names(first), form=first.kept_as or form, copies=copies)


def _names(row: CaseMaterial) -> tuple[str, str]:
    if row.power_of_attorney:
        return POWER_OF_ATTORNEY
    if row.material is None:
        return row.title, ""
    return row.material.name, row.material.name_en


def missing(case: Case, t: Tongue) -> list[list[str]]:
    """What a supplement notice names, with what the guide asks of it."""
    asked = case.supplement_requests.order_by("-pk").first()
    wanted = Material.objects.filter(version=case.version_id, pk__in=asked.missing if asked else [])
    return [
        [
            str(number), t.name(one), t(*FORMS[one.kind]) + t(f" {one.copies}份", f", {one.copies}"),
            t.name(one, "note") or "—",
        ]
        for number, one in enumerate(wanted, start=1)
    ]  # fmt: skip
