"""The bidder's own layer of a sealed bid at the opening, and each lengthening of the window in which it is taken off."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField
from procurement.bids.models.book import Submission
from procurement.bids.models.opening import Opening


class OwnLayer(models.Model):
    """One bid from which the officers have taken the lot's layer; what is left opens with the bidder's key only."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="own_layer")
    # The key of the stream, sealed to the bidder: base64.
    box = models.CharField(max_length=120)
    uncovered_at = models.DateTimeField()
    given_at = models.DateTimeField(_("decrypted by the bidder at"), null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # What the bidder's browser handed over, until the bid is read: a key that came in time counts whatever happens then.
    key = EncryptedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("bid to be decrypted by its bidder")
        verbose_name_plural = _("bids to be decrypted by their bidders")
        ordering = ("submission__sequence",)

    def __str__(self) -> str:
        return str(self.submission_id)


class WindowDecision(models.Model):
    """A supervisor lengthened the decryption window, or let it stand after an outage (`minutes` 0), with the reason."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="window_decisions")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    reason = models.CharField(_("reason"), max_length=300)
    until_before = models.DateTimeField()
    until_after = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision on a decryption window")
        verbose_name_plural = _("decisions on decryption windows")
        ordering = ("decided_at", "pk")

    def __str__(self) -> str:
        return f"{self.opening_id} +{self.minutes}"
