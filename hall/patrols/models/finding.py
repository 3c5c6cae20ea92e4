"""Findings: what is wrong, where, who puts it right until when; with photos of before and after.

A patrol finds at a point of its checklist. A social supervisor finds on a visit (`hall.social`): there is no tour and no
point then, and the finding is a note until the visit's report hands it over.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hall.patrols.models.checklist import Point
from hall.patrols.models.tour import Area, Tour
from hall.patrols.querysets import FindingQuerySet
from portal.core.models import StoredFile
from portal.core.time import today
from portal.people.models import Department

TO_DO = ("open", "sent_back")


class Finding(models.Model):
    """One finding. `rectified_on` is the day on which it was last reported as put right.

    `found_on` is the day of a tour's finding, and of a social supervisor's the day on which it was handed over: from it
    the limit runs, and on it the finding counts.
    """

    class Origin(models.TextChoices):
        PATROL = "patrol", pgettext_lazy("finding", "Patrol")
        SOCIAL = "social", pgettext_lazy("finding", "Social supervisor")

    origin = models.CharField(_("found by"), max_length=8, choices=Origin.choices, default=Origin.PATROL)
    number = models.CharField(_("number"), max_length=48, unique=True)
    tour = models.ForeignKey(Tour, models.PROTECT, null=True, blank=True, related_name="findings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="findings")
    point = models.ForeignKey(Point, models.PROTECT, null=True, blank=True, related_name="findings")
    chapter = models.CharField(max_length=16)
    text = models.TextField(_("what was found"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="patrol_findings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="patrol_findings"
    )
    # The social supervisor who wrote it down.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="findings_reported"
    )
    limit_days = models.PositiveSmallIntegerField(_("limit in working days"))
    found_at = models.DateTimeField()
    found_on = models.DateField()
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=12, default="open")
    state_version = models.PositiveIntegerField(default=0)
    rectified_at = models.DateTimeField(null=True, blank=True)
    rectified_on = models.DateField(null=True, blank=True)
    report = models.TextField(_("what was done"), blank=True, default="")
    note = models.TextField(_("reason"), blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="repeated_by")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="finding_latest"),
            models.Index(fields=["due_on"], name="finding_due", condition=Q(state__in=TO_DO)),
            models.Index(fields=["department", "-found_at"], name="finding_department"),
            models.Index(fields=["found_on"], name="finding_found"),
            models.Index(fields=["rectified_on"], name="finding_rectified"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tour", "area", "point"], name="one_finding_a_point"),
            models.CheckConstraint(
                condition=Q(origin="patrol", tour__isnull=False, point__isnull=False)
                | Q(origin="social", tour__isnull=True, point__isnull=True, reported_by__isnull=False),
                name="finding_has_its_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """What it is about, in the reader's language."""
        return self.point.display_text if self.point else gettext("Found by a social supervisor")

    @property
    def is_overdue(self) -> bool:
        return self.state in TO_DO and self.due_on < today()


class FindingPhoto(models.Model):
    """A photo of the finding, or of what was done."""

    class Kind(models.TextChoices):
        BEFORE = "before", pgettext_lazy("photo", "Before")
        AFTER = "after", pgettext_lazy("photo", "After")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"
