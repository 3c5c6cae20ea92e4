"""Papers that stay at the window and go back against signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.steps import locked
from approvals.cases.models import Case
from approvals.counter import policies
from approvals.counter.models import LeftPaper, PaperReturn
from approvals.counter.receipts import handed, proof_of_return
from hall.duties import window_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.events import record
from portal.core.identity import check_name
from portal.core.time import now, today
from portal.people.models import User


@dataclass(frozen=True, kw_only=True)
class Taking:
    """Who takes the papers back."""

    taker: str
    name: str
    identity_checked: bool
    signature: str
    note: str = ""


def _kept_by(actor: Actor, case_id: int) -> tuple[Case, User]:
    case = locked(case_id, actor)
    if actor.user is None or not policies.may_keep_papers(actor.user, case):
        raise NotAllowed()
    return case, actor.user


def _window(actor: Actor, case: Case) -> int | None:
    found = window_of(actor.user, case.department_id, today()) if actor.user else None
    return found or case.intake_window_id or case.window_id


@action
def leave_paper(
    actor: Actor, case_id: int, *, name: str, is_original: bool, copies: int = 1, place: str = ""
) -> LeftPaper:
    """Keep a paper that was brought for a case. Raises NotFound, NotAllowed, Invalid, WrongState for a closed file."""
    case, clerk = _kept_by(actor, case_id)
    if case.imported or case.state == "closed":
        raise WrongState(_("This case takes no more papers."))
    wrong = {}
    if not name.strip():
        wrong["name"] = _("Say what paper it is.")
    if not 1 <= copies <= 99:
        wrong["copies"] = _("Please give a number between 1 and 99.")
    if wrong:
        raise Invalid(fields=wrong)
    paper = LeftPaper.objects.create(
        case=case, name=name.strip()[:200], is_original=is_original, copies=copies, place=place.strip()[:80],
        window_id=_window(actor, case), taken_at=now(), taken_by=clerk,
    )  # fmt: skip
    record(case, "case.paper_kept", actor, data={"paper": paper.name, "copies": copies})
    return paper


@action
def give_back(actor: Actor, case_id: int, paper_ids: Sequence[int], taking: Taking) -> PaperReturn:
    """Give papers back against signature, to a person whose identity was checked; makes the numbered proof.

    Raises NotFound, NotAllowed, Invalid, WrongState when one of them has gone back already.
    """
    case, clerk = _kept_by(actor, case_id)
    wrong: dict[str, object] = {}
    try:
        name = check_name(taking.name)
    except Invalid as error:
        name, wrong["taker_name"] = "", error.message
    if not taking.identity_checked:
        wrong["identity_checked"] = _("Look at the identity card first, and tick it here.")
    if taking.taker not in PaperReturn.Taker.values:
        wrong["taker"] = _("Choose who takes the papers.")
    if taking.signature not in PaperReturn.Signature.values:
        wrong["signature"] = _("Say how the person signed.")
    if not paper_ids:
        wrong["papers"] = _("Choose at least one paper.")
    if wrong:
        raise Invalid(fields=wrong)  # type: ignore[arg-type]
    papers = db.lock_rows(LeftPaper.objects.filter(case=case).select_related("material"), paper_ids)
    if len(papers) != len(set(paper_ids)) or any(paper.handed_back_id for paper in papers):
        raise WrongState(_("One of these papers has been given back already. Please look at the list again."))
    document = proof_of_return(case, actor, handed(papers), to=name, reason=taking.note.strip())
    proof = PaperReturn.objects.create(
        document=document, case=case, returned_at=now(), returned_on=today(),
        returned_by=clerk, window_id=_window(actor, case), taker=taking.taker, taker_name=name,
        identity_checked=True, signature=taking.signature, note=taking.note.strip()[:300],
    )  # fmt: skip
    LeftPaper.objects.filter(pk__in=[paper.pk for paper in papers]).update(handed_back=proof)
    record(
        case,
        "case.papers_returned",
        actor,
        data={"paper": document.number, "papers": [paper.name for paper in papers], "taker": taking.taker},
        personal={"taker": name},
    )
    return proof
