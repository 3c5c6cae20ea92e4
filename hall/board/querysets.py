"""Which boards and rows may be seen by whom."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.board.models import Board, BoardRow  # noqa: F401 - named in the base classes
    from portal.people.models import User

PUBLIC_KINDS = ("window", "department")


class BoardQuerySet(models.QuerySet["Board"]):
    """Months."""

    def published(self) -> "BoardQuerySet":
        return self.filter(state="published")

    def visible_to(self, user: "User") -> "BoardQuerySet":
        """Drafts for the staff, what is published for everybody."""
        if user.is_authenticated and user.access.is_staff:
            return self
        return self.published()


class BoardRowQuerySet(models.QuerySet["BoardRow"]):
    """Rows with their evidence."""

    def visible_to(self, user: "User") -> "BoardRowQuerySet":
        """All for who oversees; the own row, and those of the department one heads; nobody else reads evidence."""
        from hall.board.policies import oversees_boards

        if not user.is_authenticated:
            return self.none()
        if oversees_boards(user):
            return self
        heads = user.access.departments(Role.DEPARTMENT_HEAD)
        works = user.access.departments(Role.CLERK, Role.REVIEWER)
        return self.filter(
            Q(kind="staff", subject_id=user.pk)
            | Q(department_id__in=heads)
            | Q(kind__in=PUBLIC_KINDS, department_id__in=works)
        )
