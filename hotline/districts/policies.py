"""Who dispatches within a district, and who looks after the platforms: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from hotline import policies as hotline_policies
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.districts.models import Assignment
    from hotline.models import Ticket
    from portal.people.models import User


def may_open_desk(user: "User | AnonymousUser") -> bool:
    """The page of a district: its dispatchers."""
    return bool(user.is_authenticated and hotline_policies.districts_of(user))


def may_assign(user: "User", ticket: "Ticket") -> bool:
    """Pass a ticket on within the district: its dispatcher, and nobody of the city."""
    return hotline_policies.runs_district(user, ticket)


def may_see_assignment(user: "User", assignment: "Assignment") -> bool:
    """The same rule as `AssignmentQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if hotline_policies.sees_all(user):
        return True
    own = hotline_policies.own_departments(user)
    return assignment.district_id in hotline_policies.districts_of(user) | own or assignment.department_id in own


def may_run(user: "User", assignment: "Assignment") -> bool:
    """Decide within the district: its dispatcher."""
    return assignment.district_id in hotline_policies.districts_of(user)


def may_work(user: "User", assignment: "Assignment") -> bool:
    """Sign and return: whoever works for the department below."""
    return assignment.department_id in hotline_policies.own_departments(user)


def may_see_platforms(user: "User | AnonymousUser", _row: object = None) -> bool:
    """The city's dispatchers, and those who look over the whole centre."""
    return bool(user.is_authenticated and (hotline_policies.is_dispatcher(user) or user.access.centre_wide))


def may_settle(user: "User | AnonymousUser", _row: object = None) -> bool:
    """Send again what a platform refused, or note what was done instead: dispatchers and administrators."""
    return bool(user.is_authenticated and (hotline_policies.is_dispatcher(user) or user.access.has(Role.ADMINISTRATOR)))


def may_edit_platforms(user: "User | AnonymousUser", _row: object = None) -> bool:
    """Set platforms up: administrators."""
    return bool(user.is_authenticated and user.access.has(Role.ADMINISTRATOR))
