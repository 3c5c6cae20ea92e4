"""Reductions asked for online: the applicant asks with ground and proof, a reviewer or the head decides."""

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies as case_policies
from approvals.cases.models import Case
from approvals.payments import fees, policies
from approvals.payments.actions.orders import take_off
from approvals.payments.actions.steps import locked_case
from approvals.payments.models import Order, ReductionRequest
from approvals.payments.models.order import OPEN, SETTLED
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now


def may_be_asked(case: Case) -> bool:
    """The item has a fee, nothing settles it yet, and no request waits; after the decision only what is still owed."""
    if case.imported or not fees.due_when(case.version):
        return False
    if ReductionRequest.objects.filter(case=case, state="asked").exists():
        return False
    states = set(Order.objects.filter(case=case).values_list("state", flat=True))
    return not states & set(SETTLED) and (case.ended_on is None or bool(states & set(OPEN)))


@action
def ask_reduction(actor: Actor, case_id: int, *, ground: str, proof: str) -> ReductionRequest:
    """The applicant asks to pay less: while filling in, and as long as the fee is not paid.

    Raises NotFound for everybody else, WrongState, Invalid.
    """
    try:
        case = locked_case(case_id)
    except Case.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not case_policies.is_applicant(actor.user, case):
        raise NotFound()
    if not may_be_asked(case):
        raise WrongState(_("No reduction can be asked for here: nothing is owed, or a request waits already."))
    wrong: dict[str, type_of_message] = {}
    if ground not in Order.Ground.values or ground == Order.Ground.CERTIFICATE:
        wrong["ground"] = _("Please choose one of the answers.")
    if not proof.strip():
        wrong["proof"] = _("Please name the proof, for instance the certificate and its number.")
    if wrong:
        raise Invalid(fields=wrong)
    made = ReductionRequest.objects.create(
        case=case, department_id=case.department_id, ground=ground, proof=proof.strip(), asked_by=actor.user,
        asked_at=now(),
    )  # fmt: skip
    _tell(case, "reduction_asked", actor, {"ground": ground})
    return made


@action
def grant_reduction(actor: Actor, request_id: int, *, amount_fen: int, note: str, state_version: int) -> Order:
    """Take the amount off the open order of the case, on the ground that was asked for.

    Raises NotFound, NotAllowed, Stale, WrongState (no order is due yet, or the fee is paid), Invalid.
    """
    case, request = _locked(request_id)
    waiting = Order.objects.filter(case=case, state__in=OPEN).values_list("pk", flat=True)
    order = db.lock_rows(Order.objects.all(), waiting)
    if not order:
        raise WrongState(_("There is no unpaid order at present: the reduction is decided when the fee is due."))
    row = order[0]
    row.case = case
    if actor.user is None or not policies.may_reduce(actor.user, row):
        raise NotAllowed()
    proof = f"{request.proof} · {note.strip()}" if note.strip() else request.proof
    take_off(actor, row, ground=request.ground, amount_fen=amount_fen, note=proof[:300], state_version=state_version)
    _decide(request, actor, ReductionRequest.State.GRANTED, note, row)
    _tell(case, "reduction_granted", actor, {"reduced_fen": row.reduced_fen})
    return row


@action
def refuse_reduction(actor: Actor, request_id: int, *, note: str) -> ReductionRequest:
    """Not granted, with the reason that the applicant reads. Raises NotFound, NotAllowed, WrongState, Invalid."""
    case, request = _locked(request_id)
    if actor.user is None or not case_policies.may_confirm(actor.user, case):
        raise NotAllowed()
    if not note.strip():
        raise Invalid(fields={"note": _("Say why the reduction is not granted.")})
    _decide(request, actor, ReductionRequest.State.REFUSED, note, None)
    _tell(case, "reduction_refused", actor, {"reason": note.strip()})
    return request


def _locked(request_id: int) -> tuple[Case, ReductionRequest]:
    case_id = ReductionRequest.objects.filter(pk=request_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound()
    case = locked_case(case_id)
    request = db.lock_row(ReductionRequest.objects.all(), request_id)
    if request.state != ReductionRequest.State.ASKED:
        raise WrongState()
    return case, request


def _decide(request: ReductionRequest, actor: Actor, state: str, note: str, order: Order | None) -> None:
    request.state, request.decided_by, request.decided_at = state, actor.user, now()
    request.answer, request.order = note.strip(), order
    request.save()


def _tell(case: Case, code: str, actor: Actor, data: dict[str, object]) -> None:
    """Into the file of the case; a draft has none yet."""
    if not case.is_draft:
        record(case, f"payment.{code}", actor, from_state=case.state, to_state=case.state, data=data)
