"""Appointments of several departments (会商、联合踏勘、联合验收): invited, came, found, to be mended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects.models.project import Project
from approvals.projects.models.requests import OpinionRequest
from approvals.projects.models.stages import Stage
from approvals.projects.querysets import VisitQuerySet
from portal.people.models import Department


class Appointment(models.Model):
    """One appointment of a stage."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", pgettext_lazy("joint appointment", "Consultation")
        INSPECTION = "inspection", pgettext_lazy("joint appointment", "Joint inspection")
        ACCEPTANCE = "acceptance", pgettext_lazy("joint appointment", "Joint acceptance")

    project = models.ForeignKey(Project, models.CASCADE, related_name="appointments")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="appointments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    starts_at = models.DateTimeField(_("starts at"))
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True, default="")
    state = models.CharField(max_length=10, default="set")
    state_version = models.PositiveIntegerField(default=0)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    postponed = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True, default="")  # why it was moved or cancelled
    conclusion = models.TextField(blank=True, default="")
    report = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint appointment")
        verbose_name_plural = _("joint appointments")
        indexes = [
            models.Index(fields=["project", "-starts_at"], name="joint_of_project"),
            models.Index(fields=["on", "id"], name="joint_to_come", condition=Q(state="set")),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind} {self.on}"


class Invitation(models.Model):
    """One invited department with its named person; absence is consent, marked as such."""

    class Attendance(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "Present")
        ABSENT = "absent", pgettext_lazy("attendance", "Absent, counts as consent")
        EXCUSED = "excused", pgettext_lazy("attendance", "Excused, answers in writing")

    class Finding(models.TextChoices):
        PASSED = "passed", pgettext_lazy("finding", "In order")
        RECTIFY = "rectify", pgettext_lazy("finding", "In order once mended")
        FAILED = "failed", pgettext_lazy("finding", "Not in order")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="invitations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    request = models.ForeignKey(OpinionRequest, models.PROTECT, null=True, blank=True, related_name="invitations")
    person = models.CharField(_("named person"), max_length=60)
    attendance = models.CharField(max_length=8, choices=Attendance.choices, blank=True, default="")
    came = models.CharField(_("who came"), max_length=60, blank=True, default="")
    held_on = models.DateField(null=True, blank=True)
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True, default="")
    text = models.TextField(blank=True, default="")
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["appointment", "department"], name="one_invitation_a_department"),
            models.CheckConstraint(condition=Q(finding="") | Q(attendance="present"), name="who_found_was_there"),
        ]
        indexes = [
            models.Index(fields=["held_on", "department"], name="invitation_held", condition=Q(held_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.department_id}"

    @property
    def consented_by_absence(self) -> bool:
        return self.attendance == self.Attendance.ABSENT


class Rectification(models.Model):
    """What the builder is to mend, by when; the department that found it says whether it is."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="rectifications")
    project = models.ForeignKey(Project, models.CASCADE, related_name="rectifications")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    state_version = models.PositiveIntegerField(default=0)
    red_lit_on = models.DateField(null=True, blank=True)
    done_text = models.CharField(max_length=500, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True, blank=True)
    check_note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("point to be mended")
        verbose_name_plural = _("points to be mended")
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="build_point_red", condition=Q(state="open", red_lit_on__isnull=True)
            ),
            models.Index(fields=["project", "state"], name="build_point_of_project"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
