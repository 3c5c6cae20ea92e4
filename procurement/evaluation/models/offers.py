"""The negotiation of a lot: changes of the demands, the one round of final offers, and every offer with its receipt."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import EncryptedTextField
from portal.core.hashing import GENESIS
from procurement.bidders.models import Certificate
from procurement.bids.models import CentreKey, Outage
from procurement.evaluation.models.evaluation import EvaluatedBid, Evaluation
from procurement.experts.models import PanelMember
from procurement.receipts import Receipt


class Negotiation(models.Model):
    """One lot's negotiation with its register of final offers. The round is opened once and closes by its clock."""

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="negotiation")
    begun_at = models.DateTimeField(_("begun at"))
    opened_at = models.DateTimeField(_("final offers from"), null=True, blank=True)
    due_at = models.DateTimeField(_("final offers until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("final offers opened at"), null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, default=GENESIS)
    root = models.CharField(_("Merkle root"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("negotiation")
        verbose_name_plural = _("negotiations")
        constraints = (
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, due_at__isnull=True) | Q(due_at__gt=models.F("opened_at")),
                name="a_round_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("due_at")),
                name="offers_are_opened_after_the_round",
            ),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.due_at}"


class RoundDecision(models.Model):
    """A supervisor lengthened the round after an outage of the portal, or let it stand (`minutes` 0), with the reason."""

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="decisions")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    reason = models.CharField(_("reason"), max_length=300)
    # Each outage is made good once: the next decision does not rest on it any more.
    outages = models.ManyToManyField(Outage, related_name="+")
    outage_seconds = models.PositiveIntegerField()
    until_before = models.DateTimeField()
    until_after = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision on a round of final offers")
        verbose_name_plural = _("decisions on rounds of final offers")
        ordering = ("decided_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(minutes=0, until_after=models.F("until_before"))
                | Q(minutes__gt=0, until_after__gt=models.F("until_before")),
                name="a_round_is_lengthened_or_stands",
            ),
        )

    def __str__(self) -> str:
        return f"{self.negotiation_id} +{self.minutes}"


class DemandChange(models.Model):
    """A change of the demands in what the documents allowed to change; it counts once the buyer's side confirms it.

    Source: MOF order 74, article 32; Caiku (2014) No. 214, article 20.
    """

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="changes")
    text = models.TextField(_("change of the demands"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(PanelMember, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(PanelMember, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False) | Q(confirmed=False), name="confirmed_change_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return self.text[:40]


class FinalOffer(models.Model):
    """One line of the register: a final offer, its replacement, or that the bidder leaves. Never changed but `current`.

    `opening` holds price and nonce, encrypted at rest; nothing of the portal reads it before the round is over.
    """

    class Act(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("final offer", "Final offer")
        LEFT = "left", pgettext_lazy("final offer", "Left the negotiation")

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="offers")
    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="offers")
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(max_length=7, choices=Act.choices)
    current = models.BooleanField(default=True)
    opening = EncryptedTextField(blank=True, default="")
    commitment = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")  # of leaving, where one was given
    received_at = models.DateTimeField(_("received at"))
    sequence = models.PositiveIntegerField(_("number in the register"))
    previous = models.CharField(max_length=64)
    digest = models.CharField(_("digest of the receipt"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)
    key = models.ForeignKey(CentreKey, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The bidder's own signature over `offers.signed_text`, where a certificate was used.
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, blank=True, related_name="+")
    certificate_signature = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("final offer")
        verbose_name_plural = _("final offers")
        ordering = ("sequence",)
        constraints = (
            models.UniqueConstraint(fields=["negotiation", "sequence"], name="one_offer_a_number"),
            models.UniqueConstraint(fields=["bid", "version"], name="one_version_an_offer"),
            models.UniqueConstraint(fields=["bid"], condition=Q(current=True), name="one_current_offer_a_bid"),
            models.CheckConstraint(
                condition=Q(act="left", commitment="") | Q(act="offered") & ~Q(commitment=""),
                name="an_offer_has_its_commitment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.negotiation_id} {self.sequence}"

    @property
    def receipt(self) -> Receipt:
        """What was confirmed. Reads `negotiation.evaluation.lot.project` and `bid.bid.bidder.organisation`."""
        lot = self.negotiation.evaluation.lot
        return Receipt(
            lot=register_name(lot.project.number, lot.number, self.negotiation.evaluation_id),
            bidder=self.bid.bid.bidder.organisation.uscc, version=self.version, act=self.act, sha256="", size=0,
            commitment=self.commitment, received_at=self.received_at, sequence=self.sequence, previous=self.previous,
        )  # fmt: skip


def register_name(number: str, lot: int, evaluation_id: int) -> str:
    """What receipts call the register of a lot's final offers: `JY-2026-00000012-8/1/offers/7`."""
    return f"{number}/{lot}/offers/{evaluation_id}"
