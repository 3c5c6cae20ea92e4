"""Who keeps the register, plans visits, seals seeds and goes on visits: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from hall.policies import may_manage_windows
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.social.models import Seat, SocialSupervisor, Visit
    from portal.people.models import User


def may_manage(user: "User | AnonymousUser") -> bool:
    """The managers of the hall and administrators keep the register, plan visits and publish them."""
    return may_manage_windows(user)


def may_see_visits(user: "User | AnonymousUser") -> bool:
    """Who opens register and visits: those who manage, and the centre-wide roles. Departments never do."""
    return bool(user.is_authenticated and (may_manage(user) or user.access.centre_wide))


def may_see_supervisor(user: "User", one: "SocialSupervisor") -> bool:
    """The same rule as `SupervisorQuerySet.visible_to`."""
    return may_see_visits(user) or one.user_id == user.pk


def may_see_visit(user: "User | AnonymousUser", visit: "Visit") -> bool:
    """The same rule as `VisitQuerySet.visible_to`."""
    return may_see_visits(user)


def may_run(user: "User", visit: "Visit") -> bool:
    """Who freezes, calls off and publishes."""
    return may_manage(user)


def is_centre(user: "User", visit: "Visit") -> bool:
    """Gives the centre's seed: never somebody who speaks for the supervisor as well."""
    return may_manage(user) and not user.access.has(Role.SUPERVISOR)


def is_supervisor(user: "User", visit: "Visit") -> bool:
    """Gives the supervisor's seed."""
    return bool(user.access.has(Role.SUPERVISOR))


def gives_seed(user: "User", visit: "Visit") -> bool:
    return is_centre(user, visit) or is_supervisor(user, visit)


def may_see_seat(user: "User", seat: "Seat") -> bool:
    """The same rule as `SeatQuerySet.visible_to`."""
    return seat.supervisor.user_id == user.pk


def is_invited(user: "User", seat: "Seat") -> bool:
    return may_see_seat(user, seat)
