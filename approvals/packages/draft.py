"""A draft of a package: its parts as they stand today, the merged form with what was typed, the papers, what is missing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from approvals.cases.actions.together import OnPaper, closed_or_changed
from approvals.cases.answers import RAW
from approvals.cases.catalogue_memory import asked_by
from approvals.catalogue.formbuild import describe, form_problems
from approvals.packages.merging import AUTHORITY, MergedForm, MergedMaterial, Source, merge, merge_materials
from approvals.packages.models import PackageFiling, PackagePaper, PackagePart, PackageSignature, principal_of
from portal.core.errors import WrongState
from portal.people.models import User

MATERIALS, CHECK = "materials", "check"
ITEM = ("item__current", "item__department", "item_version")


@dataclass(frozen=True)
class Problem:
    """What keeps one part from being filed: its item is closed, or asks for other things than it did."""

    part: PackagePart
    reason: WrongState

    @property
    def closed(self) -> bool:
        """Nothing helps but to leave it out; else the draft can follow what the item asks for now."""
        return self.reason.code != "item_changed"

    @property
    def sentence(self) -> str:
        name = self.part.item.local_name
        if self.closed:
            words = _("“%(item)s” can no longer be applied for online. You can file the other parts without it.")
        else:
            words = _("What “%(item)s” asks for has changed. Your answers are kept; please check them once more.")
        return words % {"item": name}


@dataclass(frozen=True)
class Task:
    """One page to fill in; `faulty` means that something typed there still has to be corrected."""

    code: str
    title: str
    done: bool
    faulty: bool = False
    is_page: bool = False


@dataclass(frozen=True)
class Row:
    """One merged material with the files that are there."""

    merged: MergedMaterial
    papers: tuple[PackagePaper, ...]
    items: tuple[str, ...]  # the names of the items that ask for it
    covered: bool = False  # signed commitments stand in for it with every item that requires it

    @property
    def missing(self) -> bool:
        return self.merged.required and not self.merged.on_paper_only and not self.papers and not self.covered

    @property
    def files(self) -> list[PackagePaper]:
        """What can be opened; what lies at the window on paper has no file."""
        return [paper for paper in self.papers if paper.file_id is not None]

    @property
    def kept(self) -> PackagePaper | None:
        """What the clerk noted as lying at the window."""
        return next((paper for paper in self.papers if paper.kept), None)

    @property
    def promise(self) -> PackagePaper | None:
        """The promise to bring it later."""
        return next((paper for paper in self.papers if paper.follows_by is not None), None)

    @property
    def is_authority(self) -> bool:
        """The power of attorney, which no item asks for."""
        return self.merged is AUTHORITY


class Draft:
    """Everything that the pages of a draft and the filing itself need, read once: parts with items, papers."""

    def __init__(self, filing: PackageFiling) -> None:
        self.filing = filing
        signed = PackageSignature.objects.filter(filing=OuterRef("filing"), item=OuterRef("item"))
        rows = filing.parts.select_related(*ITEM).annotate(is_signed=Exists(signed))
        self.parts: list[PackagePart] = list(rows)
        self.pages: dict[str, dict[str, Any]] = json.loads(filing.answers or "{}")
        sources = [_source(part) for part in self.parts]
        self.form: MergedForm = merge(sources)
        self.materials: list[MergedMaterial] = merge_materials(sources)
        self._papers: list[PackagePaper] | None = None
        self._signed: dict[str, PackageSignature] | None = None

    @property
    def papers(self) -> list[PackagePaper]:
        if self._papers is None:
            self._papers = list(self.filing.papers.select_related("file", "certificate__type"))
        return self._papers

    @property
    def signed(self) -> dict[str, PackageSignature]:
        """Code of a part's item → the commitment that was signed for it. One query, none where nothing was signed."""
        if self._signed is None:
            codes = {part.item_id: part.item.code for part in self.parts if part.is_signed}  # type: ignore[attr-defined]
            rows = self.filing.signatures.filter(item__in=codes).select_related("text", "scan") if codes else ()
            self._signed = {codes[one.item_id]: one for one in rows}
        return self._signed

    def problems_of_parts(self) -> list[Problem]:
        """The parts that cannot be filed as they are."""
        found = ((part, closed_or_changed(part.item, part.item_version_id)) for part in self.parts)
        return [Problem(part, reason) for part, reason in found if reason is not None]

    # answers

    @property
    def answers(self) -> dict[str, Any]:
        """All good answers by the name of their question, those of items that were left out included."""
        return {n: v for code, page in self.pages.items() if not code.startswith(RAW) for n, v in page.items()}

    def typed(self, page: str) -> dict[str, list[str]] | None:
        """What was typed on a page and still has faults."""
        return self.pages.get(RAW + page)

    def in_words(self) -> list[Any]:
        return describe(self.form.definition, self.answers) if self.form.definition else []

    # what is to be done

    def tasks(self) -> list[Task]:
        """The pages to fill in, in order, and the materials."""
        definition, answers, found = self.form.definition, self.answers, []
        if definition is not None:
            wrong = set(form_problems(definition, answers))
            for section in definition.visible_sections(definition.keep_visible(answers)):
                complete = not wrong & {one.code for one in section.fields}
                done = complete and section.code in self.filing.pages_done
                faulty = RAW + section.code in self.pages
                found.append(Task(section.code, section.title, done and not faulty, faulty, is_page=True))
        complete = not any(row.missing for row in self.rows())
        return [*found, Task(MATERIALS, _("Materials"), MATERIALS in self.filing.pages_done and complete)]

    def rows(self) -> list[Row]:
        """The materials with their files; where somebody files for another person, the power of attorney first."""
        names = {part.item.code: part.item.local_name for part in self.parts}
        authority = [self._row(AUTHORITY, tuple(names.values()))] if principal_of(self.filing) else []
        asked = [self._row(one, tuple(names[code] for code, _material in one.asked)) for one in self.materials]
        return [*authority, *asked]

    def _row(self, merged: MergedMaterial, items: tuple[str, ...]) -> Row:
        papers = tuple(paper for paper in self.papers if paper.key == merged.key)
        return Row(merged, papers, items, self._covered(merged))

    def _covered(self, merged: MergedMaterial) -> bool:
        requiring = [(code, material) for code, material in merged.asked if material.required]
        if not requiring or not all(material.committable for _code, material in requiring):
            return False  # and nothing is asked for what no commitment covers
        return all(code in self.signed for code, _material in requiring)

    @property
    def authority(self) -> list[Any]:
        """The files of the power of attorney."""
        return [paper.file for paper in self.papers if paper.key == AUTHORITY.key and paper.file is not None]

    def open_points(self) -> list[tuple[str, str]]:
        """What still keeps the draft from being filed: (code of the page, sentence)."""
        words = _("Please finish the page “%(page)s”.")
        return [(task.code, words % {"page": task.title}) for task in self.tasks() if not task.done]

    def papers_for(self, part: PackagePart) -> dict[str, list[Any]]:
        """The files for one item, by the code of its own material."""
        found: dict[str, list[Any]] = {}
        for merged in self.materials:
            for code, material in merged.asked:
                if code == part.item.code:
                    files = [paper.file for paper in self.papers if paper.key == merged.key and paper.file is not None]
                    found[material.code] = files
        return found

    def kept_for(self, part: PackagePart) -> dict[str, OnPaper]:
        """What lies at the window for one item, by the code of its own material."""
        kept = {paper.key: OnPaper(paper.kept, paper.copies) for paper in self.papers if paper.kept}
        return {
            material.code: kept[merged.key]
            for merged in self.materials
            for code, material in merged.asked
            if code == part.item.code and merged.key in kept
        }

    def later_for(self, part: PackagePart) -> frozenset[str]:
        """The materials of one item that follow later, by their own codes."""
        promised = {paper.key for paper in self.papers if paper.follows_by is not None}
        return frozenset(
            material.code
            for merged in self.materials
            for code, material in merged.asked
            if code == part.item.code and material.required and merged.key in promised
        )

    def signed_for(self, part: PackagePart) -> frozenset[str] | None:
        """What the commitment of one item stands in for, by its own codes; None where none was signed."""
        if part.item.code not in self.signed:
            return None
        asked = asked_by(part.item_version).materials
        return frozenset(material.code for material in asked if material.committable)

    def items_of_page(self, page: str) -> list[str]:
        """The names of the items that ask something on a page."""
        names = {part.item.code: part.item.local_name for part in self.parts}
        return [names[code] for code in self.form.items_of_page.get(page, ()) if code in names]


def _source(part: PackagePart) -> Source:
    asked = asked_by(part.item_version)
    return Source(part.item, asked.definition, asked.materials)


def sources_of(items: Sequence[Any]) -> list[Source]:
    """What the items ask for today, for the public page of a package; items without a version are left out."""
    versions = [(item, item.current) for item in items if item.current is not None]
    return [
        Source(item, asked.definition, asked.materials) for item, version in versions for asked in [asked_by(version)]
    ]


def known_facts(filing: PackageFiling, user: User) -> Mapping[str, str]:
    """Facts of the applicant that a form may be filled with, by the names that form definitions use."""
    if (principal := principal_of(filing)) is not None:  # nothing of the agent's gets into the principal's form
        return {"name": principal.name, "phone": principal.phone, "resident_number": principal.resident_number}
    citizen = getattr(user, "citizen", None)
    facts = {
        "name": user.name,
        "phone": user.phone,
        "email": user.email,
        "resident_number": citizen.resident_number if citizen else "",
        "address": citizen.address if citizen else "",
    }
    if (firm := filing.organisation) is not None:
        facts |= {"organisation": firm.name, "uscc": firm.uscc, "legal_person": firm.legal_person}
    return {name: value for name, value in facts.items() if value}
