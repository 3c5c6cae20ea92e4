"""Who may do what at the counter: pure functions of (user, object), used by actions and pages alike."""

from typing import TYPE_CHECKING

from django.db.models import Q

from approvals.cases import policies as cases
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from approvals.counter.models import HandOver, Intake
    from hall.models import Window
    from portal.people.models import User

HANDS = (Role.CLERK, Role.DEPARTMENT_HEAD)


def may_use_counter(user: "User") -> bool:
    """Clerks take people in; nobody else does."""
    return user.access.has(Role.CLERK)


def may_take_in(user: "User", item: "Item") -> bool:
    """A clerk of the department, or one whose window today stands in front for it. The same as `items_for`."""
    from approvals.counter.models import WindowScope

    if user.access.has(Role.CLERK, item.department_id):
        return True
    windows = cases.windows_today(user)
    served = Q(department=item.department_id) | Q(item=item.pk)
    return bool(windows) and WindowScope.objects.filter(served, window__in=windows).exists()


def may_see_intake(user: "User", intake: "Intake") -> bool:
    """The clerk who has it, and clerks who serve at its window today. The same rule as `intakes_for`."""
    if not may_use_counter(user):
        return False
    return intake.clerk_id == user.pk or (
        intake.window_id is not None and intake.window_id in cases.windows_today(user)
    )


def may_write_intake(user: "User", intake: "Intake") -> bool:
    """Only the clerk who has it; a colleague takes it over first."""
    return may_use_counter(user) and intake.clerk_id == user.pk and intake.person_id != user.pk


def may_keep_papers(user: "User", case: "Case") -> bool:
    """The clerks of the department and of the front desk keep and return what was left, never in their own matter."""
    if cases.is_applicant(user, case):
        return False
    return cases.is_clerk(user, case) or cases.is_front(user, case)


def may_see_handover(user: "User", handover: "HandOver") -> bool:
    """Giver, receiver and the head of the department. The same rule as `handovers_for`."""
    if user.pk in {handover.giver_id, handover.receiver_id}:
        return may_hand_over(user)
    return user.access.has(Role.DEPARTMENT_HEAD, handover.department_id)


def may_hand_over(user: "User") -> bool:
    """Clerks hand over what is theirs, heads what is their clerks'."""
    return any(user.access.has(role) for role in HANDS)


def may_accept(user: "User", handover: "HandOver") -> bool:
    """The receiver as long as a clerk of the department, or the head; never the giver."""
    if user.pk == handover.giver_id:
        return False
    if user.pk == handover.receiver_id and user.access.has(Role.CLERK, handover.department_id):
        return True
    return user.access.has(Role.DEPARTMENT_HEAD, handover.department_id)


def may_take_back(user: "User", handover: "HandOver") -> bool:
    """Whoever proposed it, and the giver."""
    return user.pk in {handover.giver_id, handover.proposed_by_id} and may_hand_over(user)


def may_plan_windows(user: "User") -> bool:
    """What windows take in is set by the managers of the hall and administrators."""
    return user.access.has(Role.HALL_MANAGER) or user.access.has(Role.ADMINISTRATOR)


def may_see_kinds(user: "User") -> bool:
    """The figures by kind of handling: who looks over the centre, and heads for their department."""
    return user.access.centre_wide or user.access.has(Role.DEPARTMENT_HEAD)


def may_see_window_scope(user: "User", window: "Window") -> bool:
    """Managers, and the clerks who serve there."""
    return may_plan_windows(user) or window.pk in cases.windows_today(user)
