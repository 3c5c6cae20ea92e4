"""Penalties of the supervising authority: proposed by one person, decided by another, paid or not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organisation
from procurement.awards.models.remedy import Remedy
from procurement.awards.querysets import PenaltyQuerySet
from procurement.tenders.models import Project


class Penalty(models.Model):
    """One fine, or a warning where the amount is nought."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="trading_penalties")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="penalties")
    remedy = models.ForeignKey(Remedy, models.PROTECT, null=True, blank=True, related_name="penalties")
    ground = models.TextField(_("ground"))
    article = models.CharField(_("legal article"), max_length=200)
    amount_fen = models.BigIntegerField(_("amount"))
    state = models.CharField(max_length=10, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    due_on = models.DateField(_("to be paid by"), null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        constraints = (
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="penalty_is_not_negative"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="penalty_has_two_people"
            ),
        )
        indexes = (
            models.Index(fields=["-proposed_at", "-id"], name="penalty_latest"),
            models.Index(fields=["due_on", "id"], name="penalty_due", condition=Q(state="decided")),
            models.Index(fields=["-decided_on", "-id"], name="penalty_decided", condition=Q(decided_on__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.amount_fen}"
