"""The end of a call at the desk: the ticket, its answer or dispatch, the call's link and the draft's end, in one go."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline import policies as ticket_policies
from hotline.actions import TicketDraft, new_ticket
from hotline.actions.steps import take
from hotline.calls import policies
from hotline.calls.models import Call, Draft
from hotline.models import Note, Ticket
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record as record_event
from portal.core.idempotency import body_hash, once
from portal.core.numbers import normalise_number
from portal.core.time import now


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the operator does with what was taken down: nothing more, `answer` or `dispatch`; and whose matter it is."""

    step: str = ""
    answer: str = ""
    department_id: int | None = None
    parent: str = ""  # number of the leading ticket
    call_id: int | None = None


@action
def record_at_desk(actor: Actor, draft: TicketDraft, desk: Desk, *, once_key: str = "") -> Ticket:
    """Take the ticket down, answer or dispatch it, link the call, end the draft. With a key, once.

    A dispatcher joins it to the leading ticket at once; an operator's word of it stands as a note for the dispatcher.
    Raises NotAllowed, NotFound for somebody else's call, Invalid, and what the ticket's steps raise.
    """
    if actor.user is None or not policies.may_use_desk(actor.user):
        raise NotAllowed()
    made: list[Ticket] = []

    def run() -> dict[str, Any]:
        made.append(_record(actor, draft, desk))
        return {"ticket": made[0].pk}

    body = {"title": draft.title, "content": draft.content, "phone": draft.caller.phone, **vars(desk)}
    outcome = once(actor, "calls.record", once_key, body_hash(body), run)
    return made[0] if made else Ticket.objects.get(pk=outcome["ticket"])


def _record(actor: Actor, draft: TicketDraft, desk: Desk) -> Ticket:
    call = _own_call(actor, desk.call_id)
    parent = _leading(desk.parent)
    ticket = new_ticket(actor, draft)
    if desk.step == "answer":
        take(ticket, "answer", actor, {"text": desk.answer}, state_version=ticket.state_version)
    elif desk.step == "dispatch":
        inputs = {"department": str(desk.department_id or "")}
        take(ticket, "dispatch", actor, inputs, state_version=ticket.state_version)
    if parent is not None:
        _join(actor, ticket, parent)
    if call is not None:
        call.ticket = ticket
        call.save(update_fields=["ticket"])
        record_event(call, "call.ticket", actor, from_state=call.state, to_state=call.state, data={"ticket": ticket.pk})
    Draft.objects.filter(operator_id=actor.user_id, call=desk.call_id).delete()
    return ticket


def _own_call(actor: Actor, call_id: int | None) -> Call | None:
    if call_id is None:
        return None
    try:
        call = db.lock_row(Call.objects.all(), call_id)
    except Call.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_work_on(actor.user, call):
        raise NotFound()
    return call


def _leading(number: str) -> Ticket | None:
    """The ticket that leads a series; where the named one belongs to another, its parent."""
    if not number:
        return None
    found = Ticket.objects.select_related("parent").filter(number=normalise_number(number)).first()
    if found is None:
        raise Invalid(fields={"parent": _("No ticket has this number. Please compare it.")})
    return found.parent or found


def _join(actor: Actor, ticket: Ticket, parent: Ticket) -> None:
    assert actor.user is not None  # noqa: S101 - checked at the door
    if ticket.state == "recorded" and ticket_policies.may_arbitrate(actor.user, ticket):
        take(ticket, "merge", actor, {"parent": parent.reference}, state_version=ticket.state_version)
        return
    text = gettext("Probably the same matter as %(number)s.") % {"number": parent.reference}
    Note.objects.create(ticket=ticket, at=now(), by=actor.user, text=text)
    record_event(ticket, "ticket.note", actor, from_state=ticket.state, to_state=ticket.state, data={"files": 0})
