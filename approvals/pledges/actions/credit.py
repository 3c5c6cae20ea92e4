"""The credit record: written when two people ended a case over a breach; objected to, repaired."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.pledges import notices, policies
from approvals.pledges.models import CreditRecord, CreditRequest
from approvals.pledges.rules import days
from approvals.pledges.subjects import subject_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today

LONGEST = 2000  # characters of reasons and answer
RULES = {"commitment": "credit.commitment_days", "material": "credit.material_days"}


def put_on_record(case: Case, ground: str, *, facts: str, source: str, actor: Actor) -> CreditRecord:
    """Called with the case locked, after the head confirmed its end. A second call finds the first one's record."""
    held = CreditRecord.objects.filter(case=case, ground=ground).first()
    if held is not None:
        return held
    subject, day = subject_of(case), today()
    made = CreditRecord.objects.create(
        case=case, department_id=case.department_id, organisation_id=subject.organisation_id,
        person_id=subject.person_id, subject_name=subject.name, subject_number=subject.number, ground=ground,
        facts=facts, source=source[:300], from_on=day, until_on=day + dt.timedelta(days=days(RULES[ground])),
    )  # fmt: skip
    record(
        made,
        "credit.made",
        actor,
        to_state="holds",
        data={"case": case.number, "ground": ground, "until": made.until_on},
    )
    notices.tell_record(made)
    return made


@action
def ask(actor: Actor, record_id: int, *, kind: str, text: str) -> CreditRequest:
    """The subject objects, or asks for repair. One request at a time.

    Raises NotFound, WrongState (over, repaired, lifted, or another request waits), Invalid.
    """
    held = _locked(actor, record_id)
    if actor.user is None or not policies.is_subject(actor.user, held):
        raise NotAllowed()
    if held.state != "holds" or held.until_on < today():
        raise WrongState(_("This record no longer holds: nothing needs to be asked."))
    if held.requests.filter(state="asked").exists():
        raise WrongState(_("Your request is being looked at. Please wait for the answer."))
    wrong: dict[str, type_of_message] = {}
    if kind not in CreditRequest.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if not text.strip():
        wrong["text"] = _("Please fill this in.")
    elif len(text.strip()) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if wrong:
        raise Invalid(fields=wrong)
    due = workdays().add(today(), days("credit.answer_days"))
    made = CreditRequest.objects.create(
        record=held, kind=kind, text=text.strip(), asked_at=now(), asked_on=today(), asked_by=actor.user, due_on=due
    )
    record(held, "credit.asked", actor, data={"kind": kind, "due_on": due})
    notices.tell_asked(made)
    return made


@action
def answer(actor: Actor, request_id: int, *, grant: bool, text: str) -> CreditRecord:
    """A supervisor answers. Granted: an objection lifts the record, a repair ends it; both from today.

    Raises NotFound, NotAllowed, WrongState, Invalid without a reason.
    """
    found = CreditRequest.objects.filter(pk=request_id).values_list("record_id", flat=True).first()
    if found is None:
        raise NotFound()
    held = _locked(actor, found)
    request = db.lock_row(CreditRequest.objects.all(), request_id)
    if actor.user is None or not policies.may_answer(actor.user, held):
        raise NotAllowed()
    if request.asked_by_id == actor.user.pk:
        raise NotAllowed(_("Whoever asked does not answer."))
    if request.state != "asked":
        raise WrongState(_("This request has been answered already."))
    if not text.strip():
        raise Invalid(fields={"answer": _("Please fill this in.")})
    request.state = CreditRequest.State.GRANTED if grant else CreditRequest.State.DECLINED
    request.decided_by, request.decided_on, request.answer = actor.user, today(), text.strip()[:LONGEST]
    request.save()
    before = held.state
    if grant and held.state == "holds":
        objected = request.kind == CreditRequest.Kind.OBJECTION
        held.state = CreditRecord.State.LIFTED if objected else CreditRecord.State.REPAIRED
        held.ended_on = today()
        held.save(update_fields=["state", "ended_on"])
    record(held, f"credit.{request.state}", actor, from_state=before, to_state=held.state, data={"kind": request.kind})
    notices.tell_answered(request)
    return held


def _locked(actor: Actor, record_id: int) -> CreditRecord:
    try:
        held = db.lock_row(CreditRecord.objects.select_related("case__item", "person", "organisation"), record_id)
    except CreditRecord.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see_record(actor.user, held):
        raise NotFound()
    return held
