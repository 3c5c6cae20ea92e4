"""Which packages and filings may be seen by whom, and reads with a name."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from approvals.cases.policies import duties_today
from approvals.counter.models import WindowScope
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.packages.models import Package, PackageFiling  # noqa: F401 - named in the base classes

EDITORS = (Role.REVIEWER, Role.DEPARTMENT_HEAD)
DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


class PackageQuerySet(models.QuerySet["Package"]):
    """Reads of packages."""

    def visible_to(self, user: Any) -> "PackageQuerySet":
        """Everybody sees what was ever published; drafts are seen by who writes them. As `policies.may_see`."""
        seen = ~Q(status="draft")
        if not user.is_authenticated:
            return self.filter(seen)
        if user.access.centre_wide:
            return self
        return self.filter(seen | Q(department__in=user.access.departments(*EDITORS)))

    def managed_by(self, user: Any) -> "PackageQuerySet":
        """The packages whose pages behind the scenes the person opens. As `policies.may_manage`."""
        if user.access.has(Role.ADMINISTRATOR):
            return self
        return self.filter(department__in=user.access.departments(*EDITORS))

    def taken_in_by(self, user: Any) -> "PackageQuerySet":
        """What a clerk may take in today: packages that the own department leads, or the window's scope. As
        `policies.may_take_in`."""
        if not user.access.has(Role.CLERK) or user.access.system:
            return self.none()
        front = WindowScope.objects.filter(window__in=duties_today(user).values("window_id"), department__isnull=False)
        leading = Q(department__in=user.access.departments(Role.CLERK)) | Q(department__in=front.values("department"))
        return self.offered().filter(leading)

    def offered(self) -> "PackageQuerySet":
        """What can be filed today."""
        return self.filter(status="published", current__isnull=False)


class PackageFilingQuerySet(models.QuerySet["PackageFiling"]):
    """Reads of filings. `visible_to` is the same rule as `policies.may_see_filing`; a property test holds them together."""

    def visible_to(self, user: Any) -> "PackageFilingQuerySet":
        """The applicant's own; what was filed, for the leading department and for centre-wide roles."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(_fillable(user) | _at_work(user))

    def of_applicant(self, user: Any) -> "PackageFilingQuerySet":
        """What the person filed or began, alone or for an organisation."""
        return self.filter(Q(applicant=user) | Q(organisation__in=user.acting_for))

    def fillable_by(self, user: Any) -> "PackageFilingQuerySet":
        """What the person writes in: the own ones, and drafts that are being taken in. As `policies.may_fill_in`."""
        return self.filter(_fillable(user))

    def seen_at_work(self, user: Any) -> "PackageFilingQuerySet":
        """What the person may open at work. As `policies.may_see_at_work`."""
        return self.filter(_at_work(user))

    def on_desk(self, user: Any) -> "PackageFilingQuerySet":
        """The list at work: filed ones of the departments that lead, or of all."""
        filed = self.exclude(state="draft")
        if user.access.centre_wide:
            return filed
        return filed.filter(department__in=user.access.departments(*DESK))


def _served(user: Any) -> Q:
    """Taken in by this clerk, in somebody else's matter."""
    if not user.access.has(Role.CLERK) or user.access.system:
        return Q(pk__in=[])
    return Q(intake__clerk=user) & ~Q(intake__person=user)


def _fillable(user: Any) -> Q:
    own = Q(applicant=user) | Q(organisation__in=user.acting_for)
    return own | (Q(state="draft", intake__state="open") & _served(user))


def _at_work(user: Any) -> Q:
    """Filed ones: all for centre-wide roles; else those that one's departments lead or decide a part of, those that the
    person took in, those that the system sent in."""
    from approvals.packages.models import PackagePart

    filed = ~Q(state="draft")
    if user.access.centre_wide:
        return filed
    mine = user.access.departments(*DESK)
    seen = Q(department__in=mine) | _served(user)
    if mine:
        seen |= Q(pk__in=PackagePart.objects.filter(case__department__in=mine).values("filing"))
    if user.access.system:
        seen |= Q(source=user.access.system)
    return filed & seen
