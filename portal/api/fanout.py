"""From an event to messages: which webhooks hear of it, in the order of the case's own sequence.

A job is written in the event's transaction. It looks at the whole stream of the case and not at its event alone: what
comes after the last message of a webhook is written, gapless, so two jobs that overtake each other do no harm. Whether
anybody listens at all is remembered for seconds; who begins to listen is served by one look back, a little later.
"""

import datetime as dt
import time
from typing import Any

from django.db.models import Max

from approvals.cases.models import Case
from portal.api.models import Delivery, Subscription
from portal.core.events import on_event
from portal.core.jobs import Job, enqueue, job
from portal.core.models import Event
from portal.core.time import now

STREAM = "cases.case"
KNOWN_SECONDS = 20.0
LOOK_BACK = dt.timedelta(seconds=120)  # longer than the memory of any process, and than any transaction
SLICE = 200
KEEP_DAYS = 30  # of messages; what is older is deleted, and no longer told
_known: tuple[float, bool] = (0.0, False)


def somebody_listens() -> bool:
    """Whether there is an active webhook: at most `KNOWN_SECONDS` old."""
    global _known
    if _known[0] < time.monotonic():
        _known = (time.monotonic() + KNOWN_SECONDS, Subscription.objects.active().exists())
    return _known[1]


def forget() -> None:
    """Ask the database again."""
    global _known
    _known = (0.0, False)


def begin_listening(subscription: Subscription) -> None:
    """What other processes do not know yet is found by a look back, when all of them must know."""
    forget()
    enqueue("api.look_back", {"subscription": subscription.pk}, due_at=now() + LOOK_BACK, key=str(subscription.pk))


def connect() -> None:
    """Called in `ready()`: every event of a case may have to be told."""
    from portal.api.actions import EVENTS

    for name in EVENTS:
        on_event(name, "api.fan_out", when=somebody_listens)


@job("api.fan_out")
def fan_out(payload: dict[str, Any], _job: Job) -> None:
    """Write the messages of one case."""
    case = Case.objects.filter(pk=payload["stream_id"]).select_related("item", "department").first()
    if case is None:
        return
    listening = Subscription.objects.active().filter(client__department=case.department_id)
    for subscription in listening.order_by("pk"):
        write_messages(subscription, case)


@job("api.look_back", steps=True, lease_seconds=300)
def look_back(payload: dict[str, Any], running: Job) -> None:
    """The cases in which something happened since a webhook began to listen."""
    subscription = Subscription.objects.active().filter(pk=payload["subscription"]).first()
    if subscription is None:
        return
    cases = Case.objects.filter(department=subscription.client.department_id)
    told = Event.objects.filter(stream=STREAM, type__in=subscription.events, at__gte=told_from(subscription))
    pks = sorted(set(told.values_list("stream_id", flat=True)))
    for start in range(0, len(pks), SLICE):
        with running.step():
            for case in cases.filter(pk__in=pks[start : start + SLICE]).select_related("item", "department"):
                write_messages(subscription, case)


def told_from(subscription: Subscription) -> dt.datetime:
    """Events before this are not told: older messages are deleted, so nobody could know that they were sent."""
    return max(subscription.listens_since, now() - dt.timedelta(days=KEEP_DAYS))


def write_messages(subscription: Subscription, case: Case) -> None:
    """The messages that this webhook lacks of the case, in order; inside the caller's transaction."""
    last = Delivery.objects.filter(subscription=subscription, case_id=case.pk).aggregate(n=Max("sequence"))["n"] or 0
    lacking = Event.objects.filter(
        stream=STREAM,
        stream_id=case.pk,
        sequence__gt=last,
        type__in=subscription.events,
        at__gte=told_from(subscription),
    ).order_by("sequence")
    rows = [_message(subscription, case, event) for event in lacking]
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        send_soon(subscription.pk, case.pk)


def _message(subscription: Subscription, case: Case, event: Event) -> Delivery:
    """Thin: numbers, states, moments. Whoever wants more reads the case with a token."""
    payload = {
        "type": event.type,
        "timestamp": event.at.isoformat(),
        "data": {
            "case": case.pk,
            "number": case.number,
            "external_id": case.external_id if case.source == subscription.client.code else "",
            "item": case.item.code,
            "department": case.department.code,
            "sequence": event.sequence,
            "state_before": event.from_state,
            "state_after": event.to_state,
        },
    }
    return Delivery(
        subscription=subscription, event=event.type, case_id=case.pk, sequence=event.sequence, payload=payload
    )


def send_soon(subscription_id: int, case_id: int | None) -> None:
    """One job for each webhook and case: its messages go out one after another, never side by side."""
    enqueue(
        "api.deliver",
        {"subscription": subscription_id, "case": case_id},
        key=f"{subscription_id}:{case_id or 'ping'}",
    )
