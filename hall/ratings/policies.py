"""Who may do what with ratings and what follows from them: pure functions of (user, object).

The rated person sees what was said, never by whom; the department sees its own; the hall's manager and those who look
over the centre see all. Nobody decides about a rating of their own work.
"""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hall.ratings.models import Grievance, Invitation, Rating, Rectification
    from portal.people.models import User

OVERSEEING = (Role.HALL_MANAGER, Role.SUPERVISOR)
CALLING = (Role.HALL_MANAGER, Role.SUPERVISOR, Role.HOTLINE_OPERATOR)


def oversees(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Who sets aside, excludes, publishes, calls back: the hall's managers and the supervisors."""
    return bool(user.is_authenticated and any(user.access.has(role) for role in OVERSEEING))


def sees_all(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Reads all ratings: who oversees them, and whoever looks over the whole centre."""
    return oversees(user) or bool(user.is_authenticated and user.access.centre_wide)


def is_head(user: "User", department_id: int) -> bool:
    return user.access.has(Role.DEPARTMENT_HEAD, department_id)


def is_rated(user: "User", thing: "Rating | Rectification | Invitation") -> bool:
    return thing.staff_id is not None and thing.staff_id == user.pk


def may_see_ratings(user: "User | AnonymousUser") -> bool:
    """The staff's pages of ratings: everybody who is rated, heads, and who oversees."""
    if not user.is_authenticated:
        return False
    return sees_all(user) or bool(user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD))


def may_see_invitation(user: "User", invitation: "Invitation") -> bool:
    """Whom it asks, and nobody else: the link speaks for itself."""
    return invitation.invited_id is not None and invitation.invited_id == user.pk


def may_see_rating(user: "User", rating: "Rating") -> bool:
    """The same rule as `RatingQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if sees_all(user) or is_head(user, rating.department_id) or is_rated(user, rating):
        return True
    return rating.invitation is not None and may_see_invitation(user, rating.invitation)


def may_see_rectification(user: "User", work: "Rectification") -> bool:
    """The same rule as `RectificationQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    mine = user.pk in {work.handler_id, work.staff_id}
    return mine or sees_all(user) or is_head(user, work.department_id)


def may_see_contact(user: "User", work: "Rectification") -> bool:
    """How to reach who rated: only who works on it, never the rated person. The viewing is logged."""
    return not is_rated(user, work) and (work.handler_id == user.pk or oversees(user))


def may_work_on(user: "User", work: "Rectification") -> bool:
    """The named handler; the rated person never handles the own bad rating."""
    return work.handler_id == user.pk and not is_rated(user, work)


def may_name_handler(user: "User", work: "Rectification") -> bool:
    """Who oversees, and the head of the department, as long as it is not about them."""
    return (oversees(user) or is_head(user, work.department_id)) and not is_rated(user, work)


def may_judge(user: "User", work: "Rectification") -> bool:
    """Set aside, decide an appeal, close: another role than the rated department's, and not who handles it."""
    return oversees(user) and not is_rated(user, work) and work.handler_id != user.pk


def may_decide_appeal(user: "User", work: "Rectification") -> bool:
    """Whoever may judge, and did not appeal."""
    return may_judge(user, work) and work.appealed_by_id != user.pk


def may_call_back(user: "User", work: "Rectification") -> bool:
    """Who asks the citizen whether it is better now: the centre, not the one who says it is."""
    return oversees(user) and not is_rated(user, work) and work.handler_id != user.pk


def may_appeal(user: "User", work: "Rectification") -> bool:
    """The rated person, or the head of the department."""
    return is_rated(user, work) or is_head(user, work.department_id)


def may_exclude(user: "User", rating: "Rating") -> bool:
    """Another role than the rated: manager or supervisor, in no role of the rated department."""
    return oversees(user) and not is_rated(user, rating) and not is_head(user, rating.department_id)


def may_call(user: "User | AnonymousUser", _obj: Any = None) -> bool:
    """Who telephones to ask for ratings."""
    return bool(user.is_authenticated and any(user.access.has(role) for role in CALLING))


def may_call_for(user: "User", invitation: "Invitation") -> bool:
    """Not the rated person, and nobody of the rated department."""
    return may_call(user) and not is_rated(user, invitation) and not _works_for(user, invitation.department_id)


def _works_for(user: "User", department_id: int) -> bool:
    """Handles or decides that department's cases; managing the hall from its desk is not that."""
    return department_id in user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)


def may_see_grievance(user: "User", grievance: "Grievance") -> bool:
    """The same rule as `GrievanceQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    return sees_all(user) or user.pk in {grievance.handler_id, grievance.author_id, grievance.taken_by_id}


def may_handle_grievance(user: "User", grievance: "Grievance") -> bool:
    return grievance.handler_id == user.pk and grievance.author_id != user.pk


def may_name_grievance_handler(user: "User", grievance: "Grievance") -> bool:
    return oversees(user) or may_handle_grievance(user, grievance)


def may_take_grievances(user: "User | AnonymousUser") -> bool:
    """Who writes down what somebody says at the complaint window."""
    return bool(user.is_authenticated and user.access.is_staff)
