"""Which devices of the big screen somebody sees, and which hold."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.dashboards.models import BigScreen  # noqa: F401 - named in the base class


class BigScreenQuerySet(QuerySet["BigScreen"]):
    """Devices of the big screen."""

    def in_force(self) -> "BigScreenQuerySet":
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, user: "User") -> "BigScreenQuerySet":
        """All for whoever issues them, none for others."""
        from portal.supervision.dashboards.policies import may_manage_screens

        return self if may_manage_screens(user) else self.none()
