"""Bids come in and are taken back: decided under the lock of the lot's book by the database's clock."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, WrongState
from portal.core.events import record
from portal.core.rules import rule
from portal.core.templatetags.portal import moment
from portal.core.time import local_date
from portal.people.models import User
from procurement import receipts
from procurement.bidders import signatures, standing
from procurement.bidders.models import Bidder, Certificate
from procurement.bids import notices
from procurement.bids.actions.bonds import keep_for_new_bid, let_go_withdrawn
from procurement.bids.actions.common import PORTAL, bidder_for, locked_book, person
from procurement.bids.actions.joint import bids_for
from procurement.bids.actions.keys import centre_key
from procurement.bids.models import Book, Submission
from procurement.bids.rules import LATE
from procurement.bids.vault import Envelope, new_file
from procurement.clock import deciding_now
from procurement.receipts import Receipt
from procurement.sealing import MAGIC, SEALED_KEY_BYTES
from procurement.tenders.actions.inviting import check_invited
from procurement.tenders.models import Project
from procurement.tenders.periods import by_law
from procurement.tenders.policies import is_party

HEX = re.compile(r"[0-9a-f]{64}")
ENVELOPE_KIND = "bids.envelope"
ENVELOPE_MIME = "application/octet-stream"
SMALLEST = len(MAGIC) + SEALED_KEY_BYTES
UNSEALED = _("This is no sealed bid. Please send it from the bidding page, which seals it first.")
NO_OWN_LAYER = _(
    "This tender asks for a second layer with a key of your own, and this bid has none. Please seal it on the bidding page"
    " with your key file."
)
OWN_LAYER = _(
    "This tender asks for no layer of your own: nobody would open it. Please seal the bid on the bidding page."
)
UNSIGNED = _("This tender takes signed bids only. Sign the digest of your sealed bid with a certificate of your firm.")

OTHER_SIGNATURE = _("The signature does not belong to this bid and your certificate. Please sign again.")


class Late(DomainError):
    """The deadline has passed by the database's clock."""

    code = "late"
    default_message = _(
        "The deadline was %(deadline)s. Your bid was complete at %(at)s by the portal's clock, so it cannot be taken"
        " (%(source)s). What you sent before still counts."
    )


class NotSealable(DomainError):
    """No key to seal to yet."""

    code = "not_taking_bids"
    default_message = _("This lot takes no bids yet: its key has not been made. The trading centre has been told.")


@dataclass(frozen=True)
class Signature:
    """The bidder's own signature over the SHA-256 of the sealed file, where a certificate was used."""

    certificate_id: int
    text: str


def check_open(book: Book, at: dt.datetime) -> None:
    """Raises Late or WrongState for a lot that takes no bids at this moment."""
    project = book.lot.project
    assert project.deadline_at is not None  # noqa: S101 - a check constraint holds it for announced tenders
    if at >= project.deadline_at or book.closed_at is not None:
        source = rule(by_law(LATE, project), local_date(project.deadline_at)).display_source
        raise Late(deadline=moment(project.deadline_at), at=exact(at), source=source)
    if project.state != "receiving":
        raise WrongState(_("This tender does not take bids."))


def exact(at: dt.datetime) -> str:
    """A moment with its seconds: they decide here."""
    from portal.core.time import ZONE

    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def check_bidder(user: User, book: Book, bidder: Bidder, at: dt.datetime) -> None:
    """Raises Blocked for a restricted firm, NotInvited, NotAllowed for the buyer's and the agency's own people.

    NoLegalPerson for a firm that has named none.
    """
    project = book.lot.project
    standing.check_may_bid(bidder.organisation.uscc, local_date(at), project.category)
    check_invited(project, bidder.organisation)
    if is_party(user, project) or bidder.organisation_id in (project.buyer_id, project.agency_id):
        raise NotAllowed(_("Whoever buys or runs the tender cannot bid for it."))
    standing.check_legal_person(bidder)


@action
def submit(
    actor: Actor, lot_id: int, organisation_id: int, envelope: Envelope, *, sender: str,
    signed: Signature | None = None, device: str = "",
) -> Submission:  # fmt: skip
    """Take a sealed bid that lies in the store, and give its receipt; a new one takes the place of the last.

    The same bid sent twice gives the same receipt, also after the deadline. Raises NotFound, Invalid, Late, Blocked,
    NoLegalPerson, NotInvited, BidsJointly, NotFormed, NotAllowed, WrongState, CertificateRevoked, CertificateOver.
    """
    user = person(actor)
    bidder = bidder_for(actor, organisation_id)
    book = locked_book(lot_id)
    _check_form(envelope)
    before = _last(book, bidder)
    if before is not None and before.current and _same(before, envelope):
        return before
    at = deciding_now()
    check_open(book, at)
    check_bidder(user, book, bidder, at)
    consortium = bids_for(book.lot.project, bidder)
    _check_own_key(book, envelope)
    certificate = check_certificate(book.lot.project, bidder, signed, at)
    _check_signature(certificate, envelope, signed)
    made = _enter(book, bidder, Submission.Act.SUBMITTED, at, before, envelope)
    made.sent_by, made.sender, made.device, made.current = user, sender, device, True
    made.consortium, made.own_key, made.phone = consortium, envelope.own_key, bidder.phone
    if certificate is not None and signed is not None:
        made.certificate, made.certificate_signature = certificate, signed.text
    made.file = new_file(
        envelope.sha256, envelope.size, name=f"{made.digest[:16]}.bid", kind=ENVELOPE_KIND, mime=ENVELOPE_MIME,
        created_at=at, stream="bids.book", stream_id=book.pk,
    )  # fmt: skip
    _write(book, bidder, made)
    keep_for_new_bid(book, bidder, consortium)
    notices.tell_receipt(made)
    return made


@action
def withdraw(actor: Actor, lot_id: int, organisation_id: int, *, sender: str) -> Submission:
    """Take a bid back before the deadline, with a receipt of its own; its bond goes back.

    Raises Late, WrongState, NotFound.
    """
    user = person(actor)
    bidder = bidder_for(actor, organisation_id)
    book = locked_book(lot_id)
    before = _last(book, bidder)
    if before is not None and before.act == Submission.Act.WITHDRAWN:
        return before
    at = deciding_now()
    check_open(book, at)
    if before is None:
        raise WrongState(_("There is no bid of this firm to withdraw."))
    made = _enter(book, bidder, Submission.Act.WITHDRAWN, at, before, Envelope("", 0, ""))
    made.sent_by, made.sender = user, sender
    _write(book, bidder, made)
    let_go_withdrawn(book, bidder, before.consortium, at)
    notices.tell_receipt(made)
    return made


def _check_form(envelope: Envelope) -> None:
    if not HEX.fullmatch(envelope.commitment) or not HEX.fullmatch(envelope.sha256) or envelope.size <= SMALLEST:
        raise Invalid(UNSEALED, code="not_sealed")


def _last(book: Book, bidder: Bidder) -> Submission | None:
    """The bidder's latest line of the book."""
    rows = book.submissions.filter(bidder=bidder).select_related("book__lot__project", "bidder__organisation", "key")
    return rows.order_by("-version").first()


def _same(before: Submission, envelope: Envelope) -> bool:
    return (before.sha256, before.size, before.commitment) == (envelope.sha256, envelope.size, envelope.commitment)


def _check_own_key(book: Book, envelope: Envelope) -> None:
    """A bid carries the bidder's own layer where the notice asks for it, and only there. Raises Invalid."""
    if book.lot.project.own_layer and not HEX.fullmatch(envelope.own_key):
        raise Invalid(NO_OWN_LAYER, code="no_own_layer")
    if envelope.own_key and not book.lot.project.own_layer:
        raise Invalid(OWN_LAYER, code="own_layer")


def check_certificate(
    project: Project, bidder: Bidder, signed: Signature | None, at: dt.datetime
) -> Certificate | None:
    """The certificate that a bid is signed with, holding at this moment; None where it is not signed and need not be.

    Raises Invalid, CertificateRevoked, CertificateOver.
    """
    if signed is None:
        if project.signature_required:
            raise Invalid(UNSIGNED, code="not_signed")
        return None
    found = bidder.certificates.in_use().filter(pk=signed.certificate_id).first()
    if found is None:
        raise Invalid(OTHER_SIGNATURE, code="not_signed")
    standing.check_certificate(found, at)
    return found


def _check_signature(certificate: Certificate | None, envelope: Envelope, signed: Signature | None) -> None:
    """Raises Invalid for a signature that is not the certificate's over this sealed file."""
    if certificate is None or signed is None:
        return
    if not signatures.is_signed(certificate.pem, envelope.sha256.encode(), signed.text):
        raise Invalid(OTHER_SIGNATURE, code="not_signed")


def _enter(
    book: Book, bidder: Bidder, act: str, at: dt.datetime, before: Submission | None, envelope: Envelope
) -> Submission:
    """The next line of the book with its signed receipt. The book is locked, so numbers have no gaps."""
    key, signer = centre_key()
    receipt = Receipt(
        lot=book.name, bidder=bidder.organisation.uscc, version=before.version + 1 if before else 1, act=act,
        sha256=envelope.sha256, size=envelope.size, commitment=envelope.commitment, received_at=at,
        sequence=book.sequence + 1, previous=book.last_digest,
    )  # fmt: skip
    return Submission(
        book=book, bidder=bidder, version=receipt.version, act=act, sha256=receipt.sha256, size=receipt.size,
        commitment=receipt.commitment, received_at=at, sequence=receipt.sequence, previous=receipt.previous,
        digest=receipt.digest, signature=receipts.sign(receipt, signer), key=key,
    )  # fmt: skip


def _write(book: Book, bidder: Bidder, made: Submission) -> None:
    """Save line and head of the chain. The event names no bidder: who has bid is secret until the opening."""
    book.submissions.filter(bidder=bidder, current=True).update(current=False)
    made.save(force_insert=True)
    book.sequence, book.last_digest = made.sequence, made.digest
    book.save(update_fields=["sequence", "last_digest"])
    record(book, f"bid.{made.act}", PORTAL, data={"sequence": made.sequence, "digest": made.digest})
