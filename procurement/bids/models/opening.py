"""The opening of a tender: its officers, their parts, what was found in each bid, objections on the spot."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import StoredFile
from procurement.bidders.models import Bidder
from procurement.bids.models.book import Book, Submission
from procurement.bids.models.keys import OfficerKey
from procurement.bids.querysets import OpenedBidQuerySet, OpeningQuerySet
from procurement.tenders.models import Lot, Project


class Opening(models.Model):
    """One tender's opening, from the naming of its officers to the record. `revision` counts what the page shows."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="opening")
    state = models.CharField(max_length=10, default="named")
    state_version = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(_("opening"))
    named_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    # The window in which bidders take their own layer off; when the sweep looked last, and how long it could not.
    decrypt_from = models.DateTimeField(_("decryption from"), null=True, blank=True)
    decrypt_until = models.DateTimeField(_("decryption until"), null=True, blank=True)
    watched_at = models.DateTimeField(null=True, blank=True)
    outage_seconds = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    # Until then bidders object on the spot.
    objections_until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    # Two officers, by name, as the record says it.
    opened_by = models.CharField(max_length=200, blank=True, default="")
    lacking = models.CharField(max_length=300, blank=True, default="")  # why there are no keys yet, for the lamp

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="decrypting") | Q(decrypt_from__isnull=False, decrypt_until__isnull=False),
                name="a_decryption_has_its_window",
            ),
        )
        indexes = (
            models.Index(fields=["-due_at", "-id"], name="opening_latest"),
            models.Index(fields=["objections_until"], name="opening_to_record", condition=Q(state="opened")),
            models.Index(fields=["decrypt_until"], name="opening_to_decrypt", condition=Q(state="decrypting")),
            models.Index(fields=["id"], name="opening_alive", condition=Q(state__in=("named", "receiving"))),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.state}"

    @property
    def outage_minutes(self) -> int:
        """Minutes begun in which the portal was out within the decryption window."""
        return -(-self.outage_seconds // 60)


class Opener(models.Model):
    """One of the three officers of an opening; `key` is the one to which the lots' keys were sealed."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="openers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.ForeignKey(OfficerKey, models.PROTECT, null=True, blank=True, related_name="openers")
    present_at = models.DateTimeField(_("part entered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening officer")
        verbose_name_plural = _("opening officers")
        ordering = ("user_id",)
        constraints = (models.UniqueConstraint(fields=["opening", "user"], name="one_place_an_opening_officer"),)

    def __str__(self) -> str:
        return f"{self.opening_id} {self.user_id}"


class OpeningPart(models.Model):
    """A lot's key with the first officer's layer taken off: still sealed to the second. Gone when bids are open."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="parts")
    outer = models.ForeignKey(Opener, models.CASCADE, related_name="+")
    inner = models.ForeignKey(Opener, models.CASCADE, related_name="+")
    box = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["book", "outer", "inner"], name="one_part_a_pair"),)

    def __str__(self) -> str:
        return f"{self.book_id} {self.outer_id}"


class OpenedBid(models.Model):
    """One bidder's bid for one lot as the opening left it. Written once; only a bond refused later adds its finding."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="opened_bids")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="opened_bids")
    # A `findings.Check`; empty where the bid was opened in good order. Only those are evaluated.
    finding = models.CharField(max_length=32, blank=True, default="")
    price_fen = models.BigIntegerField(_("price"), null=True, blank=True)
    # What was read out: price, period, quality, project leader, as the bidder wrote and committed to it.
    fields = models.JSONField(default=dict)
    opened_at = models.DateTimeField(_("opened at"))
    submission = models.OneToOneField(Submission, models.PROTECT, null=True, blank=True, related_name="opened")
    documents_sha256 = models.CharField(max_length=64, blank=True, default="")
    # What the sentence of the finding names: the other firm, the amount, the restriction.
    facts = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(_("record confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(max_length=100, blank=True, default="")

    objects = OpenedBidQuerySet.as_manager()

    class Meta:
        verbose_name = _("opened bid")
        verbose_name_plural = _("opened bids")
        constraints = (models.UniqueConstraint(fields=["lot", "bidder"], name="one_opened_bid_a_bidder"),)

    def __str__(self) -> str:
        return f"{self.lot_id} {self.bidder_id}"


class OpenedFile(models.Model):
    """One document out of an opened bid."""

    bid = models.ForeignKey(OpenedBid, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("place",)

    def __str__(self) -> str:
        return f"{self.bid_id} {self.place}"


class OpeningObjection(models.Model):
    """What a bidder objected to at the opening, and the answer given there (tendering regulation, art. 44)."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="objections")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="+")
    text = models.TextField(_("objection"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.CharField(max_length=100, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("objection to the opening")
        verbose_name_plural = _("objections to the opening")
        ordering = ("raised_at", "pk")

    def __str__(self) -> str:
        return self.text[:40]
