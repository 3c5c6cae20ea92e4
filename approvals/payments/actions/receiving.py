"""A provider's message: believed when its signature fits, written once, answered the same in every repetition."""

import hashlib

from django.utils.translation import gettext_lazy as _

from approvals.payments.actions.paying import apply, locked_attempt
from approvals.payments.models import Attempt, ProviderNotice
from approvals.payments.providers import Notice
from portal.core.actions import action
from portal.core.errors import NotFound
from portal.core.time import now


class UnknownOrder(NotFound):
    """A message about a payment that we never asked for."""

    code = "unknown_order"
    default_message = _("No payment is known under this number.")


@action
def receive(provider: str, notice: Notice, body: bytes) -> ProviderNotice:
    """Write a message whose signature was checked. The second time the same row is the answer.

    Raises UnknownOrder.
    """
    attempt_id = Attempt.objects.filter(key=notice.key, method=provider).values_list("pk", flat=True).first()
    if attempt_id is None:
        raise UnknownOrder()
    attempt = locked_attempt(attempt_id)
    # Under the lock of the case: two messages of one event do not pass each other.
    known = ProviderNotice.objects.filter(provider=provider, event_id=notice.event_id).first()
    if known is not None:
        return known
    outcome = apply(attempt, notice)
    return ProviderNotice.objects.create(
        provider=provider,
        event_id=notice.event_id,
        attempt=attempt,
        reference=notice.reference[:80],
        amount_fen=notice.amount_fen,
        currency=notice.currency[:3],
        outcome=outcome,
        received_at=now(),
        body_sha256=hashlib.sha256(body).hexdigest(),
    )
