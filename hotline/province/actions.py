"""What comes from the province and what goes there."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.actions import AlreadyHere, new_ticket
from hotline.models import Reply, Ticket
from hotline.province import policies
from hotline.province.adapters import Message
from hotline.province.incoming import SOURCE, draft_of
from hotline.province.models import NEEDS_PERSON, Exchange
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import ZONE, now

PLATFORM = Actor.system("province")
SEND = "province.send"


def receive(content: Mapping[str, Any]) -> tuple[Ticket, bool]:
    """The ticket that the province sent, and whether it is new; sent twice it is one. Raises Invalid."""
    draft = draft_of(content)
    try:
        return _take_in(content, draft), True
    except AlreadyHere:
        return _met_again(draft.external_id), False


@action
def _take_in(_content: Mapping[str, Any], draft: Any) -> Ticket:
    ticket = new_ticket(PLATFORM, draft)
    Exchange.objects.create(
        direction=Exchange.Direction.IN, kind=Exchange.Kind.TICKET, key=f"in:{draft.external_id}", ticket=ticket,
        state=Exchange.State.DONE, at=now(),
    )  # fmt: skip
    return ticket


@action
def _met_again(external_id: str) -> Ticket:
    ticket = Ticket.objects.get(source=SOURCE, external_id=external_id)
    found = Exchange.objects.filter(key=f"in:{external_id}").values_list("pk", flat=True)
    for row in db.lock_rows(Exchange.objects.all(), found):
        row.repeats = min(row.repeats + 1, 30_000)
        row.save(update_fields=["repeats"])
    return ticket


def plan(ticket_id: int, kind: str, event_id: int) -> Exchange | None:
    """Inside a job's transaction: the row and the job of what goes back, once for each event. None when nothing does."""
    ticket = Ticket.objects.filter(pk=ticket_id).exclude(province_number="").first()
    if ticket is None or ticket.imported:
        return None
    reply = ticket.replies.filter(state=Reply.State.SENT).order_by("-pk").first()
    if kind == Exchange.Kind.REPLY and reply is None:
        return None
    row, new = Exchange.objects.get_or_create(
        key=f"{ticket.number}:{kind}:{event_id}",
        defaults={
            "direction": Exchange.Direction.OUT, "kind": kind, "ticket": ticket, "reply": reply,
            "state": Exchange.State.WAITING, "at": now(),
        },
    )  # fmt: skip
    if new:
        enqueue(SEND, {"exchange": row.pk}, key=str(row.pk))
    return row


def message_of(row: Exchange) -> Message:
    """What the province gets: how it was answered, and how it ended. Nothing of the caller."""
    ticket = row.ticket
    body: dict[str, Any] = {
        "local_number": ticket.number,
        "at": row.at.astimezone(ZONE).isoformat(timespec="seconds"),
        "department": ticket.department.name if ticket.department else "",
    }
    if row.kind == Exchange.Kind.REPLY and row.reply is not None:
        body |= {"text": row.reply.text, "measures": row.reply.measures, "direct": row.reply.direct}
    if row.kind == Exchange.Kind.CLOSE:
        names = ("contacted", "resolved", "satisfied", "excluded", "redone")
        body |= {name: getattr(ticket, name) for name in names}
    return Message(row.key, row.kind, ticket.province_number, body)


@action
def send_again(actor: Actor, exchange_id: int) -> Exchange:
    """Send what failed or is in doubt again, under its old key. Raises NotAllowed, NotFound, WrongState."""
    row = _stuck(actor, exchange_id)
    row.state, row.attempts = Exchange.State.WAITING, 0
    row.save(update_fields=["state", "attempts"])
    record(row, "exchange.sent_again", actor)
    enqueue(SEND, {"exchange": row.pk}, key=str(row.pk))
    return row


@action
def settle(actor: Actor, exchange_id: int, *, note: str) -> Exchange:
    """A person told the province, or found that it arrived. Raises Invalid too."""
    row = _stuck(actor, exchange_id)
    if not note.strip():
        raise Invalid(fields={"note": _("Write what was done instead.")})
    row.state, row.closed_by, row.closed_note = Exchange.State.CLOSED, actor.user, note.strip()[:1000]
    row.save(update_fields=["state", "closed_by", "closed_note"])
    record(row, "exchange.settled", actor, data={"reason": row.closed_note})
    return row


def _stuck(actor: Actor, exchange_id: int) -> Exchange:
    if actor.user is None or not policies.may_settle(actor.user):
        raise NotAllowed()
    try:
        row = db.lock_row(Exchange.objects.all(), exchange_id)
    except Exchange.DoesNotExist:
        raise NotFound() from None
    if row.direction != Exchange.Direction.OUT or row.state not in NEEDS_PERSON:
        raise WrongState()
    return row
