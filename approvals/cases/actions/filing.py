"""What an applicant does before submitting: a draft that is saved at every step, and the materials with it."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies
from approvals.cases.actions.steps import locked
from approvals.cases.models import ApplicantType, Case, CaseContent, CaseMaterial, Channel
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.time import now

if TYPE_CHECKING:
    from approvals.catalogue.models import Item, Material
    from portal.core.models import StoredFile
    from portal.people.models import Organisation

EDITABLE = frozenset({"draft", "supplement"})
RAW = "?"  # before the code of a page whose answers still have faults


@action
def start_draft(
    actor: Actor, item: "Item", *, organisation: "Organisation | None" = None, channel: str = Channel.ONLINE
) -> Case:
    """A draft for this item, or the one that the applicant already has for it.

    Raises WrongState when the item is closed to filing, NotAllowed for an organisation the person does not act for.
    """
    if actor.user is None:
        raise NotAllowed()
    version = item.current
    if item.status != item.Status.PUBLISHED or version is None or not version.in_force:
        raise WrongState(_("This item cannot be applied for at present."))
    if organisation is not None and organisation.pk not in actor.user.acting_for:
        raise NotAllowed(_("You are not registered as an agent of this organisation."))
    existing = Case.objects.filter(
        applicant=actor.user, item=item, version=version, state="draft", organisation=organisation, channel=channel
    ).first()
    if existing is not None:
        return existing
    case = Case.objects.create(
        item=item,
        version=version,
        department_id=item.department_id,
        applicant=actor.user,
        organisation=organisation,
        applicant_type=ApplicantType.ORGANISATION if organisation else ApplicantType.PERSON,
        applicant_name=organisation.name if organisation else actor.user.name,
        channel=channel,
        kind=version.kind,
    )
    citizen = getattr(actor.user, "citizen", None)
    CaseContent.objects.create(
        case=case,
        phone=actor.user.phone,
        resident_number=citizen.resident_number if citizen and not organisation else "",
    )
    return case


def _editable(actor: Actor, case_id: int) -> Case:
    case = locked(case_id, actor)
    if actor.user is None or not policies.is_applicant(actor.user, case):
        raise NotFound()
    if case.state not in EDITABLE:
        raise WrongState(_("This application has been submitted and can no longer be changed."))
    return case


@action
def save_step(actor: Actor, case_id: int, step: str, answers: Mapping[str, Any], *, done: bool) -> CaseContent:
    """Keep what was typed on one page of the draft. `done` keeps it as answers; else it is kept as it was typed,
    faults and all, beside the last good answers.

    Raises NotFound, WrongState.
    """
    case = _editable(actor, case_id)
    content, _made = CaseContent.objects.get_or_create(case=case)
    kept = json.loads(content.answers or "{}")
    if done:
        kept.pop(RAW + step, None)
    kept[step if done else RAW + step] = dict(answers)
    content.answers = json.dumps(kept, ensure_ascii=False, default=str)
    finished = set(content.steps_done)
    content.steps_done = sorted(finished | {step} if done else finished - {step})
    content.save()
    return content


@action
def add_material(
    actor: Actor, case_id: int, file: "StoredFile", *, material: "Material | None" = None, title: str = ""
) -> CaseMaterial:
    """Attach a stored file to the draft or the supplement. Raises NotFound, WrongState."""
    case = _editable(actor, case_id)
    if material is not None and material.version_id != case.version_id:
        raise NotFound()
    return CaseMaterial.objects.create(
        case=case, material=material, title=title or file.name, file=file, added_by=actor.user
    )


@action
def remove_material(actor: Actor, case_id: int, case_material_id: int) -> None:
    """Take a file out again. What had been submitted before stays on record as replaced.

    Raises NotFound, WrongState.
    """
    case = _editable(actor, case_id)
    row = case.materials.filter(pk=case_material_id, replaced_at__isnull=True).first()
    if row is None:
        raise NotFound()
    if case.submitted_at is not None and row.added_at <= case.submitted_at:
        row.replaced_at = now()
        row.save(update_fields=["replaced_at"])
        return
    row.delete()


@action
def discard_draft(actor: Actor, case_id: int) -> None:
    """Throw a draft away, with everything in it. Raises NotFound, WrongState."""
    case = _editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    case.delete()
