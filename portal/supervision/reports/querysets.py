"""Which reports somebody sees."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.reports.models import Report  # noqa: F401 - named in the base class


class ReportQuerySet(QuerySet["Report"]):
    """Reads of reports. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "ReportQuerySet":
        """All for who looks over the centre; a head of department those of the own department."""
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD))
