"""System accounts and their tokens: made, changed, closed and revoked by administrators, each with its event."""

import datetime as dt
import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now
from portal.people.actions.guards import only_administrators
from portal.people.clients.authentication import new_token
from portal.people.clients.scopes import ALL_SCOPES
from portal.people.models import Client, ClientToken, Department, User

CODE = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
MOST_DAYS = 730
MOST_TOKENS = 10  # valid ones of a client: enough to change keys without a gap


@dataclass(frozen=True, kw_only=True)
class ClientDraft:
    """What an administrator says of a system or a device."""

    code: str
    name: str
    kind: str = Client.Kind.SYSTEM
    department_id: int | None = None
    allowed_networks: Sequence[str] = field(default_factory=list)
    rate_per_minute: int = 600


@action
def make_client(actor: Actor, draft: ClientDraft) -> Client:
    """Make a system account with the account it acts through. Raises Invalid with `fields`, NotAllowed."""
    only_administrators(actor)
    networks = _checked(draft)
    if Client.objects.filter(code=draft.code).exists():
        raise Invalid(fields={"code": _("There is a system account with this code already.")})
    user = User(username=f"system.{draft.code}", name=draft.name, is_system=True)
    user.set_unusable_password()
    user.save(force_insert=True)
    client = Client.objects.create(
        code=draft.code,
        name=draft.name,
        kind=draft.kind,
        department_id=draft.department_id,
        user=user,
        allowed_networks=networks,
        rate_per_minute=draft.rate_per_minute,
    )
    record(client, "client.made", actor, data=_data(client))
    return client


@action
def change_client(actor: Actor, client_id: int, draft: ClientDraft) -> Client:
    """Change name, networks and limit; code, kind and department stay what they were. Raises Invalid, NotFound."""
    only_administrators(actor)
    client = _locked(client_id)
    client.name, client.allowed_networks = draft.name, _checked(draft)
    client.rate_per_minute = draft.rate_per_minute
    client.save(update_fields=["name", "allowed_networks", "rate_per_minute"])
    User.objects.filter(pk=client.user_id).update(name=draft.name)
    record(client, "client.changed", actor, data=_data(client))
    return client


@action
def close_client(actor: Actor, client_id: int) -> Client:
    """Close the account and all its tokens at once; what it did stays under its name. Raises WrongState."""
    only_administrators(actor)
    client = _locked(client_id)
    if client.closed_at is not None:
        raise WrongState(_("This system account is closed already."))
    client.closed_at = now()
    client.save(update_fields=["closed_at"])
    client.tokens.filter(revoked_at__isnull=True).update(revoked_at=client.closed_at)
    record(client, "client.closed", actor)
    return client


@action
def make_token(
    actor: Actor, client_id: int, *, scopes: Iterable[str], days: int, label: str = ""
) -> tuple[ClientToken, str]:
    """A new token, and its text: shown now and never again. Raises Invalid with `fields`, WrongState."""
    only_administrators(actor)
    client = _locked(client_id)
    if client.closed_at is not None:
        raise WrongState(_("This system account is closed."))
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= ALL_SCOPES.keys():
        raise Invalid(fields={"scopes": _("Choose what the token is for.")})
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(fields={"days": _("Give between %(a)s and %(b)s days.") % {"a": 1, "b": MOST_DAYS}})
    if client.tokens.filter(revoked_at__isnull=True, expires_at__gt=now()).count() >= MOST_TOKENS:
        raise WrongState(_("This system account has ten valid tokens. Revoke one that is no longer used."))
    text, prefix, digest = new_token()
    token = ClientToken.objects.create(
        client=client,
        label=label.strip()[:80],
        prefix=prefix,
        digest=digest,
        scopes=wanted,
        created_by=actor.user,
        expires_at=now() + dt.timedelta(days=days),
    )
    record(client, "client.token_made", actor, data={"token": prefix, "scopes": wanted, "days": days})
    return token, text


@action
def revoke_token(actor: Actor, token_id: int) -> ClientToken:
    """From the next request on the token is refused. Raises NotFound, WrongState."""
    only_administrators(actor)
    found = ClientToken.objects.filter(pk=token_id).values_list("client_id", flat=True).first()
    if found is None:
        raise NotFound
    client = _locked(found)
    token = db.lock_row(ClientToken.objects.all(), token_id)
    if token.revoked_at is not None:
        raise WrongState(_("This token is revoked already."))
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    record(client, "client.token_revoked", actor, data={"token": token.prefix})
    return token


def _locked(client_id: int) -> Client:
    try:
        return db.lock_row(Client.objects.all(), client_id)
    except Client.DoesNotExist:
        raise NotFound from None


def _checked(draft: ClientDraft) -> list[str]:
    """The networks in their canonical form. Raises Invalid with all that is wrong."""
    wrong: dict[str, type_of_message] = {}
    if not CODE.fullmatch(draft.code):
        wrong["code"] = _("Use 3 to 40 small letters, digits and dashes, for example scjg-oa.")
    if not draft.name.strip():
        wrong["name"] = _("Give the system a name.")
    if draft.kind == Client.Kind.SYSTEM and not Department.objects.filter(pk=draft.department_id or 0).exists():
        wrong["department"] = _("A system belongs to a department.")
    if draft.kind == Client.Kind.DEVICE and draft.department_id is not None:
        wrong["department"] = _("A device of the hall belongs to no department.")
    if not 1 <= draft.rate_per_minute <= 100_000:
        wrong["rate_per_minute"] = _("Give a number from 1 to 100,000.")
    networks = []
    for text in draft.allowed_networks:
        try:
            networks.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError:
            wrong["allowed_networks"] = _("“%(text)s” is no network address, for example 10.12.0.0/16.") % {
                "text": text
            }
    if wrong:
        raise Invalid(fields=wrong)
    return networks


def _data(client: Client) -> dict[str, object]:
    return {
        "code": client.code,
        "department": client.department.code if client.department else "",
        "networks": client.allowed_networks,
        "rate_per_minute": client.rate_per_minute,
    }
