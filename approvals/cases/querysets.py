"""Which cases may be seen by whom, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from approvals.cases import onlookers
from approvals.cases.policies import duties_today
from portal.core.time import today
from portal.people.roles import CENTRE_WIDE, Role

if TYPE_CHECKING:
    from approvals.cases.models import Case  # noqa: F401 - named in the base class
    from portal.people.models import User

# Whoever handles cases of a department sees them all; who only plans the hall does not.
DEPARTMENT_ROLES = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases. `visible_to` is the same rule as `policies.may_see`; a property test holds them together."""

    def visible_to(self, user: "User") -> "CaseQuerySet":
        """Filed cases of the departments where the person works (all for centre-wide roles), those of the person's
        front desk, and the person's own."""
        if not user.is_authenticated:
            return self.none()
        own = Q(applicant=user) | Q(organisation__in=user.acting_for)
        if user.access.system:
            own = Q(source=user.access.system, imported=False)
        filed = ~Q(state="draft")
        front = Q()
        if user.access.has(Role.CLERK) and not user.access.system:
            own |= Q(taken_in_by=user)
            front = Q(intake_window__in=duties_today(user).values("window_id"))
        if user.access.roles & {role.value for role in CENTRE_WIDE}:
            return self.filter(own | filed)
        return self.filter(own | (filed & (Q(department__in=user.access.departments(*DEPARTMENT_ROLES)) | front)))

    def looked_at_by(self, user: "User") -> "CaseQuerySet":
        """Those whose page the person opens at work as an onlooker. As `policies.may_look_on`."""
        return self.filter(onlookers.condition(user))

    def of_applicant(self, user: "User") -> "CaseQuerySet":
        """What the person filed, alone or for an organisation, drafts included."""
        return self.filter(Q(applicant=user) | Q(organisation__in=user.acting_for))

    def filed(self) -> "CaseQuerySet":
        return self.exclude(state="draft")

    def open(self) -> "CaseQuerySet":
        """Filed and not ended."""
        return self.filter(submitted_on__isnull=False, ended_on__isnull=True)

    def overdue(self, on: dt.date | None = None) -> "CaseQuerySet":
        """Open and past the promised due date on that day (today when none is given)."""
        return self.open().filter(overdue_from_on__lte=on or today())

    def amber(self, on: dt.date | None = None) -> "CaseQuerySet":
        """Open, not overdue, and with little time left."""
        day = on or today()
        return self.open().filter(amber_on__lte=day).exclude(overdue_from_on__lte=day)
