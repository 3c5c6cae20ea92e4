"""Which payment orders may be seen by whom: those of the cases that may be seen."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from approvals.payments.models import Order  # noqa: F401 - named in the base class
    from portal.people.models import User


class OrderQuerySet(models.QuerySet["Order"]):
    """Reads of orders. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "OrderQuerySet":
        from approvals.cases.models import Case

        return self.filter(case__in=Case.objects.visible_to(user))

    def of_applicant(self, user: "User") -> "OrderQuerySet":
        """What the person owes or paid, for themselves or an organisation."""
        from approvals.cases.models import Case

        return self.filter(case__in=Case.objects.of_applicant(user))

    def settled(self) -> "OrderQuerySet":
        """Paid, or nothing is owed."""
        return self.filter(state__in=("paid", "part_refunded", "waived"))
