"""Who wants to know, in the same transaction, that a round at a department begins or ends: rooms above register here."""

from collections.abc import Callable

from hotline.models import Dispatch, Ticket

Begun = Callable[[Ticket, Dispatch], None]
Ended = Callable[[Ticket, Dispatch, bool], None]

_begun: dict[str, Begun] = {}
_ended: dict[str, Ended] = {}


def register_rounds(key: str, *, begun: Begun, ended: Ended) -> None:
    """Called in an app's `ready()`. `begun(ticket, dispatch)` runs when a department gets the ticket, `ended(ticket,
    dispatch, replied)` when its round is over; the ticket is locked and is saved afterwards."""
    _begun[key], _ended[key] = begun, ended


def begun(ticket: Ticket, dispatch: Dispatch) -> None:
    for handler in _begun.values():
        handler(ticket, dispatch)


def ended(ticket: Ticket, dispatch: Dispatch, *, replied: bool) -> None:
    for handler in _ended.values():
        handler(ticket, dispatch, replied)
