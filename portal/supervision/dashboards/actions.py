"""Issuing and revoking the devices that show the big screen."""

import datetime as dt
import hashlib
import secrets

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now
from portal.supervision.dashboards.models import BigScreen
from portal.supervision.dashboards.policies import may_manage_screens

LANGUAGES = ("zh-hans", "en")
SEEN_EVERY = dt.timedelta(minutes=1)


@action
def issue_screen(actor: Actor, *, name: str, language: str) -> tuple[BigScreen, str]:
    """Issue a device and its secret, which is shown this once: the table keeps its hash. Raises NotAllowed, Invalid."""
    if actor.user is None or not may_manage_screens(actor.user):
        raise NotAllowed()
    if not name.strip():
        raise Invalid(fields={"name": _("Enter a name by which you find the device again.")})
    if language not in LANGUAGES:
        raise Invalid(fields={"language": _("Please choose one of the answers.")})
    secret = secrets.token_urlsafe(24)
    screen = BigScreen.objects.create(
        name=name.strip(), language=language, token_hash=hash_of(secret), issued_by=actor.user, issued_at=now()
    )
    record(screen, "bigscreen.issued", actor)
    return screen, secret


@action
def revoke_screen(actor: Actor, screen_id: int) -> BigScreen:
    """Its address answers 404 from now on. Raises NotAllowed, NotFound, WrongState."""
    if actor.user is None or not may_manage_screens(actor.user):
        raise NotAllowed()
    try:
        screen = db.lock_row(BigScreen.objects.all(), screen_id)
    except BigScreen.DoesNotExist:
        raise NotFound() from None
    if screen.revoked_at is not None:
        raise WrongState(_("This device was revoked already."))
    screen.revoked_at = now()
    screen.save(update_fields=["revoked_at"])
    record(screen, "bigscreen.revoked", actor)
    return screen


def screen_of(secret: str) -> BigScreen:
    """The device with this secret: one indexed read. Raises NotFound for an unknown or revoked one."""
    found = BigScreen.objects.in_force().filter(token_hash=hash_of(secret)).first()
    if found is None:
        raise NotFound()
    return found


def note_seen(screen: BigScreen) -> None:
    """The list of devices says when one was seen last; written once a minute, so that polls cost no write."""
    moment = now()
    if screen.last_seen_at is None or abs(moment - screen.last_seen_at) > SEEN_EVERY:
        BigScreen.objects.filter(pk=screen.pk).update(last_seen_at=moment)


def hash_of(secret: str) -> str:
    """What the table keeps of a device's secret; 192 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
