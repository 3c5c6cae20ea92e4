"""A certificate, the proposals that wait for a second person, and the link of a renewal to what it renews."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.certificates.models.types import CertificateType, TypeVersion
from approvals.certificates.querysets import CertificateQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now

HELD = ("issued", "suspended")  # not ended yet: the sweep of expiries and the reminders look at these


class Certificate(models.Model):
    """One certificate of one case. The paper with its file, digest and signature is `document`."""

    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="certificates")
    version = models.ForeignKey(TypeVersion, models.PROTECT, related_name="certificates")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="certificates")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="certificates")
    number = models.CharField(_("number of the certificate"), max_length=60, unique=True)
    check_code = models.CharField(_("check code"), max_length=12)

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    holder_name = EncryptedTextField(_("holder"))
    holder_number = EncryptedTextField(_("number of the holder"), blank=True, default="")
    holder_blind = BlindIndexField(source="holder_number")
    data = EncryptedTextField(default="[]")  # JSON: [[label, label in English, value]], as on the paper

    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True)  # the last day; NULL = no end
    state = models.CharField(_("state"), max_length=10, default="issued")
    state_version = models.PositiveIntegerField(default=0)
    state_on = models.DateField(null=True)
    state_reason = models.CharField(max_length=300, blank=True, default="")
    suspended_on = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="renews")
    renewed_on = models.DateField(null=True)  # on the new one: the day on which it took the old one's place
    reminded_days = models.PositiveSmallIntegerField(null=True)  # the nearest reminder that went out
    document = models.OneToOneField("core.Document", models.PROTECT, null=True, related_name="+")

    wants_paper = models.BooleanField(default=False)
    printed_on = models.DateField(null=True)  # of the good print; NULL while it waits

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = (
            models.UniqueConstraint(fields=["case"], name="one_certificate_a_case", condition=~Q(state="withdrawn")),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="certificate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="replaced") | Q(replaced_by__isnull=False), name="replaced_by_one"
            ),
        )
        indexes = (
            models.Index(fields=["department", "state", "-id"], name="certificate_register"),
            models.Index(fields=["state", "-id"], name="certificate_centre"),
            models.Index(fields=["holder", "-id"], name="certificate_holder"),
            models.Index(fields=["organisation", "-id"], name="certificate_firm"),
            models.Index(fields=["holder_blind"], name="certificate_number_blind"),
            models.Index(fields=["valid_until", "id"], name="certificate_expiring", condition=Q(state__in=HELD)),
            models.Index(
                fields=["department", "id"],
                name="certificate_unprinted",
                condition=Q(wants_paper=True, printed_on__isnull=True, state="issued"),
            ),
            *(
                models.Index(fields=[day, "department"], name=f"certificate_{day}")
                for day in ("issued_on", "suspended_on", "revoked_on", "renewed_on", "printed_on")
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_person(self) -> bool:
        return self.organisation_id is None


class CertificateProposal(models.Model):
    """A suspension, a revocation or a restoration that waits for a second person."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "Waiting")
        CONFIRMED = "confirmed", pgettext_lazy("proposal", "Confirmed")
        REJECTED = "rejected", pgettext_lazy("proposal", "Sent back")
        LAPSED = "lapsed", pgettext_lazy("proposal", "No longer applies")

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="proposals")
    step = models.CharField(max_length=12)
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["certificate"], name="one_waiting_certificate_step", condition=Q(outcome="waiting")
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="certificate_step_by_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.step}"


class CertificateRenewal(models.Model):
    """A case by which the holder renews a certificate: when it issues the new one, the old one is replaced."""

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="renews_certificate")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="renewals")
    begun_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.case_id} renews {self.certificate_id}"
