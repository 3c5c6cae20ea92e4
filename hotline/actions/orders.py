"""Supervision orders (督办单): act, and answer in writing by a moment."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hotline import notices, policies
from hotline.actions.steps import locked
from hotline.marks import mark
from hotline.models import Mark, Order
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now

LONGEST = 2000


@action
def issue_order(actor: Actor, ticket_id: int, *, text: str, due_at: dt.datetime | None) -> Order:
    """Order the responsible department to act. Raises NotFound, NotAllowed, WrongState, Invalid."""
    ticket = locked(ticket_id, actor)
    if actor.user is None or not policies.may_order(actor.user, ticket):
        raise NotAllowed()
    if not ticket.is_open or ticket.department is None or ticket.imported:
        raise WrongState(_("Only a ticket that a department has can be ordered."))
    wrong: dict[str, type_of_message] = {}
    if not text.strip():
        wrong["text"] = _("Say what is to be done.")
    elif len(text) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if due_at is None or due_at <= now():
        wrong["due_on"] = _("Choose a day to come.")
    if wrong or due_at is None:
        raise Invalid(fields=wrong)
    order = Order.objects.create(
        ticket=ticket,
        department=ticket.department,
        text=text.strip(),
        issued_at=now(),
        issued_by=actor.user,
        due_at=due_at,
    )
    mark(ticket, Mark.Kind.ORDERED)
    record(
        ticket, "ticket.order", actor, from_state=ticket.state, to_state=ticket.state,
        data={"department": ticket.department.code, "due": due_at},
    )  # fmt: skip
    notices.tell(ticket, notices.ORDERED, notices.of_department(ticket), key=f"order:{order.pk}", due=due_at)
    return order


@action
def answer_order(actor: Actor, order_id: int, *, text: str) -> Order:
    """The department answers. Raises NotFound, NotAllowed, WrongState, Invalid."""
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        raise NotFound()
    ticket = locked(found.ticket_id, actor)
    order = db.lock_row(Order.objects.all(), order_id)
    if actor.user is None or not policies.may_answer_order(actor.user, order):
        raise NotAllowed()
    if order.answered_at is not None:
        raise WrongState(_("This order has been answered already."))
    if not text.strip():
        raise Invalid(fields={"answer": _("Please fill this in.")})
    if len(text) > LONGEST:
        raise Invalid(fields={"answer": _("Please use at most %(n)s characters.") % {"n": LONGEST}})
    order.answer, order.answered_at, order.answered_by = text.strip(), now(), actor.user
    order.save(update_fields=["answer", "answered_at", "answered_by"])
    record(ticket, "ticket.answer_order", actor, from_state=ticket.state, to_state=ticket.state)
    return order
