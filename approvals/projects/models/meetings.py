"""Coordination meetings (3+X) of a project: who took part, what was decided, who does what by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.projects.models.project import Project
from approvals.projects.querysets import MeetingTaskQuerySet
from portal.people.models import Department


class Meeting(models.Model):
    """One meeting that was held."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    place = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    chair = models.CharField(max_length=60)
    decisions = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("coordination meeting")
        verbose_name_plural = _("coordination meetings")
        ordering = ("-held_on", "-pk")
        indexes = [models.Index(fields=["project", "-held_on", "-id"], name="meeting_of_project")]

    def __str__(self) -> str:
        return self.subject


class Participant(models.Model):
    """A department that took part, or one that did not come."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["meeting", "department"], name="one_participant_a_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.department_id}"


class MeetingTask(models.Model):
    """Who does what by when."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tasks")
    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.CharField(max_length=60, blank=True, default="")
    text = models.CharField(max_length=500)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    state_version = models.PositiveIntegerField(default=0)
    red_lit_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_text = models.CharField(max_length=500, blank=True, default="")

    objects = MeetingTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a meeting")
        verbose_name_plural = _("tasks of meetings")
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="meeting_task_desk"),
            models.Index(
                fields=["due_on", "id"], name="meeting_task_red", condition=Q(state="open", red_lit_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
