"""The devices that are signed in: remembered at sign-in, last seen, ended by their owner."""

import datetime as dt
import re
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record
from portal.core.time import now
from portal.people.models import SignedInDevice, User

SEEN_EVERY_SECONDS = 300
KEEP_DAYS = 30
# What a browser calls itself, the more special one first: they all say Mozilla, and most say Chrome and Safari.
BROWSERS = (
    ("MicroMessenger", pgettext_lazy("browser", "WeChat")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("QQBrowser", pgettext_lazy("browser", "QQ Browser")),
    ("UCBrowser", "UC"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def words_for(agent: str) -> str:
    """`Chrome · Windows`: what a person recognises of the browser's own name."""
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return " · ".join(str(part) for part in (browser, system) if part) or str(_("Unknown device"))


def connect() -> None:
    """Called in `ready()`: sessions are remembered as they begin and forgotten as they end."""
    user_logged_in.connect(_remember, dispatch_uid="people devices in")
    user_logged_out.connect(_forget, dispatch_uid="people devices out")


def _remember(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    remember(request, user)


def remember(request: HttpRequest, user: User) -> None:
    """Write down that this session is the person's."""
    if request.session.session_key is None:
        request.session.save()
    key = request.session.session_key
    agent = re.sub(r"[^\x20-\x7e]", "", request.headers.get("User-Agent", ""))[:200]
    SignedInDevice.objects.update_or_create(
        session_key=key, defaults={"user": user, "agent": agent, "signed_in_at": now(), "last_seen_at": now()}
    )
    SignedInDevice.objects.filter(user=user, last_seen_at__lt=now() - dt.timedelta(days=KEEP_DAYS)).delete()
    cache.set(_mark(str(key)), 1, SEEN_EVERY_SECONDS)


def purge() -> int:
    """Forget devices that nobody has used for a month. Returns how many."""
    return SignedInDevice.objects.filter(last_seen_at__lt=now() - dt.timedelta(days=KEEP_DAYS)).delete()[0]


def renamed(request: HttpRequest, before: str | None) -> None:
    """The session got a new key after the second factor: the device is the same."""
    SignedInDevice.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _forget(sender: Any, request: HttpRequest, **_more: Any) -> None:
    SignedInDevice.objects.filter(session_key=request.session.session_key).delete()


def seen(request: HttpRequest) -> None:
    """Note that the device was used; written every five minutes at most, so that a page costs no statement for it."""
    key = request.session.session_key
    if key is None or not request.user.is_authenticated or not cache.add(_mark(key), 1, SEEN_EVERY_SECONDS):
        return
    if not SignedInDevice.objects.filter(session_key=key).update(last_seen_at=now()):
        remember(request, request.user)


def _mark(key: str) -> str:
    return f"people:seen:{key}"


def devices_of(user: User) -> list[SignedInDevice]:
    """What is signed in now, the last used first; two statements."""
    found = list(SignedInDevice.objects.filter(user=user).order_by("-last_seen_at")[:50])
    alive = set(
        Session.objects.filter(
            session_key__in=[device.session_key for device in found], expire_date__gt=now()
        ).values_list("session_key", flat=True)
    )
    return [device for device in found if device.session_key in alive]


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign out every device of the person, except the session `but`. Returns how many. Within a transaction."""
    devices = SignedInDevice.objects.filter(user=user).exclude(session_key=but or "")
    Session.objects.filter(session_key__in=list(devices.values_list("session_key", flat=True))).delete()
    return devices.delete()[0]


@action
def end_device(actor: Actor, device_id: int) -> None:
    """Sign out one device of one's own. Raises NotFound for anybody else's."""
    device = SignedInDevice.objects.filter(pk=device_id, user=actor.user).first()
    if device is None or actor.user is None:
        raise NotFound
    Session.objects.filter(session_key=device.session_key).delete()
    device.delete()
    record(actor.user, "people.device_ended", actor)


@action
def end_other_devices(actor: Actor, *, this: str | None) -> int:
    """Sign out everything but the session at hand."""
    assert actor.user is not None  # noqa: S101
    number = end_sessions(actor.user, but=this)
    if number:
        record(actor.user, "people.devices_ended", actor, data={"number": number})
    return number
