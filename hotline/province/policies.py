"""Who sees the exchange with the province, and who settles what got stuck: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.province.models import Exchange
    from portal.people.models import User


def may_see_exchange(user: "User | AnonymousUser", _row: "Exchange | None" = None) -> bool:
    """Dispatchers, and those who look over the whole centre."""
    return bool(user.is_authenticated and (user.access.has(Role.HOTLINE_DISPATCHER) or user.access.centre_wide))


def may_settle(user: "User | AnonymousUser", _row: "Exchange | None" = None) -> bool:
    """Dispatchers and administrators send again, or note what they did instead."""
    return bool(
        user.is_authenticated and (user.access.has(Role.HOTLINE_DISPATCHER) or user.access.has(Role.ADMINISTRATOR))
    )
