"""Who manages windows and who sees them: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.policies import may_administer, oversees_staff
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.models import Window, WindowDuty
    from portal.people.models import User


def may_manage_windows(user: "User | AnonymousUser") -> bool:
    """Administrators, and the managers of the hall."""
    return may_administer(user) or bool(user.is_authenticated and user.access.has(Role.HALL_MANAGER))


def may_see_windows(user: "User | AnonymousUser") -> bool:
    """Who opens the pages of the windows."""
    return oversees_staff(user) or may_manage_windows(user)


def may_see_window(user: "User", window: "Window") -> bool:
    """All for those who manage or oversee; the staff of a department see its windows and the shared ones."""
    if may_see_windows(user):
        return True
    departments = user.access.departments()
    return bool(departments) and (window.department_id is None or window.department_id in departments)


def may_see_duty(user: "User", duty: "WindowDuty") -> bool:
    """One's own, those of one's department's head, and all for those who manage or oversee."""
    posting = duty.posting
    if may_see_windows(user) or posting.user_id == user.pk:
        return True
    return posting.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, posting.department_id)
