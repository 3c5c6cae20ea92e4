"""The tablet of a window: let in by a link, bound to the service that just ended, one use."""

import datetime as dt
import secrets

from django.utils.translation import gettext_lazy as _

from hall.duties import window_of
from hall.models import Window
from hall.policies import may_manage_windows
from hall.ratings.errors import AlreadyRated, TabletRevoked
from hall.ratings.giving import RatingDraft, give, waiting_invitation
from hall.ratings.models import Invitation, Rating, SubjectKind, Tablet
from hall.ratings.services import invite
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.crypto import blind_now
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record
from portal.core.numbers import query_code
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.roles import Role

SCOPE = "rating-tablet"
TOKEN_BYTES = 24
ASK_AGAIN_AFTER = dt.timedelta(minutes=1)


@action
def issue_tablet(actor: Actor, window_id: int, name: str) -> tuple[Tablet, str]:
    """Let a device in; returns it with the secret of its link, which is shown this once. Raises NotAllowed, Invalid."""
    if actor.user is None or not may_manage_windows(actor.user):
        raise NotAllowed()
    window = Window.objects.filter(pk=window_id).first()
    if window is None or window.is_closed:
        raise Invalid(fields={"window": _("Choose an open window.")})
    if not name.strip():
        raise Invalid(fields={"name": _("Give the device a name, so that it can be told from others.")})
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    tablet = Tablet.objects.create(
        window=window, name=name.strip()[:60], digest=blind_now(SCOPE, secret), issued_by=actor.user, issued_at=now()
    )
    record(tablet, "tablet.issued", actor, data={"window": window.code, "name": tablet.name})
    return tablet, secret


@action
def revoke_tablet(actor: Actor, tablet_id: int) -> Tablet:
    """The link works no more. Raises NotFound, NotAllowed."""
    if actor.user is None or not may_manage_windows(actor.user):
        raise NotAllowed()
    try:
        tablet = db.lock_row(Tablet.objects.all(), tablet_id)
    except Tablet.DoesNotExist:
        raise NotFound() from None
    if not tablet.is_revoked:
        tablet.revoked_at = now()
        tablet.save(update_fields=["revoked_at"])
        record(tablet, "tablet.revoked", actor)
    return tablet


def tablet_of(secret: str) -> Tablet:
    """The device behind a link. Raises NotFound, TabletRevoked."""
    from portal.core.crypto import blind

    tablet = Tablet.objects.select_related("window").filter(digest__in=blind(SCOPE, secret)).first()
    if tablet is None:
        raise NotFound()
    if tablet.is_revoked:
        raise TabletRevoked()
    return tablet


def just_served(window_id: int) -> Invitation | None:
    """The service at the window that ended last and is fresh enough to be rated there."""
    minutes = rule("rating.tablet_minutes", today()).days
    since = now() - dt.timedelta(minutes=minutes)
    latest = Invitation.objects.filter(window=window_id, kind=SubjectKind.VISIT, served_at__gte=since)
    # Only the very last one: who comes after must not rate for who left without rating.
    found = latest.order_by("-served_at", "-pk").first()
    return found if found is not None and not found.is_settled and not found.is_expired else None


@action
def rate_at_tablet(secret: str, token: str, draft: RatingDraft) -> Rating:
    """Rate at the window. Sent twice under one key (the network was away), it counts once.

    Raises NotFound, TabletRevoked, AlreadyRated, InvitationExpired, Invalid.
    """
    tablet = tablet_of(secret)
    if draft.client_key:
        known = Rating.objects.filter(client_key=draft.client_key, invitation__token=token).first()
        if known is not None:
            return known
    try:
        invitation = waiting_invitation(token)
    except AlreadyRated:
        known = Rating.objects.filter(client_key=draft.client_key or None, invitation__token=token).first()
        if known is not None:  # the same one came twice at the same moment
            return known
        raise
    if invitation.window_id != tablet.window_id:
        raise NotFound()
    return give(invitation, draft)


@action
def ask_at_window(actor: Actor) -> Invitation:
    """A clerk without a queue ticket asks whoever sits there to rate: one minute apart. Raises NotAllowed."""
    if actor.user is None:
        raise NotAllowed()
    for department_id in sorted(actor.user.access.departments(Role.CLERK)):
        window_id = window_of(actor.user, department_id, today())
        if window_id is not None:
            return _asked(actor, department_id, window_id)
    raise NotAllowed(_("You serve at no window today."))


def _asked(actor: Actor, department_id: int, window_id: int) -> Invitation:
    db.lock_row(Window.objects.all(), window_id)
    last = Invitation.objects.filter(window=window_id, kind=SubjectKind.VISIT).order_by("-served_at", "-pk").first()
    if last is not None and last.served_at > now() - ASK_AGAIN_AFTER:
        return last
    made = invite(
        kind=SubjectKind.VISIT,
        subject=f"W{window_id}-{today():%Y%m%d}-{query_code()}",
        department_id=department_id,
        window_id=window_id,
        staff_id=actor.user_id,
    )
    record(made, "invitation.asked", actor)
    return made
