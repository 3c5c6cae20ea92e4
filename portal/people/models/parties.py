"""Who files: citizens, organisations, and the agents who act for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now
from portal.people.querysets import MembershipQuerySet, OrganisationQuerySet


class Citizen(models.Model):
    """The person behind an account, with the resident number (公民身份号码) that the law asks for."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="citizen")
    resident_number = EncryptedTextField(_("resident number"), blank=True, default="")
    resident_blind = BlindIndexField(source="resident_number")
    address = EncryptedTextField(_("address"), blank=True, default="")
    # Digest of the subject that the national identity provider knows this person by.
    subject_blind = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)
    verified_at = models.DateTimeField(_("identity verified at"), null=True, blank=True)

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")

    def __str__(self) -> str:
        return str(self.user)


class Organisation(models.Model):
    """A firm or other body, known by its unified social credit code (统一社会信用代码)."""

    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    legal_person = models.CharField(_("legal person"), max_length=100, blank=True, default="")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An account that may act for an organisation, from a day to a day."""

    class Kind(models.TextChoices):
        LEGAL_PERSON = "legal_person", pgettext_lazy("membership", "Legal person")
        AGENT = "agent", pgettext_lazy("membership", "Agent")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.AGENT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # A legal person who registers online acts only once the centre has seen the licence; empty until then.
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, default=now)
    # Ended at once, in the middle of its last day.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # When the organisation was told that it ends soon, and that it has ended.
    soon_told_at = models.DateTimeField(null=True, blank=True)
    over_told_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "starts_on"], name="one_membership_a_day"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on", "id"], name="membership_ending",
                condition=models.Q(ends_on__isnull=False, over_told_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"
