"""Messages to a district's own platform: written with what makes them necessary, sent by a job, settled by people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.districts import policies
from hotline.districts.models import Handover, Push
from hotline.models import Ticket
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import ZONE, now

SEND = "districts.send"
LONGEST_NOTE = 1000


def hand_over(handover: Handover, ticket: Ticket) -> Push:
    """The ticket itself, with everything that the district needs; the caller is added while it is sent."""
    category = ticket.category
    content = {
        "title": ticket.title,
        "content": ticket.content,
        "kind_of_request": ticket.kind,
        "category": category.code if category else "",
        "category_name": category.name if category else "",
        "address": ticket.address,
        "street": ticket.street_code,
        "latitude": str(ticket.latitude) if ticket.latitude is not None else "",
        "longitude": str(ticket.longitude) if ticket.longitude is not None else "",
        "urgency": ticket.grade,
        "life_danger": ticket.life_danger,
        "secret": ticket.secret,
        "redone": ticket.redone,
        "note": handover.dispatch.note,
        "sign_by": _moment(handover.dispatch.sign_due_at),
    }
    return plan(handover, ticket, Push.Kind.TICKET, f"round:{handover.dispatch_id}", content)


def plan(handover: Handover, ticket: Ticket, kind: str, cause: str, data: Mapping[str, Any] | None = None) -> Push:
    """Inside a transaction: the row and the job of one message, once for each cause."""
    content = {
        "kind": str(kind),
        "number": ticket.number or "",
        "round": handover.dispatch.round,
        "due_at": _moment(ticket.due_at),
        **({"ticket": data} if kind == Push.Kind.TICKET else _said(ticket, kind, data or {})),
    }
    row, new = Push.objects.get_or_create(
        key=f"{ticket.number}:{kind}:{cause}",
        defaults={
            "platform": handover.platform, "ticket": ticket, "dispatch": handover.dispatch, "kind": kind,
            "content": content, "at": now(),
        },
    )  # fmt: skip
    if new:
        wake(row.platform_id, row.ticket_id)
    return row


def wake(platform_id: int, ticket_id: int, **more: Any) -> None:
    """One job at a time sends what waits about one ticket, in its order."""
    enqueue(SEND, {"platform": platform_id, "ticket": ticket_id}, key=f"{platform_id}:{ticket_id}", **more)


def _said(ticket: Ticket, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the message says beside number, round and due moment; nothing of the caller."""
    if kind == Push.Kind.ADDED:
        note = ticket.notes.filter(from_caller=True).order_by("-pk").first()
        return {"text": note.text if note else ""}
    if kind == Push.Kind.URGED:
        return {"times": ticket.urged}
    if kind == Push.Kind.ORDER:
        order = ticket.orders.order_by("-pk").first()
        return {"text": order.text if order else "", "answer_by": _moment(order.due_at if order else None)}
    if kind == Push.Kind.REJECTED:
        last = ticket.returns.order_by("-pk").first()
        return {"text": last.decision if last else "", "wrongful": bool(last and last.wrongful)}
    if kind == Push.Kind.SENT_BACK:
        reply = ticket.replies.order_by("-pk").first()
        return {"text": reply.note if reply else ""}
    if kind == Push.Kind.ENDED:
        return {name: getattr(ticket, name) for name in ("contacted", "resolved", "satisfied", "excluded")}
    return {}


def _moment(value: Any) -> str:
    return value.astimezone(ZONE).isoformat(timespec="seconds") if value is not None else ""


@action
def send_again(actor: Actor, push_id: int) -> Push:
    """Send what the platform refused again, under its old key. Raises NotAllowed, NotFound, WrongState."""
    row = _refused(actor, push_id)
    row.state, row.attempts, row.next_at = Push.State.WAITING, 0, None
    row.save(update_fields=["state", "attempts", "next_at"])
    record(row, "push.sent_again", actor)
    wake(row.platform_id, row.ticket_id)
    return row


@action
def settle(actor: Actor, push_id: int, *, note: str) -> Push:
    """A person told the district by other means. Raises NotAllowed, NotFound, WrongState, Invalid."""
    row = _refused(actor, push_id)
    if not note.strip():
        raise Invalid(fields={"note": _("Write what was done instead.")})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": _("Please use at most %(n)s characters.") % {"n": LONGEST_NOTE}})
    row.state, row.closed_by, row.closed_note = Push.State.CLOSED, actor.user, note.strip()
    row.save(update_fields=["state", "closed_by", "closed_note"])
    record(row, "push.settled", actor, data={"reason": row.closed_note})
    return row


def _refused(actor: Actor, push_id: int) -> Push:
    if actor.user is None or not policies.may_settle(actor.user):
        raise NotAllowed()
    try:
        row = db.lock_row(Push.objects.all(), push_id)
    except Push.DoesNotExist:
        raise NotFound() from None
    if row.state != Push.State.FAILED:
        raise WrongState(_("Only what the platform refused can be sent again or settled by hand."))
    return row
