"""Papers that the window asks for itself: the receipt of what was handed over, and the proof of what was given back."""

from collections.abc import Sequence

from approvals.cases.models import Case
from approvals.cases.papers.facts import Facts
from approvals.cases.papers.materials import Handed, handed_in
from approvals.cases.papers.writing import write
from portal.core import documents
from portal.core.actors import Actor
from portal.core.errors import WrongState
from portal.core.models import Document
from portal.core.models.documents import DocumentQuerySet
from portal.core.time import now

__all__ = ["Handed", "proof_of_return", "receipt_of_materials"]


def receipt_of_materials(case: Case, actor: Actor, received: Sequence[Handed] | None = None) -> Document:
    """The receipt of materials (材料接收单) of a filed case; the case is locked by the caller's action.

    Without `received` it lists what the case holds, once for each filing and each supplement: a repeated call gives
    the same paper. With a list of one's own (form and copies as they lay on the counter) a new receipt is issued, and
    the earlier one of this round is superseded by it. Raises WrongState for a draft and an imported case.
    """
    _must_be_filed(case)
    key = f"receipt:{case.supplement_notices}"
    if received is None:
        return write(
            Facts(case, "receipt", actor, {"handed": handed_in(case), "at": now()}), key=key, occasion="receipt"
        )
    earlier = documents.issued_before(case, key)
    newer = f"{key}:{now().isoformat()}" if earlier else key
    made = write(Facts(case, "receipt", actor, {"handed": list(received), "at": now()}), key=newer, occasion="receipt")
    for old in _receipts(case).exclude(pk=made.pk).filter(key__startswith=key, state=Document.State.IN_FORCE):
        documents.supersede(old, made, actor)
    return made


def _receipts(case: Case) -> DocumentQuerySet:
    return Document.objects.about("cases.case", case.pk).filter(kind="cases.receipt")


def proof_of_return(
    case: Case, actor: Actor, returned: Sequence[Handed], *, to: str = "", reason: str = ""
) -> Document:
    """The proof that papers were given back (材料退还证明): what, to whom, why. The case is locked by the caller's action.

    `to` is who took them, the applicant when nobody is named. Raises WrongState for a draft and an imported case.
    """
    _must_be_filed(case)
    said = {"handed": list(returned), "to": to, "reason": reason}
    return write(Facts(case, "return_proof", actor, said), key="", occasion="return_proof")


def _must_be_filed(case: Case) -> None:
    if case.is_draft or case.imported:
        raise WrongState()
