"""Who may do what with appointments: pure functions of (user, object), used by actions and pages alike."""

from typing import TYPE_CHECKING

from hall.policies import may_manage_windows
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.appointments.models import Appointment, Holder, Service
    from portal.people.models import User


def may_plan(user: "User | AnonymousUser") -> bool:
    """Who decides what can be booked and when: the managers of the hall and administrators."""
    return may_manage_windows(user)


def may_see_plans(user: "User | AnonymousUser") -> bool:
    """Who opens the pages of plans and utilisation: those who plan, and the centre-wide roles."""
    return bool(user.is_authenticated and (may_plan(user) or user.access.centre_wide))


def may_see_desk(user: "User | AnonymousUser") -> bool:
    """Who opens the list of the day: clerks, heads, and who sees the whole hall."""
    return bool(
        user.is_authenticated and (may_see_plans(user) or user.access.departments(Role.CLERK, Role.DEPARTMENT_HEAD))
    )


def is_holder(user: "User", appointment: "Appointment") -> bool:
    return appointment.holder.user_id is not None and appointment.holder.user_id == user.pk


def may_see(user: "User", appointment: "Appointment") -> bool:
    """The same rule as `AppointmentQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if is_holder(user, appointment) or user.access.centre_wide or user.access.has(Role.HALL_MANAGER):
        return True
    return _of_departments(user, appointment.department_id, Role.CLERK, Role.DEPARTMENT_HEAD)


def may_see_holder(user: "User", holder: "Holder") -> bool:
    """The same rule as `HolderQuerySet.visible_to`."""
    return holder.user_id == user.pk or user.access.centre_wide or user.access.has(Role.HALL_MANAGER)


def may_book_for_others(user: "User", service: "Service") -> bool:
    """At the desk and on the telephone: clerks of the service's department, any clerk for a shared one, managers."""
    return may_plan(user) or _of_departments(user, service.department_id, Role.CLERK)


def may_book_at_desk(user: "User | AnonymousUser") -> bool:
    """Who opens the page of booking for somebody."""
    return bool(user.is_authenticated and (may_plan(user) or user.access.departments(Role.CLERK)))


def may_serve(user: "User", appointment: "Appointment") -> bool:
    """Check in, move or cancel at the desk; nobody does so with an appointment of their own."""
    if is_holder(user, appointment):
        return False
    return may_plan(user) or _of_departments(user, appointment.department_id, Role.CLERK)


def may_lift_pause(user: "User | AnonymousUser") -> bool:
    return may_plan(user)


def _of_departments(user: "User", department_id: int | None, *roles: str) -> bool:
    departments = user.access.departments(*roles)
    return bool(departments) and (department_id is None or department_id in departments)
