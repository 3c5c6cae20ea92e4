"""Which paper a step of the life cycle issues, and which one its undoing withdraws; in the step's own transaction."""

from collections.abc import Mapping
from typing import Any

from approvals.cases.models import Case
from approvals.cases.papers.counter import receipt_of_materials
from approvals.cases.papers.facts import Facts
from approvals.cases.papers.naming import PAPER_OF_STEP, RECEIVING
from approvals.cases.papers.writing import write
from portal.core import documents
from portal.core.events import tell
from portal.core.lifecycle import Step
from portal.core.models import Document, Event
from portal.core.models.documents import DocumentQuerySet

STREAM = "cases.case"
DECIDING = ("approve", "refuse")


def issue_for_step(step: Step[Case]) -> list[Document]:
    """The papers of a step that was just applied to the locked case; what was issued is noted in the step's data.

    A correction withdraws the paper of the step that it undoes.
    """
    case, code = step.obj, step.transition.code
    if case.imported:
        return []
    if code == "correct":
        return _withdraw_undone(step)
    if code == "revoke":  # before its own paper is written, which would count as one in force
        for decision in decisions_in_force(case):
            documents.revoke(decision, step.actor, reason=step.inputs["grounds"])
    if code in RECEIVING:
        issued = receipt_of_materials(case, step.actor)
    elif code in PAPER_OF_STEP:
        facts = Facts(case, PAPER_OF_STEP[code], step.actor, _said(step))
        issued = write(facts, key=f"{code}:{case.state_version}", occasion=code)
    else:
        return []
    step.data["papers"] = [_noted(issued)]
    return [issued]


def _said(step: Step[Case]) -> Mapping[str, Any]:
    said = {**step.inputs, **step.data, **step.personal}
    if step.transition.code == "deliver":
        said["papers"] = _delivered(step.obj)
    return said


def _delivered(case: Case) -> list[str]:
    """The decision that is delivered, by title and number."""
    rows = decisions_in_force(case)
    return [*(f"{row.title}（{row.number}）" for row in rows), *_document_made(case)]


def _document_made(case: Case) -> list[str]:
    """The number of the licence or certificate that was recorded, unless that step was undone."""
    rows = Event.objects.filter(stream=STREAM, stream_id=case.pk, type__in=["case.issue", "case.correct"])
    for row in rows.order_by("-sequence")[:5]:
        said = tell(row).data
        if row.type == "case.issue":
            return [str(said["document_number"])]
        if said["undone"] == "case.issue":
            return []
    return []


def _noted(document: Document) -> dict[str, Any]:
    return {"id": document.pk, "number": document.number, "title": document.title, "title_en": document.title_en}


def _withdraw_undone(step: Step[Case]) -> list[Document]:
    undone = str(step.data["undone"]).removeprefix("case.")
    rows = papers_about(step.obj).filter(occasion=undone, state=Document.State.IN_FORCE)
    withdrawn = list(rows[:1])
    for document in withdrawn:
        documents.withdraw(document, step.actor, reason=step.inputs["reason"])
    if withdrawn:
        step.data["papers_withdrawn"] = [_noted(document) for document in withdrawn]
    return withdrawn


def papers_about(case: Case) -> DocumentQuerySet:
    """The papers of a case, newest first."""
    return Document.objects.about(STREAM, case.pk)


def decisions_in_force(case: Case) -> list[Document]:
    """The decision of a case, as long as it holds; one query."""
    return list(papers_about(case).filter(occasion__in=DECIDING, state=Document.State.IN_FORCE))
