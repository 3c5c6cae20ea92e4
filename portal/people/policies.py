"""Who may do what with accounts, departments and postings, and who needs a second factor: pure functions."""

from typing import TYPE_CHECKING

from portal.core.time import today
from portal.people.roles import OVERSEERS, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import Client, Department, Leave, Membership, Organisation, Posting, User

# Those who see the whole centre or change its rules sign in with a code from their phone as well.
SECOND_FACTOR_ROLES = frozenset({Role.SUPERVISOR.value, Role.ADMINISTRATOR.value})
# Those who compare a licence with an organisation's registration.
CONFIRMING = frozenset({Role.ADMINISTRATOR.value, Role.HALL_MANAGER.value})


def may_see_profile(user: "User | AnonymousUser", other: "User") -> bool:
    """One's own only; staff see a citizen's data on the case."""
    return bool(user.is_authenticated and user.pk == other.pk)


def needs_second_factor(user: "User | AnonymousUser") -> bool:
    return bool(user.is_authenticated and user.access.roles & SECOND_FACTOR_ROLES)


# --- the centre's people ----------------------------------------------------------------------------------------------


def may_administer(user: "User | AnonymousUser") -> bool:
    """Who manages departments, windows, staff and postings."""
    return bool(user.is_authenticated and user.access.has(Role.ADMINISTRATOR))


def oversees_staff(user: "User | AnonymousUser") -> bool:
    """Who reads the pages of departments, staff and postings: administrators and auditors."""
    return bool(user.is_authenticated and user.access.roles & {role.value for role in OVERSEERS})


def may_see_department(user: "User", department: "Department") -> bool:
    """On the administrators' pages; to the public a department is known by its items."""
    return oversees_staff(user) or user.access.has(Role.DEPARTMENT_HEAD, department.pk)


def may_see_posting(user: "User", posting: "Posting") -> bool:
    """The holder, the substitute, the head of the department, and who oversees the staff."""
    if user.pk in {posting.user_id, posting.substitute_id} or oversees_staff(user):
        return True
    return posting.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, posting.department_id)


def may_see_leave(user: "User", leave: "Leave") -> bool:
    return user.pk == leave.user_id or oversees_staff(user)


def may_see_clients(user: "User | AnonymousUser") -> bool:
    """The pages of system accounts: who oversees, and heads of department for their own."""
    return bool(user.is_authenticated and (oversees_staff(user) or user.access.has(Role.DEPARTMENT_HEAD)))


def may_see_client(user: "User", client: "Client") -> bool:
    if oversees_staff(user):
        return True
    return client.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, client.department_id)


def may_see_account(user: "User", other: "User") -> bool:
    """One's own; the staff's for who oversees them. A citizen's account is on no list."""
    if user.pk == other.pk:
        return True
    return oversees_staff(user) and not other.is_system and (other.postings.exists() or not hasattr(other, "citizen"))


# --- organisations ------------------------------------------------------------------------------------------------------


def may_confirm_memberships(user: "User | AnonymousUser") -> bool:
    """Who has seen the licence: administrators and hall managers."""
    return bool(user.is_authenticated and user.access.roles & CONFIRMING)


def _lasts(membership: "Membership") -> bool:
    day = today()
    begun, over = membership.starts_on <= day, membership.ends_on is not None and membership.ends_on < day
    return begun and not over and membership.ended_at is None


def may_see_organisation(user: "User", organisation: "Organisation") -> bool:
    """Whoever acts for it or waits to be confirmed, and who confirms."""
    if may_confirm_memberships(user):
        return True
    return any(row.user_id == user.pk and _lasts(row) for row in organisation.memberships.all())


def is_legal_person(user: "User", organisation: "Organisation") -> bool:
    """Whether the person is the organisation's confirmed legal person today."""
    return any(
        row.user_id == user.pk and row.kind == row.Kind.LEGAL_PERSON and row.confirmed_at is not None and _lasts(row)
        for row in organisation.memberships.all()
    )


def may_see_membership(user: "User", membership: "Membership") -> bool:
    """The person it is about, the organisation's legal person, and who confirms."""
    if membership.user_id == user.pk or may_confirm_memberships(user):
        return True
    return is_legal_person(user, membership.organisation)
