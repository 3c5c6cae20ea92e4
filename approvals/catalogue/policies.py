"""Who may do what in the catalogue: pure functions of (user, item). The public sees all but drafts."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.catalogue.models import Item

AUTHORS = (Role.DEPARTMENT_HEAD,)
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
    """Write and publish versions of the item: the head of its department, and administrators."""
    return _holds(user, item, AUTHORS)


def can_review(user: Any, item: "Item") -> bool:
    """Approve a draft: reviewers and the head of its department, and administrators. Never the draft's author."""
    return _holds(user, item, REVIEWERS)


def can_manage(user: Any, item: "Item") -> bool:
    """Open the item's pages behind the scenes: who writes it, and who approves it. The same as `managed_by`."""
    return _holds(user, item, REVIEWERS)


def can_administer(user: Any) -> bool:
    """What goes beyond one department: tables that may name any item, guided questions."""
    return bool(getattr(user, "is_authenticated", False) and user.access.has(Role.ADMINISTRATOR))


def works_on_catalogue(user: Any) -> bool:
    """Somebody who manages at least some items."""
    if not getattr(user, "is_authenticated", False):
        return False
    return bool(user.access.roles & {Role.ADMINISTRATOR, *REVIEWERS})


def can_read_guide_file(user: Any, item: "Item", *, published: bool) -> bool:
    """Blanks and samples: everybody once a version that names them was published, before that who sees the draft."""
    return published or (getattr(user, "is_authenticated", False) and user.access.is_staff and can_manage(user, item))


def can_change_standing(user: Any, item: "Item") -> bool:
    """Cancel, suspend, merge or delegate: the department's head, and administrators."""
    return _holds(user, item, (Role.DEPARTMENT_HEAD,))
