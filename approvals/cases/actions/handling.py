"""What people do with a filed case: take a step, propose one that needs a second pair of eyes, decide on a proposal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies
from approvals.cases.actions.steps import counted, locked, take
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from hall.duties import window_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.core.lifecycle import clean_inputs
from portal.core.time import now, today

# Said at once, so the second pair of eyes has the same working day (permit law, article 32(1)(1)).
SAID_AT_ONCE = frozenset({"not_accept"})


@action
def take_step(
    actor: Actor, case_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Case:
    """Take a step that needs no second pair of eyes.

    Raises NotFound, Stale, WrongState, NotAllowed, Invalid.
    """
    case = locked(case_id, actor)
    if code not in CASE.transitions or CASE.transitions[code].proposed:
        raise WrongState()
    return take(case, code, actor, inputs, state_version=state_version)


@action
def propose(
    actor: Actor, case_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Proposal:
    """Ask for a "no", a stop or an extension (窗口无权否决). The case keeps its state and its clock runs on.

    Raises NotFound, Stale, WrongState (also while another proposal waits), NotAllowed, Invalid.
    """
    return proposed(locked(case_id, actor), actor, code, inputs, state_version=state_version)


def proposed(
    case: Case, actor: Actor, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Proposal:
    """The proposal on a locked case: what `propose` and the interface for other systems share."""
    transition = CASE.transitions.get(code)
    if transition is None or not transition.proposed or actor.user is None:
        raise WrongState()
    if state_version != case.state_version:
        raise Stale()
    if not transition.possible(case):
        raise WrongState()
    if not transition.may(actor.user, case):
        raise NotAllowed()
    if case.proposals.filter(outcome=Proposal.Outcome.WAITING).exists():
        raise WrongState(_("Another proposal for this case is still waiting for its decision."))
    cleaned = clean_inputs(transition, inputs or {})
    proposal = Proposal.objects.create(
        case=case,
        step=code,
        inputs=cleaned,
        grounds=cleaned.get("grounds", ""),
        proposed_by=actor.user,
        proposed_at=now(),
        due_on=workdays().next_workday_on_or_after(today()) if code in SAID_AT_ONCE else None,
    )
    case.state_version += 1
    case.save(update_fields=["state_version"])
    record(case, "case.proposed", actor, from_state=case.state, to_state=case.state, data={"step": code, **cleaned})
    return proposal


@action
def decide_proposal(actor: Actor, proposal_id: int, *, confirm: bool, note: str, state_version: int) -> Case:
    """The second pair of eyes: confirm, and the step is taken; or send back with a reason.

    Raises NotFound, Stale, WrongState, NotAllowed (also for whoever proposed), Invalid.
    """
    found = Proposal.objects.filter(pk=proposal_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    case = locked(found, actor)  # the case first: everybody locks in this order
    proposal = db.lock_row(Proposal.objects.all(), proposal_id)
    if proposal.outcome != Proposal.Outcome.WAITING:
        raise WrongState(_("This proposal has been decided already."))
    if state_version != case.state_version:
        raise Stale()
    _check_second_eyes(actor, proposal, case)
    if not confirm and not note.strip():
        raise Invalid(fields={"note": _("Please say why you send it back.")})
    proposal.outcome = Proposal.Outcome.CONFIRMED if confirm else Proposal.Outcome.REJECTED
    proposal.decided_by, proposal.decided_at, proposal.note = actor.user, now(), note.strip()
    proposal.save()
    if proposal.due_on is not None and today() > proposal.due_on and case.late_no_on is None:
        with counted(case):
            case.late_no_on = today()
            case.save(update_fields=["late_no_on"])
    if confirm:
        case.staff = case.staff or proposal.proposed_by
        return take(
            case,
            proposal.step,
            actor,
            proposal.inputs,
            state_version=state_version,
            confirming=True,
            told={
                "proposed_by": proposal.proposed_by.name,
                "proposed_by_id": proposal.proposed_by_id,
                "note": proposal.note,
            },
        )
    case.state_version += 1
    case.save(update_fields=["state_version"])
    record(
        case,
        "case.proposal_rejected",
        actor,
        from_state=case.state,
        to_state=case.state,
        data={"step": proposal.step, "note": proposal.note},
    )
    return case


def _check_second_eyes(actor: Actor, proposal: Proposal, case: Case) -> None:
    confirms = CASE.transitions[proposal.step].confirms
    if actor.user is None or confirms is None or not confirms(actor.user, case):
        raise NotAllowed()
    if proposal.proposed_by_id == actor.user.pk:
        raise NotAllowed(_("A second person has to confirm what you proposed."))


@action
def take_over(actor: Actor, case_id: int) -> Case:
    """A clerk takes a case onto the own desk: from now on it counts as theirs. Raises NotFound, NotAllowed."""
    case = locked(case_id, actor)
    if actor.user is None or not policies.may_handle(actor.user, case) or not case.is_open:
        raise NotAllowed()
    if case.staff_id == actor.user.pk:
        return case
    with counted(case):
        previous = case.staff_id
        case.staff = actor.user
        case.window_id = window_of(actor.user, case.department_id, today()) or case.window_id
        case.save(update_fields=["staff", "window"])
    record(case, "case.taken_over", actor, from_state=case.state, to_state=case.state, data={"previous": previous})
    return case
