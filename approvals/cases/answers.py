"""What the applicant answered: kept page by page as JSON, read as one set of answers and in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.cases.models import Case, CaseContent
from approvals.catalogue.formbuild import describe, display
from approvals.catalogue.formdef import FormDefinition

RAW = "?"  # before the code of a page whose answers still have faults
SPOT = "@spot"  # before the count of corrections on the spot: the pages as they stood before
SENT = "@"  # before the number of a supplement notice: the pages as they stood when it was sent


def definition_of(case: Case) -> FormDefinition | None:
    """The form of the case's version; None where the item has none."""
    if case.version is None or case.version.form is None:
        return None
    return FormDefinition.parse(case.version.form.definition)


def answers_of(content: CaseContent) -> dict[str, Any]:
    """All answers by the code of their question."""
    pages: dict[str, dict[str, Any]] = json.loads(content.answers or "{}")
    return {name: value for code, page in pages.items() if is_page(code) for name, value in page.items()}


def is_page(code: str) -> bool:
    """True for the good answers of a page, not for what is kept beside them."""
    return not code.startswith((RAW, SENT))


def with_faults(content: CaseContent) -> set[str]:
    """The pages on which something typed still has faults."""
    return {code.removeprefix(RAW) for code in json.loads(content.answers or "{}") if code.startswith(RAW)}


def changed_since(content: CaseContent, notice: int) -> bool:
    """True when the applicant has changed a page after the supplement notice with this number."""
    return f"{SENT}{notice}" in json.loads(content.answers or "{}")


def typed(content: CaseContent, page: str) -> dict[str, list[str]] | None:
    """What was typed on a page and still has faults; None when there is nothing of the kind."""
    found: dict[str, list[str]] | None = json.loads(content.answers or "{}").get(RAW + page)
    return found


@dataclass(frozen=True)
class Change:
    """One answer that was changed, in words."""

    label: str
    before: str
    after: str


def changes_since(case: Case, content: CaseContent, mark: str) -> list[Change]:
    """What has changed since the pages were kept under this mark; empty where nothing was kept.

    `mark` is `SENT` with the number of a supplement notice, or `SPOT` with the count of a correction.
    """
    definition, kept = definition_of(case), json.loads(content.answers or "{}")
    if definition is None or mark not in kept:
        return []
    before = {name: value for page in kept[mark].values() for name, value in page.items()}
    old, new = definition.keep_visible(before), definition.keep_visible(answers_of(content))
    return [
        Change(question.label, display(question, old.get(question.code)), display(question, new.get(question.code)))
        for question in definition.fields()
        if old.get(question.code) != new.get(question.code)
    ]


def corrections(content: CaseContent) -> int:
    """How often the application was corrected on the spot."""
    return sum(code.startswith(SPOT) for code in json.loads(content.answers or "{}"))


def changed_fields(definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The codes of the questions whose answers differ."""
    return [q.code for q in definition.fields() if before.get(q.code) != after.get(q.code)]


def in_words(case: Case, content: CaseContent) -> list[Any]:
    """(section, [(question, answer in words)]) in the reader's language."""
    definition = definition_of(case)
    return describe(definition, answers_of(content)) if definition else []
