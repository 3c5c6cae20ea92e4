"""Bid bonds: paid in or guaranteed, held, due back, given back with interest, or forfeited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.people.models import Organisation
from procurement.tenders.models.project import Lot
from procurement.tenders.querysets import BondQuerySet

OPEN = ("declared", "held", "due_back")


class Bond(models.Model):
    """One bond of one firm for one lot."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", pgettext_lazy("bond", "Bank transfer")
        GUARANTEE = "guarantee", pgettext_lazy("bond", "Electronic guarantee")

    class Ground(models.TextChoices):
        WITHDRAWN = "withdrawn", pgettext_lazy("bond ground", "The bid was withdrawn")
        NO_BID = "no_bid", pgettext_lazy("bond ground", "No bid was made with it")
        LOST = "lost", pgettext_lazy("bond ground", "The result was notified")
        CONTRACT = "contract", pgettext_lazy("bond ground", "The contract was signed")
        ENDED = "ended", pgettext_lazy("bond ground", "The tender failed or was terminated")

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bonds")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="bid_bonds")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount_fen = models.BigIntegerField(_("amount"))
    # The virtual sub-account or reference of a transfer; the number of a guarantee.
    reference = models.CharField(_("reference or guarantee number"), max_length=80)
    guarantor = models.CharField(_("guarantor"), max_length=200, blank=True, default="")
    valid_until = models.DateField(_("guarantee valid until"), null=True, blank=True)
    # The basic account of the firm on the day of the declaration: a transfer leaves it, whatever the profile says later.
    bank_account = EncryptedTextField(_("basic account"), blank=True, default="")
    bank_account_blind = BlindIndexField(source="bank_account", kind="bank_account")
    state = models.CharField(max_length=10, default="declared")
    state_version = models.PositiveIntegerField(default=0)
    declared_at = models.DateTimeField()
    held_on = models.DateField(_("held since"), null=True, blank=True)
    verified_by = models.CharField(_("confirmed by"), max_length=120, blank=True, default="")
    # Already set while it waits for its confirmation: then it goes back as soon as it is confirmed.
    ground = models.CharField(_("why it goes back"), max_length=10, choices=Ground.choices, blank=True, default="")
    due_on = models.DateField(_("to go back by"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    interest_fen = models.BigIntegerField(_("interest"), default=0)
    note = models.TextField(_("note"), blank=True, default="")
    # What has to be decided first, as whether it is forfeited. As long as it stands here the bond does not go back.
    undecided = models.TextField(_("to be decided before it goes back"), blank=True, default="")
    red_lit_on = models.DateField(null=True, blank=True)

    objects = BondQuerySet.as_manager()

    class Meta:
        verbose_name = _("bid bond")
        verbose_name_plural = _("bid bonds")
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "organisation"], condition=Q(state__in=OPEN), name="one_open_bond_a_lot"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, interest_fen__gte=0), name="bond_amounts_are_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state="due_back") | Q(due_on__isnull=False), name="due_back_has_its_day"
            ),
        )
        indexes = (
            models.Index(fields=["due_on", "id"], name="bond_due", condition=Q(state="due_back")),
            models.Index(fields=["-declared_at", "-id"], name="bond_latest"),
            models.Index(fields=["held_on"], name="bond_held", condition=Q(state="held")),
        )

    def __str__(self) -> str:
        return self.reference
