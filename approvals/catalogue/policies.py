"""Who may do what in the catalogue: pure functions of (user, item). The public sees all but drafts."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.catalogue.models import Item

AUTHORS = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
REVIEWERS = (Role.REVIEWER, Role.DEPARTMENT_HEAD)


def _holds(user: Any, item: "Item", roles: tuple[Role, ...]) -> bool:
    if not getattr(user, "is_authenticated", False):
        return False
    access = user.access
    return access.has(Role.ADMINISTRATOR) or any(access.has(role, item.department_id) for role in roles)


def can_see(user: Any, item: "Item") -> bool:
    """Everybody sees what was ever published; drafts are seen by their department's staff and centre-wide roles."""
    if item.status != "draft":
        return True
    if not getattr(user, "is_authenticated", False):
        return False
    return bool(user.access.centre_wide or item.department_id in user.access.departments())


def can_edit(user: Any, item: "Item") -> bool:
    """Write drafts of the item: staff of its department who handle its cases, and administrators."""
    return _holds(user, item, AUTHORS)


def can_review(user: Any, item: "Item") -> bool:
    """Approve a draft: reviewers and the head of its department, and administrators. Never the draft's author."""
    return _holds(user, item, REVIEWERS)


def can_change_standing(user: Any, item: "Item") -> bool:
    """Cancel, suspend, merge or delegate: the department's head, and administrators."""
    return _holds(user, item, (Role.DEPARTMENT_HEAD,))
