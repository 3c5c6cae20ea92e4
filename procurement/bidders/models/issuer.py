"""The certification authorities whose certificates count: who entered them, on what ground, and until when."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.time import local_date
from procurement.bidders.querysets import TrustedIssuerQuerySet


class TrustedIssuer(models.Model):
    """One certificate of an authority (CA), the one that signs the certificates of firms. An ended row stays."""

    name = models.CharField(_("name of the authority"), max_length=120)
    pem = models.TextField()
    subject = models.CharField(_("issued to"), max_length=300)
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    # SHA-256 of the public key: it stays the same when the authority renews its certificate for the same key.
    key_identifier = models.CharField(_("key identifier (SHA-256)"), max_length=64)
    algorithm = models.CharField(_("kind of key"), max_length=40)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    # The days on which the portal trusts it, both included; without a last day as long as its certificate holds.
    starts_on = models.DateField(_("trusted from"))
    ends_on = models.DateField(_("trusted until"), null=True, blank=True)
    source = models.CharField(_("ground"), max_length=300)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )  # NULL: the demonstration's own
    ended_at = models.DateTimeField(_("no longer trusted since"), null=True, blank=True)
    ended_why = models.CharField(_("reason"), max_length=200, blank=True, default="")
    demo_only = models.BooleanField(default=False)

    objects = TrustedIssuerQuerySet.as_manager()

    class Meta:
        verbose_name = _("trusted certification authority")
        verbose_name_plural = _("trusted certification authorities")
        indexes = (models.Index(fields=["-entered_at", "-id"], name="issuer_latest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(ended_at__isnull=True), name="an_issuer_is_trusted_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="issuer_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_trusted(self, at: dt.datetime) -> bool:
        """Whether what it has signed counts at this moment. The demonstration's counts in demo mode only."""
        if (self.demo_only and not settings.DEMO) or self.ended_at is not None:
            return False
        day = local_date(at)
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on) and (
            self.valid_from <= at <= self.valid_until
        )  # fmt: skip
