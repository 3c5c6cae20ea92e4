"""What is done with webhooks: subscribe, change, test, replay. By a department's system, or by an administrator."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from approvals.cases.lifecycle import CASE
from portal.api import fanout
from portal.api.models import Delivery, Subscription
from portal.api.outward import fault_of
from portal.api.policies import may_manage_subscription, may_see_subscription
from portal.api.signing import new_secret
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import now

if TYPE_CHECKING:
    from portal.people.models import Client

MOST_OF_A_CLIENT = 20
OTHER_EVENTS = ("proposed", "proposal_rejected", "taken_over", "due_moved", "moved", "reminded")
EVENTS = tuple(f"case.{code}" for code in (*CASE.transitions, *OTHER_EVENTS))


@action
def subscribe(actor: Actor, client: "Client", *, url: str, events: Sequence[str]) -> tuple[Subscription, str]:
    """A new subscription, and its secret: shown now and never again. Raises Invalid, NotAllowed, WrongState."""
    _check(url, events)
    row = Subscription(client=client, url=url, events=sorted(set(events)))
    if actor.user is None or not may_manage_subscription(actor.user, row):
        raise NotAllowed
    db.lock_row(type(client).objects.all(), client.pk)
    if Subscription.objects.filter(client=client).count() >= MOST_OF_A_CLIENT:
        raise WrongState(_("A system has at most 20 webhooks. Delete one that is no longer used."))
    row.secret = secret = new_secret()
    row.save(force_insert=True)
    record(row, "webhook.made", actor, data={"events": row.events, "client": client.code})
    fanout.begin_listening(row)
    return row, secret


@action
def change(
    actor: Actor,
    subscription_id: int,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
) -> Subscription:
    """Another address, other events, on or off. Switched on, it gets at once what has waited. Raises Invalid, NotFound."""
    row = _managed(actor, subscription_id)
    _check(row.url if url is None else url, row.events if events is None else events)
    row.url = row.url if url is None else url
    if events is not None and sorted(set(events)) != row.events:
        row.events, row.listens_since = sorted(set(events)), now()
    if active is not None:
        row.state = Subscription.State.ACTIVE if active else Subscription.State.PAUSED
    if active or url is not None:
        row.failures, row.failing_since, row.retry_at = 0, None, None
    row.save()
    record(row, "webhook.changed", actor, data={"events": row.events, "state": str(row.state)})
    if row.is_active:
        fanout.begin_listening(row)
        enqueue("api.resume", {"subscription": row.pk}, key=str(row.pk))
    return row


@action
def new_secret_for(actor: Actor, subscription_id: int) -> tuple[Subscription, str]:
    """Another secret, for the next message on. Raises NotFound."""
    row = _managed(actor, subscription_id)
    row.secret = secret = new_secret()
    row.save()
    record(row, "webhook.secret_changed", actor)
    return row, secret


@action
def unsubscribe(actor: Actor, subscription_id: int) -> None:
    """Delete it with all its messages; the trail keeps that it was there. Raises NotFound."""
    row = _managed(actor, subscription_id)
    record(row, "webhook.deleted", actor, data={"client": row.client.code})
    row.delete()


@action
def ping(actor: Actor, subscription_id: int) -> Delivery:
    """Send a test message now, also to a webhook that is switched off. Raises NotFound."""
    row = _managed(actor, subscription_id)
    delivery = Delivery(subscription=row, event="ping", payload={})
    delivery.payload = {"type": "ping", "timestamp": delivery.created_at.isoformat(), "data": {}}
    delivery.save(force_insert=True)
    fanout.send_soon(row.pk, None)
    return delivery


@action
def replay(actor: Actor, subscription_id: int, *, uid: str = "", since: dt.datetime | None = None) -> int:
    """Send one message again, or all that were made since a moment, delivered ones too. Returns how many.

    Raises NotFound, WrongState (webhook switched off), Invalid (neither the one nor the other).
    """
    row = _managed(actor, subscription_id)
    if not row.is_active:
        raise WrongState(_("This webhook is switched off. Switch it on first."))
    if bool(uid) == bool(since):
        raise Invalid(fields={"delivery": _("Name one delivery, or a moment since which all are sent again.")})
    rows = row.deliveries.exclude(state=Delivery.State.WAITING)
    rows = rows.filter(uid=uid) if uid else rows.filter(created_at__gte=since)
    count = rows.update(state=Delivery.State.WAITING, attempts=0, due_at=now(), first_tried_at=None, delivered_at=None)
    if uid and not count:
        raise NotFound
    record(row, "webhook.replayed", actor, data={"deliveries": count, "since": since.isoformat() if since else ""})
    enqueue("api.resume", {"subscription": row.pk}, key=str(row.pk))
    return count


def _managed(actor: Actor, subscription_id: int) -> Subscription:
    """The subscription under its lock. Raises NotFound for what the actor does not see, NotAllowed for the rest."""
    try:
        row = db.lock_row(Subscription.objects.select_related("client"), subscription_id)
    except Subscription.DoesNotExist:
        raise NotFound from None
    if actor.user is None or not may_see_subscription(actor.user, row):
        raise NotFound
    if not may_manage_subscription(actor.user, row):
        raise NotAllowed
    return row


def _check(url: str, events: Sequence[str]) -> None:
    wrong = {}
    if (fault := fault_of(url)) is not None:
        wrong["url"] = fault
    if unknown := sorted(set(events) - set(EVENTS)):
        wrong["events"] = _("There is no event called “%(name)s”.") % {"name": unknown[0]}
    elif not events:
        wrong["events"] = _("Choose at least one event.")
    if wrong:
        raise Invalid(fields=wrong)
