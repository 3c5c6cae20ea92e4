"""Who writes, publishes and reads articles: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.knowledge.models import ArticleVersion, Feedback
    from portal.people.models import User

WRITERS = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
PUBLISHERS = (Role.REVIEWER, Role.DEPARTMENT_HEAD)


def may_read(user: "User | AnonymousUser") -> bool:
    """Everybody of the staff reads what is published."""
    return bool(user.is_authenticated and user.access.is_staff)


def may_see(user: "User", version: "ArticleVersion") -> bool:
    """The same rule as `ArticleVersionQuerySet.visible_to`."""
    if user.access.centre_wide:
        return True
    if not user.access.is_staff:
        return False
    return version.state not in {"draft", "review"} or version.department_id in user.access.departments()


def may_write(user: "User | AnonymousUser") -> bool:
    """Who has a department to write for."""
    return bool(user.is_authenticated and user.access.departments(*WRITERS))


def may_write_for(user: "User", department_id: int) -> bool:
    return department_id in user.access.departments(*WRITERS)


def may_edit(user: "User", version: "ArticleVersion") -> bool:
    return may_write_for(user, version.department_id)


def may_publish(user: "User", version: "ArticleVersion") -> bool:
    """A reviewer or head of the department, never the one who wrote it."""
    return version.department_id in user.access.departments(*PUBLISHERS) and version.author_id != user.pk


def may_withdraw(user: "User", version: "ArticleVersion") -> bool:
    """The department's reviewer or head, or a supervisor: what is wrong must go at once."""
    return user.access.has(Role.SUPERVISOR) or version.department_id in user.access.departments(*PUBLISHERS)


def may_remark(user: "User | AnonymousUser") -> bool:
    """Operators and dispatchers, and everybody else of the staff who answers people."""
    return may_read(user)


def may_see_feedback(user: "User", feedback: "Feedback") -> bool:
    """The same rule as `FeedbackQuerySet.visible_to`."""
    if user.access.centre_wide or user.access.has(Role.HOTLINE_DISPATCHER) or feedback.given_by_id == user.pk:
        return True
    return feedback.department_id in user.access.departments()


def may_answer_feedback(user: "User", feedback: "Feedback") -> bool:
    """Whoever writes for the department answers its remarks."""
    return may_write_for(user, feedback.department_id)
