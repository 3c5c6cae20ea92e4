"""What an applicant does before submitting: a draft that is saved at every step, and the materials with it."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import places, policies
from approvals.cases.actions.steps import locked
from approvals.cases.answers import RAW, SENT, definition_of, is_page
from approvals.cases.models import ApplicantType, Case, CaseContent, CaseMaterial, Channel, principal_of
from approvals.cases.principals import Principal
from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import stream_of
from portal.core.models import StoredFile
from portal.core.time import now, today
from portal.people.models import User

if TYPE_CHECKING:
    from approvals.catalogue.models import Item, ItemVersion, Material
    from portal.people.models import Organisation

EDITABLE = frozenset({"draft", "supplement"})
FILES_A_MATERIAL = 20
POWER_OF_ATTORNEY = "授权委托书"  # on record under this title, whatever the file is called
# Questions that are filled from the account also say how to reach the applicant in this matter.
CONTACT = {"phone": "phone", "resident_number": "resident_number"}


@action
def start_draft(
    actor: Actor,
    item: "Item",
    *,
    organisation: "Organisation | None" = None,
    principal: Principal | None = None,
    channel: str = Channel.ONLINE,
    place: int | None = None,
) -> Case:
    """A draft for this item, or the one that the applicant already has for it: one for oneself, one for each
    organisation and one for each principal.

    Raises WrongState when the item is closed to filing, NotAllowed for an organisation the person does not act for,
    Invalid for a principal with faults, for a principal of an organisation, and for a `place` (the department that is
    to take it) which does not handle the item.
    """
    if actor.user is None:
        raise NotAllowed()
    if organisation is not None and organisation.pk not in actor.user.acting_for:
        raise NotAllowed(_("You are not registered as an agent of this organisation."))
    return draft_for(actor.user, item, organisation=organisation, principal=principal, channel=channel, place=place)


def draft_for(
    user: User,
    item: "Item",
    *,
    organisation: "Organisation | None" = None,
    principal: Principal | None = None,
    channel: str = Channel.ONLINE,
    place: int | None = None,
) -> Case:
    """The draft of this person for the item, old or new: what `start_draft` and the window's intake share.

    The caller has checked that the person may act for the organisation. Raises WrongState, Invalid.
    """
    version = item.current
    if version is None or not item.is_open_to_filing:
        raise WrongState(_("This item cannot be applied for at present."))
    if channel == Channel.ONLINE and not version.online:
        raise WrongState(_("This item is applied for at a window. Please bring the materials of the guide."))
    if principal is not None:
        if organisation is not None:
            raise Invalid(_("An organisation is applied for by its registered agents, without a power of attorney."))
        principal = principal.checked(user)
    db.lock_row(User.objects.all(), user.pk)  # a double click makes one draft
    drafts = Case.objects.filter(applicant=user, item=item, state="draft", organisation=organisation, channel=channel)
    if principal is None:
        existing = drafts.filter(principal__isnull=True).first()
    else:
        existing = drafts.filter(principal__resident_blind__matches=principal.resident_number).first()
    if existing is not None:
        if principal is None:
            return existing
        draft = db.lock_row(Case.objects.all(), existing.pk)
        if draft.is_draft:  # not filed in the meantime
            principal.keep(draft)
        return draft
    department = places.chosen(item, today(), place)
    return _new_draft(user, item, version, department, organisation=organisation, principal=principal, channel=channel)


def _new_draft(
    user: User,
    item: "Item",
    version: "ItemVersion",
    department_id: int,
    *,
    organisation: "Organisation | None",
    principal: Principal | None,
    channel: str,
) -> Case:
    case = Case.objects.create(
        item=item,
        version=version,
        department_id=department_id,
        applicant=user,
        organisation=organisation,
        applicant_type=ApplicantType.ORGANISATION if organisation else ApplicantType.PERSON,
        applicant_name=organisation.name if organisation else user.name,
        channel=channel,
        kind=version.kind,
    )
    if principal is not None:
        principal.keep(case)
        return case
    citizen = getattr(user, "citizen", None)
    CaseContent.objects.create(
        case=case,
        phone=user.phone,
        resident_number=citizen.resident_number if citizen and not organisation else "",
    )
    return case


def editable(actor: Actor, case_id: int) -> Case:
    """The draft or supplement, locked, for whoever may write in it. Raises NotFound, WrongState."""
    case = locked(case_id, actor)
    if actor.user is None or not policies.may_fill_in(actor.user, case):
        raise NotFound()
    if case.state not in EDITABLE:
        raise WrongState(_("This application has been submitted and can no longer be changed."))
    return case


@action
def save_step(actor: Actor, case_id: int, step: str, answers: Mapping[str, Any], *, done: bool) -> CaseContent:
    """Keep what was typed on one page of the draft. `done` keeps it as answers; else it is kept as it was typed,
    faults and all, beside the last good answers.

    What had been sent before a supplement notice is kept beside what changes after it. Raises NotFound, WrongState.
    """
    case = editable(actor, case_id)
    content, _made = CaseContent.objects.get_or_create(case=case)
    kept = json.loads(content.answers or "{}")
    if not case.is_draft:
        kept.setdefault(f"{SENT}{case.supplement_notices}", {code: kept[code] for code in kept if is_page(code)})
    if done:
        kept.pop(RAW + step, None)
        _keep_contact(case, content, answers)
    kept[step if done else RAW + step] = dict(answers)
    content.answers = json.dumps(kept, ensure_ascii=False, default=str)
    finished = set(content.steps_done)
    content.steps_done = sorted(finished | {step} if done else finished - {step})
    content.save()
    return content


def _keep_contact(case: Case, content: CaseContent, answers: Mapping[str, Any]) -> None:
    definition = definition_of(case)
    for question in definition.fields() if definition else ():
        column = CONTACT.get(question.spec.get("prefill", ""))
        if column and answers.get(question.code):
            setattr(content, column, answers[question.code])


@action
def renew_draft(actor: Actor, case_id: int) -> Case:
    """Move a draft to the version of its item that holds now: answers and files stay, every page is to be checked again.

    Raises NotFound, WrongState (also for an item that is closed).
    """
    case = editable(actor, case_id)
    item = case.item
    if not case.is_draft or not item.is_open_to_filing or item.current is None:
        raise WrongState(_("This item cannot be applied for at present."))
    if case.version_id == item.current_id:
        return case
    successors = {material.code: material for material in item.current.materials.all()}
    for row in case.materials.select_related("material"):
        row.material = successors.get(row.material.code) if row.material else None
        row.save(update_fields=["material"])
    case.version, case.kind = item.current, item.current.kind
    case.save(update_fields=["version", "kind"])
    CaseContent.objects.filter(case=case).update(steps_done=[])
    return case


@action
def add_material(
    actor: Actor,
    case_id: int,
    file: StoredFile,
    *,
    material: "Material | None" = None,
    power_of_attorney: bool = False,
    title: str = "",
) -> CaseMaterial:
    """Attach a stored file to the draft or the supplement.

    Raises NotFound (also a power of attorney where nobody is filed for), WrongState, Invalid (too many files).
    """
    return hang(
        actor, editable(actor, case_id), file, material=material, power_of_attorney=power_of_attorney, title=title
    )


def hang(
    actor: Actor,
    case: Case,
    file: StoredFile,
    *,
    material: "Material | None" = None,
    power_of_attorney: bool = False,
    title: str = "",
) -> CaseMaterial:
    """Hang a file into a draft that `editable` gave: what uploads and other sources of materials share.

    Raises NotFound, Invalid (too many files).
    """
    if material is not None and material.version_id != case.version_id:
        raise NotFound()
    if power_of_attorney and (material is not None or principal_of(case) is None):
        raise NotFound()
    same = case.materials.filter(material=material, power_of_attorney=power_of_attorney, replaced_at__isnull=True)
    if same.count() >= FILES_A_MATERIAL:
        raise Invalid(
            _("At most %(n)s files for one material. Please put several pages into one PDF."), n=FILES_A_MATERIAL
        )
    files.attach(file.pk, stream=stream_of(case), stream_id=case.pk, owner=actor)
    return CaseMaterial.objects.create(
        case=case,
        material=material,
        power_of_attorney=power_of_attorney,
        title=POWER_OF_ATTORNEY if power_of_attorney else title or file.name,
        file=file,
        added_by=actor.user,
    )


@action
def remove_material(actor: Actor, case_id: int, case_material_id: int) -> None:
    """Take a file out again. What had been submitted before stays on record as replaced.

    Raises NotFound, WrongState.
    """
    case = editable(actor, case_id)
    row = case.materials.filter(pk=case_material_id, replaced_at__isnull=True).first()
    if row is None:
        raise NotFound()
    if _was_sent(case, row):
        row.replaced_at = now()
        row.save(update_fields=["replaced_at"])
        return
    erase([row])


def _was_sent(case: Case, row: CaseMaterial) -> bool:
    """The authority has had this file: it came with the filing or with an earlier supplement."""
    asked = case.supplement_requests.order_by("-pk").first()
    return asked is not None and row.added_at <= asked.asked_at


def erase(rows: list[CaseMaterial]) -> None:
    """The rows and what is known of their files; the contents are swept when nobody else has them."""
    file_ids = [row.file_id for row in rows]
    for row in rows:
        row.delete()
    StoredFile.objects.filter(pk__in=[pk for pk in file_ids if pk is not None]).delete()


@action
def discard_draft(actor: Actor, case_id: int) -> None:
    """Throw a draft away, with everything in it. Raises NotFound, WrongState."""
    case = editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    erase(list(case.materials.all()))
    case.delete()
