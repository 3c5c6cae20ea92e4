"""Who sees which experts, draws and seats."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from portal.core.time import ZONE, today
from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.experts.models import Draw, Expert, PanelMember, Standing  # noqa: F401 - in the base classes

# From these states on the result is public, and with it who evaluated.
RESULT_PUBLIC = ("publicity", "awarded", "contracted", "completed", "failed", "repeated", "terminated")


class ExpertQuerySet(QuerySet["Expert"]):
    """Reads of the pool. `visible_to` is the same rule as `policies.may_see_expert`."""

    def visible_to(self, user: "User") -> "ExpertQuerySet":
        """The own row; all for who looks after trading."""
        return self if may_see_trading(user) else self.filter(user=user.pk)

    def in_pool(self, on: dt.date) -> "ExpertQuerySet":
        """Approved, appointed on the day, and not behind with the yearly check."""
        return self.filter(state="approved", valid_until__gte=on, check_due_on__gte=on)


class StandingQuerySet(QuerySet["Standing"]):
    """Reads of blocks. `visible_to` is the same rule as `policies.may_see_standing`."""

    def visible_to(self, user: "User") -> "StandingQuerySet":
        return self if may_see_trading(user) else self.filter(expert__user=user.pk)

    def holding(self, on: dt.date) -> "StandingQuerySet":
        """Those that keep an expert out on the day."""
        rows = self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        return rows.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on))


class DrawQuerySet(QuerySet["Draw"]):
    """Reads of draws. `visible_to` is the same rule as `policies.may_see_draw`."""

    def visible_to(self, user: "User | AnonymousUser") -> "DrawQuerySet":
        """The inner page of a draw: the trading centre, its overseers, and the tenderer."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(Q(project__buyer__in=mine) | Q(project__agency__in=mine))


def tomorrow() -> dt.datetime:
    """The first moment of tomorrow in Shanghai: seats of evaluations before it have had their day."""
    return dt.datetime.combine(today() + dt.timedelta(days=1), dt.time(0), ZONE)


class PanelMemberQuerySet(QuerySet["PanelMember"]):
    """Reads of seats. `visible_to` is the same rule as `policies.may_see_member`: whose name is shown to whom."""

    def visible_to(self, user: "User | AnonymousUser") -> "PanelMemberQuerySet":
        """The own seat; everybody's once the result is public; the trading centre's from the day of the evaluation."""
        seen = Q(panel__project__state__in=RESULT_PUBLIC)
        if user.is_authenticated:
            seen |= Q(user=user.pk)
            if may_see_trading(user):
                seen |= Q(panel__evaluates_at__lt=tomorrow())
        return self.filter(seen)

    def live(self) -> "PanelMemberQuerySet":
        return self.filter(state__in=("called", "accepted", "attending"))
