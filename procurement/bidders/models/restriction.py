"""Restrictions: firms that may not bid, by joint punishment or by a supervisor's decision, each with its ground."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.bidders.querysets import RestrictionQuerySet


class Restriction(models.Model):
    """One block of one firm, by its credit code: a listed firm need not be registered here."""

    class Kind(models.TextChoices):
        BLACKLIST = "blacklist", pgettext_lazy("restriction", "List of serious dishonesty")
        PUNISHMENT = "punishment", pgettext_lazy("restriction", "Joint punishment")
        SUSPENSION = "suspension", pgettext_lazy("restriction", "Suspended from bidding")
        # Keeps an agency from running tenders; it may bid itself.
        AGENCY = "agency", pgettext_lazy("restriction", "Suspended as a tendering agency")

    uscc = models.CharField(_("unified social credit code"), max_length=18)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    # Empty: all categories.
    category = models.CharField(_("category"), max_length=16, blank=True, default="")
    ground = models.TextField(_("ground"))
    source = models.CharField(_("legal source and number of the decision"), max_length=300)
    authority = models.CharField(_("decided by"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    appeal = models.TextField(_("how to object"))
    recorded_at = models.DateTimeField()
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_note = models.TextField(_("why lifted"), blank=True, default="")

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        indexes = (
            models.Index(fields=["-recorded_at", "-id"], name="restriction_latest"),
            models.Index(fields=["uscc", "starts_on"], name="restriction_firm"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="restriction_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} · {self.get_kind_display()}"

    def holds_on(self, day: dt.date) -> bool:
        """In force on the day, first and last day included; a lifted one no more from the day of its lifting."""
        over = self.ends_on is not None and self.ends_on < day
        return self.starts_on <= day and not over and (self.lifted_on is None or self.lifted_on > day)
