"""Once is once: a request sent twice (double click, lost answer, retrying program) acts once and answers the same.

A form carries a hidden `KeyField`, an API call the header `Idempotency-Key`. Inside the action:

    @action
    def submit(actor, draft_id, *, once_key: str, …):
        return once(actor, "cases.submit", once_key, body_hash({...}), lambda: {"case": _submit(…).pk})
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.models.idempotency import IdempotencyRecord
from portal.core.time import now

FIELD = "once_key"
IGNORED_FIELDS = frozenset({FIELD, "csrfmiddlewaretoken"})
Outcome = dict[str, Any]


class KeyReused(DomainError):
    """The same key came with other content: the first request stands, and nothing was done now."""

    code = "idempotency_key_reused"
    default_message = _(
        "This form was already sent with other content, and that first sending counts. What you typed now is kept "
        "below; please check the result of the first sending before you send again."
    )


def new_key() -> str:
    """A key for a form that is shown now."""
    return uuid.uuid4().hex


class KeyField(forms.CharField):
    """The hidden field of a form that must act once: fresh when shown, kept when it comes back with errors."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"initial": new_key, "max_length": 120, "required": False, **kwargs})


def body_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of the content, whatever the order of its fields; a form's key and CSRF token are not content."""
    content = {name: _plain(body, name) for name in body if name not in IGNORED_FIELDS}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(body: Mapping[str, Any], name: str) -> Any:
    return body.getlist(name) if hasattr(body, "getlist") else body[name]


def once(actor: Actor, route: str, key: str, body_hash: str, run: Callable[[], Outcome]) -> Outcome:
    """Do `run` once for (actor, route, key); a repetition gets the stored outcome. Without a key it just runs.

    Called first in the action's transaction: the row and the effect commit together, and a second request that comes
    meanwhile waits at the unique constraint. Raises KeyReused when the content differs, RuntimeError outside a
    transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("once() works inside the action's transaction only")
    if not key:
        return run()
    name = {"actor": _actor_key(actor), "route": route, "key": key}
    record = IdempotencyRecord(**name, body_hash=body_hash, created_at=now())
    if not db.insert_once(record):
        return _stored_outcome(IdempotencyRecord.objects.get(**name), body_hash)
    outcome = run()
    record.outcome = outcome
    record.save(update_fields=["outcome"])
    return outcome


def keep_outcome(actor: Actor, route: str, key: str, body_hash: str, outcome: Outcome) -> None:
    """The same promise for an action that another unique key of its own guards: the row is written last, and whole.

    Whoever repeats the action meets that other key, rolls back, and asks `outcome_of`. One statement less than `once`.
    Raises KeyReused when the key was taken by another request, which rolls this one back.
    """
    if not key:
        return
    row = IdempotencyRecord(
        actor=_actor_key(actor), route=route, key=key, body_hash=body_hash, outcome=outcome, created_at=now()
    )
    if not db.insert_once(row):
        raise KeyReused


def outcome_of(actor: Actor, route: str, key: str, body_hash: str) -> Outcome | None:
    """What was kept for this key; None when nothing was. Raises KeyReused when it was kept for other content."""
    found = IdempotencyRecord.objects.filter(actor=_actor_key(actor), route=route, key=key).first() if key else None
    return None if found is None else _stored_outcome(found, body_hash)


def _stored_outcome(record: IdempotencyRecord, body_hash: str) -> Outcome:
    if record.body_hash != body_hash:
        raise KeyReused
    return record.outcome or {}


def _actor_key(actor: Actor) -> str:
    return f"user:{actor.user_id}" if actor.user_id else f"{actor.role}:{actor.name}"[:120]
