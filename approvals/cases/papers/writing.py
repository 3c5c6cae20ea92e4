"""From the facts of a step to the paper: both languages written, number and codes given by the core."""

from approvals.cases.papers.facts import TONGUES, Facts
from approvals.cases.papers.letters import LETTERS
from portal.core import documents
from portal.core.documents import Paper
from portal.core.models import Document

NO_SEAL = frozenset({"delivery"})  # signed by who delivers and who receives
SEAL = {"receipt": "材料接收专用章", "return_proof": "材料接收专用章"}


def write(facts: Facts, *, key: str, occasion: str) -> Document:
    """Issue the paper of these facts; with a key that was used before, the first one is given back."""
    item = facts.case.item
    return documents.issue(
        facts.case,
        Paper(
            kind=f"cases.{facts.kind}",
            series=facts.series,
            authority=facts.authority,
            addressee=facts.holder,
            letters={t.code: LETTERS[facts.kind](facts, t) for t in TONGUES},
            occasion=occasion,
            key=key,
            subject=item.name,
            subject_en=item.name_en,
            seal="" if facts.kind in NO_SEAL else SEAL.get(facts.kind, "行政审批专用章"),
        ),
    )
