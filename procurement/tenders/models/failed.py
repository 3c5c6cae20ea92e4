"""Lots that failed while their tender went on or ended: why, and what was decided to be done about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.models import Method
from procurement.tenders.models.project import Lot
from procurement.tenders.querysets import FailedLotQuerySet


class FailedLot(models.Model):
    """One lot without a result (流标、废标), from its failure to the decision (`lifecycle.py`).

    A result that was void may bring the lot back (`lifted`); when it fails again, the same row tells of it.
    """

    class Ground(models.TextChoices):
        SHORT = "short", pgettext_lazy("failed lot", "Fewer bidders than the law asks for at the opening")
        TOO_FEW = "too_few", pgettext_lazy("failed lot", "Fewer bidders qualify than the law asks for")
        ALL_REJECTED = "all_rejected", pgettext_lazy("failed lot", "All bids were rejected")
        NO_COMPETITION = "no_competition", pgettext_lazy("failed lot", "Competition is clearly lacking")
        NO_BIDS = "no_bids", pgettext_lazy("failed lot", "No bid was opened in good order")
        NOBODY_LEFT = "nobody_left", pgettext_lazy("failed lot", "Nobody is left to whom it could be awarded")
        DECLARED = "declared", pgettext_lazy("failed lot", "The tender was declared as failed")

    class Way(models.TextChoices):
        TENDER = "tender", pgettext_lazy("failed lot", "Tendered again")
        DIRECT = "direct", pgettext_lazy("failed lot", "Not tendered any more")
        NEGOTIATION = Method.NEGOTIATION.value, Method.NEGOTIATION.label
        SINGLE = Method.SINGLE.value, Method.SINGLE.label
        DROPPED = "dropped", pgettext_lazy("failed lot", "Not bought any more")

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="failed")
    ground = models.CharField(_("why it failed"), max_length=14, choices=Ground.choices)
    # How many bidders were left; unknown where the tender was declared as failed by hand.
    bidders = models.PositiveSmallIntegerField(_("bidders left"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("failed so often"), default=1)
    failed_on = models.DateField(_("failed on"))
    state = models.CharField(max_length=8, default="awaiting")
    state_version = models.PositiveIntegerField(default=0)
    way = models.CharField(_("what is done"), max_length=16, choices=Way.choices, blank=True, default="")
    reasons = models.TextField(_("reasons"), blank=True, default="")
    # Who approves beside the supervisor: the finance department, or who approved the project; with the letter's number.
    authority = models.CharField(_("approving authority"), max_length=120, blank=True, default="")
    approval = models.CharField(_("number of the approval"), max_length=120, blank=True, default="")
    opinion = models.TextField(_("ground of the decision"), blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    due_on = models.DateField(_("to be decided by"))
    red_lit_on = models.DateField(null=True, blank=True)

    objects = FailedLotQuerySet.as_manager()

    class Meta:
        verbose_name = _("failed lot")
        verbose_name_plural = _("failed lots")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("asked", "approved", "repeated", "direct", "dropped")) | ~Q(way=""),
                name="a_decision_names_its_way",
            ),
        )
        indexes = (
            models.Index(fields=["due_on", "id"], name="failed_lot_due"),
            models.Index(fields=["state", "due_on", "id"], name="failed_lot_state"),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.ground}"

    @property
    def is_decided(self) -> bool:
        """Whether the tender in which it failed has no more to do with it."""
        return self.state in ("approved", "repeated", "direct", "dropped")
