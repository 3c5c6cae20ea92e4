"""Reads what a district's platform sends into one message. Every fault is named, all at once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.districts.models import Received
from hotline.models import Return
from portal.core.api.parsers import storable
from portal.core.errors import Invalid, type_of_message
from portal.core.idempotency import body_hash
from portal.core.time import ZONE

KINDS = Received.Kind
TEXTS = {
    "message": 120, "ticket": 48, "kind": 8, "their_number": 120, "text": 4000, "measures": 4000, "ground": 16,
    "reason": 1000, "author": 60, "approver": 60,
}  # fmt: skip
ALWAYS = ("message", "ticket", "kind")
NEEDED = {KINDS.RETURN: ("ground", "reason"), KINDS.REPLY: ("text", "author"), KINDS.PROGRESS: ("text",)}
MOST_ROUNDS = 30_000
ONE_PERSON = _("A second person approves a reply, not its author. Leave it empty and it waits for approval here.")


@dataclass(frozen=True)
class Message:
    """What a platform says about one round of one ticket; `number` is the message's own number there."""

    number: str
    ticket: str
    round: int
    kind: str
    digest: str
    there_at: dt.datetime | None
    their_number: str
    text: str
    measures: str
    ground: str
    reason: str
    author: str
    approver: str


def message_of(content: Any) -> Message:
    """Raises Invalid that names every wrong member."""
    if not isinstance(content, Mapping):
        raise Invalid(_("Send one JSON object."))
    wrong: dict[str, type_of_message] = {}
    texts = {name: _text(content, name, longest, wrong) for name, longest in TEXTS.items()}
    kind = texts["kind"]
    if kind and kind not in KINDS.values:
        wrong["kind"] = _("This is one of: %(kinds)s.") % {"kinds": ", ".join(KINDS.values)}
    needed = (*ALWAYS, *NEEDED.get(KINDS(kind) if kind in KINDS.values else KINDS.SIGN, ()))
    wrong |= {name: _("This is missing.") for name in needed if not texts[name] and name not in wrong}
    if kind == KINDS.RETURN and texts["ground"] and texts["ground"] not in Return.Ground.values:
        wrong["ground"] = _("This is one of: %(kinds)s.") % {"kinds": ", ".join(Return.Ground.values)}
    if texts["approver"] and texts["approver"] == texts["author"]:
        wrong["approver"] = ONE_PERSON
    round_ = content.get("round")
    if isinstance(round_, bool) or not isinstance(round_, int) or not 1 <= round_ <= MOST_ROUNDS:
        wrong["round"], round_ = _("Give the round that came with the ticket, a whole number."), 0
    there_at = _moment(content.get("at"), wrong)
    if wrong:
        raise Invalid(fields=wrong)
    return Message(
        number=texts["message"], ticket=texts["ticket"], round=round_, kind=kind, digest=body_hash(dict(content)),
        there_at=there_at,
        **{name: texts[name] for name in TEXTS if name not in ALWAYS},
    )  # fmt: skip


def _text(content: Mapping[str, Any], name: str, longest: int, wrong: dict[str, type_of_message]) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not storable(value):
        wrong[name] = _("This is no text.")
        return ""
    if len(value) > longest:
        wrong[name] = _("Please use at most %(n)s characters.") % {"n": longest}
    return value.strip()


def _moment(value: Any, wrong: dict[str, type_of_message]) -> dt.datetime | None:
    if value is None:
        return None
    try:
        found = dt.datetime.fromisoformat(str(value))
        aware = found if found.tzinfo else found.replace(tzinfo=ZONE)
        aware.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        wrong["at"] = _("Give a moment like 2026-11-21T18:00:00+08:00.")
        return None
    return aware
