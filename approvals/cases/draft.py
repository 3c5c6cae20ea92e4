"""A draft as a list of tasks: the pages of its form, the materials, the check; what is done and what is missing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.cases.answers import answers_of, definition_of, with_faults
from approvals.cases.excused import excused
from approvals.cases.models import Case, CaseContent, CaseMaterial, lacks_power_of_attorney, principal_of
from approvals.catalogue.formbuild import form_problems
from approvals.catalogue.models import Material
from portal.people.models import User

MATERIALS, CHECK = "materials", "check"
OTHER, POWER_OF_ATTORNEY = "other", "power-of-attorney"


@dataclass(frozen=True)
class Task:
    """One page to fill in; `faulty` means that something typed there still has to be corrected."""

    code: str
    title: str
    done: bool
    faulty: bool = False
    is_section: bool = False


@dataclass(frozen=True)
class Brought:
    """A material of the item and the files that stand for it now.

    Without a material: the power of attorney of whoever files for somebody else, or other papers.
    """

    material: Material | None
    files: list[CaseMaterial]
    power_of_attorney: bool = False
    excused: bool = False  # promised for later, or a signed commitment stands in for it

    @property
    def code(self) -> str:
        """The name of its upload field."""
        if self.material:
            return f"material-{self.material.pk}"
        return f"material-{POWER_OF_ATTORNEY if self.power_of_attorney else OTHER}"

    @property
    def name(self) -> str:
        if self.material:
            return self.material.local_name
        return _("Power of attorney") if self.power_of_attorney else _("Other papers")

    @property
    def on_paper_only(self) -> bool:
        return self.material is not None and self.material.kind == Material.Kind.ORIGINAL

    @property
    def required(self) -> bool:
        return self.power_of_attorney or (self.material is not None and self.material.required)

    @property
    def listed(self) -> bool:
        """Shown where nothing can be uploaded: other papers only when there are some."""
        return self.material is not None or self.required or bool(self.files)

    @property
    def missing(self) -> bool:
        """Required, to be uploaded, and not there. Originals on paper are brought to the window."""
        return self.required and not self.on_paper_only and not self.files and not self.excused


def brought(case: Case) -> list[Brought]:
    """The materials of the version with their present files, other papers last. Two queries.

    Where somebody files for another person, the power of attorney stands first.
    """
    if case.version is None:
        return []
    files: dict[int | str | None, list[CaseMaterial]] = {}
    for row in case.materials.filter(replaced_at__isnull=True).select_related("file"):
        files.setdefault(POWER_OF_ATTORNEY if row.power_of_attorney else row.material_id, []).append(row)
    later = excused(case)
    named = [
        Brought(material, files.get(material.pk, []), excused=material.pk in later)
        for material in case.version.materials.select_related("blank_file", "sample_file")
    ]
    authority = [Brought(None, files.get(POWER_OF_ATTORNEY, []), power_of_attorney=True)] if principal_of(case) else []
    return [*authority, *named, Brought(None, files.get(None, []))]


def tasks(case: Case, content: CaseContent) -> list[Task]:
    """The pages to fill in, in order."""
    definition = definition_of(case)
    done, faulty = set(content.steps_done), with_faults(content)
    pages = []
    if definition is not None:
        pages = [
            Task(section.code, section.title, section.code in done, section.code in faulty, is_section=True)
            for section in definition.visible_sections(answers_of(content))
        ]
    complete = not any(row.missing for row in brought(case))
    pages.append(Task(MATERIALS, _("Materials"), MATERIALS in done and complete))
    return pages


def problems(case: Case, content: CaseContent) -> list[tuple[str, str]]:
    """What still keeps the draft from being submitted: (code of the page, sentence)."""
    found: list[tuple[str, str]] = []
    if unproven := lacks_power_of_attorney(case):
        found.append((MATERIALS, _("Please upload the power of attorney of the person whom you file for.")))
    for task in tasks(case, content):
        if not task.done and not (unproven and task.code == MATERIALS):
            found.append((task.code, _("Please finish the page “%(page)s”.") % {"page": task.title}))
    definition = definition_of(case)
    if definition is not None and not found:
        found += [
            (_page_of(definition, code), sentence)
            for code, sentence in form_problems(definition, answers_of(content)).items()
        ]
    return found


def _page_of(definition: Any, field_code: str) -> str:
    for section in definition.sections:
        if any(question.code == field_code for question in section.fields):
            return str(section.code)
    return MATERIALS


def outdated(case: Case) -> bool:
    """The item has got a new version since the draft was begun, and is still open to filing."""
    return case.item.is_open_to_filing and case.item.current_id != case.version_id


def prefill(case: Case, user: User) -> dict[str, str]:
    """Facts of the applicant that a form may be filled with, by the names that form definitions use."""
    if (principal := principal_of(case)) is not None:  # nothing of the agent's gets into the principal's form
        known = {"name": principal.name, "phone": principal.phone, "resident_number": principal.resident_number}
        return {name: value for name, value in known.items() if value}
    citizen = getattr(user, "citizen", None)
    facts = {
        "name": user.name,
        "phone": user.phone,
        "email": user.email,
        "resident_number": citizen.resident_number if citizen else "",
        "address": citizen.address if citizen else "",
    }
    if case.organisation is not None:
        facts |= {
            "organisation": case.organisation.name,
            "uscc": case.organisation.uscc,
            "legal_person": case.organisation.legal_person,
        }
    return {name: value for name, value in facts.items() if value}
