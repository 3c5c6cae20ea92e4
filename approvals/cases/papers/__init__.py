"""The papers of a case: which one each step issues, and what it says. This is the face that other rooms import.

Words and data of the papers stand in `letters.py`, their names in `kinds.py`, the steps in `steps.py`. Imported cases
get none: their papers were issued elsewhere.
"""

from approvals.cases.papers.counter import Handed, proof_of_return, receipt_of_materials
from approvals.cases.papers.naming import named_in_event
from approvals.cases.papers.steps import decisions_in_force, issue_for_step, papers_about

__all__ = [
    "Handed",
    "decisions_in_force",
    "issue_for_step",
    "named_in_event",
    "papers_about",
    "proof_of_return",
    "receipt_of_materials",
]
