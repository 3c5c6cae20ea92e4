"""Which invitations, ratings and rectifications may be seen by whom, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.core.time import now, today
from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.ratings.models import Grievance, Invitation, Rating, Rectification  # noqa: F401 - base classes
    from portal.people.models import User

COUNTED = Q(is_default=False, excluded_at__isnull=True)  # what a published rate is made of


def _sees_all(user: "User") -> bool:
    from hall.ratings.policies import sees_all

    return sees_all(user)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Who is asked for a rating."""

    def visible_to(self, user: "User") -> "InvitationQuerySet":
        """One's own; the link of anybody else's is nobody's business."""
        return self.filter(invited=user) if user.is_authenticated else self.none()

    def waiting(self) -> "InvitationQuerySet":
        """Neither rated nor expired."""
        return self.filter(settled_at__isnull=True, expires_at__gt=now())

    def to_call(self, user: "User", *, served_before: dt.datetime) -> "InvitationQuerySet":
        """Not rated, with a number to call, not of the caller's own work; who said no is asked no more."""
        own = user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
        reachable = ~Q(phone_blind=None) | ~Q(invited__phone_blind=None)
        rows = self.waiting().filter(reachable, served_at__lte=served_before, call_refused=False, call_attempts__lt=3)
        return rows.exclude(department__in=own).exclude(Q(staff__isnull=False) & Q(staff=user))


class RatingQuerySet(models.QuerySet["Rating"]):
    """What people said."""

    def visible_to(self, user: "User") -> "RatingQuerySet":
        """All for who oversees, the department's for its head, of oneself, and what one gave."""
        if not user.is_authenticated:
            return self.none()
        if _sees_all(user):
            return self
        heads = user.access.departments(Role.DEPARTMENT_HEAD)
        return self.filter(Q(department__in=heads) | Q(staff=user) | Q(invitation__invited=user))

    def received_by(self, user: "User") -> "RatingQuerySet":
        """What the staff's pages list: never what one gave oneself as a citizen."""
        if _sees_all(user):
            return self
        heads = user.access.departments(Role.DEPARTMENT_HEAD)
        return self.filter(Q(department__in=heads) | Q(staff=user))

    def counted(self) -> "RatingQuerySet":
        """Really given and not excluded."""
        return self.filter(COUNTED)


class RectificationQuerySet(models.QuerySet["Rectification"]):
    """The work on bad ratings."""

    def visible_to(self, user: "User") -> "RectificationQuerySet":
        """All for who oversees, the department's for its head, one's own as handler or as rated person."""
        if not user.is_authenticated:
            return self.none()
        if _sees_all(user):
            return self
        heads = user.access.departments(Role.DEPARTMENT_HEAD)
        return self.filter(Q(department__in=heads) | Q(handler=user) | Q(staff=user))

    def open(self) -> "RectificationQuerySet":
        return self.filter(ended_on__isnull=True)

    def overdue(self, on: dt.date | None = None) -> "RectificationQuerySet":
        """Not rectified on a day after the due day."""
        return self.open().filter(rectified_on__isnull=True, due_on__lt=on or today())


class GrievanceQuerySet(models.QuerySet["Grievance"]):
    """What people say is wrong."""

    def visible_to(self, user: "User") -> "GrievanceQuerySet":
        """All for who oversees; else what one handles, took down or said."""
        if not user.is_authenticated:
            return self.none()
        if _sees_all(user):
            return self
        return self.filter(Q(handler=user) | Q(author=user) | Q(taken_by=user))
