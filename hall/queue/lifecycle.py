"""The life of a ticket, as one table: buttons, checks, the phone's page and the random walks are read from it.

Without an account two act: the *holder*, whoever opens the ticket's secret link, and the *portal*, whose sweeps end
the day and forgotten services.
"""

from django.utils.translation import pgettext_lazy

from hall.queue import effects, policies
from hall.queue.models import Ticket
from portal.core.actors import Actor
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

HOLDER, PORTAL = "holder", "system"
TAKEN_BY_HOLDER = frozenset({"cancel", "rejoin"})
TAKEN_BY_PORTAL = frozenset({"check_in", "expire", "close_forgotten"})

HOLD_REASONS = (
    ("papers", pgettext_lazy("hold reason", "Papers are being fetched or filled in")),
    ("payment", pgettext_lazy("hold reason", "Payment at the cash desk")),
    ("photo", pgettext_lazy("hold reason", "Photograph or copies")),
    ("colleague", pgettext_lazy("hold reason", "A colleague is being asked")),
    ("system", pgettext_lazy("hold reason", "The system does not answer")),
)
CALL_REASONS = (
    ("help", pgettext_lazy("call reason", "Person who needs help")),
    ("returning", pgettext_lazy("call reason", "Returns after a missing paper")),
    ("error", pgettext_lazy("call reason", "Wrong queue or number")),
    ("other", pgettext_lazy("call reason", "Other reason, agreed with the hall manager")),
)

STATES = [
    State("booked", pgettext_lazy("ticket state", "Booked")),
    State("waiting", pgettext_lazy("ticket state", "Waiting")),
    State("called", pgettext_lazy("ticket state", "Called")),
    State("serving", pgettext_lazy("ticket state", "Being served")),
    State("held", pgettext_lazy("ticket state", "On hold")),
    State("transferred", pgettext_lazy("ticket state", "Waiting, transferred")),
    State("missed", pgettext_lazy("ticket state", "Missed")),
    State("done", pgettext_lazy("ticket state", "Done"), ended=True),
    State("cancelled", pgettext_lazy("ticket state", "Given up"), ended=True),
    State("expired", pgettext_lazy("ticket state", "Expired"), ended=True),
]


def _step(
    code: str, label: object, told: object, sources: str, target: str | None, may: object, **more: object
) -> Transition[Ticket]:
    return Transition(code, label, told, frozenset(sources.split()), target, may, **more)  # type: ignore[arg-type]


TRANSITIONS = [
    _step(
        "check_in", pgettext_lazy("ticket step", "Check in"), pgettext_lazy("ticket", "Checked in"),
        "booked", "waiting", policies.may_end_day, effect=effects.check_in,
    ),
    _step(
        "call", pgettext_lazy("ticket step", "Call"), pgettext_lazy("ticket", "Called"),
        "waiting transferred", "called", policies.may_call, effect=effects.call, tone="primary",
        asks=(Ask("reason", "choice", pgettext_lazy("ticket step", "Reason"), choices=CALL_REASONS),),
    ),
    _step(
        "recall", pgettext_lazy("ticket step", "Call again"), pgettext_lazy("ticket", "Called again"),
        "called", None, policies.is_at_my_window, effect=effects.recall,
    ),
    _step(
        "put_back", pgettext_lazy("ticket step", "Take the call back"), pgettext_lazy("ticket", "Call taken back"),
        "called", "waiting", policies.is_at_my_window, effect=effects.put_back,
    ),
    _step(
        "miss", pgettext_lazy("ticket step", "Missed"), pgettext_lazy("ticket", "Did not come"),
        "called", "missed", policies.is_at_my_window, effect=effects.miss,
    ),
    _step(
        "rejoin", pgettext_lazy("ticket step", "Rejoin"), pgettext_lazy("ticket", "Rejoined the line"),
        "missed", "waiting", policies.may_bring_back, effect=effects.rejoin,
    ),
    _step(
        "start", pgettext_lazy("ticket step", "Start"), pgettext_lazy("ticket", "Service began"),
        "called", "serving", policies.is_at_my_window, effect=effects.start, tone="primary",
    ),
    _step(
        "hold", pgettext_lazy("ticket step", "Hold"), pgettext_lazy("ticket", "Put on hold"),
        "serving", "held", policies.is_at_my_window, effect=effects.hold,
        asks=(Ask("reason", "choice", pgettext_lazy("ticket step", "Reason"), choices=HOLD_REASONS),),
    ),
    _step(
        "resume", pgettext_lazy("ticket step", "Go on"), pgettext_lazy("ticket", "Service went on"),
        "held", "serving", policies.is_at_my_window, effect=effects.resume, tone="primary",
    ),
    _step(
        "transfer", pgettext_lazy("ticket step", "Transfer"), pgettext_lazy("ticket", "Transferred"),
        "serving", "transferred", policies.is_at_my_window, effect=effects.transfer,
        asks=(Ask("queue", "text", pgettext_lazy("ticket step", "To the queue"), longest=20),),
    ),
    _step(
        "finish", pgettext_lazy("ticket step", "Finish"), pgettext_lazy("ticket", "Done"),
        "serving", "done", policies.is_at_my_window, effect=effects.finish, tone="primary",
    ),
    _step(
        "cancel", pgettext_lazy("ticket step", "Give up"), pgettext_lazy("ticket", "Given up"),
        "booked waiting transferred missed", "cancelled", policies.may_cancel, effect=effects.end, tone="warning",
    ),
    _step(
        "expire", pgettext_lazy("ticket step", "Expire"), pgettext_lazy("ticket", "Expired when the hall closed"),
        "booked waiting transferred called missed held", "expired", policies.may_end_day, effect=effects.expire,
        tone="warning",
    ),
    _step(
        "close_forgotten", pgettext_lazy("ticket step", "Close"), pgettext_lazy("ticket", "Closed by the portal"),
        "serving", "done", policies.nobody, effect=effects.close_forgotten, by_portal=True,
    ),
]  # fmt: skip


class TicketLifecycle(Lifecycle[Ticket]):
    """The table, with the two doers that have no account."""

    def _may(self, transition: Transition[Ticket], obj: Ticket, actor: Actor, confirming: bool) -> bool:
        if actor.user is not None:
            return transition.may(actor.user, obj)
        if actor.role == HOLDER:
            return transition.code in TAKEN_BY_HOLDER
        return actor.role == PORTAL and transition.code in TAKEN_BY_PORTAL


TICKET = TicketLifecycle("ticket", STATES, TRANSITIONS)


def holder_of(ticket: Ticket) -> Actor:
    """Whoever holds the ticket's link; the event names nobody."""
    return Actor(user=None, role=HOLDER, name=ticket.number)
