"""Accountability (问责): which measure was taken against a unit or a person, by whom, and what became of an appeal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Department
from portal.supervision.monitoring.models.acts import Act
from portal.supervision.monitoring.querysets import AccountabilityQuerySet

USER = settings.AUTH_USER_MODEL
IN_FORCE = ("confirmed", "appealed", "upheld")
TAKEN_BACK = ("lifted", "revoked")


class Accountability(models.Model):
    """One measure. Proposed by one person, confirmed by another; an appeal is decided by a third."""

    class Measure(models.TextChoices):
        TALK = "talk", pgettext_lazy("accountability", "Admonishing talk")
        CRITICISM = "criticism", pgettext_lazy("accountability", "Criticism in a circular")
        SELF_CRITICISM = "self", pgettext_lazy("accountability", "Written self-criticism")
        POINTS = "points", pgettext_lazy("accountability", "Points taken off")
        REFERRAL = "referral", pgettext_lazy("accountability", "Referred to the discipline authority")

    number = models.CharField(_("number"), max_length=48, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    person = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person responsible")
    )
    measure = models.CharField(_("measure"), max_length=10, choices=Measure.choices)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    ground = models.TextField(_("facts and ground"))
    basis = models.CharField(_("basis"), max_length=300)
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="accountabilities")
    sample = models.ForeignKey(
        "monitoring.Sample", models.PROTECT, null=True, blank=True, related_name="accountabilities"
    )
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    appeal_until_on = models.DateField(_("appeal until"), null=True, blank=True)
    appealed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    appealed_on = models.DateField(_("appealed on"), null=True, blank=True)
    appeal = models.TextField(_("appeal"), blank=True, default="")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    note = models.TextField(_("decision"), blank=True, default="")
    # Taken back without an appeal, or after one was turned down: found wrong later.
    revoked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revocation = models.TextField(_("why it was revoked"), blank=True, default="")
    state = models.CharField(max_length=12, default="proposed")
    state_version = models.PositiveIntegerField(default=0)

    objects = AccountabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("accountability record")
        verbose_name_plural = _("accountability records")
        indexes = (
            models.Index(fields=["-proposed_at", "-id"], name="accountability_latest"),
            models.Index(fields=["department", "-confirmed_on"], name="accountability_department"),
            models.Index(
                fields=["person", "-confirmed_on"], name="accountability_person", condition=Q(person__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="accountability_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("confirmed_by"))),
                name="an_appeal_has_a_third_person",
            ),
            models.CheckConstraint(
                condition=Q(measure="points", points__gte=1) | (~Q(measure="points") & Q(points__isnull=True)),
                name="points_have_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(*IN_FORCE, *TAKEN_BACK))
                | Q(confirmed_by__isnull=False, confirmed_on__isnull=False),
                name="a_measure_in_force_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_by__isnull=False, revoked_on__isnull=False)
                & ~Q(revocation="")
                & ~Q(revoked_by=F("proposed_by"))
                | ~Q(state="revoked") & Q(revoked_by__isnull=True, revoked_on__isnull=True),
                name="a_revoked_measure_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.number
