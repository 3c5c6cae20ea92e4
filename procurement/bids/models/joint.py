"""Firms that bid together as one bidder (联合体): who leads, who does what, and each one's own consent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from procurement.bidders.models import Bidder
from procurement.bids.querysets import ConsortiumQuerySet
from procurement.tenders.models import Project


class Consortium(models.Model):
    """One consortium for all lots of a tender. It bids as soon as every member has agreed to its agreement."""

    class State(models.TextChoices):
        FORMING = "forming", pgettext_lazy("consortium", "Waiting for its members")
        FORMED = "formed", pgettext_lazy("consortium", "Formed")
        DISSOLVED = "dissolved", pgettext_lazy("consortium", "Dissolved")

    project = models.ForeignKey(Project, models.PROTECT, related_name="consortia")
    lead = models.ForeignKey(Bidder, models.PROTECT, related_name="led_consortia")
    state = models.CharField(max_length=9, choices=State.choices, default=State.FORMING)
    # The signed agreement (共同投标协议): who does what, and that all answer for all of it.
    agreement = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    # Other members are another consortium with an agreement of its own; the one before stays as it was.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    formed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")

    objects = ConsortiumQuerySet.as_manager()

    class Meta:
        verbose_name = _("consortium")
        verbose_name_plural = _("consortia")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="formed") | Q(agreement__isnull=False, formed_at__isnull=False),
                name="a_formed_consortium_has_its_agreement",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.lead_id}"


class ConsortiumMember(models.Model):
    """One firm of a consortium: its part of the work and the qualification it brings."""

    class Grade(models.TextChoices):
        SPECIAL = "special", pgettext_lazy("qualification grade", "Special grade")
        FIRST = "first", pgettext_lazy("qualification grade", "First grade")
        SECOND = "second", pgettext_lazy("qualification grade", "Second grade")
        THIRD = "third", pgettext_lazy("qualification grade", "Third grade")
        NONE = "none", pgettext_lazy("qualification grade", "No grades")

    consortium = models.ForeignKey(Consortium, models.CASCADE, related_name="members")
    # Of the consortium's tender, so that the database keeps a firm from agreeing twice.
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    work = models.CharField(_("part of the work"), max_length=300)
    speciality = models.CharField(_("speciality"), max_length=100)
    grade = models.CharField(_("grade of the qualification"), max_length=8, choices=Grade.choices)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # Agreed, and the consortium is not dissolved: then the firm does not bid by itself.
    bound = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("member of a consortium")
        verbose_name_plural = _("members of consortia")
        ordering = ("-is_lead", "pk")
        constraints = (
            models.UniqueConstraint(fields=["consortium", "bidder"], name="one_place_in_a_consortium"),
            models.UniqueConstraint(
                fields=["project", "bidder"], condition=Q(bound=True), name="one_consortium_a_firm_and_tender"
            ),
        )

    def __str__(self) -> str:
        return f"{self.consortium_id} {self.bidder_id}"
