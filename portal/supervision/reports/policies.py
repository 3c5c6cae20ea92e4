"""Who draws up, reads and signs a period report: pure functions of (user, report)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role
from portal.supervision.policies import may_see_board

if TYPE_CHECKING:
    from portal.people.models import Department, User
    from portal.supervision.reports.models import Report


def may_list(user: "User") -> bool:
    return may_see_board(user)


def may_see(user: "User", report: "Report") -> bool:
    """The same rule as `ReportQuerySet.visible_to`."""
    if user.access.centre_wide:
        return True
    return report.department_id in user.access.departments(Role.DEPARTMENT_HEAD)


def may_draw_up(user: "User") -> bool:
    """Supervisors for the centre and every department, heads for their own department."""
    return user.access.has(Role.SUPERVISOR) or bool(user.access.departments(Role.DEPARTMENT_HEAD))


def may_draw_up_for(user: "User", department: "Department | None") -> bool:
    if user.access.has(Role.SUPERVISOR):
        return True
    return department is not None and department.pk in user.access.departments(Role.DEPARTMENT_HEAD)


def may_edit(user: "User", report: "Report") -> bool:
    return may_draw_up_for(user, report.department)


def may_sign(user: "User", report: "Report") -> bool:
    """The head of government or another supervisor for the centre; for a department its head too. Never the author."""
    if user.pk == report.made_by_id:
        return False
    over_all = user.access.has(Role.GOVERNMENT_HEAD) or user.access.has(Role.SUPERVISOR)
    return over_all or (
        report.department_id is not None and report.department_id in user.access.departments(Role.DEPARTMENT_HEAD)
    )
