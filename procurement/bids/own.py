"""Decrypting with the bidders' keys: tried on the bid, taken in time, and only then read, outside of any transaction."""

import time
from collections.abc import Mapping
from contextlib import suppress

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from procurement.bids import actions, policies
from procurement.bids.actions.common import PORTAL, person
from procurement.bids.actions.decrypting import WrongOwnKey, undecrypted, unread
from procurement.bids.models import Opening, Submission
from procurement.bids.reading import fits, read_own

SECONDS = 3.0  # of one request; the sweep reads what is left
KEY_BYTES = 32


def hand_in(actor: Actor, project_id: int, keys: Mapping[int, str]) -> Opening:
    """Take the keys of one's bids, read what fits into some seconds, and end the window when nobody is left.

    Raises NotFound, Invalid, WrongOwnKey, DecryptedTooLate, WrongState.
    """
    rows = Submission.objects.counting().filter(book__lot__project=project_id, pk__in=list(keys))
    found = list(rows.select_related("book__lot__project", "bidder__organisation").order_by("pk"))
    if len(found) != len(keys) or not all(policies.may_decrypt(person(actor), one) for one in found):
        raise NotFound()
    given = {one: _key(keys[one.pk]) for one in found}
    for one, key in given.items():
        if not fits(one, key):
            raise WrongOwnKey(lot=one.book.lot.number)
    for one, key in given.items():
        actions.give_own_key(actor, one.pk, key)
    read_given(project_id)
    return conclude_if_all(project_id)


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise Invalid() from None
    if len(key) != KEY_BYTES:
        raise Invalid()
    return key


def read_given(project_id: int, *, seconds: float = SECONDS) -> None:
    """Read the bids whose keys are here; one that another process reads as well is written once."""
    until = time.monotonic() + seconds
    for layer in unread(project_id):
        if layer.key:
            actions.record_decrypted(layer.submission_id, read_own(layer.submission, bytes.fromhex(layer.key)))
        if time.monotonic() > until:
            return


def conclude_if_all(project_id: int) -> Opening:
    """End the window as soon as every bid is decrypted."""
    opening = Opening.objects.get(project=project_id)
    if opening.state == "decrypting" and not undecrypted(opening).exists():
        with suppress(WrongState):  # another one's bid is still being read
            return actions.conclude(PORTAL, project_id)
    return opening


def carry_on(project_id: int) -> None:
    """The sweep's turn: note that the portal is here, read what a dead process left, end what is over."""
    actions.watch_window(project_id)
    read_given(project_id, seconds=10 * SECONDS)
    with suppress(WrongState):
        actions.conclude(PORTAL, project_id)
