"""A firm as a bidder: how it is reached, where its bonds go back to, and the people behind it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.people.models import Organisation
from procurement.bidders.querysets import BidderPersonQuerySet, BidderQuerySet


class Bidder(models.Model):
    """The trading profile of an organisation. It is no permission: whoever has one may bid at once."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="bidder")
    contact_name = models.CharField(_("contact person"), max_length=100)
    phone = EncryptedTextField(_("contact telephone"))
    phone_blind = BlindIndexField(source="phone")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    address = EncryptedTextField(_("address"), blank=True, default="")
    bank_name = models.CharField(_("bank"), max_length=120, blank=True, default="")
    # Bonds leave this account and come back to it; two bidders with one account are a finding (regulation art. 40).
    bank_account = EncryptedTextField(_("basic account"), blank=True, default="")
    bank_account_blind = BlindIndexField(source="bank_account", kind="bank_account")
    trades = models.CharField(_("trades and qualifications"), max_length=500, blank=True, default="")
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = BidderQuerySet.as_manager()

    class Meta:
        verbose_name = _("bidder")
        verbose_name_plural = _("bidders")
        indexes = (models.Index(fields=["-registered_at", "-id"], name="bidder_latest"),)

    def __str__(self) -> str:
        return str(self.organisation)


class BidderPerson(models.Model):
    """A legal person, shareholder, manager or project leader: the signs of collusion compare their numbers."""

    class Kind(models.TextChoices):
        LEGAL_PERSON = "legal_person", pgettext_lazy("bidder person", "Legal person")
        SHAREHOLDER = "shareholder", pgettext_lazy("bidder person", "Shareholder")
        MANAGER = "manager", pgettext_lazy("bidder person", "Senior manager")
        PROJECT_LEADER = "project_leader", pgettext_lazy("bidder person", "Project leader")

    bidder = models.ForeignKey(Bidder, models.CASCADE, related_name="people")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    # A resident number, or the credit code of a shareholder that is a firm.
    identity = EncryptedTextField(_("identity number"))
    identity_blind = BlindIndexField(source="identity", kind="bidder_identity")
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    share_bp = models.PositiveIntegerField(_("share in hundredths of a percent"), null=True, blank=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BidderPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person behind a bidder")
        verbose_name_plural = _("people behind bidders")
        ordering = ("kind", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(share_bp__isnull=True) | Q(share_bp__lte=10_000), name="share_of_a_whole"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def stood(added_at: dt.datetime, ended_at: dt.datetime | None, since: dt.datetime, until: dt.datetime) -> bool:
        """Whether who stood from `added_at` to `ended_at` did so at any time from `since` to `until`."""
        return added_at <= until and (ended_at is None or ended_at >= since)

    @property
    def share_percent(self) -> str:
        """12.5 for 1,250 hundredths of a percent."""
        return "" if self.share_bp is None else f"{self.share_bp / 100:g}"
