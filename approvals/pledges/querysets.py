"""Which promises, commitments and credit records may be seen by whom, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.pledges.models import (  # noqa: F401 - named in the base classes
        Commitment,
        CommitmentText,
        CreditRecord,
        CreditRequest,
        PromisedMaterial,
    )

DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
EDITORS = (Role.DEPARTMENT_HEAD,)


def _at_work(user: Any, path: str) -> Q:
    """Filed ones of the departments where the person works; all for centre-wide roles."""
    filed = ~Q(case__state="draft")
    if user.access.centre_wide:
        return filed
    return filed & Q(**{f"{path}__in": user.access.departments(*DESK)})


def _own_cases(user: Any) -> Q:
    return Q(case__applicant=user) | Q(case__organisation__in=user.acting_for)


class PromisedMaterialQuerySet(models.QuerySet["PromisedMaterial"]):
    """Reads of promised materials. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "PromisedMaterialQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(_own_cases(user) | _at_work(user, "case__department"))

    def at_work(self, user: Any) -> "PromisedMaterialQuerySet":
        """What the lists of the staff show: of filed cases, never the own ones only because they are own."""
        return self.filter(_at_work(user, "case__department"), promised_on__isnull=False)

    def of_applicant(self, user: Any) -> "PromisedMaterialQuerySet":
        return self.filter(_own_cases(user))

    def standing(self) -> "PromisedMaterialQuerySet":
        """All but those that were taken back or ended with their case."""
        return self.exclude(state="void")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Reads of commitments. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "CommitmentQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(_own_cases(user) | _at_work(user, "case__department"))

    def at_work(self, user: Any) -> "CommitmentQuerySet":
        return self.filter(_at_work(user, "case__department"))

    def of_applicant(self, user: Any) -> "CommitmentQuerySet":
        return self.filter(_own_cases(user))


class CommitmentTextQuerySet(models.QuerySet["CommitmentText"]):
    """Reads of texts. `visible_to` is the same rule as `policies.may_see_text`."""

    def visible_to(self, user: Any) -> "CommitmentTextQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.access.centre_wide:
            return self
        return self.filter(item__department__in=user.access.departments(*DESK))


class CreditRecordQuerySet(models.QuerySet["CreditRecord"]):
    """Reads of credit records. `visible_to` is the same rule as `policies.may_see_record`."""

    def visible_to(self, user: Any) -> "CreditRecordQuerySet":
        if not user.is_authenticated:
            return self.none()
        own = Q(person=user, organisation__isnull=True) | Q(organisation__in=user.acting_for)
        if user.access.centre_wide:
            return self
        return self.filter(own | Q(department__in=user.access.departments(*DESK)))

    def held_by(self, user: Any) -> "CreditRecordQuerySet":
        """The person's own, and those of the organisations that the person acts for."""
        return self.filter(Q(person=user, organisation__isnull=True) | Q(organisation__in=user.acting_for))

    def at_work(self, user: Any) -> "CreditRecordQuerySet":
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(*DESK))

    def barring(self, day: dt.date | None = None) -> "CreditRecordQuerySet":
        """Those that bar on the day: on record, begun, and not over."""
        on = day or today()
        return self.filter(state="holds", from_on__lte=on, until_on__gte=on)


class CreditRequestQuerySet(models.QuerySet["CreditRequest"]):
    """Reads of requests: whoever sees the record."""

    def visible_to(self, user: Any) -> "CreditRequestQuerySet":
        from approvals.pledges.models import CreditRecord

        return self.filter(record__in=CreditRecord.objects.visible_to(user))
