"""The book of a lot: its key, its chain of receipts, and every submission with what its receipt says."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.hashing import GENESIS
from portal.core.models import StoredFile
from procurement.bidders.models import Bidder, Certificate
from procurement.bids.models.joint import Consortium
from procurement.bids.models.keys import CentreKey
from procurement.bids.querysets import SubmissionQuerySet
from procurement.receipts import Receipt
from procurement.tenders.models import Lot


class Book(models.Model):
    """One lot's key and register. The private key stands nowhere; `boxes` holds it for each pair of officers only."""

    class Outcome(models.TextChoices):
        OPENED = "opened", pgettext_lazy("lot at the opening", "Opened")
        SHORT = "short", pgettext_lazy("lot at the opening", "Not opened: too few bidders")

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="bid_book")
    public = models.CharField(_("public key of the lot"), max_length=64)
    # "first user|second user" -> base64 of the box of the first that holds the box of the second.
    boxes = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, default=GENESIS)
    closed_at = models.DateTimeField(null=True, blank=True)
    root = models.CharField(_("Merkle root"), max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")

    class Meta:
        verbose_name = _("book of bids")
        verbose_name_plural = _("books of bids")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, root="") | Q(closed_at__isnull=False) & ~Q(root=""),
                name="a_closed_book_has_its_root",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What receipts and envelopes call the lot: `JY-2026-00000012-8/1`."""
        return f"{self.lot.project.number}/{self.lot.number}"


class Submission(models.Model):
    """One line of a book: a bid, its replacement, or its withdrawal. Never changed but for `current`."""

    class Act(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("submission", "Submitted")
        WITHDRAWN = "withdrawn", pgettext_lazy("submission", "Withdrawn")

    book = models.ForeignKey(Book, models.PROTECT, related_name="submissions")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="submissions")
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(max_length=9, choices=Act.choices)
    # The bid that counts: the latest of the bidder, unless it was withdrawn.
    current = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(_("size in bytes"), default=0)
    commitment = models.CharField(max_length=64, blank=True, default="")
    # The public half of the bidder's own key, where the bid carries the bidder's own layer.
    own_key = models.CharField(max_length=64, blank=True, default="")
    received_at = models.DateTimeField(_("received at"))
    sequence = models.PositiveIntegerField(_("number in the book"))
    previous = models.CharField(max_length=64)
    digest = models.CharField(_("digest of the receipt"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)
    key = models.ForeignKey(CentreKey, models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The same address under two bidders is a sign of collusion.
    sender = EncryptedTextField(blank=True, default="")
    sender_blind = BlindIndexField(source="sender", kind="network_address")
    # The contact telephone of the profile when the bid was sent: what is changed later hides no common one.
    phone = EncryptedTextField(blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    # Set where `bidder` leads a consortium: then this is the bid of all its members.
    consortium = models.ForeignKey(Consortium, models.PROTECT, null=True, blank=True, related_name="submissions")
    device = models.CharField(max_length=64, blank=True, default="")  # see `bidders.devices`
    # The bidder's own signature over the sealed file's SHA-256, where a certificate was used.
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, blank=True, related_name="+")
    certificate_signature = models.TextField(blank=True, default="")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = (
            models.UniqueConstraint(fields=["book", "sequence"], name="one_receipt_a_number"),
            models.UniqueConstraint(fields=["book", "bidder", "version"], name="one_version_a_bid"),
            models.UniqueConstraint(
                fields=["book", "bidder"], condition=Q(current=True), name="one_current_bid_a_bidder"
            ),
            models.CheckConstraint(
                condition=Q(act="withdrawn", current=False) | Q(act="submitted", size__gt=0),
                name="a_withdrawn_bid_is_no_bid",
            ),
        )
        indexes = (models.Index(fields=["bidder", "-received_at", "-id"], name="submission_of_firm"),)

    def __str__(self) -> str:
        return f"{self.book_id} {self.sequence}"

    @property
    def receipt(self) -> Receipt:
        """What was confirmed. Reads `book.lot.project` and `bidder.organisation`."""
        return Receipt(
            lot=self.book.name,
            bidder=self.bidder.organisation.uscc,
            version=self.version,
            act=self.act,
            sha256=self.sha256,
            size=self.size,
            commitment=self.commitment,
            received_at=self.received_at,
            sequence=self.sequence,
            previous=self.previous,
        )
