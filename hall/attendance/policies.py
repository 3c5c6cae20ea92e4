"""Who sees and changes attendance: pure functions of (user, object)."""

from typing import TYPE_CHECKING, Union

from hall.policies import may_manage_windows
from portal.people.roles import STAFF, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.attendance.models import EmptyPost, Shift
    from portal.people.models import User


def may_manage(user: "User | AnonymousUser") -> bool:
    """Patterns, devices, corrections, decisions: the managers of the hall and administrators."""
    return may_manage_windows(user)


def may_see_sheets(user: "User | AnonymousUser") -> bool:
    """Who opens the sheets: heads of department, the hall's managers, the centre-wide roles."""
    return bool(
        user.is_authenticated
        and (may_manage(user) or user.access.centre_wide or user.access.departments(Role.DEPARTMENT_HEAD))
    )


def works_here(user: "User | AnonymousUser") -> bool:
    """Who has a page of their own attendance: everybody on the staff."""
    return bool(user.is_authenticated and user.access.roles & {role.value for role in STAFF})


def may_see(user: "User", thing: Union["Shift", "EmptyPost"]) -> bool:
    """The same rule as `querysets.whose`."""
    if user.access.centre_wide or user.access.has(Role.HALL_MANAGER) or thing.staff_id == user.pk:
        return True
    return thing.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, thing.department_id)


def may_correct(user: "User", shift: "Shift") -> bool:
    """A manager, and never the own shift."""
    return may_manage(user) and shift.staff_id != user.pk


def is_concerned(user: "User", post: "EmptyPost") -> bool:
    return post.staff_id == user.pk


def may_decide(user: "User", post: "EmptyPost") -> bool:
    """A manager, and never about oneself."""
    return may_manage(user) and post.staff_id != user.pk
