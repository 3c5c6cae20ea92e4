"""Who may do what with rule sets and decisions of the portal: pure functions of (user, thing)."""

from typing import TYPE_CHECKING, Any

from approvals.cases import policies as cases
from approvals.instant.querysets import DESK
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.catalogue.models import Item
    from approvals.instant.models import InstantDecision, RuleSet


def may_see_desk(user: Any) -> bool:
    """The staff's pages."""
    return bool(user.is_authenticated and (user.access.centre_wide or user.access.departments(*DESK)))


def may_see_rules(user: Any, rules: "RuleSet") -> bool:
    """The same rule as `RuleSetQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    return bool(user.access.centre_wide or rules.item.department_id in user.access.departments(*DESK))


def may_see(user: Any, decision: "InstantDecision") -> bool:
    """The same rule as `InstantDecisionQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    case = decision.case
    return bool(
        cases.is_applicant(user, case)
        or user.access.centre_wide
        or case.department_id in user.access.departments(*DESK)
    )


def may_edit(user: Any, item: "Item") -> bool:
    """Write, try and withdraw rules: the head of the item's department, and the administrator."""
    return bool(user.access.has(Role.DEPARTMENT_HEAD, item.department_id) or user.access.has(Role.ADMINISTRATOR))


def may_publish(user: Any, rules: "RuleSet") -> bool:
    """Another person than the one who wrote them."""
    return may_edit(user, rules.item) and rules.made_by_id != user.pk


def may_review(user: Any, decision: "InstantDecision") -> bool:
    """A reviewer of the department, in somebody else's matter."""
    case = decision.case
    return cases.is_reviewer(user, case) and not cases.is_applicant(user, case)


def may_oversee(user: Any) -> bool:
    """See the figures of the centre and the seeds of the draws."""
    return bool(user.is_authenticated and user.access.centre_wide)


def may_switch(user: Any) -> bool:
    """Switch a broken check on again."""
    return bool(user.is_authenticated and user.access.has(Role.ADMINISTRATOR))
