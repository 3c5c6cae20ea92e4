"""The demonstration telephone: it plays a system outside, and reaches the portal by the signed webhook only."""

import json
import secrets
import urllib.error
import urllib.request
from typing import Any

from django.db import transaction

from hotline.calls import telephone
from hotline.calls.models import DemoCall
from portal.core import db
from portal.core.errors import WrongState
from portal.core.jobs import GiveUp, Job, enqueue, job
from portal.core.time import now

REPORT = "calls.demo_report"
CALL_SECONDS = 10
# What may follow what: the telephone itself knows no other order.
NEXT = {"ringing": ("answered", "abandoned"), "answered": ("ended",), "abandoned": (), "ended": ()}


def ring(number: str, line: str, extension: str, notify_url: str) -> DemoCall:
    """Somebody calls."""
    moment = now()
    with transaction.atomic():
        row = DemoCall.objects.create(
            call_id=f"D{moment:%Y%m%d%H%M%S}{secrets.token_hex(4)}", number=number, line=line, extension=extension,
            notify_url=notify_url, started_at=moment, changed_at=moment,
        )  # fmt: skip
        _report(row)
    return row


def go_on(call_id: str, state: str) -> DemoCall:
    """The call is answered, given up or ended. Raises WrongState for what cannot follow."""
    with transaction.atomic():
        pk = DemoCall.objects.values_list("pk", flat=True).get(call_id=call_id)
        row = db.lock_row(DemoCall.objects.all(), pk)
        if state not in NEXT[row.state]:
            raise WrongState()
        row.state, row.changed_at = state, now()
        row.save(update_fields=["state", "changed_at"])
        _report(row)
    return row


def _report(row: DemoCall) -> None:
    enqueue(REPORT, {"call": row.pk, "event": row.state, "at": row.changed_at.isoformat()})


@job(REPORT, steps=True)
def report(payload: dict[str, Any], _job: Job) -> None:
    """Report to the portal over HTTP, signed, until it is heard."""
    row = DemoCall.objects.get(pk=payload["call"])
    if not row.notify_url.startswith(("http://", "https://")):
        raise GiveUp("no address")
    said = {
        "call_id": row.call_id, "event": payload["event"], "at": payload["at"], "number": row.number, "line": row.line,
        "agent": row.extension if payload["event"] == "answered" else "",
    }  # fmt: skip
    body = json.dumps(said, sort_keys=True).encode()
    signature = telephone.sign(telephone.secrets()[telephone.DEMO], body, now())
    headers = {"Content-Type": "application/json", telephone.SIGNATURE: signature}
    call = urllib.request.Request(row.notify_url, data=body, headers=headers, method="POST")  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(call, timeout=CALL_SECONDS):  # noqa: S310 - checked above
            return
    except urllib.error.HTTPError as error:
        if error.code in {401, 404}:
            raise GiveUp(f"the portal answered {error.code}") from error
        raise
