"""The stages of a project, and the declared plans of who is asked in each, by version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects.models.project import Project
from approvals.projects.querysets import StageQuerySet
from portal.people.models import Department


class StageCode(models.TextChoices):
    """The three stages, in their order."""

    PLANNING = "planning", pgettext_lazy("project stage", "Land and planning")
    PERMIT = "permit", pgettext_lazy("project stage", "Construction permit")
    ACCEPTANCE = "acceptance", pgettext_lazy("project stage", "Completion and acceptance")


class StagePlan(models.Model):
    """Who is asked in a stage and who leads it: one version, valid from a day on. A stage keeps the plan of its day."""

    stage = models.CharField(max_length=12, choices=StageCode.choices)
    version = models.PositiveSmallIntegerField()
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("plan of a stage")
        verbose_name_plural = _("plans of stages")
        constraints = [models.UniqueConstraint(fields=["stage", "version"], name="one_stage_plan_version")]
        indexes = [models.Index(fields=["stage", "-valid_from", "-version"], name="stage_plan_in_force")]

    def __str__(self) -> str:
        return f"{self.stage} {self.version}"


class PlanLine(models.Model):
    """One department that the plan asks, for what, within how many working days."""

    plan = models.ForeignKey(StagePlan, models.CASCADE, related_name="lines")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12)  # of OpinionRequest
    limit_days = models.PositiveSmallIntegerField(null=True, blank=True)  # None: the dated rule's

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.department_id} {self.kind}"


class Stage(models.Model):
    """One stage of one project: opened, all departments asked at once, closed when each of them has spoken."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stages")
    code = models.CharField(max_length=12, choices=StageCode.choices)
    plan = models.ForeignKey(StagePlan, models.PROTECT, null=True, blank=True, related_name="+")
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="open")
    state_version = models.PositiveIntegerField(default=0)
    early = models.BooleanField(default=False)  # opened before the stage before it was closed (预审批)
    opened_on = models.DateField()
    limit_days = models.PositiveSmallIntegerField()  # working days
    due_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    serial_days = models.PositiveIntegerField(default=0)  # one after the other
    span_days = models.PositiveIntegerField(default=0)  # side by side

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of a project")
        verbose_name_plural = _("stages of projects")
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="one_stage_a_project"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | Q(~Q(state="open"), closed_on__isnull=False),
                name="stage_closed_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["closed_on", "lead"], name="build_stage_closed")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.code}"

    @property
    def saved_days(self) -> int:
        return self.serial_days - self.span_days
