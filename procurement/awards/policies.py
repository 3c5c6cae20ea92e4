"""Who may do what after the evaluation: pure functions of (user, object)."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role
from procurement.bidders.agents import acts_for
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.tenders.policies import is_party, may_prepare, may_review

if TYPE_CHECKING:
    from procurement.awards.models import Change, Contract, Penalty, Remedy, ResultNotice

__all__ = ["may_manage_trading", "may_prepare", "may_review", "may_see_trading"]


def may_supervise(user: Any) -> bool:
    """Who decides complaints and penalties: the supervising authority."""
    return bool(user.is_authenticated and user.access.has(Role.SUPERVISOR))


def may_see_result_notice(user: Any, notice: "ResultNotice") -> bool:
    """The same rule as `ResultNoticeQuerySet.visible_to`."""
    return may_see_trading(user) or acts_for(user, notice.bidder.organisation_id) or is_party(user, notice.lot.project)


# --- contracts ----------------------------------------------------------------------------------------------------------


def may_open_contract(user: Any, contract: "Contract") -> bool:
    """The same rule as `ContractQuerySet.visible_to`."""
    if may_see_trading(user):
        return True
    return acts_for(user, contract.bidder.organisation_id) or is_party(user, contract.lot.project)


def may_keep_contract(user: Any, contract: "Contract") -> bool:
    """Who signs, publishes, accepts and pays: the buyer's or agency's people; an officer enters it for them."""
    return may_prepare(user, contract.lot.project)


def may_refuse_contract(user: Any, contract: "Contract") -> bool:
    """Who enters that the winner does not sign, since the bond is forfeited with it: the trading centre only."""
    return may_review(user, contract.lot.project) and not acts_for(user, contract.bidder.organisation_id)


def may_approve_change(user: Any, change: "Change") -> bool:
    """A second person of those who keep the contract."""
    return change.proposed_by_id != user.pk and may_keep_contract(user, change.contract)


# --- remedies -----------------------------------------------------------------------------------------------------------


def may_see_remedy(user: Any, remedy: "Remedy") -> bool:
    """The same rule as `RemedyQuerySet.visible_to`."""
    return may_see_trading(user) or acts_for(user, remedy.organisation_id) or is_party(user, remedy.project)


def may_answer(user: Any, remedy: "Remedy") -> bool:
    """Objections and queries are answered by the buyer or the agency, or for them by the trading centre."""
    return may_prepare(user, remedy.project) and not acts_for(user, remedy.organisation_id)


def may_decide(user: Any, remedy: "Remedy") -> bool:
    """Complaints are decided by a supervisor who acts for none of the sides."""
    return may_supervise(user) and not acts_for(user, remedy.organisation_id) and not is_party(user, remedy.project)


def is_complainant(user: Any, remedy: "Remedy") -> bool:
    return acts_for(user, remedy.organisation_id)


# --- penalties ----------------------------------------------------------------------------------------------------------


def may_see_penalty(user: Any, penalty: "Penalty") -> bool:
    """The same rule as `PenaltyQuerySet.visible_to`."""
    if may_see_trading(user):
        return True
    return penalty.decided_on is not None and acts_for(user, penalty.organisation_id)


def may_decide_penalty(user: Any, penalty: "Penalty") -> bool:
    """A second supervisor, and nobody for the own firm."""
    return may_supervise(user) and user.pk != penalty.proposed_by_id and not acts_for(user, penalty.organisation_id)


def may_settle_penalty(user: Any, penalty: "Penalty") -> bool:
    """Who enters the payment: any supervisor, never for the own firm."""
    return may_supervise(user) and not acts_for(user, penalty.organisation_id)
