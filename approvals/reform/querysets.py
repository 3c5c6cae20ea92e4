"""What may be seen of requests and delegations, and which delegations run on a day."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.reform.models import ChangeRequest, Delegation  # noqa: F401 - named in the base classes

DESK = (Role.REVIEWER, Role.DEPARTMENT_HEAD)


class RequestQuerySet(models.QuerySet["ChangeRequest"]):
    """Reads of requests. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "RequestQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self if user.access.centre_wide else self.filter(department__in=user.access.departments(*DESK))


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Reads of delegations; they are public."""

    def running(self, on: dt.date | None = None) -> "DelegationQuerySet":
        """In effect on that day (today when none is given)."""
        day = on or today()
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)
