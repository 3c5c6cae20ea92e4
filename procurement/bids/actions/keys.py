"""Officers' keys: registered with their public half, shown to be held, replaced when lost; and the centre's own."""

import re
import secrets

from django.utils.translation import gettext_lazy as _
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.signing import SigningKey

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now
from procurement.bids import policies
from procurement.bids.actions.common import person
from procurement.bids.models import CentreKey, OfficerKey

HEX32 = re.compile(r"[0-9a-f]{64}")
BAD_KEY = _("This is no public key. Please make the key on this page again.")


@action
def register_key(actor: Actor, public: str) -> OfficerKey:
    """Keep an officer's public key; it counts once `prove_key` has shown the private half. Raises Invalid, WrongState.

    A key that was never proved gives way to the new one: its download may have been lost.
    """
    user = person(actor)
    if not policies.may_hold_key(user):
        raise NotAllowed()
    db.lock_name(f"bids.officer-key:{user.pk}")
    if not HEX32.fullmatch(public) or not _is_point(public) or OfficerKey.objects.filter(public=public).exists():
        raise Invalid(fields={"public": BAD_KEY})
    OfficerKey.objects.filter(user=user, ended_at__isnull=True, proved_at__isnull=True).update(ended_at=now())
    if OfficerKey.objects.filter(user=user, ended_at__isnull=True).exists():
        raise WrongState(_("You have an opening key already. Replace it first, with the reason."))
    made = OfficerKey.objects.create(user=user, public=public, challenge=secrets.token_hex(32), made_at=now())
    record(made, "opening_key.registered", actor, data={"fingerprint": made.fingerprint})
    return made


def _is_point(public: str) -> bool:
    """Sealing to some 32 bytes (small order points) gives a secret that everybody knows; libsodium refuses them."""
    try:
        SealedBox(PublicKey(bytes.fromhex(public))).encrypt(b"")
    except (CryptoError, ValueError, RuntimeError):
        return False
    return True


def challenge_box(key: OfficerKey) -> str:
    """The key's random text sealed to it, hexadecimal: only the private half reads it."""
    return bytes(SealedBox(PublicKey(bytes.fromhex(key.public))).encrypt(bytes.fromhex(key.challenge))).hex()


@action
def prove_key(actor: Actor, key_id: int, text: str) -> OfficerKey:
    """Take what the officer's browser read out of the box. Raises NotFound, Invalid."""
    key = _own(actor, key_id)
    if not secrets.compare_digest(text.encode(), key.challenge.encode()):
        raise Invalid(_("The key file does not belong to this key. Please choose the file that you saved here."))
    if key.proved_at is None:
        key.proved_at = now()
        key.save(update_fields=["proved_at"])
        record(key, "opening_key.proved", actor, data={"fingerprint": key.fingerprint})
    return key


@action
def end_key(actor: Actor, key_id: int, note: str) -> OfficerKey:
    """Give up a key that was lost or may be known to others; a new one can be made. Raises NotFound, Invalid.

    Lots whose keys were sealed before stay as they are: the private key of a lot exists nowhere, so nobody can seal it
    anew. The other two officers open them; the ended key opens them too, should its file turn up.
    """
    key = _own(actor, key_id)
    if not note.strip():
        raise Invalid(fields={"note": _("Write why the key is replaced.")})
    key.ended_at, key.ended_note = now(), note.strip()[:300]
    key.save(update_fields=["ended_at", "ended_note"])
    record(key, "opening_key.ended", actor, data={"fingerprint": key.fingerprint, "reason": key.ended_note})
    return key


def _own(actor: Actor, key_id: int) -> OfficerKey:
    user = person(actor)
    if not policies.may_hold_key(user):
        raise NotAllowed()
    try:
        return db.lock_row(OfficerKey.objects.filter(user=user, ended_at__isnull=True), key_id)
    except OfficerKey.DoesNotExist:
        raise NotFound() from None


def proved_key(user_id: int) -> OfficerKey | None:
    """The key of an officer to which lots' keys can be sealed."""
    return OfficerKey.objects.filter(user=user_id, ended_at__isnull=True, proved_at__isnull=False).first()


def centre_key() -> tuple[CentreKey, SigningKey]:
    """The key that signs receipts, made at the first receipt. Inside the caller's transaction."""
    row = CentreKey.objects.order_by("-pk").first()
    if row is None:
        db.lock_name("bids.centre-key")
        row = CentreKey.objects.order_by("-pk").first() or _make_centre_key()
    return row, SigningKey(bytes.fromhex(row.secret))


def _make_centre_key() -> CentreKey:
    fresh = SigningKey.generate()
    return CentreKey.objects.create(public=bytes(fresh.verify_key).hex(), secret=bytes(fresh).hex(), made_at=now())
