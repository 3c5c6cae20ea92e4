"""Which deliveries may be seen by whom: those of the cases that may be seen."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from approvals.delivery.models import Delivery  # noqa: F401 - named in the base class
    from portal.people.models import User


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of deliveries. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "DeliveryQuerySet":
        from approvals.cases.models import Case

        return self.filter(case__in=Case.objects.visible_to(user))

    def under_way(self) -> "DeliveryQuerySet":
        """Not with the applicant yet."""
        return self.filter(state__in=("preparing", "ready", "posted", "provided", "failed"))
