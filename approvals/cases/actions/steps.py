"""The one way in which a case takes a step: lock, check against the table, apply, save, count, record."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from approvals.cases import guards, policies
from approvals.cases.effects import kept_of
from approvals.cases.lifecycle import CASE
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case, Proposal
from approvals.cases.papers import issue_for_step
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record


def locked(case_id: int, actor: Actor) -> Case:
    """The case, locked; NotFound for a missing one and for one that the actor may not see, alike."""
    try:
        # With all that a paper of the step names, and whom it was filed for: no queries of their own.
        named = Case.objects.select_related("principal", "item", "version", "department", "applicant")
        case = db.lock_row(named, case_id)
    except Case.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, case):
        raise NotFound()
    return case


@contextmanager
def counted(case: Case) -> Iterator[None]:
    """What the block changes in the case's figures is marked for the statistics."""
    with statistics.watch(CASE_MEASURES, case):
        yield


def take(
    case: Case,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None,
    confirming: bool = False,
    told: Mapping[str, Any] | None = None,
) -> Case:
    """Take one step of the life cycle with a locked case; `told` is added to the event's data.

    Raises Stale, WrongState, NotAllowed, Invalid, and what a guard has against the step.
    """
    step = CASE.begin(case, code, actor, inputs, state_version=state_version, confirming=confirming)
    if objection := guards.refusal(case, code):
        raise objection
    kept = kept_of(case) if step.transition.correctable else None
    with counted(case):
        before, after = step.apply()
        # A correction leaves nothing behind that a second one could undo.
        case.last_step = "" if code == "correct" else code
        case.save()
    issue_for_step(step)
    if before != "draft":  # nobody proposes anything about a draft
        _lapse_proposals(case, code)
    data = {**step.data, **(told or {})}
    if kept is not None:
        data["before"] = kept
    record(case, f"case.{code}", actor, from_state=before, to_state=after, data=data, personal=step.personal)
    return case


def _lapse_proposals(case: Case, code: str) -> None:
    """A proposal that the new state no longer allows falls away, openly."""
    for waiting in case.proposals.filter(outcome=Proposal.Outcome.WAITING):
        if waiting.step != code and not CASE.transitions[waiting.step].possible(case):
            waiting.outcome = Proposal.Outcome.LAPSED
            waiting.save(update_fields=["outcome"])
