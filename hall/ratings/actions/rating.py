"""Rating by a link: whoever holds it, once."""

from hall.ratings.giving import RatingDraft, give, waiting_invitation
from hall.ratings.models import Invitation, Rating
from portal.core.actions import action
from portal.core.errors import NotAllowed, NotFound
from portal.people.models import User

__all__ = ["RatingDraft", "check_reader", "rate"]


@action
def rate(token: str, draft: RatingDraft, *, reader: User | None = None) -> Rating:
    """Rate what the link stands for. `reader` is who is signed in, if anybody.

    Raises NotFound (also for somebody else's link), NotAllowed, AlreadyRated, InvitationExpired, Invalid.
    """
    invitation = waiting_invitation(token)
    check_reader(invitation, reader)
    return give(invitation, draft)


def check_reader(invitation: Invitation, reader: User | None) -> None:
    """Whoever is signed in rates what they were asked about, and nobody the own work."""
    if reader is None:
        return
    if invitation.staff_id == reader.pk:
        raise NotAllowed()
    if invitation.invited_id is not None and invitation.invited_id != reader.pk:
        raise NotFound()
