"""Who sees which signs and leads."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement.bidders.agents import organisation_ids

if TYPE_CHECKING:
    from procurement.oversight.models import Lead, Sign  # noqa: F401 - named in the base classes

CLOSED = "closed"


class SignQuerySet(QuerySet["Sign"]):
    """Reads of signs. `visible_to` is the same rule as `policies.may_see_sign`."""

    def concerning(self, organisations: Any) -> "SignQuerySet":
        """Those about one of the organisations: as a firm of the sign, as the buyer, as the agency."""
        named = self.model.firms.through._default_manager.filter(sign=OuterRef("pk"), organisation__in=organisations)
        party = Q(project__buyer__in=organisations) | Q(project__agency__in=organisations)
        return self.filter(Exists(named) | party & Q(project__isnull=False))

    def visible_to(self, user: Any) -> "SignQuerySet":
        """All, but what concerns an organisation that one acts for; nothing for everybody else."""
        from procurement.oversight.policies import may_watch

        if not may_watch(user):
            return self.none()
        own = self.model.objects.concerning(organisation_ids(user))
        return self.exclude(pk__in=own.values("pk"))

    def standing(self) -> "SignQuerySet":
        return self.filter(withdrawn_on__isnull=True)


class LeadQuerySet(QuerySet["Lead"]):
    """Reads of leads. `visible_to` is the same rule as `policies.may_see_lead`."""

    def visible_to(self, user: Any) -> "LeadQuerySet":
        """All, but those with a sign about an organisation that one acts for; nothing for everybody else."""
        from procurement.oversight.models import Sign
        from procurement.oversight.policies import may_watch

        if not may_watch(user):
            return self.none()
        own = Sign.objects.filter(lead__isnull=False).concerning(organisation_ids(user))
        return self.exclude(pk__in=own.values("lead"))

    def open(self) -> "LeadQuerySet":
        return self.exclude(state=CLOSED)
