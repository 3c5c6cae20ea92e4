"""The pool: who may be drawn, for what, where they worked, who their kin are, and what keeps them out."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.fields import BlindIndexField, EncryptedTextField
from procurement.experts.querysets import ExpertQuerySet, StandingQuerySet


class Speciality(models.Model):
    """What an expert is drawn for. Codes stay; one that is not used any more is closed, never deleted."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True, default="")
    closed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("speciality")
        verbose_name_plural = _("specialities")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Expert(models.Model):
    """Somebody of the pool. Who sits where stays secret until the result of the tender is public."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert")
    name = models.CharField(_("name"), max_length=100)
    employer = models.CharField(_("employer"), max_length=200, blank=True, default="")
    title = models.CharField(_("professional title"), max_length=60, blank=True, default="")
    region = models.CharField(_("region"), max_length=60, blank=True, default="")
    specialities = models.ManyToManyField(Speciality, related_name="experts", blank=True)
    identity = EncryptedTextField(_("resident number"), blank=True, default="")
    # The same kind as that of the people behind bidders: an expert who owns a bidder is found by equal digests.
    identity_blind = BlindIndexField(source="identity", kind="bidder_identity")
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    bank_name = models.CharField(_("bank"), max_length=120, blank=True, default="")
    bank_account = EncryptedTextField(_("account for fees"), blank=True, default="")
    state = models.CharField(max_length=10, default="applied")
    state_version = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    examined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opinion = models.TextField(_("opinion"), blank=True, default="")
    approved_on = models.DateField(_("in the pool since"), null=True, blank=True)
    valid_until = models.DateField(_("appointed until"), null=True, blank=True)
    check_due_on = models.DateField(_("next check by"), null=True, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        indexes = (
            models.Index(fields=["-applied_at", "-id"], name="expert_latest"),
            models.Index(fields=["state", "-applied_at", "-id"], name="expert_by_state"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_on__isnull=False, valid_until__isnull=False, check_due_on__isnull=False),
                name="an_approved_expert_has_days",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """Where the expert works or worked; the present one has no end."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="employments")
    employer = models.CharField(_("employer"), max_length=200)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="employment_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.employer


class Kin(models.Model):
    """A close relative whom the expert declares, so that a tender of theirs is avoided without anybody asking."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", pgettext_lazy("kin", "Spouse")
        PARENT = "parent", pgettext_lazy("kin", "Parent")
        CHILD = "child", pgettext_lazy("kin", "Child")
        SIBLING = "sibling", pgettext_lazy("kin", "Brother or sister")
        IN_LAW = "in_law", pgettext_lazy("kin", "Relative by marriage")
        OTHER = "other", pgettext_lazy("kin", "Other relative within three generations")

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="kin")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    name = EncryptedTextField(_("name"))
    identity = EncryptedTextField(_("resident number"))
    identity_blind = BlindIndexField(source="identity", kind="bidder_identity")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("relative")
        verbose_name_plural = _("relatives")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.expert_id} {self.relation}"


class Leave(models.Model):
    """Days on which the expert cannot come, both included."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ("-starts_on",)
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="expert_leave_ends_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.expert_id} {self.starts_on}"


class Standing(models.Model):
    """One block of an expert: suspended for a time, or removed. It says ground, source, end and how to object."""

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", pgettext_lazy("expert standing", "Suspended")
        REMOVED = "removed", pgettext_lazy("expert standing", "Removed from the pool")

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="standings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    ground = models.TextField(_("ground"))
    source = models.CharField(_("legal source and number of the decision"), max_length=300)
    authority = models.CharField(_("decided by"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    appeal = models.TextField(_("how to object"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_note = models.TextField(_("why lifted"), blank=True, default="")

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("block of an expert")
        verbose_name_plural = _("blocks of experts")
        ordering = ("-starts_on", "-pk")
        indexes = (models.Index(fields=["expert", "starts_on"], name="standing_of_expert"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="standing_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.expert_id} {self.kind}"

    def holds_on(self, day: dt.date) -> bool:
        """In force on the day, first and last day included; a lifted one no more from the day of its lifting."""
        over = self.ends_on is not None and self.ends_on < day
        return self.starts_on <= day and not over and (self.lifted_on is None or self.lifted_on > day)
