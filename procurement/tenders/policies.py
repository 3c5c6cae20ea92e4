"""Who may do what with tenders and bonds: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role
from procurement.bidders.agents import acts_for, organisation_ids
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.models import Method
from procurement.tenders.querysets import CIRCLE

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.tenders.models import Bond, Download, FailedLot, Project


def is_party(user: "User | AnonymousUser", project: "Project") -> bool:
    """An agent of the buyer or of the tendering agency."""
    return acts_for(user, project.buyer_id) or acts_for(user, project.agency_id)


def may_see(user: "User | AnonymousUser", project: "Project") -> bool:
    """The same rule as `ProjectQuerySet.visible_to`."""
    if may_see_trading(user) or is_party(user, project):
        return True
    if project.announced_at is None:
        return False
    return not in_circle(project) or is_invited(user, project)


def in_circle(project: "Project") -> bool:
    """Whether the tender is known to those only who are invited to it: until its result is public."""
    return project.method == Method.INVITED and project.state in CIRCLE


def is_invited(user: "User | AnonymousUser", project: "Project") -> bool:
    """An agent of a firm with an invitation. One query."""
    return project.invitations.filter(organisation__in=organisation_ids(user)).exists()


def may_open(user: "User | AnonymousUser", project: "Project") -> bool:
    """The inner page: the same rule as `ProjectQuerySet.managed_by`."""
    return may_see_trading(user) or is_party(user, project)


def may_prepare(user: "User", project: "Project") -> bool:
    """Who corrects the registration, adds documents and answers questions."""
    return may_manage_trading(user) or is_party(user, project)


def may_review(user: "User", project: "Project") -> bool:
    """The trading centre, but nobody reviews the documents of a tender of the own organisation."""
    return may_manage_trading(user) and not is_party(user, project)


def may_see_bond(user: "User", bond: "Bond") -> bool:
    """The same rule as `BondQuerySet.visible_to`."""
    return may_see_trading(user) or acts_for(user, bond.organisation_id)


def may_settle_bond(user: "User", bond: "Bond") -> bool:
    """Who confirms, releases and gives back: the trading centre, never for the own firm."""
    return may_manage_trading(user) and not acts_for(user, bond.organisation_id)


def may_watch_downloads(user: "User | AnonymousUser") -> bool:
    """Who may learn at all who took the documents: officers, supervisors, auditors."""
    roles = (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR)
    return bool(user.is_authenticated and any(user.access.has(role) for role in roles))


def may_see_downloads(user: "User | AnonymousUser", project: "Project") -> bool:
    """Who took the documents of this tender: nobody before its bids are open, and never its buyer or agency.

    Who took documents is kept from the tenderer's side so that it cannot be told on (Tendering Law, art. 22). After the
    opening the buyer knows who bid; who took documents without bidding is none of its business, and addresses and devices
    are for those who look for collusion (Personal Information Protection Law, art. 6). A tender that failed without an
    opening stays closed: the same firms may bid when it is repeated.
    """
    if not may_watch_downloads(user) or is_party(user, project):
        return False
    return type(project)._default_manager.filter(pk=project.pk).were_opened().exists()


def may_count_downloads(user: "User | AnonymousUser", project: "Project") -> bool:
    """How often a document was taken: whoever may learn of it at all, and never the tenderer's side.

    How many firms took the documents is as secret as who they are until the opening (Tendering Law, art. 22).
    """
    return may_watch_downloads(user) and not is_party(user, project)


def may_see_download(user: "User | AnonymousUser", download: "Download") -> bool:
    """The same rule as `DownloadQuerySet.visible_to`."""
    return may_see_downloads(user, download.project)


def may_see_failed_lot(user: "User", failed: "FailedLot") -> bool:
    """The same rule as `FailedLotQuerySet.visible_to`."""
    return may_open(user, failed.lot.project)


def may_settle_failed_lot(user: "User", failed: "FailedLot") -> bool:
    """Who repeats a failed lot or asks for another way: buyer, agency, the trading centre for them."""
    return may_prepare(user, failed.lot.project)


def may_approve_other_way(user: "User", failed: "FailedLot") -> bool:
    """A supervisor who acts for neither side; what the authority wrote lies before them."""
    return bool(user.is_authenticated and user.access.has(Role.SUPERVISOR) and not is_party(user, failed.lot.project))
