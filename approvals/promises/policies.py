"""Who may do what with promises: pure functions of (user, thing of a department)."""

from typing import TYPE_CHECKING, Any

from approvals.promises.querysets import DESK
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.catalogue.models import Item
    from approvals.promises.models import Finding, Proposal


def may_see_desk(user: Any) -> bool:
    """The staff's pages of promises: reviewers and heads for their departments, centre-wide roles for all."""
    return bool(user.access.centre_wide or user.access.departments(*DESK))


def may_see(user: Any, thing: "Finding | Proposal | Item") -> bool:
    """The same rule as `visible_to` of findings and proposals, and as the list of items."""
    if not user.is_authenticated:
        return False
    return bool(user.access.centre_wide or thing.department_id in user.access.departments(*DESK))


def may_oversee(user: Any, _thing: Any = None) -> bool:
    """Open rounds and judge replies: supervisors and administrators."""
    return bool(user.is_authenticated and (user.access.has(Role.SUPERVISOR) or user.access.has(Role.ADMINISTRATOR)))


def may_reply(user: Any, finding: "Finding") -> bool:
    """The head of the department answers for its promises."""
    return bool(user.access.has(Role.DEPARTMENT_HEAD, finding.department_id))


def may_judge(user: Any, finding: "Finding") -> bool:
    """Who oversees, and never whoever replied."""
    return may_oversee(user) and finding.replied_by_id != user.pk


def may_propose(user: Any, item: "Item") -> bool:
    """Whoever knows the item at work, and whoever oversees all promises."""
    return may_oversee(user) or item.department_id in user.access.departments(*DESK)


def may_decide(user: Any, proposal: "Proposal") -> bool:
    """The head of the department takes a proposal over, or declines it."""
    return bool(user.access.has(Role.DEPARTMENT_HEAD, proposal.department_id))
