"""The demonstration provider: its own books, its own little page, signed callbacks. Only in demo mode.

It plays a platform outside: the portal reaches it through this adapter only, and it reaches the portal only through the
callback address, over HTTP, signed.
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from approvals.payments.models import DemoPayment, DemoRefund
from approvals.payments.providers.base import (
    Answer,
    Charge,
    Forged,
    Notice,
    Refused,
    Returned,
    Started,
    StatementLine,
)
from portal.core import db
from portal.core.jobs import enqueue
from portal.core.time import local_date, now

CODE = "demo"
SIGNATURE = "Pay-Signature"
BELIEVED_FOR = dt.timedelta(minutes=5)


def signing_key() -> bytes:
    """Made from the installation's secret, so that a demo needs no further key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"payments.demo", hashlib.sha256).digest()


def sign(body: bytes, at: dt.datetime) -> str:
    """The header's value: when it was signed, and the HMAC of that and the body."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(signing_key(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


class DemoProvider:
    """See `base.Provider`."""

    code = CODE
    label: Any = _("Demonstration payment platform")
    knows_keys = True

    def start(self, charge: Charge) -> Started:
        try:
            with transaction.atomic():
                row = DemoPayment.objects.create(
                    key=charge.key, token=secrets.token_urlsafe(20), order_number=charge.order_number,
                    subject=charge.subject, amount_fen=charge.amount_fen, reference=_reference("T"),
                    notify_url=charge.notify_url, return_url=charge.return_url, opened_at=now(),
                )  # fmt: skip
        except IntegrityError:
            row = DemoPayment.objects.get(key=charge.key)
        return Started(row.reference, reverse("payments:demo", args=[row.token]))

    def ask(self, key: str) -> Answer:
        row = DemoPayment.objects.filter(key=key).first()
        if row is None:
            return Answer("unknown")
        return Answer(row.state, row.reference, row.amount_fen, "CNY", row.paid_at)

    def close(self, key: str) -> Answer:
        DemoPayment.objects.filter(key=key, state="open").update(state="closed")
        answer = self.ask(key)
        return Answer("closed") if answer.state == "unknown" else answer

    def refund(self, key: str, refund_key: str, amount_fen: int) -> Returned:
        with transaction.atomic():
            found = DemoPayment.objects.filter(key=key).values_list("pk", flat=True).first()
            if found is None:
                raise Refused("no such payment")
            row = db.lock_row(DemoPayment.objects.all(), found)
            known = row.refunds.filter(key=refund_key).first()
            if known is not None:
                return Returned(known.reference)
            if (
                row.state != "paid"
                or sum(row.refunds.values_list("amount_fen", flat=True)) + amount_fen > row.amount_fen
            ):
                raise Refused("more than was paid")
            made = DemoRefund.objects.create(
                payment=row, key=refund_key, reference=_reference("R"), amount_fen=amount_fen,
                done_on=local_date(now()),
            )  # fmt: skip
        return Returned(made.reference)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        parts = dict(part.split("=", 1) for part in headers.get(SIGNATURE, "").split(",") if "=" in part)
        stamp = parts.get("t", "")
        if not stamp.isdecimal() or len(stamp) > 12:
            raise Forged("no signature")
        at = dt.datetime.fromtimestamp(int(stamp), dt.UTC)
        if abs(now() - at) > BELIEVED_FOR:
            raise Forged("too old")
        if not constant_time_compare(sign(body, at), f"t={stamp},v1={parts.get('v1', '')}"):
            raise Forged("wrong signature")
        try:
            said = json.loads(body)
            return Notice(
                state=str(said["state"]), reference=str(said["reference"]), amount_fen=int(said["amount_fen"]),
                currency=str(said["currency"]), at=at, event_id=str(said["event_id"])[:80], key=str(said["key"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise Forged("unreadable") from error

    def statement(self, day: dt.date) -> Iterable[StatementLine]:
        for row in DemoPayment.objects.filter(paid_on=day).order_by("pk"):
            yield StatementLine(row.reference, row.key, row.amount_fen)
        for back in DemoRefund.objects.filter(done_on=day).order_by("pk"):
            yield StatementLine(back.reference, back.key, -back.amount_fen)


def _reference(letter: str) -> str:
    return f"{letter}{now():%Y%m%d}{secrets.token_hex(8).upper()}"


# --- what people do on the provider's page --------------------------------------------------------------------------


def pay(token: str, *, report_after: int = 0) -> DemoPayment:
    """Somebody pays on the provider's page; the portal hears of it now, or so many seconds later."""
    return _end(token, "paid", report_after)


def fail(token: str) -> DemoPayment:
    """The bank says no."""
    return _end(token, "failed", 0)


def _end(token: str, state: str, report_after: int) -> DemoPayment:
    with transaction.atomic():
        found = DemoPayment.objects.get(token=token)
        row = db.lock_row(DemoPayment.objects.all(), found.pk)
        if row.state != "open":
            return row
        row.state = state
        if state == "paid":
            row.paid_at, row.paid_on = now(), local_date(now())
        row.save()
        enqueue("payments.demo_call", {"payment": row.pk}, due_at=now() + dt.timedelta(seconds=report_after))
    return row


def message(row: DemoPayment) -> bytes:
    """What the provider tells the portal about a payment; the same in every repetition."""
    said = {
        "event_id": f"{row.reference}-{row.state}", "key": row.key, "order": row.order_number, "state": row.state,
        "reference": row.reference, "amount_fen": row.amount_fen, "currency": "CNY",
    }  # fmt: skip
    return json.dumps(said, sort_keys=True).encode()
