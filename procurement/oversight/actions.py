"""What changes a lead: opening one by hand, its steps, inquiries with their answers, notes, files."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Organisation
from procurement.oversight import leading, policies
from procurement.oversight.keeping import LOCK
from procurement.oversight.lifecycle import KEEPS, LEAD, WORKED_ON
from procurement.oversight.models import Evidence, Inquiry, Lead, LeadFile, Note, Sign
from procurement.oversight.rules import ANSWER_DAYS
from procurement.tenders.actions.common import person

FILE_KIND = "oversight.file"
STREAM = "oversight.lead"
MOST_FILES = 60
MOST_SIGNS = 50


def seen(actor: Actor, lead_id: int) -> Lead:
    """The lead, locked. Raises NotFound for a missing one and for one that the actor may not see."""
    user = person(actor)
    if not Lead.objects.visible_to(user).filter(pk=lead_id).exists():
        raise NotFound()
    return db.lock_row(Lead.objects.select_related("taken_by", "proposed_by"), lead_id)


def _handled(actor: Actor, lead_id: int) -> Lead:
    """The lead for whoever has taken it up. Raises NotFound, NotAllowed, WrongState."""
    lead = seen(actor, lead_id)
    if lead.state not in WORKED_ON:
        raise WrongState()
    if not policies.may_handle(person(actor), lead):
        raise NotAllowed(_("Only who has taken the lead up works on it. Take it over first."))
    return lead


# --- opening by hand ----------------------------------------------------------------------------------------------------


@action
def open_by_hand(actor: Actor, sign_ids: Sequence[int], *, lead_number: str = "") -> Lead:
    """Make a lead of chosen signs, or put them to an open one. Raises NotAllowed, NotFound, Invalid.

    A sign belongs to one lead: what has one already is refused by name.
    """
    user = person(actor)
    if not policies.may_work(user):
        raise NotAllowed()
    db.lock_name(LOCK)
    chosen = Sign.objects.visible_to(user).standing().filter(pk__in=list(sign_ids)[:MOST_SIGNS])
    signs = list(chosen.select_related("project", "lead").prefetch_related("firms").order_by("pk"))
    if not signs or len(signs) < len(set(sign_ids)):
        raise Invalid(fields={"signs": _("Choose signs that stand.")})
    if taken := [sign.lead.number for sign in signs if sign.lead]:
        raise Invalid(fields={"signs": _("A sign belongs to one lead. Already taken: %(n)s") % {"n": "、".join(taken)}})
    if not lead_number:
        return leading.open_lead(actor, signs)
    held = Lead.objects.visible_to(user).open().filter(number=lead_number.strip()).first()
    if held is None:
        raise Invalid(fields={"lead": _("There is no open lead of this number.")})
    lead = db.lock_row(Lead.objects.all(), held.pk)
    leading.attach(actor, lead, signs)
    return lead


# --- steps --------------------------------------------------------------------------------------------------------------


@action
def take_step(actor: Actor, lead_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None) -> Lead:
    """Take up, take over, inquire, propose, confirm, send back, reopen. Raises what the lifecycle raises.

    The signs are kept as evidence when an inquiry begins, a result is proposed, and it is confirmed.
    """
    if code not in LEAD.transitions:
        raise NotFound()
    lead = seen(actor, lead_id)
    if code in ("confirm", "send_back") and lead.proposed_by_id == person(actor).pk:
        raise NotAllowed(_("Whoever proposed the result does not confirm it: a second supervisor does."))
    step = LEAD.begin(lead, code, actor, inputs, state_version=state_version)
    if code == "propose":
        _check_result(lead, step.inputs)
    before, after = step.apply()
    lead.save()
    if code in KEEPS:
        step.data["evidence"] = _keep(lead, KEEPS[code]).sha256
    record(lead, f"lead.{code}", actor, from_state=before, to_state=after, data=step.data)
    return lead


def _check_result(lead: Lead, given: Mapping[str, Any]) -> None:
    """A referral names where to and under which number; nothing is concluded while a letter waits for its answer."""
    wrong: dict[str, type_of_message] = {}
    if given["result"] == Lead.Result.REFERRED:
        for name in ("authority", "document_number"):
            if not given[name]:
                wrong[name] = _("A referral names the authority and the number of the letter.")
    if wrong:
        raise Invalid(fields=wrong)
    if lead.inquiries.filter(answered_on__isnull=True).exists():
        raise WrongState(_("An inquiry still waits for its answer. Enter it, or enter that none came."))


def _keep(lead: Lead, occasion: str) -> Evidence:
    """The signs as text with its hash: what they rested on at this moment."""
    rows = lead.signs.select_related("project", "lot").prefetch_related("firms").order_by("pk")
    body = json.dumps([_as_evidence(sign) for sign in rows], ensure_ascii=False, sort_keys=True, indent=1)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Evidence.objects.create(
        lead=lead, occasion=occasion, taken_at=now(), signs=len(rows), body=body, sha256=digest
    )


def _as_evidence(sign: Sign) -> dict[str, Any]:
    days = ("limit_from", "opened_on", "found_on", "computed_on", "withdrawn_on")
    values = ("code", "kind", "basis", "figures", "formula", "limit", "limit_rule", "source")
    return {
        "tender": sign.project.number if sign.project else "",
        "lot": sign.lot.number if sign.lot else None,
        "firms": sorted(f"{firm.name} {firm.uscc}" for firm in sign.firms.all()),
        **{name: getattr(sign, name) for name in values},
        **{name: day.isoformat() if (day := getattr(sign, name)) else None for name in days},
    }


# --- inquiries ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class InquiryDraft:
    """A letter to a unit or firm. `uscc` where it has a credit code; `days` working days, the rule's without one."""

    to_name: str
    question: str
    letter: str
    uscc: str = ""
    days: int | None = None


@action
def ask(actor: Actor, lead_id: int, draft: InquiryDraft) -> Inquiry:
    """Write down a letter that goes out, with the day by which it is to be answered. Raises NotAllowed, Invalid."""
    lead = _handled(actor, lead_id)
    if lead.state != "inquiry":
        raise WrongState(_("Begin the inquiry first: the signs are kept as evidence then."))
    days = draft.days or rule(ANSWER_DAYS, today()).days
    wrong: dict[str, type_of_message] = {
        name: _("Please fill this in.")
        for name in ("to_name", "question", "letter")
        if not getattr(draft, name).strip()
    }
    if not 1 <= days <= 60:
        wrong["days"] = _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": 60}
    organisation = Organisation.objects.filter(uscc=draft.uscc.strip().upper()).first() if draft.uscc.strip() else None
    if draft.uscc.strip() and organisation is None:
        wrong["uscc"] = _("No organisation is registered under this code.")
    if wrong:
        raise Invalid(fields=wrong)
    made = Inquiry.objects.create(
        lead=lead, organisation=organisation, to_name=draft.to_name.strip(), question=draft.question.strip(),
        letter=draft.letter.strip(), asked_by=person(actor), asked_at=now(), due_on=workdays().add(today(), days),
    )  # fmt: skip
    record(lead, "lead.asked", actor, data={"inquiry": made.pk, "on": made.due_on, "to": made.to_name})
    return made


@action
def enter_answer(actor: Actor, lead_id: int, inquiry_id: int, text: str, *, unanswered: bool = False) -> Inquiry:
    """Enter what came back, or that nothing came and what was done about it. Raises NotFound, WrongState, Invalid."""
    lead = _handled(actor, lead_id)
    one = lead.inquiries.filter(pk=inquiry_id).first()
    if one is None:
        raise NotFound()
    if one.answered_on is not None:
        raise WrongState(_("This inquiry has its answer."))
    if not text.strip():
        raise Invalid(fields={"answer": _("Please fill this in.")})
    if unanswered and today() <= one.due_on:
        raise Invalid(fields={"unanswered": _("The time for the answer is not over yet.")})
    one.answer, one.answered_on, one.unanswered, one.entered_by = text.strip(), today(), unanswered, person(actor)
    one.save(update_fields=["answer", "answered_on", "unanswered", "entered_by"])
    code = "lead.unanswered" if unanswered else "lead.answered"
    record(lead, code, actor, data={"inquiry": one.pk, "to": one.to_name})
    return one


# --- notes and files ----------------------------------------------------------------------------------------------------


@action
def write_note(actor: Actor, lead_id: int, text: str) -> Note:
    """Write something down. Raises NotAllowed, WrongState, Invalid."""
    lead = _handled(actor, lead_id)
    if not text.strip():
        raise Invalid(fields={"text": _("Please fill this in.")})
    made = Note.objects.create(lead=lead, text=text.strip()[:4000], by=person(actor), at=now())
    record(lead, "lead.noted", actor, data={"note": made.pk})
    return made


@action
def add_files(actor: Actor, lead_id: int, uploads: Sequence[StoredFile], *, note: str = "") -> list[LeadFile]:
    """Attach letters, answers, statements. Raises NotAllowed, WrongState, Invalid."""
    lead = _handled(actor, lead_id)
    if not uploads:
        raise Invalid(fields={"papers": _("Choose at least one file.")})
    if lead.files.count() + len(uploads) > MOST_FILES:
        raise Invalid(fields={"papers": _("A lead has at most %(n)s files.") % {"n": MOST_FILES}})
    made = []
    for upload in uploads:
        file = files.attach(upload.pk, stream=STREAM, stream_id=lead.pk, owner=actor)
        made.append(LeadFile.objects.create(lead=lead, file=file, note=note.strip()[:200], added_at=now()))
    record(lead, "lead.files_added", actor, data={"files": len(made)})
    return made


def may_read_file(user: Any, file: StoredFile) -> bool:
    """Who sees the lead reads its files."""
    if file.stream_id is None:
        return False
    return Lead.objects.visible_to(user).filter(pk=file.stream_id).exists()
