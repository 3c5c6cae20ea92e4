"""A request as its caller reads it: how it stands, what happened, what was answered, what they can do."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from hotline.actions.calling import may_still_reopen
from hotline.lifecycle import TICKET, TONES
from hotline.models import Ticket
from portal.core.events import Told, events_of
from portal.core.time import today

WORDS: dict[str, Any] = {
    "ticket.record": pgettext_lazy("timeline", "Received by the hotline"),
    "ticket.urge": pgettext_lazy("timeline", "You asked where it stays"),
    "ticket.add": pgettext_lazy("timeline", "You added information"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the caller's timeline. Who of the staff did it is left out."""

    state: str
    title: Any
    at: Any
    by: str = ""
    note: str = ""
    links: tuple[()] = ()
    light: None = None


def shown(ticket: Ticket) -> dict[str, Any]:
    """What the page shows beside the forms; four queries."""
    return {
        "state": TICKET.states[ticket.state].label,
        "tone": TONES.get(ticket.state, "grey"),
        "entries": entries(ticket),
        "replies": list(ticket.replies.filter(state="sent").order_by("pk")),
        "notes": list(ticket.notes.filter(from_caller=True).order_by("pk")),
        "photos": list(ticket.files.select_related("file").order_by("pk")),
    }


def entries(ticket: Ticket) -> list[Entry]:
    """What the caller may know, the oldest first, and what comes next."""
    found = [entry for told in events_of(ticket) if (entry := _entry(told)) is not None]
    if ticket.is_open:
        found.append(Entry("now", TICKET.states[ticket.state].label, None))
    return found


def _entry(told: Told) -> Entry | None:
    kind = told.event.type
    if kind in WORDS:
        return Entry("done", WORDS[kind], told.event.at)
    transition = TICKET.transitions.get(kind.partition(".")[2])
    if transition is None or not transition.public:
        return None
    return Entry("done", transition.told, told.event.at)


def what_can_be_done(ticket: Ticket) -> set[str]:
    """Which of the caller's acts the row allows today. One query."""
    can: set[str] = set()
    if ticket.imported:
        return can
    if ticket.is_open:
        can.add("add")
        if ticket.handled_at is None and not ticket.urges.filter(on=today()).exists():
            can.add("urge")
    if ticket.state == "replied":
        can.add("rate")
    if may_still_reopen(ticket):
        can.add("reopen")
    return can
