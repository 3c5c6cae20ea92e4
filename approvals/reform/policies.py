"""Who may change an item's standing: one asks, another confirms. Pure functions of (user, thing)."""

from typing import TYPE_CHECKING, Any

from approvals.reform.querysets import DESK
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.catalogue.models import Item
    from approvals.reform.models import ChangeRequest, Delegation


def may_see_desk(user: Any) -> bool:
    """The staff's pages of the reform: reviewers and heads, and centre-wide roles."""
    return bool(user.access.centre_wide or user.access.departments(*DESK))


def may_see(user: Any, request: "ChangeRequest") -> bool:
    """The same rule as `RequestQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    return bool(user.access.centre_wide or request.department_id in user.access.departments(*DESK))


def may_oversee(user: Any) -> bool:
    """Supervisors and administrators."""
    return bool(user.access.has(Role.SUPERVISOR) or user.access.has(Role.ADMINISTRATOR))


def may_propose(user: Any, item: "Item") -> bool:
    """The head of the item's department, and who oversees the reform."""
    return may_oversee(user) or bool(user.access.has(Role.DEPARTMENT_HEAD, item.department_id))


def may_confirm(user: Any, request: "ChangeRequest") -> bool:
    """The second person: who oversees, and never whoever asked."""
    return may_oversee(user) and request.proposed_by_id != user.pk


def may_withdraw(user: Any, request: "ChangeRequest") -> bool:
    """Whoever asked, until it takes effect."""
    return bool(request.proposed_by_id == user.pk and user.access.is_staff)


def may_take_back(user: Any, delegation: "Delegation") -> bool:
    """The head of the item's department, and who oversees the reform."""
    return may_oversee(user) or bool(user.access.has(Role.DEPARTMENT_HEAD, delegation.item.department_id))
