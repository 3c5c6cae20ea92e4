"""What the applicant answered: kept page by page as JSON, read as one set of answers and in words."""

import json
from typing import Any

from approvals.cases.actions.filing import RAW
from approvals.cases.models import Case, CaseContent
from approvals.catalogue.formbuild import describe
from approvals.catalogue.formdef import FormDefinition


def definition_of(case: Case) -> FormDefinition | None:
    """The form of the case's version; None where the item has none."""
    if case.version is None or case.version.form is None:
        return None
    return FormDefinition.parse(case.version.form.definition)


def answers_of(content: CaseContent) -> dict[str, Any]:
    """All answers by the code of their question."""
    pages: dict[str, dict[str, Any]] = json.loads(content.answers or "{}")
    return {name: value for code, page in pages.items() if not code.startswith(RAW) for name, value in page.items()}


def typed(content: CaseContent, page: str) -> dict[str, list[str]] | None:
    """What was typed on a page and still has faults; None when there is nothing of the kind."""
    found: dict[str, list[str]] | None = json.loads(content.answers or "{}").get(RAW + page)
    return found


def in_words(case: Case, content: CaseContent) -> list[Any]:
    """(section, [(question, answer in words)]) in the reader's language."""
    definition = definition_of(case)
    return describe(definition, answers_of(content)) if definition else []
