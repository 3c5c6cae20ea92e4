"""Who may do what in the queue: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from hall.policies import may_manage_windows, may_see_windows
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.queue.models import Ticket
    from portal.people.models import User


def may_manage_queue(user: "User | AnonymousUser") -> bool:
    """Opens and closes queues, issues devices, cancels and expires: the managers of the hall and administrators."""
    return may_manage_windows(user)


def may_see_overview(user: "User | AnonymousUser") -> bool:
    """Reads the state of all queues: managers, auditors, supervisors, the government's head."""
    return user.is_authenticated and (may_see_windows(user) or user.access.centre_wide)


def may_serve(user: "User | AnonymousUser") -> bool:
    """Sits at windows: clerks of departments, and managers who help out. At which ones their duties say."""
    return user.is_authenticated and (user.access.has(Role.CLERK) or user.access.has(Role.HALL_MANAGER))


def may_take_at_desk(user: "User | AnonymousUser") -> bool:
    """Gives numbers to people at the reception."""
    return may_serve(user) or may_manage_queue(user)


def may_see_ticket(user: "User | AnonymousUser", ticket: "Ticket") -> bool:
    """The same rule as `TicketQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if may_see_windows(user) or user.access.centre_wide or user.pk in (ticket.person_id, ticket.staff_id):
        return True
    departments = user.access.departments()
    return bool(departments) and (ticket.department_id is None or ticket.department_id in departments)


def is_at_my_window(user: "User", ticket: "Ticket") -> bool:
    """The person who called it."""
    return ticket.staff_id == user.pk and may_serve(user)


def is_holder(user: "User", ticket: "Ticket") -> bool:
    """Whose ticket it is, where it was taken while signed in."""
    return ticket.person_id is not None and ticket.person_id == user.pk


def may_call(user: "User", ticket: "Ticket") -> bool:
    """Which windows call which queues is checked by the action, which knows the window."""
    return may_serve(user)


def may_bring_back(user: "User", ticket: "Ticket") -> bool:
    """Lets somebody rejoin: the holder, who missed them, and the managers."""
    return is_holder(user, ticket) or is_at_my_window(user, ticket) or may_manage_queue(user)


def may_cancel(user: "User", ticket: "Ticket") -> bool:
    return is_holder(user, ticket) or may_manage_queue(user)


def may_end_day(user: "User", ticket: "Ticket") -> bool:
    return may_manage_queue(user)


def nobody(user: "User", ticket: "Ticket") -> bool:
    """Steps that only the portal takes."""
    return False
