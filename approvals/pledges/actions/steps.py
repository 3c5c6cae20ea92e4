"""One step of a promise or of a commitment, taken with case and row locked: saved, counted, written into the case's file."""

from collections.abc import Mapping
from typing import Any

from approvals.cases.actions.steps import locked as locked_case
from approvals.cases.models import Case
from approvals.pledges.lifecycle import COMMITMENT, MATERIAL
from approvals.pledges.measures import COMMITMENT_MEASURES, PROMISED_MEASURES
from approvals.pledges.models import Commitment, PromisedMaterial
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record

PORTAL = Actor.system("pledges")


def locked_promise(promise_id: int, actor: Actor) -> PromisedMaterial:
    """The promise with its case, both locked, the case first. Raises NotFound, also for what may not be seen."""
    found = PromisedMaterial.objects.filter(pk=promise_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    case = locked_case(found, actor)
    promise = db.lock_row(PromisedMaterial.objects.select_related("material"), promise_id)
    promise.case = case
    return promise


def locked_commitment(commitment_id: int, actor: Actor) -> Commitment:
    """The commitment with its case, both locked, the case first. Raises NotFound, also for what may not be seen."""
    found = Commitment.objects.filter(pk=commitment_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    case = locked_case(found, actor)
    commitment = db.lock_row(Commitment.objects.select_related("text"), commitment_id)
    commitment.case = case
    return commitment


def take_material(
    promise: PromisedMaterial,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None = None,
) -> PromisedMaterial:
    """Take one step with a locked promise. Raises as `Lifecycle.begin`."""
    step = MATERIAL.begin(promise, code, actor, inputs, state_version=state_version)
    with statistics.watch(PROMISED_MEASURES, promise):
        step.apply()
        promise.save()
    material = promise.material
    step.data.update(material=material.name, material_en=material.name_en, due_on=promise.due_on)
    note(promise.case, f"pledge.{code}", actor, step.data)
    return promise


def take_commitment(
    commitment: Commitment,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None = None,
) -> Commitment:
    """Take one step with a locked commitment. Raises as `Lifecycle.begin`."""
    step = COMMITMENT.begin(commitment, code, actor, inputs, state_version=state_version)
    with statistics.watch(COMMITMENT_MEASURES, commitment):
        step.apply()
        commitment.save()
    note(commitment.case, f"commitment.{code}", actor, step.data)
    return commitment


def note(case: Case, event: str, actor: Actor, data: Mapping[str, Any]) -> None:
    """Write it into the file of the case, whose state stays."""
    record(case, event, actor, from_state=case.state, to_state=case.state, data=data)


def mark_pledged(case: Case) -> None:
    """From now on the rooms above look further at this case."""
    if not case.pledged:
        case.pledged = True
        case.save(update_fields=["pledged"])
