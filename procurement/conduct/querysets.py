"""Who sees which ratings, scores and decisions."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.conduct.models import Decision, Rating, Score  # noqa: F401 - named in the base classes

LISTED = ("red", "black")
# Decided, and not taken back since.
STANDING_STATES = ("in_force", "objected", "repair_asked")


def own_subjects(user: "User | AnonymousUser") -> Q:
    """What concerns the person: as an expert, or as an agent of the agency."""
    return Q(expert__user=user.pk) | Q(agency__in=organisation_ids(user))


class ConductRatingQuerySet(QuerySet["Rating"]):
    """Reads of ratings. `visible_to` is the same rule as `policies.may_see_rating`."""

    def visible_to(self, user: "User") -> "ConductRatingQuerySet":
        """One's own as the rated or the rater; all for who looks after trading."""
        if may_see_trading(user):
            return self
        return self.filter(own_subjects(user) | Q(rater=user.pk))

    def counting(self) -> "ConductRatingQuerySet":
        return self.exclude(state="withdrawn")


class ScoreQuerySet(QuerySet["Score"]):
    """Reads of scores. `visible_to` is the same rule as `policies.may_see_score`."""

    def visible_to(self, user: "User") -> "ScoreQuerySet":
        return self if may_see_trading(user) else self.filter(own_subjects(user))


class DecisionQuerySet(QuerySet["Decision"]):
    """Reads of decisions. `visible_to` is the same rule as `policies.may_see_decision`."""

    def visible_to(self, user: "User | AnonymousUser") -> "DecisionQuerySet":
        """One's own from the proposal on; all for who looks after trading."""
        if may_see_trading(user):
            return self
        return self.concerning(user)

    def concerning(self, user: "User | AnonymousUser") -> "DecisionQuerySet":
        """Those about the person, or about a firm that the person acts for."""
        from portal.people.models import Organisation

        if not user.is_authenticated:
            return self.none()
        mine = Organisation.objects.filter(pk__in=organisation_ids(user)).values("uscc")
        return self.filter(Q(expert__user=user.pk) | Q(uscc__in=mine) & ~Q(uscc=""))

    def listed(self) -> "DecisionQuerySet":
        """What stands on the public lists: decided and not taken back."""
        return self.filter(kind__in=LISTED, state__in=(*STANDING_STATES, "repaired"), decided_at__isnull=False)
