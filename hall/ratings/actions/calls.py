"""Asking by telephone: somebody who is not of the rated department takes a call, and notes what was said."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.ratings import policies
from hall.ratings.giving import RatingDraft, check_waiting, give
from hall.ratings.models import Invitation, Rating
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now

HELD = dt.timedelta(minutes=30)  # a call that nobody finished is free again after this
OUTCOMES = ("unreached", "refused")


@action
def take_call(actor: Actor, invitation_id: int) -> Invitation:
    """Take somebody from the list, so that no colleague calls them too.

    Raises NotFound, NotAllowed, AlreadyRated, InvitationExpired, WrongState.
    """
    invitation = _locked(actor, invitation_id)
    check_waiting(invitation)
    if _held_by_other(invitation, actor):
        raise WrongState(_("A colleague is calling this person just now."))
    invitation.caller, invitation.called_at = actor.user, now()
    invitation.save(update_fields=["caller", "called_at"])
    return invitation


@action
def note_call(actor: Actor, invitation_id: int, *, outcome: str) -> Invitation:
    """Not reached (three times at most), or does not want to rate. Raises NotFound, NotAllowed, WrongState, Invalid."""
    invitation = _locked(actor, invitation_id)
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": _("Please choose one of the answers.")})
    _must_hold(invitation, actor)
    invitation.call_attempts += 1
    invitation.call_refused = invitation.call_refused or outcome == "refused"
    invitation.caller = None
    invitation.save(update_fields=["call_attempts", "call_refused", "caller"])
    record(invitation, "invitation.called", actor, data={"outcome": outcome})
    return invitation


@action
def rate_by_call(actor: Actor, invitation_id: int, draft: RatingDraft) -> Rating:
    """Note what somebody said on the telephone. Raises as `take_call`, and Invalid."""
    invitation = _locked(actor, invitation_id)
    _must_hold(invitation, actor)
    check_waiting(invitation)
    rating = give(invitation, draft)
    record(rating, "rating.noted_by_call", actor)
    return rating


def _locked(actor: Actor, invitation_id: int) -> Invitation:
    try:
        invitation = db.lock_row(Invitation.objects.all(), invitation_id)
    except Invitation.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_call_for(actor.user, invitation):
        raise NotAllowed()
    return invitation


def _held_by_other(invitation: Invitation, actor: Actor) -> bool:
    held = invitation.caller_id is not None and invitation.called_at is not None
    return held and invitation.caller_id != actor.user_id and invitation.called_at > now() - HELD  # type: ignore[operator]


def _must_hold(invitation: Invitation, actor: Actor) -> None:
    if invitation.caller_id != actor.user_id:
        raise WrongState(_("Please take the call from the list first."))
