"""Who may do what on the ground floor: pure functions of (user, object)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User

ADMINISTRATOR, AUDITOR = "administrator", "auditor"


def is_member_of_staff(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Everybody with a posting."""
    return bool(user.is_authenticated and user.access.is_staff)


def is_administrator(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.access.has(ADMINISTRATOR))


may_view_calendar = is_member_of_staff
may_edit_calendar = is_administrator
may_view_rules = is_member_of_staff
may_edit_rules = is_administrator


def may_view_retention(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Whoever answers for what is kept: administrators and auditors."""
    return bool(user.is_authenticated and (user.access.has(ADMINISTRATOR) or user.access.has(AUDITOR)))
