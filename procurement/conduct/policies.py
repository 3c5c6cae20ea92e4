"""Who may do what with ratings and decisions: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.models import Organisation
from portal.people.roles import Role
from procurement.bidders.agents import acts_for, organisation_ids
from procurement.bidders.policies import may_manage_trading, may_see_trading

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.conduct.models import Decision, Rating, Score


def is_rated(user: "User", rating: "Rating | Score") -> bool:
    """The expert, or an agent of the agency."""
    if rating.expert is not None:
        return rating.expert.user_id == user.pk
    return acts_for(user, rating.agency_id)


def may_see_rating(user: "User", rating: "Rating") -> bool:
    """The same rule as `ConductRatingQuerySet.visible_to`."""
    return may_see_trading(user) or rating.rater_id == user.pk or is_rated(user, rating)


def may_see_score(user: "User", score: "Score") -> bool:
    """The same rule as `ScoreQuerySet.visible_to`."""
    return may_see_trading(user) or is_rated(user, score)


def may_sit_in_judgement(user: "User | AnonymousUser") -> bool:
    """Who proposes and decides: the trading centre and supervisors."""
    return bool(user.is_authenticated and (may_manage_trading(user) or user.access.has(Role.SUPERVISOR)))


def may_answer_objection(user: "User", rating: "Rating") -> bool:
    """Another person than who rated, and not the rated one."""
    return may_sit_in_judgement(user) and rating.rater_id != user.pk and not is_rated(user, rating)


def is_subject(user: "User", decision: "Decision") -> bool:
    """The expert, or an agent of the firm."""
    if decision.expert is not None:
        return decision.expert.user_id == user.pk
    return Organisation.objects.filter(pk__in=organisation_ids(user), uscc=decision.uscc).exists()


def may_see_decision(user: "User | AnonymousUser", decision: "Decision") -> bool:
    """The same rule as `DecisionQuerySet.visible_to`."""
    return may_see_trading(user) or (user.is_authenticated and is_subject(user, decision))


def may_drop(user: "User", decision: "Decision") -> bool:
    return may_sit_in_judgement(user) and not is_subject(user, decision)


def may_decide(user: "User", decision: "Decision") -> bool:
    """Another person than who proposed, and not the subject."""
    return may_sit_in_judgement(user) and decision.proposed_by_id != user.pk and not is_subject(user, decision)


def may_judge(user: "User", decision: "Decision") -> bool:
    """An objection or a repair is decided by a person who neither proposed nor decided."""
    return may_decide(user, decision) and decision.decided_by_id != user.pk
