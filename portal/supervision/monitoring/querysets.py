"""Which acts of supervision somebody sees: the same rules as in `policies`."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.monitoring.models import Accountability, Act, Sample  # noqa: F401 - named in base classes

TOLD = ("confirmed", "appealed", "upheld", "lifted", "revoked")  # a proposal is nobody's but the supervisors'


class ActQuerySet(QuerySet["Act"]):
    """Reads of orders, explanations and corrections."""

    def visible_to(self, user: "User") -> "ActQuerySet":
        """All for who looks over the centre; a head of department those of the own department."""
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD))


class AccountabilityQuerySet(QuerySet["Accountability"]):
    """Reads of accountability records."""

    def visible_to(self, user: "User") -> "AccountabilityQuerySet":
        """All for who looks over the centre; once confirmed also for the unit's head and the person concerned."""
        if user.access.centre_wide:
            return self
        own = Q(department__in=user.access.departments(Role.DEPARTMENT_HEAD)) | Q(person=user.pk)
        return self.filter(own, state__in=TOLD)


class SampleQuerySet(QuerySet["Sample"]):
    """Reads of sample reviews."""

    def visible_to(self, user: "User") -> "SampleQuerySet":
        """All for who looks over the centre; a head of department what was found improper in the own department."""
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD), state="improper")
