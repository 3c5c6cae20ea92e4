"""An upload off the line: nothing is half accepted, and whoever is refused hears why.

The body is written to the store as it comes and hashed on the way; then, and only then, the action decides by the
database's clock whether it came in time. Headers: `X-Bid-Organisation`, `X-Bid-SHA256`, `X-Bid-Commitment`, with the
bidder's own layer `X-Bid-Own-Key`, and with a certificate `X-Bid-Certificate` and `X-Bid-Signature`.
"""

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid
from portal.core.rules import rule
from portal.core.time import today
from portal.people.throttle import sender_of
from procurement.bidders.devices import device_of
from procurement.bids import actions, vault
from procurement.bids.actions.common import bidder_for, person
from procurement.bids.actions.joint import bids_for
from procurement.bids.actions.submitting import (
    NO_OWN_LAYER,
    UNSEALED,
    NotSealable,
    Signature,
    check_bidder,
    check_certificate,
    check_open,
)
from procurement.bids.models import Book, Submission
from procurement.bids.rules import UPLOAD_MB
from procurement.bids.vault import CHUNK_BYTES, Envelope, TooLarge
from procurement.clock import deciding_now
from procurement.sealing import MAGIC, OWN_MAGIC
from procurement.tenders.models import Lot

MEGABYTE = 1024 * 1024


class Interrupted(DomainError):
    """The body ended before its announced length."""

    code = "interrupted"
    status = 400
    default_message = _("The upload was interrupted. Nothing was accepted. Please send the sealed bid again.")


class Garbled(DomainError):
    """What arrived is not what was sent."""

    code = "garbled"
    status = 422
    default_message = _("The bid was changed on its way here. Nothing was accepted. Please send it again.")


def receive(request: HttpRequest, actor: Actor, lot: Lot) -> Submission:
    """Take the body of the request in as a bid for the lot. Raises whatever refuses it."""
    organisation = whole(request.headers.get("X-Bid-Organisation", ""))
    length = whole(request.headers.get("Content-Length", ""))
    sent = Envelope(request.headers.get("X-Bid-SHA256", ""), length, request.headers.get("X-Bid-Commitment", ""),
                    request.headers.get("X-Bid-Own-Key", ""))  # fmt: skip
    limit = rule(UPLOAD_MB, today()).days * MEGABYTE
    if length > limit:
        raise TooLarge(limit=limit // MEGABYTE)
    try:
        signed = _signed(request)
        known = _before(actor, lot, organisation, sent, signed)
    except DomainError:
        drain(request)  # a sender who is refused in the middle would see a broken line instead of the reason
        raise
    if known is not None:
        drain(request)
        return known
    digest, size = _written(request, limit)
    if size != length:
        raise Interrupted()
    if digest != sent.sha256:
        raise Garbled()
    if vault.head(digest, len(MAGIC)) != (OWN_MAGIC if lot.project.own_layer else MAGIC):
        raise Invalid(NO_OWN_LAYER if lot.project.own_layer else UNSEALED, code="not_sealed")
    return actions.submit(
        actor, lot.pk, organisation, Envelope(digest, size, sent.commitment, sent.own_key), sender=sender_of(request),
        signed=signed, device=device_of(request),
    )  # fmt: skip


def _written(request: HttpRequest, limit: int) -> tuple[str, int]:
    try:
        return vault.take_in(request.read, limit_bytes=limit)
    except UnreadablePostError:
        raise Interrupted() from None


def _before(
    actor: Actor, lot: Lot, organisation: int, sent: Envelope, signed: Signature | None
) -> Submission | None:  # fmt: skip
    """What can be said before the bytes come: refused already, or accepted already. The action asks again."""
    bidder = bidder_for(actor, organisation)
    book = Book.objects.select_related("lot__project").filter(lot=lot).first()
    if book is None:
        raise NotSealable()
    rows = Submission.objects.select_related("book__lot__project", "bidder__organisation", "key")
    known = rows.filter(
        book=book, bidder=bidder, current=True, sha256=sent.sha256, size=sent.size, commitment=sent.commitment
    ).first()
    if known is None:
        at = deciding_now()
        check_open(book, at)
        check_bidder(person(actor), book, bidder, at)
        bids_for(book.lot.project, bidder)
        check_certificate(book.lot.project, bidder, signed, at)
    return known


def drain(request: HttpRequest) -> None:
    """Read the rest of the body and forget it."""
    try:
        while request.read(CHUNK_BYTES):
            pass
    except UnreadablePostError:
        return


def whole(text: str) -> int:
    """A number of a header or form. Raises Invalid."""
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise Invalid(_("Something is missing in this request. Please reload the page and try again."))
    return int(text)


def _signed(request: HttpRequest) -> Signature | None:
    text = request.headers.get("X-Bid-Signature", "")
    return Signature(whole(request.headers.get("X-Bid-Certificate", "")), text) if text else None
