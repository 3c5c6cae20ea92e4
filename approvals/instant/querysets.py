"""Which rule sets and decisions of the portal may be seen by whom."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.instant.models import InstantDecision, RuleSet  # noqa: F401 - named in the base classes

DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Reads of rule sets. `visible_to` is the same rule as `policies.may_see_rules`."""

    def visible_to(self, user: Any) -> "RuleSetQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(item__department__in=user.access.departments(*DESK))


class InstantDecisionQuerySet(models.QuerySet["InstantDecision"]):
    """Reads of decisions. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "InstantDecisionQuerySet":
        if not user.is_authenticated:
            return self.none()
        own = Q(case__applicant=user) | Q(case__organisation__in=user.acting_for)
        if user.access.centre_wide:
            return self
        return self.filter(own | Q(case__department__in=user.access.departments(*DESK)))

    def at_work(self, user: Any) -> "InstantDecisionQuerySet":
        if user.access.centre_wide:
            return self
        return self.filter(case__department__in=user.access.departments(*DESK))
