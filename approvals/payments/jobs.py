"""What happens after a step of a case, and later: orders, refunds, the demonstration provider's calls."""

import urllib.error
import urllib.request
from typing import Any

from approvals.payments.actions.orders import case_over, raise_if_owed
from approvals.payments.actions.refunds import SEND, return_money
from approvals.payments.models import DemoPayment, Refund
from approvals.payments.providers import demo
from portal.core.events import on_event
from portal.core.jobs import GiveUp, Job, Later, back_off, job
from portal.core.time import now

OWING_STEPS = ("accept", "deem_accepted", "approve", "deem_granted", "correct")
ENDING_STEPS = ("refuse", "withdraw", "terminate", "return_unsupplemented", "not_accept")
CALL_SECONDS = 10


@job("payments.raise_order")
def raise_order_job(payload: dict[str, Any], _job: Job) -> None:
    """Make the order that the case owes now."""
    raise_if_owed(payload["stream_id"])


@job("payments.case_over")
def case_over_job(payload: dict[str, Any], _job: Job) -> None:
    """What is open lapses; what was paid for nothing goes back."""
    case_over(payload["stream_id"])


def _sender_died(payload: dict[str, Any], error: str) -> None:
    rows = Refund.objects.filter(pk=payload["refund"], state="sending")
    rows.update(state="unknown", last_error=error[:300])


@job(SEND, lease_seconds=120, steps=True, on_dead=_sender_died)
def return_money_job(payload: dict[str, Any], _job: Job) -> None:
    """Return one refund through its provider."""
    if return_money(payload["refund"]) == "sending":
        tries = Refund.objects.values_list("tries", flat=True).get(pk=payload["refund"])
        raise Later(now() + back_off(tries))


@job("payments.demo_call", lease_seconds=60, steps=True)
def demo_call_job(payload: dict[str, Any], _job: Job) -> None:
    """The demonstration provider reports to the portal, over HTTP and signed; it tries again until it is heard."""
    row = DemoPayment.objects.get(pk=payload["payment"])
    if not row.notify_url.startswith(("http://", "https://")):
        raise GiveUp("no address")
    body = demo.message(row)
    headers = {"Content-Type": "application/json", demo.SIGNATURE: demo.sign(body, now())}
    call = urllib.request.Request(row.notify_url, data=body, headers=headers, method="POST")  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(call, timeout=CALL_SECONDS):  # noqa: S310 - checked above
            return
    except urllib.error.HTTPError as error:
        if error.code in {401, 404}:
            raise GiveUp(f"the portal answered {error.code}") from error
        raise


def connect() -> None:
    """Called in `ready()`."""
    for code in OWING_STEPS:
        on_event(f"case.{code}", "payments.raise_order")
    for code in ENDING_STEPS:
        on_event(f"case.{code}", "payments.case_over")
