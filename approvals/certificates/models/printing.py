"""A print of a certificate: by whom, when, on which numbered blank form; a spoiled one keeps its number."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.certificates.models.certificate import Certificate
from approvals.certificates.models.types import CertificateType


class Print(models.Model):
    """One sheet that left the printer of the issuing window."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="prints")
    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="+")
    form_number = models.CharField(_("number of the blank form"), max_length=30, blank=True, default="")
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    spoiled_at = models.DateTimeField(null=True)
    spoiled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    spoiled_reason = models.CharField(_("why it was spoiled"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("print")
        verbose_name_plural = _("prints")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["type", "form_number"], name="a_blank_form_is_used_once", condition=~Q(form_number="")
            ),
            models.UniqueConstraint(
                fields=["certificate"], name="one_good_print", condition=Q(spoiled_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.form_number}"
