"""Who may do what with bidders and restrictions: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.models import Organisation
from portal.people.roles import Role
from procurement.bidders.agents import acts_for, organisation_ids

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.bidders.models import Bidder, Restriction


def may_manage_trading(user: "User | AnonymousUser") -> bool:
    """Who registers and reviews for the trading centre."""
    return bool(user.is_authenticated and user.access.has(Role.PROCUREMENT_OFFICER))


def may_see_trading(user: "User | AnonymousUser") -> bool:
    """Who reads everything of trading: its officers, and those who look over the whole centre."""
    return bool(user.is_authenticated and (may_manage_trading(user) or user.access.centre_wide))


def may_see_bidder(user: "User", bidder: "Bidder") -> bool:
    """The same rule as `BidderQuerySet.visible_to`."""
    return may_see_trading(user) or acts_for(user, bidder.organisation_id)


def may_restrict(user: "User | AnonymousUser") -> bool:
    """Who records and lifts restrictions: officers with the decision before them, and supervisors."""
    return bool(user.is_authenticated and (may_manage_trading(user) or user.access.has(Role.SUPERVISOR)))


def may_trust(user: "User | AnonymousUser") -> bool:
    """Who keeps the list of trusted certification authorities."""
    return bool(user.is_authenticated and (may_manage_trading(user) or user.access.has(Role.ADMINISTRATOR)))


def may_see_restriction(user: "User", restriction: "Restriction") -> bool:
    """The same rule as `RestrictionQuerySet.visible_to`."""
    if may_see_trading(user):
        return True
    return Organisation.objects.filter(pk__in=organisation_ids(user), uscc=restriction.uscc).exists()
