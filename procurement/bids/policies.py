"""Who may do what with bids and openings: pure functions of (user, object)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from portal.people.roles import Role
from procurement.bidders.agents import acts_for, organisation_ids
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bids.querysets import OPEN_STATES
from procurement.tenders.policies import is_party, may_review

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.bids.models import Consortium, OpenedBid, Opening, Submission
    from procurement.tenders.models import Project

DocumentReader = Callable[["User", "Project"], bool]
_readers: list[DocumentReader] = []


def register_document_reader(reader: DocumentReader) -> None:
    """Rooms above (the committee) say who else reads the documents of opened bids."""
    if reader not in _readers:
        _readers.append(reader)


def may_see_submission(user: "User", submission: "Submission") -> bool:
    """The same rule as `SubmissionQuerySet.visible_to`."""
    if acts_for(user, submission.bidder.organisation_id):
        return True
    opening = getattr(submission.book.lot.project, "opening", None)
    return may_see_trading(user) and opening is not None and opening.state in OPEN_STATES


def may_see_consortium(user: "User", consortium: "Consortium") -> bool:
    """The same rule as `ConsortiumQuerySet.visible_to`."""
    if any(acts_for(user, one.bidder.organisation_id) for one in consortium.members.select_related("bidder")):
        return True
    opening = getattr(consortium.project, "opening", None)
    bid = consortium.state == "formed" and opening is not None and opening.state in OPEN_STATES
    return bid and may_see_trading(user)


def may_read_agreement(user: "User", consortium: "Consortium") -> bool:
    """Whoever sees the consortium; after the opening also whom the rooms above name (the committee)."""
    if may_see_consortium(user, consortium):
        return True
    opening = getattr(consortium.project, "opening", None)
    if consortium.state != "formed" or opening is None or opening.state not in OPEN_STATES:
        return False
    return any(reader(user, consortium.project) for reader in _readers)


def may_name_openers(user: "User", project: "Project") -> bool:
    """The trading centre, never for the tender of the own organisation."""
    return may_review(user, project)


def may_hold_key(user: "User | AnonymousUser") -> bool:
    """Who may have an opening key: the trading centre's officers."""
    return may_manage_trading(user)


def is_opener(user: "User | AnonymousUser", opening: "Opening") -> bool:
    """One of the named officers, as long as they work for the trading centre and are no party."""
    if not may_manage_trading(user) or is_party(user, opening.project):
        return False
    return any(one.user_id == user.pk for one in opening.openers.all())


def may_supervise(user: "User | AnonymousUser") -> bool:
    """Who decides about decryption windows at all."""
    return bool(user.is_authenticated and user.access.has(Role.SUPERVISOR))


def may_decide_window(user: "User | AnonymousUser", opening: "Opening") -> bool:
    """A supervisor who acts for none of the sides lengthens a decryption window after an outage, or lets it stand."""
    if not may_supervise(user) or is_party(user, opening.project):
        return False
    from procurement.bids.models import Submission

    own = Submission.objects.of_firms(user).counting()
    return not own.filter(book__lot__project=opening.project_id).exists()


def may_take_again(user: "User | AnonymousUser", opening: "Opening") -> bool:
    """Who decides about the window, unless a firm of theirs took the documents or wanted to bid: it might gain by it."""
    if not may_decide_window(user, opening):
        return False
    from procurement.bids.models import Consortium, Submission

    if opening.project.downloads.filter(organisation__in=organisation_ids(user)).exists():
        return False
    if Submission.objects.of_firms(user).filter(book__lot__project=opening.project_id).exists():
        return False
    return not Consortium.objects.of_firms(user).filter(project=opening.project_id).exists()


def may_decrypt(user: "User | AnonymousUser", submission: "Submission") -> bool:
    """The bidder's own people, and nobody else."""
    return acts_for(user, submission.bidder.organisation_id)


def may_answer_objection(user: "User", opening: "Opening") -> bool:
    """The buyer and the agency answer on the spot (regulation, art. 44), or the officer who opens."""
    return is_party(user, opening.project) or is_opener(user, opening)


def may_read_bid_documents(user: "User", bid: "OpenedBid") -> bool:
    """After the opening: the firm itself, the trading centre and its overseers, and whom the rooms above name."""
    if acts_for(user, bid.bidder.organisation_id):
        return True
    project = bid.lot.project
    opening = getattr(project, "opening", None)
    if opening is None or opening.state not in OPEN_STATES:
        return False
    return may_see_trading(user) or any(reader(user, project) for reader in _readers)
