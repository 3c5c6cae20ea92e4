"""Who sees which procedures, awards, contracts, remedies and penalties."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading

if TYPE_CHECKING:
    from procurement.awards.models import (  # noqa: F401 - named in the base classes
        Award,
        Contract,
        Penalty,
        Procedure,
        Remedy,
        ResultNotice,
    )


class ProcedureQuerySet(QuerySet["Procedure"]):
    """Procedures of tenders. `visible_to` is the same rule as `tenders.policies.may_open`."""

    def visible_to(self, user: Any) -> "ProcedureQuerySet":
        """The buyer's and the agency's own; all for who looks after trading."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(Q(project__buyer__in=mine) | Q(project__agency__in=mine))


class AwardQuerySet(QuerySet["Award"]):
    """Awards. An award is public as soon as it is there: it is written with its announcement."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        return self.all()


class ResultNoticeQuerySet(QuerySet["ResultNotice"]):
    """Notices of results. `visible_to` is the same rule as `policies.may_see_result_notice`."""

    def visible_to(self, user: Any) -> "ResultNoticeQuerySet":
        """The bidder's own, the buyer's and the agency's, all for who looks after trading."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(
            Q(bidder__organisation__in=mine) | Q(lot__project__buyer__in=mine) | Q(lot__project__agency__in=mine)
        )


class ContractQuerySet(QuerySet["Contract"]):
    """Contracts. `visible_to` is the same rule as `policies.may_open_contract`: the inner page, not the public part."""

    def visible_to(self, user: Any) -> "ContractQuerySet":
        """For the buyer, the agency and the contractor; all for who looks after trading."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(
            Q(bidder__organisation__in=mine) | Q(lot__project__buyer__in=mine) | Q(lot__project__agency__in=mine)
        )

    def public(self) -> "ContractQuerySet":
        return self.filter(published_on__isnull=False)


class RemedyQuerySet(QuerySet["Remedy"]):
    """Remedies. `visible_to` is the same rule as `policies.may_see_remedy`."""

    def visible_to(self, user: Any) -> "RemedyQuerySet":
        """For who filed it, for the buyer and the agency, for who looks after trading. Competitors never see it."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(Q(organisation__in=mine) | Q(project__buyer__in=mine) | Q(project__agency__in=mine))

    def decisions(self) -> "RemedyQuerySet":
        """Complaints that were decided: public, without the name of who complained."""
        return self.filter(kind="complaint", state="decided")

    def stopping(self, on: dt.date) -> "RemedyQuerySet":
        """Those that hold up the tender on a day: an open objection of the tendering law, a suspension."""
        suspended = Q(state="accepted", suspended_from_on__isnull=False)
        suspended &= Q(suspended_until_on__isnull=True) | Q(suspended_until_on__gte=on)
        return self.filter(Q(kind="objection", state="filed") | suspended)

    def went_on(self, projects: Sequence[int]) -> dict[int, dt.date]:
        """For each tender that a remedy has held up: the day on which the last of them no longer did. One query."""
        held = self.filter(project__in=projects).filter(Q(kind="objection") | Q(suspended_from_on__isnull=False))
        found: dict[int, dt.date] = {}
        for project, ended, until in held.values_list("project", "ended_on", "suspended_until_on"):
            days = [day for day in (ended, until and until + dt.timedelta(days=1)) if day]
            if days:
                found[project] = max(min(days), found.get(project, min(days)))
        return found


class PenaltyQuerySet(QuerySet["Penalty"]):
    """Penalties. `visible_to` is the same rule as `policies.may_see_penalty`."""

    def visible_to(self, user: Any) -> "PenaltyQuerySet":
        """All for who looks after trading; the decided ones for the firm itself."""
        if may_see_trading(user):
            return self
        return self.filter(organisation__in=organisation_ids(user), decided_on__isnull=False)

    def public(self) -> "PenaltyQuerySet":
        """Decided ones are published (政府信息公开条例, article 20)."""
        return self.filter(decided_on__isnull=False, state__in=("decided", "paid"))
