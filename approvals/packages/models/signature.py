"""A commitment (告知承诺) signed for one item of a package before it is filed: in the account, or on paper."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.packages.models.filings import PackageFiling
from approvals.pledges.models import Commitment
from portal.core.fields import EncryptedTextField


class PackageSignature(models.Model):
    """The words as they were read, and who signed them. At the filing it becomes the commitment of the item's case, and
    this row goes; it counts only while its item is among the parts of the draft.
    """

    filing = models.ForeignKey(PackageFiling, models.CASCADE, related_name="signatures")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    text = models.ForeignKey("pledges.CommitmentText", models.PROTECT, related_name="+")
    words = models.TextField()  # canonical JSON of what was read
    digest = models.CharField(max_length=64)  # SHA-256 of the words, the name and the moment
    signed_name = EncryptedTextField(_("name"))
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_with = models.CharField(max_length=10, choices=Commitment.Step.choices)
    # On paper, at the window: the scan of what was signed, and the clerk before whose eyes it was.
    scan = models.ForeignKey("core.StoredFile", models.CASCADE, null=True, related_name="+")
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("signature in a package")
        verbose_name_plural = _("signatures in packages")
        constraints = (
            models.UniqueConstraint(fields=("filing", "item"), name="one_signature_a_package_item"),
            models.CheckConstraint(
                condition=Q(scan__isnull=False, certified_by__isnull=False, signed_with="paper")
                | (Q(scan__isnull=True, certified_by__isnull=True) & ~Q(signed_with="paper")),
                name="paper_in_a_package_is_certified",
            ),
            models.CheckConstraint(
                condition=Q(certified_by__isnull=True) | ~Q(certified_by=F("signed_by")),
                name="no_own_signature_in_a_package",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.item_id}"
