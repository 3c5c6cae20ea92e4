"""Sending to the districts' platforms: `sending` is committed first, then the call, then what came of it.

A platform takes each key once, so that what is in doubt is sent again under its key. Nothing is given up because a
platform is down: a message waits, at most an hour between two attempts, until the platform takes or refuses it.
"""

import datetime as dt
import json
from typing import Any

from hotline.districts import notices
from hotline.districts.actions.platforms import wake_all
from hotline.districts.actions.pushes import SEND
from hotline.districts.models import Handover, Platform, Push
from hotline.models import Reporter
from hotline.outward import Doubtful, NotSent, Refused, body_of, post, signed
from portal.core import access
from portal.core.actors import Actor
from portal.core.jobs import Job, Later, job
from portal.core.time import now

State = Push.State
LEASE_SECONDS = 60  # far more than a call may take
# What speaks of how the platform is set up, and not of the message: tried again until somebody has mended it.
SET_UP_WRONG = frozenset({"HTTP 401", "HTTP 403", "HTTP 404", "HTTP 405"})
WAITS = (30, 60, 300, 900, 1800, 3600)  # seconds before the next attempt; the last one again and again
MOST_IN_A_RUN = 20
SENDER = Actor.system("districts.send")


@job(SEND, lease_seconds=LEASE_SECONDS, steps=True)
def send(payload: dict[str, Any], running: Job) -> None:
    """Send what waits about one ticket, one message after the other, in their order."""
    for _turn in range(MOST_IN_A_RUN):
        with running.step():
            row = _claim(payload["platform"], payload["ticket"])
        if row is None:
            return
        outcome, answer = _call(row)
        with running.step():
            _note(row, outcome, answer)
        if outcome["state"] == State.WAITING:
            raise Later(outcome["next_at"])
        running.renew()
    raise Later(now())


def _claim(platform_id: int, ticket_id: int) -> Push | None:
    """The oldest unsent message of the ticket, set to `sending`; None when there is nothing to send."""
    rows = Push.objects.filter(platform=platform_id, ticket=ticket_id).unsent().select_related("platform")
    row = rows.order_by("at", "pk").first()
    if row is None or row.platform.paused_at is not None:
        return None
    row.state, row.attempts = State.SENDING, row.attempts + 1
    row.save(update_fields=["state", "attempts"])
    return row


def _call(row: Push) -> tuple[dict[str, Any], bytes]:
    """What came of it: columns to write, and what the platform said."""
    try:
        body = body_of({"key": row.key, **row.content, **_caller(row)})
        answer = post(row.platform.url, body, signed(row.platform.secret, body, row.key))
    except (Refused, NotSent, Doubtful) as error:
        if isinstance(error, Refused) and str(error) not in SET_UP_WRONG:
            return {"state": State.FAILED, "last_error": str(error)[:300]}, b""
        wait = WAITS[min(row.attempts, len(WAITS)) - 1]
        later = now() + dt.timedelta(seconds=wait)
        return {"state": State.WAITING, "last_error": str(error)[:300], "next_at": later}, b""
    return {"state": State.DONE, "last_error": "", "sent_at": now(), "next_at": None}, answer


def _caller(row: Push) -> dict[str, Any]:
    """Whom the district may call back: with the ticket itself, unless the caller stays secret."""
    if row.kind != Push.Kind.TICKET or row.content["ticket"]["secret"]:
        return {}
    reporter = Reporter.objects.filter(ticket=row.ticket_id).first()
    if reporter is None or not (reporter.name or reporter.phone):
        return {}
    return {"caller": {"name": reporter.name, "phone": reporter.phone, "address": reporter.address}}


def _note(row: Push, outcome: dict[str, Any], answer: bytes) -> None:
    Push.objects.filter(pk=row.pk, state=State.SENDING).update(**outcome)
    platforms = Platform.objects.filter(pk=row.platform_id)
    if outcome["state"] == State.WAITING:
        platforms.update(last_error=outcome["last_error"])
        platforms.filter(failing_since__isnull=True).update(failing_since=now())
        return
    recovered = platforms.filter(failing_since__isnull=False).update(failing_since=None, told_at=None, last_error="")
    platforms.update(last_sent_at=now())
    if recovered:
        wake_all(row.platform_id, but=row.ticket_id)
    if outcome["state"] == State.FAILED:
        notices.tell_refused(row)
        return
    if row.kind == Push.Kind.TICKET:
        if row.content["ticket"]["secret"] is False:
            access.log_view(SENDER, "hotline.ticket", row.ticket_id, "caller", purpose="district platform")
        if number := _number_in(answer):
            Handover.objects.filter(dispatch=row.dispatch_id).update(their_number=number)


def _number_in(answer: bytes) -> str:
    """The number that the platform gave the ticket, as its answer says."""
    try:
        found = json.loads(answer).get("number", "")
    except (ValueError, AttributeError):
        return ""
    return str(found)[:120].replace("\0", "")
