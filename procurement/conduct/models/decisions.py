"""Decisions on conduct: criticism, talk, suspension, red list, black list, each with ground, source, end and appeal."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Organisation
from procurement.bidders.models import Restriction
from procurement.conduct.querysets import DecisionQuerySet
from procurement.experts.models import Expert, Standing


class Decision(models.Model):
    """One decision on an expert or a firm. What keeps somebody out hangs on it, and is lifted with it."""

    class Kind(models.TextChoices):
        CRITICISM = "criticism", pgettext_lazy("conduct", "Public criticism")
        TALK = "talk", pgettext_lazy("conduct", "Talk")
        SUSPENSION = "suspension", pgettext_lazy("conduct", "Suspension")
        RED = "red", pgettext_lazy("conduct", "Red list (good conduct)")
        BLACK = "black", pgettext_lazy("conduct", "Black list (serious dishonesty)")

    class About(models.TextChoices):
        EXPERT = "expert", pgettext_lazy("rated", "Expert")
        AGENCY = "agency", pgettext_lazy("rated", "Tendering agency")
        FIRM = "firm", pgettext_lazy("rated", "Firm")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.CharField(_("about"), max_length=6, choices=About.choices)
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, blank=True, related_name="decisions")
    # A listed firm need not be registered here: code and name are the decision's own.
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.TextField(_("ground"))
    source = models.CharField(_("legal source and number of the decision"), max_length=300)
    authority = models.CharField(_("decided by"), max_length=200)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    appeal = models.TextField(_("how to object"))
    # The year whose score led to it; empty for what somebody proposed.
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    hear_until = models.DateField(_("statement until"))
    statement = models.TextField(_("statement"), blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    object_until = models.DateField(_("objections until"), null=True, blank=True)
    objection = models.TextField(_("objection"), blank=True, default="")
    answer = models.TextField(_("answer"), blank=True, default="")
    repair = models.TextField(_("what was put right"), blank=True, default="")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    standing = models.OneToOneField(Standing, models.PROTECT, null=True, blank=True, related_name="decision")
    restriction = models.OneToOneField(Restriction, models.PROTECT, null=True, blank=True, related_name="decision")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on conduct")
        verbose_name_plural = _("decisions on conduct")
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(about="expert", expert__isnull=False)
                | Q(about__in=("agency", "firm"), expert__isnull=True) & ~Q(uscc=""),
                name="decision_on_one_subject",
            ),
            models.CheckConstraint(
                condition=~Q(kind="suspension") | Q(months__isnull=False), name="a_suspension_has_its_months"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(starts_on__isnull=False, decided_at__isnull=False),
                name="what_is_in_force_was_decided",
            ),
            models.UniqueConstraint(
                fields=["expert", "year", "kind"], condition=Q(year__isnull=False, about="expert"),
                name="one_proposal_an_expert_year",
            ),
            models.UniqueConstraint(
                fields=["uscc", "year", "kind"], condition=Q(year__isnull=False, about="agency"),
                name="one_proposal_an_agency_year",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["-proposed_at", "-id"], name="decision_latest"),
            models.Index(fields=["state", "-proposed_at", "-id"], name="decision_by_state"),
            models.Index(fields=["kind", "-decided_at", "-id"], name="decision_lists"),
            models.Index(fields=["uscc"], name="decision_of_firm"),
        )

    def __str__(self) -> str:
        return f"{self.name} · {self.get_kind_display()}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether the decision has effect on the day."""
        return (
            self.starts_on is not None
            and self.starts_on <= day
            and (self.ends_on is None or self.ends_on >= day)
            and (self.ended_on is None or self.ended_on > day)
        )
