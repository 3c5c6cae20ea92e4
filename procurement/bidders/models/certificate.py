"""Public certificates of bidders: with which key a bid, a guarantee or an answer is signed."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.time import now
from procurement.bidders.models.bidder import Bidder
from procurement.bidders.models.issuer import TrustedIssuer
from procurement.bidders.querysets import BidderCertificateQuerySet


class Certificate(models.Model):
    """One public certificate of a certification authority (CA); the private half never comes here."""

    bidder = models.ForeignKey(Bidder, models.CASCADE, related_name="certificates")
    # Whose signature stands under it: found by the signature, never by the name. NULL: by nobody on the list.
    authority = models.ForeignKey(TrustedIssuer, models.PROTECT, null=True, blank=True, related_name="certificates")
    pem = models.TextField()
    subject = models.CharField(_("issued to"), max_length=300)
    issuer = models.CharField(_("issued by"), max_length=300)
    serial = models.CharField(_("serial number"), max_length=64)
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    algorithm = models.CharField(_("kind of key"), max_length=40)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    added_at = models.DateTimeField()
    # What the holder signs to show that the private key is theirs, and when they did.
    challenge = models.CharField(max_length=64)
    proved_at = models.DateTimeField(_("possession shown at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    # What its authority said since: from that moment on nothing is signed with it.
    revoked_at = models.DateTimeField(_("revoked by its authority at"), null=True, blank=True)
    revoked_why = models.CharField(_("reason of the revocation"), max_length=200, blank=True, default="")

    objects = BidderCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("-added_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(ended_at__isnull=True), name="a_certificate_is_used_once"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    def holds(self, at: dt.datetime) -> bool:
        """Whether something can be signed with it at this moment. Reads the row of its authority."""
        return self.revoked_at is None and self.valid_from <= at <= self.valid_until and self.is_trusted(at)

    def is_trusted(self, at: dt.datetime) -> bool:
        """Whether its authority is trusted at this moment."""
        return self.authority is not None and self.authority.is_trusted(at)

    @property
    def is_trusted_now(self) -> bool:
        """The same at this moment, for pages."""
        return self.is_trusted(now())
