"""Who sees which projects, requests, appointments and tasks: the same rules as in `policies.py`."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.projects.models import Appointment, MeetingTask, OpinionRequest, Project, Stage  # noqa: F401

DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
# Lamps of the board, as conditions over the columns that are written with every step.
LAMPS = ("red", "amber", "green", "none")


class BuildQuerySet(models.QuerySet["Project"]):
    """Reads of projects. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "BuildQuerySet":
        """The departments concerned, the builder, the helper of a key project; all for centre-wide roles."""
        from approvals.projects.models import ProjectParty

        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        concerned = ProjectParty.objects.filter(project=OuterRef("pk"), department__in=user.access.departments(*DESK))
        return self.filter(Exists(concerned) | Q(builder__in=user.acting_for) | Q(helper=user))

    def of_builder(self, user: Any) -> "BuildQuerySet":
        """Those of the organisations that the person acts for."""
        return self.filter(builder__in=user.acting_for)

    def open(self) -> "BuildQuerySet":
        return self.filter(state__in=("registered", "under_way"))

    def with_lamp(self, lamp: str) -> "BuildQuerySet":
        """Those whose light is of this colour today; "none" waits for nobody."""
        day = today()
        return self.filter(
            {
                "red": Q(next_due_on__lt=day),
                "amber": Q(next_due_on__gte=day, amber_on__lte=day),
                "green": Q(next_due_on__gte=day, amber_on__gt=day),
                "none": Q(next_due_on__isnull=True),
            }[lamp]
        )

    def light(self) -> "BuildQuerySet":
        """Without what no list shows: encrypted columns cost a key each."""
        return self.defer("contact_name", "contact_phone", "search")


class _OfProject(models.QuerySet[Any]):
    """Rows that are seen with their project."""

    def visible_to(self, user: Any) -> Any:
        from approvals.projects.models import Project

        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))


class StageQuerySet(_OfProject):
    """Reads of stages."""


class OpinionRequestQuerySet(_OfProject):
    """Reads of requests for opinions."""

    def of_desk(self, user: Any) -> Any:
        """Those that the person's departments were asked; all for centre-wide roles."""
        return self if user.access.centre_wide else self.filter(department__in=user.access.departments(*DESK))

    def waiting(self) -> Any:
        """Not ended."""
        return self.filter(state__in=("asked", "preliminary"))


class VisitQuerySet(_OfProject):
    """Reads of joint appointments."""


class MeetingTaskQuerySet(_OfProject):
    """Reads of the tasks of meetings."""

    def of_desk(self, user: Any) -> Any:
        return self if user.access.centre_wide else self.filter(department__in=user.access.departments(*DESK))
