"""The lamps of tickets: green, amber once the second share of the limit has passed, red past it, stopped."""

import datetime as dt

from hotline import clockwork
from hotline.models import Ticket
from portal.core.time import now, today


def shares_of_today() -> list[int]:
    """Read once for a page."""
    return clockwork.shares(today())


def light_of(ticket: Ticket, shares: list[int], moment: dt.datetime | None = None) -> str:
    """The code of the lamp; "" where nothing is due."""
    moment = moment or now()
    if ticket.handled_at is not None or not ticket.is_open:
        return ""
    if ticket.state == "suspended":
        return "stopped"
    if ticket.due_at is None or ticket.anchor_at is None:
        return ""
    if ticket.due_at < moment:
        return "red"
    below = [share for share in shares if share < 100]
    if not below:
        return "green"
    amber_at = ticket.anchor_at + (ticket.due_at - ticket.anchor_at) * below[-1] / 100
    return "amber" if moment >= amber_at else "green"
