"""The clerk's one screen: all pages of the form together, and a line for each material; read from one post."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from approvals.cases import draft
from approvals.cases.answers import answers_of, definition_of, typed
from approvals.cases.effects import content_of
from approvals.cases.models import Case
from approvals.catalogue.formbuild import SectionForm, initial_of, section_form
from approvals.counter.actions.intake import Noted
from approvals.counter.models import Intake, MaterialCheck

KEPT = MaterialCheck.Kept.choices


def section_forms(case: Case, post: QueryDict | None = None) -> list[SectionForm]:
    """The forms of all pages that the answers call for, each with the answers of the pages before it.

    With a post they are bound to it; a page whose faults were kept comes back with them.
    """
    definition = definition_of(case)
    if definition is None:
        return []
    content = content_of(case)
    answers: dict[str, Any] = answers_of(content)
    facts = draft.prefill(case, case.applicant) if case.applicant else {}
    forms: list[SectionForm] = []
    for page in definition.sections:
        if page.show_if is not None and not page.show_if.holds(answers):
            continue
        made = section_form(definition, page.code)
        kept = typed(content, page.code)
        if post is not None:
            form = made(post, answers=answers)
            if form.is_valid():
                gone = {question.code for question in page.fields}
                answers = {name: value for name, value in answers.items() if name not in gone} | form.to_answers()
        elif kept is not None:
            form = made(_as_post(kept), answers=answers)
        else:
            known = {q.code: facts[q.spec["prefill"]] for q in page.fields if q.spec.get("prefill") in facts}
            form = made(initial={**known, **initial_of(page, answers)}, answers=answers)
        forms.append(form)
    return forms


def _as_post(kept: Mapping[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    return data


def as_typed(form: SectionForm, post: QueryDict) -> dict[str, list[str]]:
    """What was typed on one page, as it was typed."""
    return {name: post.getlist(name) for name in form.fields if name in post}


@dataclass(frozen=True)
class Line:
    """One material on the screen: what it is, what is scanned, what was noted, its upload field."""

    row: draft.Brought
    check: MaterialCheck | None
    upload: Any

    @property
    def key(self) -> str:
        return str(self.row.material.pk) if self.row.material else ""

    @property
    def kept(self) -> str:
        return self.check.kept if self.check else ""

    @property
    def copies(self) -> int:
        if self.check:
            return self.check.copies
        return self.row.material.copies if self.row.material else 1

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return list(KEPT)

    @property
    def scans(self) -> list[Any]:
        """The files that stand for it; what lies here on paper has none."""
        return [one for one in self.row.files if one.file_id]


def lines(case: Case, intake: Intake, form: Any) -> list[Line]:
    """A line for each material, the power of attorney first, other papers last."""
    checks = {check.material_id: check for check in intake.checks.all()}
    return [
        Line(
            row,
            checks.get(row.material.pk) if row.material else None,
            form[row.code] if row.code in form.fields else None,
        )
        for row in draft.brought(case)
    ]


def noted_in(post: QueryDict, case: Case) -> dict[int, Noted]:
    """What a post notes of the materials; a number of copies that makes no sense is refused by the action."""
    found: dict[int, Noted] = {}
    for material in case.version.materials.all() if case.version else ():
        kept = post.get(f"kept-{material.pk}", "")
        copies = post.get(f"copies-{material.pk}", "1").strip() or "1"
        seen = f"seen-{material.pk}" in post
        if kept:
            number = int(copies) if copies.isdecimal() and len(copies) < 4 else 0
            found[material.pk] = Noted(kept, original_seen=seen, copies=number)
    return found
