"""Who draws, reads, objects to and publishes boards: pure functions of (user, object)."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.board.models import BoardRow
    from portal.people.models import User


def may_see_boards(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """The staff's page of boards."""
    return bool(user.is_authenticated and user.access.is_staff)


def may_draw(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Who draws, publishes and corrects: the hall's managers."""
    return bool(user.is_authenticated and user.access.has(Role.HALL_MANAGER))


def oversees_boards(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Who reads every row: the managers, and whoever looks over the centre."""
    return may_draw(user) or bool(user.is_authenticated and user.access.centre_wide)


def may_see_row(user: "User", row: "BoardRow") -> bool:
    """The same rule as `BoardRowQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if oversees_boards(user) or (row.kind == "staff" and row.subject_id == user.pk):
        return True
    if row.department_id is None:
        return False
    if user.access.has(Role.DEPARTMENT_HEAD, row.department_id):
        return True
    works = user.access.departments(Role.CLERK, Role.REVIEWER)
    return row.kind != "staff" and row.department_id in works


def may_object(user: "User", row: "BoardRow") -> bool:
    """The person it is about, and the head of the department."""
    if row.kind == "staff" and row.subject_id == user.pk:
        return True
    return row.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, row.department_id)


def may_decide_objection(user: "User", row: "BoardRow") -> bool:
    """Another role than those who object: a supervisor, or the hall's manager; never about oneself."""
    about_self = row.kind == "staff" and row.subject_id == user.pk
    return (user.access.has(Role.SUPERVISOR) or may_draw(user)) and not about_self and not may_object(user, row)
