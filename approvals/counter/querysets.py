"""What may be seen at the counter, and reads with a name; the same rules as the policies, held together by tests."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.cases.models import Case
from approvals.cases.policies import duties_today
from approvals.catalogue.models import Item
from approvals.counter import policies
from approvals.counter.models import HandOver, Intake, LeftPaper, WindowScope
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

# Ended without a result to hand over: papers that are still here belong back to the applicant now.
TO_GIVE_BACK = ("withdrawn", "returned", "not_accepted", "terminated", "refused", "delivered", "closed")


def items_for(user: "User") -> "QuerySet[Item]":
    """Items that the clerk may take in now: open to filing, of the own department or of the window's scope."""
    if not policies.may_use_counter(user):
        return Item.objects.none()
    scopes = WindowScope.objects.filter(window__in=duties_today(user).values("window_id"))
    served = Q(department__in=user.access.departments(Role.CLERK))
    served |= Exists(scopes.filter(department=OuterRef("department_id"))) | Exists(scopes.filter(item=OuterRef("pk")))
    found: QuerySet[Item] = Item.objects.open_to_filing().filter(served)
    return found


def intakes_for(user: "User") -> "QuerySet[Intake]":
    """The clerk's own and those of the window where the clerk serves today."""
    if not policies.may_use_counter(user):
        return Intake.objects.none()
    return Intake.objects.filter(Q(clerk=user) | Q(window__in=duties_today(user).values("window_id")))


def taken_in_for(user: "User") -> "QuerySet[Case]":
    """Filed cases that the clerk, or the window where the clerk serves, took in: seen, but decided elsewhere."""
    if not policies.may_use_counter(user):
        return Case.objects.none()
    front = Q(taken_in_by=user) | Q(intake_window__in=duties_today(user).values("window_id"))
    return Case.objects.filter(front).exclude(state="draft")


def papers_for(user: "User") -> "QuerySet[LeftPaper]":
    """Papers that are here, of cases whose papers the person keeps."""
    if not policies.may_use_counter(user):
        return LeftPaper.objects.none()
    keeps = (
        Q(case__department__in=user.access.departments(Role.CLERK))
        | Q(case__taken_in_by=user)
        | Q(case__intake_window__in=duties_today(user).values("window_id"))
    )
    own = Q(case__applicant=user) | Q(case__organisation__in=user.acting_for)
    return LeftPaper.objects.filter(keeps & ~Q(pk__in=LeftPaper.objects.filter(own).values("pk")))


def to_give_back(user: "User") -> "QuerySet[LeftPaper]":
    """Those that lie here although their case is over: the lamp on the desk."""
    return papers_for(user).filter(handed_back__isnull=True, case__state__in=TO_GIVE_BACK)


def handovers_for(user: "User") -> "QuerySet[HandOver]":
    """One's own, given or received, and those of the department for its head."""
    heads = Q(department__in=user.access.departments(Role.DEPARTMENT_HEAD))
    if not policies.may_hand_over(user):
        return HandOver.objects.none()
    return HandOver.objects.filter(Q(giver=user) | Q(receiver=user) | heads)
