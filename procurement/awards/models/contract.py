"""Contracts and the register of their performance: milestones with acceptance, payments, changes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from procurement.awards.querysets import ContractQuerySet
from procurement.bidders.models import Bidder
from procurement.tenders.models import Lot

LIVE = ("due", "signed")


class Contract(models.Model):
    """The contract of one award; the row begins with the notice of award, since the thirty days run from there."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="contracts")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="contracts")
    number = models.CharField(_("number"), max_length=48, unique=True)
    state = models.CharField(max_length=10, default="due")
    state_version = models.PositiveIntegerField(default=0)
    award_fen = models.BigIntegerField(_("deal amount"))
    notified_on = models.DateField(_("notice of award on"))
    # The last day for signing; for a signed one the last day for publishing, NULL where nothing is due.
    due_on = models.DateField(_("due on"), null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    late_reason = models.TextField(_("why it was signed late"), blank=True, default="")
    starts_on = models.DateField(_("performance from"), null=True, blank=True)
    ends_on = models.DateField(_("performance until"), null=True, blank=True)
    performance_bond_fen = models.BigIntegerField(_("performance bond"), default=0)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    terms = models.TextField(_("main terms"), blank=True, default="")
    published_on = models.DateField(_("public since"), null=True, blank=True)
    # Approved changes so far, with their sign.
    changed_fen = models.BigIntegerField(_("changed by"), default=0)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.TextField(_("reason"), blank=True, default="")
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = (
            models.UniqueConstraint(fields=["lot"], condition=Q(state__in=LIVE), name="one_live_contract_a_lot"),
            models.CheckConstraint(
                condition=Q(award_fen__gt=0, performance_bond_fen__gte=0), name="contract_amounts_are_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("due", "refused", "void")) | Q(signed_on__isnull=False, file__isnull=False),
                name="signed_contract_has_its_paper",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=["-created_at", "-id"], name="contract_latest"),
            models.Index(fields=["state", "-created_at"], name="contract_state"),
            models.Index(fields=["due_on", "id"], name="contract_due", condition=Q(due_on__isnull=False)),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def total_fen(self) -> int:
        """What is owed after the approved changes."""
        return self.award_fen + self.changed_fen


class Milestone(models.Model):
    """One thing to be delivered by a day, and its acceptance (验收)."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="milestones")
    name = models.CharField(_("name"), max_length=200)
    due_on = models.DateField(_("due on"))
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    opinion = models.TextField(_("opinion of the acceptance"), blank=True, default="")
    accepted_by_name = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return self.name


class Subcontract(models.Model):
    """A part of the contract that another firm carries out with the buyer's consent (tendering law, article 48)."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="subcontracts")
    uscc = models.CharField(_("unified social credit code"), max_length=18)
    name = models.CharField(_("name"), max_length=200)
    part = models.CharField(_("part"), max_length=200)
    amount_fen = models.BigIntegerField(_("amount"))
    signed_on = models.DateField(_("signed on"))

    class Meta:
        verbose_name = _("subcontract")
        verbose_name_plural = _("subcontracts")
        ordering = ("signed_on", "pk")
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_subcontract_has_an_amount"),)

    def __str__(self) -> str:
        return self.name


class Payment(models.Model):
    """One instalment: what is owed by which day, and when it was paid."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="payments")
    name = models.CharField(_("name"), max_length=200)
    amount_fen = models.BigIntegerField(_("amount"))
    due_on = models.DateField(_("due on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    red_lit_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("due_on", "pk")
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_positive"),)
        indexes = (models.Index(fields=["due_on", "id"], name="payment_due", condition=Q(paid_on__isnull=True)),)

    def __str__(self) -> str:
        return self.name


class Change(models.Model):
    """A change of the contract's amount or terms: proposed by one person, approved by another."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("contract change", "Waits for approval")
        APPROVED = "approved", pgettext_lazy("contract change", "Approved")
        REJECTED = "rejected", pgettext_lazy("contract change", "Not approved")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="changes")
    amount_fen = models.BigIntegerField(_("more or less"))
    reason = models.TextField(_("reason"))
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.WAITING)
    # Over the share of the original amount that government procurement allows, all approved changes together.
    over_limit = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of the contract")
        verbose_name_plural = _("changes of contracts")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="change_has_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.amount_fen}"
