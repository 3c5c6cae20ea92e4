"""Who is named for what: handlers of bad ratings and grievances, and who is told."""

from portal.people.models import Posting, User
from portal.people.roles import Role


def holders(role: Role, department_id: int | None = None) -> list[User]:
    """Who holds the role today and can sign in, the longest-serving first."""
    rows = Posting.objects.in_force().filter(role=role).select_related("user").order_by("starts_on", "pk")
    if department_id is not None:
        rows = rows.filter(department=department_id)
    return list({row.user_id: row.user for row in rows if row.user.may_sign_in}.values())


def overseers() -> list[User]:
    """The hall's managers; the supervisors where there is none."""
    return holders(Role.HALL_MANAGER) or holders(Role.SUPERVISOR)


def handler_for(department_id: int, staff_id: int | None) -> User | None:
    """Who is named at once: the head of the department, else the hall's manager; never the rated person."""
    for candidate in (*holders(Role.DEPARTMENT_HEAD, department_id), *overseers()):
        if candidate.pk != staff_id:
            return candidate
    return None


def may_be_named(department_id: int, staff_id: int | None) -> list[User]:
    """Among whom a handler is chosen: heads and reviewers of the department, and the hall's managers."""
    found = [
        *holders(Role.DEPARTMENT_HEAD, department_id),
        *holders(Role.REVIEWER, department_id),
        *holders(Role.HALL_MANAGER),
    ]
    return list({user.pk: user for user in found if user.pk != staff_id}.values())
