"""Very many tickets of one number: one click makes them a series, batch by batch; none is lost, and no danger is hidden."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hotline import policies
from hotline.actions.recording import FLOOD
from hotline.actions.steps import locked, take
from hotline.models import Reporter, Ticket
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, WrongState
from portal.core.jobs import enqueue

GROUP = "hotline.group_flood"
BATCH = 25
CANNOT_LEAD = _("This ticket cannot lead a series: it is answered, part of another series, or about danger to life.")
NOTHING = _("There is nothing to join: no other ticket of this number about the same category waits to be dispatched.")


def may_lead(ticket: Ticket) -> bool:
    """Open, unanswered, on its own, and nothing that must stand alone."""
    free = ticket.parent_id is None and ticket.handled_at is None and not ticket.imported
    return free and ticket.is_open and not ticket.life_danger and ticket.state != "merged"


def followers(leading: Ticket, phone: str) -> QuerySet[Ticket]:
    """What waits of the same number, about the same category, within a day of the leading one; danger never."""
    first, last = leading.recorded_at - FLOOD, leading.recorded_at + FLOOD
    rows = Ticket.objects.from_phone(phone).exclude(pk=leading.pk)
    return rows.filter(
        state="recorded", category=leading.category_id, recorded_at__range=(first, last), life_danger=False,
        imported=False, parent__isnull=True, is_parent=False,
    )  # fmt: skip


@action
def group_flood(actor: Actor, ticket_id: int) -> int:
    """Join the number's other tickets to this one: the first ones now, the rest by a job. Returns how many were joined.

    Raises NotFound, NotAllowed, WrongState.
    """
    joined = _join(actor, ticket_id)
    if not joined:
        raise WrongState(NOTHING)
    if joined == BATCH:
        enqueue(GROUP, {"ticket": ticket_id, "user": actor.user_id, "role": actor.role}, key=str(ticket_id))
    return joined


@action
def group_batch(actor: Actor, ticket_id: int) -> int:
    """The next ones; 0 when none is left. Safe to repeat."""
    return _join(actor, ticket_id)


def _join(actor: Actor, ticket_id: int) -> int:
    leading = locked(ticket_id, actor)
    if actor.user is None or not policies.may_arbitrate(actor.user, leading):
        raise NotAllowed()
    if not may_lead(leading):
        raise WrongState(CANNOT_LEAD)
    phone = Reporter.objects.filter(ticket=leading).only("phone", "row_key").first()
    pks = list(followers(leading, phone.phone).values_list("pk", flat=True)[:BATCH]) if phone and phone.phone else []
    rows = Ticket.objects.select_related("department", "category")
    for ticket in db.lock_rows(rows, pks):
        if ticket.state == "recorded" and not ticket.is_parent:
            take(ticket, "merge", actor, {"parent": leading.number}, state_version=None)
    return len(pks)
