"""Which orders, certificates and requests may be seen by whom."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.payments.models import Order, ReductionCertificate, ReductionRequest  # noqa: F401 - base classes
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


DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


class ReductionCertificateQuerySet(models.QuerySet["ReductionCertificate"]):
    """Reads of reduction certificates. `visible_to` is the same rule as `policies.may_see_certificate`."""

    def visible_to(self, user: "User") -> "ReductionCertificateQuerySet":
        """Staff see those of their departments and those that hold everywhere; centre-wide roles see all."""
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        own = user.access.departments(*DESK)
        return self.filter(Q(department__in=own) | Q(department__isnull=True)) if own else self.none()

    def in_force(self, on: dt.date | None = None) -> "ReductionCertificateQuerySet":
        """Issued, not suspended, and the day lies in the validity."""
        day = on or today()
        return self.filter(state="active", valid_from__lte=day, valid_to__gte=day)

    def covering(self, item_id: int, department_id: int) -> "ReductionCertificateQuerySet":
        """Those that hold for an item of a department."""
        chosen = Q(items__isnull=True) | Q(items=item_id)
        return self.filter(Q(department__isnull=True) | Q(department=department_id), chosen).distinct()


class ReductionRequestQuerySet(models.QuerySet["ReductionRequest"]):
    """Reads of requests for reductions: those of the cases that may be seen at work."""

    def visible_to(self, user: "User") -> "ReductionRequestQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(*DESK))
