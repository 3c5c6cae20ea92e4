"""What the staff's pages of ratings share."""

from typing import Any

from portal.people.roles import Role

ORDER = (
    Role.SUPERVISOR, Role.HALL_MANAGER, Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK, Role.HOTLINE_OPERATOR,
    Role.ADMINISTRATOR,
)  # fmt: skip


def role_of(user: Any, department_id: int | None = None) -> str:
    """As whom somebody acts on these pages: the role that says most about why they may."""
    held = user.access.roles
    for role in ORDER:
        if role.value in held and (department_id is None or user.access.has(role, department_id)):
            return role.value
    return next((role.value for role in ORDER if role.value in held), "")
