"""Setting platforms up: whether a district works inside the portal or in a system of its own, and its secret."""

import secrets
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hotline.districts import policies
from hotline.districts.actions.pushes import wake
from hotline.districts.models import Platform
from hotline.outward import is_address
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Department

LONGEST_URL = 300
MOST_WOKEN = 500


@dataclass(frozen=True, kw_only=True)
class PlatformDraft:
    """What an administrator says of a platform."""

    district_id: int | None
    kind: str
    url: str = ""


@action
def save_platform(actor: Actor, platform_id: int | None, draft: PlatformDraft) -> tuple[Platform, str]:
    """Make or change a platform, and its new secret ("" when it has one or needs none): shown now and never again.

    The district of a platform stays what it was. Raises NotAllowed, NotFound, Invalid, WrongState.
    """
    _only_administrators(actor)
    row = _locked(platform_id) if platform_id is not None else None
    district = _checked(draft, row)
    if row is not None and row.is_outside and draft.kind == Platform.Kind.INSIDE and row.pushes.unsent().exists():
        raise WrongState(
            _("Messages to this platform are still waiting. Settle them before it works inside the portal.")
        )
    new = row is None
    row = row or Platform(district=district, made_at=now(), made_by=actor.user)
    row.kind, row.url = draft.kind, draft.url.strip() if draft.kind == Platform.Kind.OUTSIDE else ""
    secret = _fresh_secret(row) if row.is_outside and not row.secret else ""
    row.save()
    told = "platform.made" if new else "platform.changed"
    record(row, told, actor, data={"district": row.district.code, "kind": row.kind, "url": row.url})
    return row, secret


@action
def renew_secret(actor: Actor, platform_id: int) -> tuple[Platform, str]:
    """A new secret; the old one is worth nothing from now on. Raises NotAllowed, NotFound, WrongState."""
    _only_administrators(actor)
    row = _locked(platform_id)
    if not row.is_outside:
        raise WrongState(_("This district works inside the portal and needs no secret."))
    secret = _fresh_secret(row)
    row.save(update_fields=["secret"])
    record(row, "platform.secret_renewed", actor)
    return row, secret


@action
def pause(actor: Actor, platform_id: int, *, paused: bool) -> Platform:
    """Stop sending (for the maintenance of the platform), or go on; what waits stays. Raises NotAllowed, NotFound."""
    _only_administrators(actor)
    row = _locked(platform_id)
    if bool(row.paused_at) == paused:
        raise WrongState()
    row.paused_at = now() if paused else None
    row.save(update_fields=["paused_at"])
    record(row, "platform.paused" if paused else "platform.resumed", actor)
    if not paused:
        wake_all(row.pk)
    return row


def wake_all(platform_id: int, *, but: int = 0) -> None:
    """Send at once what waits about every ticket; what is more than a batch follows by itself."""
    waiting = Platform.objects.get(pk=platform_id).pushes.unsent().exclude(ticket=but)
    for ticket_id in waiting.order_by().values_list("ticket", flat=True).distinct()[:MOST_WOKEN]:
        wake(platform_id, ticket_id)


def districts() -> QuerySet[Department]:
    """The open districts and counties; the bureaus below one are of the same level and no districts."""
    rows = Department.objects.open_on(today()).filter(level=Department.Level.DISTRICT)
    return rows.exclude(parent__level=Department.Level.DISTRICT)


def _fresh_secret(row: Platform) -> str:
    secret = secrets.token_urlsafe(32)
    row.secret = secret
    return secret


def _only_administrators(actor: Actor) -> None:
    if actor.user is None or not policies.may_edit_platforms(actor.user):
        raise NotAllowed()


def _locked(platform_id: int) -> Platform:
    try:
        return db.lock_row(Platform.objects.select_related("district"), platform_id)
    except Platform.DoesNotExist:
        raise NotFound() from None


def _checked(draft: PlatformDraft, row: Platform | None) -> Department:
    """The district. Raises Invalid with all that is wrong."""
    wrong: dict[str, type_of_message] = {}
    rows = districts()
    district = row.district if row is not None else rows.filter(pk=draft.district_id or 0).first()
    if district is None:
        wrong["district"] = _("Choose a district or county.")
    elif row is None and Platform.objects.filter(district=district).exists():
        wrong["district"] = _("This district has a platform already. Change that one.")
    if draft.kind not in Platform.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    url = draft.url.strip()
    if draft.kind == Platform.Kind.OUTSIDE and (not is_address(url) or len(url) > LONGEST_URL or " " in url):
        wrong["url"] = _("Give the whole address, beginning with https://.")
    if wrong or district is None:
        raise Invalid(fields=wrong)
    return district
