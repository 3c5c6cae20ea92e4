"""What an intake still needs before it can be filed, in sentences for the clerk."""

from django.utils.translation import gettext as _

from approvals.cases import draft
from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case, lacks_power_of_attorney
from approvals.catalogue.formbuild import form_problems
from approvals.counter.models import Intake, MaterialCheck


def problems(case: Case, intake: Intake) -> list[str]:
    """Everything that is open. A required material may be missing, but the clerk has to say so."""
    content = content_of(case)
    pages = [task for task in draft.tasks(case, content) if task.is_section and not task.done]
    found = [_("Please complete “%(page)s”.") % {"page": task.title} for task in pages]
    definition = definition_of(case)
    if definition is not None and not found:
        found += form_problems(definition, answers_of(content)).values()
    noted = {check.material_id: check.kept for check in intake.checks.all()}
    for row in draft.brought(case):
        if row.material is not None and row.required:
            found += _of_material(row, noted.get(row.material.pk, ""))
    if lacks_power_of_attorney(case):
        found.append(_("Please scan the power of attorney of the person who is represented."))
    return found


def _of_material(row: draft.Brought, kept: str) -> list[str]:
    scanned = any(one.file_id for one in row.files)
    if row.excused and not scanned:
        return []
    if kept == MaterialCheck.Kept.SCAN and not scanned:
        return [_("“%(name)s” is noted as scanned, but there is no scan.") % {"name": row.name}]
    if not kept and not scanned:
        return [_("Say of “%(name)s” what was kept, or that it is missing.") % {"name": row.name}]
    return []


def missing(intake: Intake) -> list[str]:
    """Required materials that are noted as missing: what the notice will name."""
    rows = intake.checks.filter(kept=MaterialCheck.Kept.MISSING, material__required=True).select_related("material")
    return [row.material.local_name for row in rows]
