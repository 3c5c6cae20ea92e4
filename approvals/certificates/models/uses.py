"""A use of a certificate as material: the holder's consent to give it to one department for one case, once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.certificates.models.certificate import Certificate
from approvals.certificates.models.types import CertificateType
from approvals.certificates.querysets import UseQuerySet


class CertificateUse(models.Model):
    """Who gave which certificate to which case, when. Kept also when the draft is thrown away or the file taken out."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="uses")
    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="certificate_uses")
    case_material = models.ForeignKey("cases.CaseMaterial", models.SET_NULL, null=True, related_name="+")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")  # who gets to see it
    item_code = models.CharField(max_length=40)
    item_name = models.CharField(max_length=200)
    material_code = models.CharField(max_length=40)
    authorised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField()
    used_on = models.DateField(null=True)  # the filing with it came in; NULL for a draft

    objects = UseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a certificate")
        verbose_name_plural = _("uses of certificates")
        constraints = (
            models.UniqueConstraint(
                fields=["case_material"], name="one_use_a_file", condition=Q(case_material__isnull=False)
            ),
        )
        indexes = (
            models.Index(fields=["certificate", "-id"], name="use_certificate"),
            models.Index(fields=["used_on", "department"], name="use_day"),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} → {self.case_id}"

    @property
    def was_taken_back(self) -> bool:
        """The file was taken out, or the draft thrown away, before anybody saw it."""
        return self.used_on is None and self.case_material_id is None
