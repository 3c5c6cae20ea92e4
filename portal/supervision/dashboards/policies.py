"""Who sees the big screen, and who issues its devices."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.dashboards.models import BigScreen

ISSUERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def may_see_screen(user: "User") -> bool:
    """It shows the whole centre: who looks over the whole centre may see it."""
    return user.access.centre_wide


def may_manage_screens(user: "User") -> bool:
    return bool(user.access.roles & {role.value for role in ISSUERS})


def may_see_device(user: "User", _device: "BigScreen") -> bool:
    return may_manage_screens(user)
