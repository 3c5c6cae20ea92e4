"""What hangs on a project: the departments concerned, linked cases, milestones, papers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.projects.models.project import Project
from approvals.projects.models.requests import OpinionRequest
from portal.core.models import StoredFile
from portal.people.models import Department


class ProjectParty(models.Model):
    """A department that leads, was asked, invited or given a task: its people see the project from then on."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "department"], name="one_party_a_project")]
        indexes = [models.Index(fields=["department", "project"], name="party_projects")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.department_id}"


class ProjectCase(models.Model):
    """A case filed as usual that belongs to a project; its decision closes the request that waits for it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="cases")
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="project_link")
    request = models.ForeignKey(OpinionRequest, models.PROTECT, null=True, blank=True, related_name="cases")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.project_id} {self.case_id}"


class Milestone(models.Model):
    """A milestone of a key project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    name = models.CharField(max_length=120)
    planned_on = models.DateField()
    actual_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("planned_on", "pk")
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_milestone_name")]

    def __str__(self) -> str:
        return self.name


class Paper(models.Model):
    """A file that came with an answer, a finding or a mended point."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="papers")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    request = models.ForeignKey(OpinionRequest, models.CASCADE, null=True, blank=True, related_name="papers")
    invitation = models.ForeignKey("projects.Invitation", models.CASCADE, null=True, blank=True, related_name="papers")
    rectification = models.ForeignKey(
        "projects.Rectification", models.CASCADE, null=True, blank=True, related_name="papers"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)
