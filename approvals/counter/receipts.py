"""The one door from the counter to the papers that are made of what was handed in and given back."""

from collections.abc import Iterable

from approvals.cases.models import Case
from approvals.cases.papers import Handed, papers_about, proof_of_return
from approvals.counter.models import LeftPaper
from portal.core.models import Document

__all__ = ["handed", "proof_of_return", "receipt_of"]


def handed(papers: Iterable[LeftPaper]) -> list[Handed]:
    """Papers that lay at the window, as the proof lists them."""
    return [
        Handed(
            paper.name,
            paper.material.name_en if paper.material else "",
            form="original" if paper.is_original else "copy",
            copies=paper.copies,
        )
        for paper in papers
    ]


def receipt_of(case: Case) -> Document | None:
    """The receipt of materials (材料接收单) that holds: issued with the filing, from what the clerk noted."""
    receipts = papers_about(case).filter(kind="cases.receipt", state=Document.State.IN_FORCE)
    return receipts.first()
