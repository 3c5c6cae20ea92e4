"""Which certificates may be seen by whom, and the reads that have a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.certificates.models import Certificate, CertificateType, CertificateUse  # noqa: F401
    from portal.people.models import User

WORKING = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


class TypeQuerySet(models.QuerySet["CertificateType"]):
    """Reads of types. `visible_to` is the same rule as `policies.may_see_type`."""

    def visible_to(self, user: "User") -> "TypeQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(*WORKING))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of certificates. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "CertificateQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(
            Q(department__in=user.access.departments(*WORKING))
            | (Q(holder=user, organisation__isnull=True) | Q(organisation__in=user.acting_for)) & ~Q(state="withdrawn")
        )

    def held_by(self, user: "User") -> "CertificateQuerySet":
        """Those of the person, and of the organisations that the person acts for; the same rule as `is_holder`."""
        mine = Q(holder=user, organisation__isnull=True) | Q(organisation__in=user.acting_for)
        return self.filter(mine).exclude(state="withdrawn")

    def readable_by(self, user: "User") -> "CertificateQuerySet":
        """Those whose paper the person may open; the same rule as `policies.may_see_personal`."""
        if not user.is_authenticated:
            return self.none()
        departments = user.access.departments(*WORKING)
        return self.filter(
            Q(department__in=departments)
            | (Q(holder=user, organisation__isnull=True) | Q(organisation__in=user.acting_for)) & ~Q(state="withdrawn")
        )

    def of_department(self, user: "User") -> "CertificateQuerySet":
        """Those that somebody sees at work."""
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(*WORKING))

    def to_print(self) -> "CertificateQuerySet":
        return self.filter(wants_paper=True, printed_on__isnull=True, state="issued")

    def past(self, day: dt.date) -> "CertificateQuerySet":
        """Those whose last day is over and that nobody has ended yet."""
        return self.filter(state__in=("issued", "suspended"), valid_until__lt=day)


class UseQuerySet(models.QuerySet["CertificateUse"]):
    """Reads of uses: a holder sees those of the own certificates."""

    def visible_to(self, user: "User") -> "UseQuerySet":
        from approvals.certificates.models import Certificate

        return self.filter(certificate__in=Certificate.objects.visible_to(user))
