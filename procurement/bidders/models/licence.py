"""Business licences of bidders: the scan that the firm brought, until when it holds, and the earlier ones."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import StoredFile
from procurement.bidders.models.bidder import Bidder


class BusinessLicence(models.Model):
    """One business licence (营业执照). A newer one replaces it; the row stays, since bids were made with it."""

    bidder = models.ForeignKey(Bidder, models.CASCADE, related_name="licences")
    # NULL: a newer licence replaced it long ago, and the scan was erased by the retention table.
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    # What stands on the licence; the same as the organisation's credit code, or it is not taken.
    number = models.CharField(_("number of the licence"), max_length=18)
    # NULL: without a fixed end (长期). The last day is included.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    added_at = models.DateTimeField(_("uploaded at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    # When the firm's people were told, once each: that it runs out soon, and that its last day has come.
    soon_told_at = models.DateTimeField(null=True, blank=True)
    over_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("business licence")
        verbose_name_plural = _("business licences")
        ordering = ("-added_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["bidder"], condition=Q(replaced_at__isnull=True), name="one_licence_in_use_a_bidder"
            ),
        )
        indexes = (
            models.Index(
                fields=["valid_until", "id"],
                condition=Q(replaced_at__isnull=True, over_told_at__isnull=True, valid_until__isnull=False),
                name="licence_to_tell",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def has_run_out(self, on: dt.date) -> bool:
        """Whether its last day lies before this one."""
        return self.valid_until is not None and self.valid_until < on
