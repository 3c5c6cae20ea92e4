"""Who sees which bidders, and which restrictions hold."""

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet

from portal.core.time import local_date
from procurement.bidders.agents import organisation_ids

if TYPE_CHECKING:
    from portal.people.models import User
    from procurement.bidders.models import Bidder, BidderPerson, Certificate, Restriction, TrustedIssuer  # noqa: F401 - named in the base classes


class BidderQuerySet(QuerySet["Bidder"]):
    """Profiles of bidders. `visible_to` is the same rule as `policies.may_see_bidder`."""

    def visible_to(self, user: "User") -> "BidderQuerySet":
        """The own organisations' for their agents; all for who looks after trading."""
        from procurement.bidders.policies import may_see_trading

        return self if may_see_trading(user) else self.filter(organisation__in=organisation_ids(user))


class BidderPersonQuerySet(QuerySet["BidderPerson"]):
    """People behind bidders. A row stays when the person leaves, so that a tender is judged by who stood there then."""

    def standing(self) -> "BidderPersonQuerySet":
        """Those who stand with their firm today."""
        return self.filter(ended_at__isnull=True)

    def stood(self, since: dt.datetime, until: dt.datetime | None = None) -> "BidderPersonQuerySet":
        """Those who stood with their firm at any time from `since` to `until`, or to this moment without it.

        The same rule as `BidderPerson.stood`. Who leaves between the notice and the opening of a tender counts for it,
        who came after its opening does not.
        """
        rows = self.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=since))
        return rows if until is None else rows.filter(added_at__lte=until)


class RestrictionQuerySet(QuerySet["Restriction"]):
    """Blocks of firms. `visible_to` is the same rule as `policies.may_see_restriction`."""

    def visible_to(self, user: "User") -> "RestrictionQuerySet":
        """The own firms' for their agents; all for who looks after trading."""
        from portal.people.models import Organisation
        from procurement.bidders.policies import may_see_trading

        if may_see_trading(user):
            return self
        return self.filter(uscc__in=Organisation.objects.filter(pk__in=organisation_ids(user)).values("uscc"))

    def holding(self, uscc: str, on: dt.date, category: str = "") -> "RestrictionQuerySet":
        """Those that keep a firm out on a day, for one category where it is given."""
        rows = self.filter(uscc=uscc, starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        rows = rows.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on))
        return rows.filter(category__in=("", category)) if category else rows


class BidderCertificateQuerySet(QuerySet["Certificate"]):
    """Certificates of bidders."""

    def in_use(self) -> "BidderCertificateQuerySet":
        """Shown to be the bidder's and not given up; whether one holds at a moment is asked of itself."""
        return self.filter(proved_at__isnull=False, ended_at__isnull=True).select_related("authority")


class TrustedIssuerQuerySet(QuerySet["TrustedIssuer"]):
    """Certification authorities."""

    def listed(self) -> "TrustedIssuerQuerySet":
        """All that the portal has trusted at any time; the demonstration's own stands there in demo mode only."""
        return self if settings.DEMO else self.filter(demo_only=False)

    def trusted(self, at: dt.datetime) -> "TrustedIssuerQuerySet":
        """Those that are trusted at this moment: the same rule as `TrustedIssuer.is_trusted`."""
        day = local_date(at)
        rows = self.listed().filter(ended_at__isnull=True, starts_on__lte=day, valid_from__lte=at, valid_until__gte=at)
        return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
