"""Which submissions, openings and opened bids somebody sees."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.bids.models import Consortium, OpenedBid, Opening, Submission  # noqa: F401 - named in the base classes
    from procurement.tenders.models import Lot

# Before, nobody but the firm itself learns who has bid, nor how many (tendering law, art. 22).
OPEN_STATES = ("opened", "recorded")


class ConsortiumQuerySet(QuerySet["Consortium"]):
    """Consortia. `visible_to` is the same rule as `policies.may_see_consortium`."""

    def visible_to(self, user: "User | AnonymousUser") -> "ConsortiumQuerySet":
        """The own firms'; those that bid, after the opening, for who looks after trading."""
        own = Q(pk__in=self.model.objects.of_firms(user).values("pk"))
        if may_see_trading(user):
            own |= Q(state="formed", project__opening__state__in=OPEN_STATES)
        return self.filter(own)

    def of_firms(self, user: Any) -> "ConsortiumQuerySet":
        """Those in which a firm of the person has a place."""
        return self.filter(members__bidder__organisation__in=organisation_ids(user)).distinct()


class SubmissionQuerySet(QuerySet["Submission"]):
    """Lines of the books. `visible_to` is the same rule as `policies.may_see_submission`."""

    def visible_to(self, user: "User | AnonymousUser") -> "SubmissionQuerySet":
        """The own firms'; after the opening all of the tender for who looks after trading."""
        own = Q(bidder__organisation__in=organisation_ids(user))
        if may_see_trading(user):
            own |= Q(book__lot__project__opening__state__in=OPEN_STATES)
        return self.filter(own)

    def of_firms(self, user: Any) -> "SubmissionQuerySet":
        return self.filter(bidder__organisation__in=organisation_ids(user))

    def counting(self) -> "SubmissionQuerySet":
        """Those that are opened: the latest of each bidder that was not withdrawn."""
        return self.filter(current=True)


class OpeningQuerySet(QuerySet["Opening"]):
    """Openings of tenders."""

    def of_openers(self, user: Any) -> "OpeningQuerySet":
        """Those that a person is named for."""
        return self.filter(openers__user=user)


class OpenedBidQuerySet(QuerySet["OpenedBid"]):
    """What openings found."""

    def public(self) -> "OpenedBidQuerySet":
        """What was read out; the opening is public (tendering law, art. 34 to 36)."""
        return self.filter(lot__project__opening__state__in=OPEN_STATES)

    def in_order(self, lot: "Lot") -> "OpenedBidQuerySet":
        """The bids of a lot that were opened in good order, in the order in which they came in."""
        rows = self.filter(lot=lot, finding="").select_related("bidder__organisation")
        return rows.order_by("submission__sequence", "pk")
