"""Who looks over the centre, and who over one department."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

BOARD_ROLES = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD, Role.DEPARTMENT_HEAD})


def may_see_board(user: "User") -> bool:
    """Supervisors, auditors, administrators and the head of government; heads of department for their own."""
    return bool(user.access.roles & {role.value for role in BOARD_ROLES})


def departments_on_board(user: "User") -> frozenset[int] | None:
    """The departments whose figures the person sees; None for all."""
    return None if user.access.centre_wide else user.access.departments(Role.DEPARTMENT_HEAD)


def may_remind(user: "User") -> bool:
    return user.access.has(Role.SUPERVISOR)
