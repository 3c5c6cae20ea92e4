"""The steps of a ticket at the hotline and at the departments; each one is declared in `lifecycle.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline import policies
from hotline.actions.steps import locked, take
from hotline.effects import open_department
from hotline.files import attach
from hotline.lifecycle import TICKET
from hotline.models import Assist, Ticket
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.time import now


@action
def take_step(
    actor: Actor, ticket_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int | None
) -> Ticket:
    """Any step that a person takes. Raises NotFound, Stale, WrongState, NotAllowed, Invalid."""
    if code not in TICKET.transitions:
        raise NotFound()
    return take(locked(ticket_id, actor), code, actor, inputs, state_version=state_version)


@action
def answer_directly(actor: Actor, ticket_id: int, *, text: str, state_version: int) -> Ticket:
    """Answered from the knowledge base (直接办结). Raises as `take_step`."""
    return take(locked(ticket_id, actor), "answer", actor, {"text": text}, state_version=state_version)


@action
def dispatch(
    actor: Actor,
    ticket_id: int,
    *,
    department_id: int,
    assistants: Sequence[int] = (),
    grade: str = "",
    note: str = "",
    state_version: int,
) -> Ticket:
    """To the responsible department, with others that assist; the clock starts. Raises as `take_step`."""
    inputs = {
        "department": str(department_id), "assistants": [str(one) for one in assistants], "grade": grade, "note": note,
    }  # fmt: skip
    return take(locked(ticket_id, actor), "dispatch", actor, inputs, state_version=state_version)


@action
def draft_reply(
    actor: Actor,
    ticket_id: int,
    *,
    text: str,
    measures: str = "",
    files: Sequence[StoredFile] = (),
    state_version: int,
) -> Ticket:
    """Write the reply; it waits for a second person of the department. Raises as `take_step`."""
    ticket = locked(ticket_id, actor)
    take(ticket, "draft", actor, {"text": text, "measures": measures}, state_version=state_version)
    if files:
        attach(ticket, files, actor, of_reply=True)
    return ticket


@action
def ask_assistance(actor: Actor, ticket_id: int, *, department_id: int, note: str) -> Assist:
    """The responsible department, or a dispatcher, asks another department to help. Raises Invalid, NotAllowed."""
    ticket = locked(ticket_id, actor)
    if actor.user is None or not (
        policies.may_handle(actor.user, ticket) or policies.may_arbitrate(actor.user, ticket)
    ):
        raise NotAllowed()
    if ticket.state not in {"dispatched", "signed"}:
        raise WrongState()
    department = open_department(department_id)
    if department.pk == ticket.department_id or ticket.assists.filter(department=department).exists():
        raise Invalid(fields={"department": _("The department has the ticket already.")})
    if len(note) > 1000:
        raise Invalid(fields={"note": _("Please use at most %(n)s characters.") % {"n": 1000}})
    assist = Assist.objects.create(
        ticket=ticket, department=department, asked_at=now(), asked_by=actor.user, note=note.strip()
    )
    record(
        ticket, "ticket.ask_assistance", actor, from_state=ticket.state, to_state=ticket.state,
        data={"department": department.code},
    )  # fmt: skip
    return assist


@action
def give_opinion(actor: Actor, ticket_id: int, *, text: str) -> Assist:
    """An assisting department answers the host. Raises NotFound, NotAllowed, WrongState, Invalid."""
    ticket = locked(ticket_id, actor)
    if actor.user is None or not policies.may_assist(actor.user, ticket):
        raise NotAllowed()
    if not ticket.is_open:
        raise WrongState()
    if not text.strip():
        raise Invalid(fields={"text": _("Please fill this in.")})
    if len(text) > 4000:
        raise Invalid(fields={"text": _("Please use at most %(n)s characters.") % {"n": 4000}})
    own = policies.own_departments(actor.user)
    waiting = ticket.assists.select_related("department").filter(department__in=own, answered_at__isnull=True)
    assist = waiting.order_by("pk")[0]
    assist.answer, assist.answered_at, assist.answered_by = text.strip(), now(), actor.user
    assist.save(update_fields=["answer", "answered_at", "answered_by"])
    record(
        ticket, "ticket.opinion", actor, from_state=ticket.state, to_state=ticket.state,
        data={"department": assist.department.code},
    )  # fmt: skip
    return assist
