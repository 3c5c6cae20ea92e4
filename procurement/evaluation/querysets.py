"""Who sees which evaluations and clarifications."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading
from procurement.experts.models import PanelMember

if TYPE_CHECKING:
    from portal.people.models import User
    from procurement.evaluation.models import (  # noqa: F401 - named in the base classes
        Candidate,
        Clarification,
        EvaluatedBid,
        Evaluation,
        Session,
    )


def _seat(user: "User", project: str) -> Exists:
    """An attending seat of this person on the panel of the tender under `project`."""
    seats = PanelMember.objects.filter(user=user.pk, state=PanelMember.State.ATTENDING)
    return Exists(seats.filter(panel__project=OuterRef(project), panel__complete_at__isnull=False))


class SessionQuerySet(QuerySet["Session"]):
    """Sessions. `seated` is the same rule as `policies.is_seated`, `visible_to` as `policies.may_follow`."""

    def seated(self, user: "User") -> "SessionQuerySet":
        """Those of a committee that the person attends."""
        return self.filter(_seat(user, "project"))

    def visible_to(self, user: "User") -> "SessionQuerySet":
        """How far it has come: the committee itself, the trading centre and who looks over it."""
        return self if may_see_trading(user) else self.seated(user)


class EvaluationQuerySet(QuerySet["Evaluation"]):
    """Evaluations of lots. `seated` is the same rule as `policies.may_sit`, `visible_to` as `policies.may_see`."""

    def seated(self, user: "User") -> "EvaluationQuerySet":
        """The desk of the committee: its attending members."""
        return self.filter(_seat(user, "session__project"))

    def visible_to(self, user: "User") -> "EvaluationQuerySet":
        """That it goes on and how far: the committee, the trading centre, overseers. Nobody else before the end."""
        return self if may_see_trading(user) else self.seated(user)

    def reported_to(self, user: "User") -> "EvaluationQuerySet":
        """Signed reports. The same rule as `policies.may_read_report`."""
        from procurement.evaluation.policies import RESULT_PUBLIC

        mine = organisation_ids(user)
        allowed = Q(lot__project__buyer__in=mine) | Q(lot__project__agency__in=mine)
        allowed |= Q(_seat(user, "session__project"))
        if may_see_trading(user):
            allowed |= Q(lot__project__state__in=RESULT_PUBLIC)
        return self.filter(allowed, ended_at__isnull=False)


class EvaluatedBidQuerySet(QuerySet["EvaluatedBid"]):
    """Bids of evaluations. `negotiated_by` is the same rule as `policies.may_offer`."""

    def negotiated_by(self, user: "User") -> "EvaluatedBidQuerySet":
        """Those of one's own firms in a negotiation: of a bid that was rejected before it there is nothing to offer."""
        own = self.filter(bid__bidder__organisation__in=organisation_ids(user), evaluation__negotiation__isnull=False)
        return own.filter(Q(rejected=False) | Q(left=True) | Q(offers__isnull=False)).distinct()


class ClarificationQuerySet(QuerySet["Clarification"]):
    """Questions to bidders. `visible_to` is the same rule as `policies.may_see_clarification`."""

    def own(self, user: "User") -> "ClarificationQuerySet":
        """Those put to firms that the person acts for."""
        return self.filter(bid__bid__bidder__organisation__in=organisation_ids(user))

    def visible_to(self, user: "User") -> "ClarificationQuerySet":
        """The bidder's own, the committee's; the buyer's questions for the buyer. Never another bidder's."""
        mine = organisation_ids(user)
        seated = _seat(user, "bid__evaluation__session__project")
        asker = Q(by_buyer=True) & (
            Q(bid__evaluation__lot__project__buyer__in=mine) | Q(bid__evaluation__lot__project__agency__in=mine)
        )
        return self.filter(Q(bid__bid__bidder__organisation__in=mine) | Q(seated) | asker)


class StandingCandidates(models.Manager["Candidate"]):
    """The candidates of the evaluation that counts; those before another evaluation are history."""

    def get_queryset(self) -> "QuerySet[Candidate]":
        return super().get_queryset().filter(ended_at__isnull=True)
