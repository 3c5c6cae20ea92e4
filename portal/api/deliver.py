"""Messages on their way out: one attempt after another, with growing waits, up to three days; then a person is told."""

import datetime as dt
import json
import random
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.api import fanout, outward, signing
from portal.api.models import Attempt, Delivery, Subscription
from portal.core.jobs import GiveUp, Job, Later, job
from portal.core.notifications import Template, Words, notify, register
from portal.core.time import now
from portal.people.models import Posting
from portal.people.roles import Role

WAITS_SECONDS = (10, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600)
GIVE_UP_AFTER = dt.timedelta(days=3)
DISABLE_AFTER = dt.timedelta(days=5)
LONGEST_PAUSE_SECONDS = 900  # of a whole webhook after a failure: then one message tries again
GONE = 410
PURGE_BATCH = 500
AGENT = "government-service-portal-webhooks/1"

PARKED = register(
    Template(
        "api.webhook_parked",
        subject=_("A message to “%(system)s” could not be delivered for three days"),
        body=_(
            "The receiver of “%(system)s” has not answered for three days, so the message was given up: %(problem)s."
            " Once the receiver works again, send the messages again on the page of the webhook."
        ),
        placeholders={"system", "problem"},
    )
)
DISABLED = register(
    Template(
        "api.webhook_disabled",
        subject=_("The webhook of “%(system)s” was disabled"),
        body=_(
            "The receiver of “%(system)s” has failed for days, so nothing is sent to it any more: %(problem)s. Its"
            " messages are kept. Ask whoever runs the system, then switch the webhook on again."
        ),
        placeholders={"system", "problem"},
    )
)


@job("api.deliver", steps=True, lease_seconds=60)
def deliver(payload: dict[str, Any], running: Job) -> None:
    """Send what waits for one webhook of one case, in order. Raises Later while the receiver does not take it."""
    while True:
        subscription = (
            Subscription.objects.select_related("client__department").filter(pk=payload["subscription"]).first()
        )
        if subscription is None:
            return
        waiting = Delivery.objects.waiting().filter(subscription=subscription, case_id=payload["case"])
        delivery = waiting.order_by("sequence", "pk").first()
        if delivery is None:
            return
        is_test = delivery.case_id is None
        if not subscription.is_active and not is_test:
            return  # switched on again, it is resumed
        hold = max([delivery.due_at, *([subscription.retry_at] if subscription.retry_at and not is_test else [])])
        if hold > now():
            raise Later(hold)
        _attempt(subscription, delivery, running)


def _attempt(subscription: Subscription, delivery: Delivery, running: Job) -> None:
    """One call: what is to be sent is committed before, what came of it afterwards; the receiver knows it by its id."""
    with running.step():
        moment = now()
        Delivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1, first_tried_at=delivery.first_tried_at or moment
        )
    delivery.refresh_from_db()
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        **signing.headers(subscription.secret, str(delivery.uid), int(moment.timestamp()), body),
    }
    answer = outward.post(subscription.url, body, headers)
    with running.step():
        Attempt.objects.create(
            delivery=delivery, at=moment, status=answer.status, error=answer.error, milliseconds=answer.milliseconds
        )
        delivery.last_status, delivery.last_error = answer.status, answer.error
        if answer.good:
            _arrived(subscription, delivery)
        else:
            _failed(subscription, delivery, answer)


def _arrived(subscription: Subscription, delivery: Delivery) -> None:
    delivery.state, delivery.delivered_at = Delivery.State.DELIVERED, now()
    delivery.save(update_fields=["state", "delivered_at", "last_status", "last_error"])
    if subscription.failures:
        Subscription.objects.filter(pk=subscription.pk).update(failures=0, failing_since=None, retry_at=None)


def _failed(subscription: Subscription, delivery: Delivery, answer: outward.Answer) -> None:
    moment = now()
    problem = answer.error or f"HTTP {answer.status}"
    if delivery.case_id is None:  # a test is over with its first answer
        delivery.state = Delivery.State.PARKED
        delivery.save(update_fields=["state", "last_status", "last_error"])
        return
    wait = WAITS_SECONDS[min(delivery.attempts, len(WAITS_SECONDS)) - 1]
    delivery.due_at = moment + dt.timedelta(seconds=wait * random.uniform(0.9, 1.2))  # noqa: S311 - not all at once
    if delivery.first_tried_at is not None and moment - delivery.first_tried_at >= GIVE_UP_AFTER:
        delivery.state = Delivery.State.PARKED
        _tell(subscription, PARKED, problem, key=f"parked:{subscription.pk}:{moment:%Y-%m-%d}")
    delivery.save(update_fields=["state", "due_at", "last_status", "last_error"])
    failures = subscription.failures + 1
    failing_since = subscription.failing_since or moment
    pause = min(LONGEST_PAUSE_SECONDS, 10 * failures)
    over = answer.status == GONE or moment - failing_since >= DISABLE_AFTER
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=failures,
        failing_since=failing_since,
        retry_at=moment + dt.timedelta(seconds=pause),
        state=Subscription.State.DISABLED if over else subscription.state,
    )
    if over:
        _tell(subscription, DISABLED, problem, key=f"disabled:{subscription.pk}:{moment:%Y-%m-%d}")


def _tell(subscription: Subscription, template: Template, problem: str, *, key: str) -> None:
    """The heads of the department whose system it is, and the administrators; once a day."""
    client = subscription.client
    postings = Posting.objects.in_force().filter(role=Role.DEPARTMENT_HEAD, department=client.department_id)
    rows = [
        *postings.select_related("user"),
        *Posting.objects.in_force().filter(role=Role.ADMINISTRATOR).select_related("user"),
    ]
    path = reverse("api:admin-webhook", args=[subscription.pk])
    words = {"system": Words(client.name, client.name), "problem": problem}
    for person in {row.user_id: row.user for row in rows if row.user.is_active}.values():
        notify(person, template.code, words, about=("api.subscription", subscription.pk), key=key, path=path)


@job("api.resume", steps=True, lease_seconds=300)
def resume(payload: dict[str, Any], running: Job) -> None:
    """Call for every case of which a message waits: after switching on, and after a replay."""
    subscription = Subscription.objects.filter(pk=payload["subscription"]).first()
    if subscription is None:
        raise GiveUp("the webhook is gone")
    waiting = Delivery.objects.waiting().filter(subscription=subscription)
    cases = sorted({pk or 0 for pk in waiting.values_list("case_id", flat=True).distinct()})
    for start in range(0, len(cases), 100):
        with running.step():
            for pk in cases[start : start + 100]:
                fanout.send_soon(subscription.pk, pk or None)


def purge() -> int:
    """Delete messages that are over for a month, a few hundred in a transaction. Returns how many."""
    limit, total = now() - dt.timedelta(days=fanout.KEEP_DAYS), 0
    old = Delivery.objects.filter(created_at__lt=limit).exclude(state=Delivery.State.WAITING)
    while pks := list(old.order_by("created_at").values_list("pk", flat=True)[:PURGE_BATCH]):
        total += Delivery.objects.filter(pk__in=pks).delete()[0]
    return total
