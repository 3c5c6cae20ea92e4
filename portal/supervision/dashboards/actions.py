"""Issuing and revoking the devices that show the big screen, and counting what it shows of open work."""

import datetime as dt
import hashlib
import secrets

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today
from portal.supervision.dashboards import standing
from portal.supervision.dashboards.models import BigScreen, OpenWork
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


def count_open_work() -> int:
    """Count the open cases for all screens; returns how many there are. Counting holds no lock, so nobody waits for it."""
    moment, day = now(), today()
    found = standing.counted(day)
    _keep_open_work(moment, day, {str(pk): lights for pk, lights in sorted(found.items())})
    return sum(lights["open"] for lights in found.values())


@action
def _keep_open_work(moment: dt.datetime, day: dt.date, rows: dict[str, dict[str, int]]) -> None:
    """The moment was taken before counting, and an older count never replaces a newer one."""
    OpenWork.objects.get_or_create(pk=1, defaults={"counted_at": moment, "counted_on": day, "departments": rows})
    OpenWork.objects.filter(pk=1, counted_at__lte=moment).update(counted_at=moment, counted_on=day, departments=rows)


def hash_of(secret: str) -> str:
    """What the table keeps of a device's secret; 192 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
