"""Who patrols, who puts right, who sees: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from hall.policies import may_manage_windows
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.patrols.models import Finding
    from portal.people.models import User


def may_patrol(user: "User | AnonymousUser") -> bool:
    """The managers of the hall and administrators walk, verify and edit the checklist."""
    return may_manage_windows(user)


def may_see_patrols(user: "User | AnonymousUser") -> bool:
    """Who opens the tours and reports: those who patrol, and the centre-wide roles."""
    return bool(user.is_authenticated and (may_patrol(user) or user.access.centre_wide))


def may_see_findings(user: "User | AnonymousUser") -> bool:
    """Who opens the list of findings: also everybody who works for a department."""
    return bool(user.is_authenticated and (may_see_patrols(user) or user.access.departments()))


def may_see(user: "User", finding: "Finding") -> bool:
    """The same rule as `FindingQuerySet.visible_to`."""
    if user.access.centre_wide or user.access.has(Role.HALL_MANAGER) or is_reporter(user, finding):
        return True
    if finding.state == "noted":
        return False
    return finding.person_id == user.pk or finding.department_id in user.access.departments()


def is_reporter(user: "User", finding: "Finding") -> bool:
    """The social supervisor who wrote it down."""
    return finding.reported_by_id is not None and finding.reported_by_id == user.pk


def is_responsible(user: "User", finding: "Finding") -> bool:
    """The person named; else, or beside them, the head; anybody of the department where nobody is named."""
    if finding.person_id == user.pk or user.access.has(Role.DEPARTMENT_HEAD, finding.department_id):
        return True
    return finding.person_id is None and user.access.has(Role.CLERK, finding.department_id)


def may_verify(user: "User", finding: "Finding") -> bool:
    """Nobody verifies what they had to put right themselves."""
    return may_patrol(user) and user.pk not in (finding.person_id, finding.reported_by_id)
