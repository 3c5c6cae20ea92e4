"""Who may do what with a ticket: pure functions of (user, ticket), used by actions, pages and API alike."""

from typing import TYPE_CHECKING

from portal.people.roles import DISTRICT_DISPATCHER, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.models import Order, Request, Ticket
    from portal.people.models import User

# Who handles tickets of a department; all three see them all.
DEPARTMENT_ROLES = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
HOTLINE_ROLES = frozenset({Role.HOTLINE_OPERATOR.value, Role.HOTLINE_DISPATCHER.value})


def is_hotline(user: "User") -> bool:
    """The people of the hotline itself."""
    return bool(user.access.roles & HOTLINE_ROLES)


def is_operator(user: "User") -> bool:
    return user.access.has(Role.HOTLINE_OPERATOR)


def is_dispatcher(user: "User") -> bool:
    return user.access.has(Role.HOTLINE_DISPATCHER)


def own_departments(user: "User") -> frozenset[int]:
    """The departments whose tickets the person handles."""
    return user.access.departments(*DEPARTMENT_ROLES)


def districts_of(user: "User") -> frozenset[int]:
    """The districts within which the person dispatches (区县分平台)."""
    return user.access.departments(DISTRICT_DISPATCHER)


def at_department(user: "User") -> frozenset[int]:
    """The departments whose tickets come to the person: as their clerk, reviewer or head, or as a district's
    dispatcher."""
    return own_departments(user) | districts_of(user)


def runs_district(user: "User", ticket: "Ticket") -> bool:
    """The dispatcher of the district that the ticket was dispatched to."""
    return ticket.department_id in districts_of(user)


def may_see_desk(user: "User | AnonymousUser") -> bool:
    """Who opens the lists: the hotline, the departments, and whoever oversees the centre."""
    return bool(user.is_authenticated and (is_hotline(user) or user.access.centre_wide or at_department(user)))


def sees_all(user: "User") -> bool:
    """Tickets of every department."""
    return is_hotline(user) or user.access.centre_wide


def may_see(user: "User", ticket: "Ticket") -> bool:
    """The same rule as `HotlineTicketQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if sees_all(user) or ticket.owner_id == user.pk:
        return True
    own = own_departments(user)
    if ticket.department_id in own or ticket.department_id in districts_of(user):
        return True
    if not own:
        return False
    return ticket.inner_department_id in own or ticket.assists.filter(department__in=own).exists()


def may_record(user: "User", _ticket: object = None) -> bool:
    """Who takes requests down for callers."""
    return is_hotline(user)


def may_answer(user: "User", _ticket: "Ticket") -> bool:
    """Operators and dispatchers answer what they know, from the knowledge base."""
    return is_hotline(user)


def may_dispatch(user: "User", ticket: "Ticket") -> bool:
    """A dispatcher; of a simple category, and to its usual department, the operator too."""
    if is_dispatcher(user):
        return True
    return is_operator(user) and ticket.category is not None and ticket.category.operator_dispatches


def may_arbitrate(user: "User", _ticket: "Ticket") -> bool:
    """Reassign, decide on returns, merge, redo, set aside: a dispatcher."""
    return is_dispatcher(user)


def may_handle(user: "User", ticket: "Ticket") -> bool:
    """Whoever works for the responsible department; within a district whoever it was passed on to, once signed for."""
    if ticket.inner_department_id is not None:
        return ticket.inner_ready and ticket.inner_department_id in own_departments(user)
    return ticket.department_id in at_department(user)


def may_return(user: "User", ticket: "Ticket") -> bool:
    """Send it back to the hotline: the responsible department; a district takes back first what it has passed on."""
    return ticket.inner_department_id is None and ticket.department_id in at_department(user)


def may_approve_reply(user: "User", ticket: "Ticket") -> bool:
    """The head of the department, or a reviewer; never the author."""
    roles = user.access.departments(Role.DEPARTMENT_HEAD, Role.REVIEWER)
    if ticket.handler_id not in roles:
        return False
    return not ticket.replies.filter(state="drafted", drafted_by=user).exists()


def may_assist(user: "User", ticket: "Ticket") -> bool:
    """Whoever works for a department that was asked to help."""
    own = own_departments(user)
    return bool(own) and ticket.assists.filter(department__in=own, answered_at__isnull=True).exists()


def may_ask(user: "User", ticket: "Ticket") -> bool:
    """Ask for an extension, a suspension or another urgency: the responsible department; of what a district has passed
    on, the district."""
    return may_handle(user, ticket) if ticket.inner_department_id is None else runs_district(user, ticket)


def may_ask_exclusion(user: "User", ticket: "Ticket") -> bool:
    """Ask that a judgement be left out: the department concerned, or an operator."""
    return may_handle(user, ticket) or is_operator(user)


def may_decide(user: "User", request: "Request") -> bool:
    """A dispatcher who did not ask for it."""
    return is_dispatcher(user) and request.asked_by_id != user.pk


def may_order(user: "User", _ticket: "Ticket") -> bool:
    """A supervision order: a supervisor or a dispatcher."""
    return user.access.has(Role.SUPERVISOR) or is_dispatcher(user)


def may_see_orders(user: "User | AnonymousUser") -> bool:
    return may_see_desk(user)


def may_answer_order(user: "User", order: "Order") -> bool:
    """The department that was ordered."""
    return order.department_id in at_department(user)


def may_call_back(user: "User", _ticket: "Ticket") -> bool:
    """The hotline calls back, never the department that is judged."""
    return is_hotline(user)


def may_see_calls(user: "User | AnonymousUser") -> bool:
    return bool(user.is_authenticated and (is_hotline(user) or user.access.centre_wide))


def may_decide_requests(user: "User | AnonymousUser") -> bool:
    """Who opens the page of returns and requests: dispatchers decide, those who oversee read."""
    return bool(user.is_authenticated and (is_dispatcher(user) or user.access.centre_wide))


def may_reopen(user: "User", ticket: "Ticket") -> bool:
    return is_hotline(user)


def may_urge(user: "User", ticket: "Ticket") -> bool:
    """The caller, and the operator on their behalf."""
    return ticket.owner_id == user.pk or is_hotline(user)


def may_add(user: "User", ticket: "Ticket") -> bool:
    """The caller adds what was forgotten; the hotline on their behalf, and whoever handles it adds notes."""
    return may_urge(user, ticket) or may_handle(user, ticket) or runs_district(user, ticket)


def may_see_personal(user: "User", ticket: "Ticket") -> bool:
    """Name, telephone and address unmasked, and logged: the hotline; the responsible department unless the caller
    wants to stay secret; the caller."""
    if is_hotline(user) or ticket.owner_id == user.pk:
        return True
    return not ticket.secret and (may_handle(user, ticket) or runs_district(user, ticket))


def may_edit_settings(user: "User | AnonymousUser") -> bool:
    """Categories and limits: administrators."""
    return bool(user.is_authenticated and user.access.has(Role.ADMINISTRATOR))


def may_see_settings(user: "User | AnonymousUser") -> bool:
    return bool(user.is_authenticated and (user.access.centre_wide or is_dispatcher(user)))
