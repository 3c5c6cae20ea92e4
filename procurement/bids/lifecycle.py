"""The life of an opening as a table, from the naming of its officers to the record."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Lifecycle, State, Step, Transition
from procurement.bids import policies
from procurement.bids.models import Opening

STATES = [
    State("named", pgettext_lazy("opening state", "Officers named")),
    State("receiving", pgettext_lazy("opening state", "Sealed, taking bids")),
    State("closed", pgettext_lazy("opening state", "Deadline passed, sealed")),
    State("opening", pgettext_lazy("opening state", "Bids are being opened")),
    State("decrypting", pgettext_lazy("opening state", "Bidders decrypt their bids")),
    State("opened", pgettext_lazy("opening state", "Opened, open to objections")),
    State("recorded", pgettext_lazy("opening state", "Opened and recorded"), ended=True),
    State("lapsed", pgettext_lazy("opening state", "Not opened: too few bidders"), ended=True),
    State("void", pgettext_lazy("opening state", "Not opened: the tender ended"), ended=True),
]
TONES = {
    "named": "amber", "receiving": "green", "closed": "amber", "opening": "blue", "decrypting": "blue", "opened": "green",
    "recorded": "grey", "lapsed": "red", "void": "grey",
}  # fmt: skip


def _start(step: Step[Opening]) -> None:
    step.obj.started_at = step.moment


def _record(step: Step[Opening]) -> None:
    step.obj.recorded_at = step.moment


def _untouched(opening: Opening) -> bool:
    """Nobody has entered a part of the key, so nobody can have read a bid."""
    return not any(one.present_at for one in opening.openers.all())


def _own_layer(opening: Opening) -> bool:
    return bool(opening.project.own_layer)


def _no_objection_waits(opening: Opening) -> bool:
    return not opening.objections.filter(answered_at__isnull=True).exists()


TRANSITIONS: list[Transition[Opening]] = [
    Transition(
        "prepare", label=_("Seal the keys"), told=pgettext_lazy("timeline", "Keys of the lots sealed to the officers"),
        sources=frozenset({"named"}), target="receiving", may=policies.is_opener, by_portal=True,
    ),
    Transition(
        "close", label=_("Close the books"), told=pgettext_lazy("timeline", "Books closed, Merkle root published"),
        sources=frozenset({"receiving"}), target="closed", may=policies.is_opener, by_portal=True,
    ),
    Transition(
        "take_again", label=_("Take bids again"), told=pgettext_lazy("timeline", "Bids taken again after an outage"),
        sources=frozenset({"closed"}), target="receiving", may=policies.may_take_again, when=_untouched, tone="warning",
    ),
    Transition(
        "begin", label=_("Open the bids"), told=pgettext_lazy("timeline", "Opening begun"),
        sources=frozenset({"closed"}), target="opening", may=policies.is_opener, effect=_start, tone="primary",
    ),
    Transition(
        "finish", label=_("End the opening"), told=pgettext_lazy("timeline", "All bids opened"),
        sources=frozenset({"opening"}), target="opened", may=policies.is_opener,
    ),
    Transition(
        "uncover", label=_("Let the bidders decrypt"), told=pgettext_lazy("timeline", "Decryption window begun"),
        sources=frozenset({"opening"}), target="decrypting", may=policies.is_opener, when=_own_layer,
    ),
    Transition(
        "decide_window", label=_("Lengthen the window"), told=pgettext_lazy("timeline", "Decryption window decided on"),
        sources=frozenset({"decrypting"}), target=None, may=policies.may_decide_window, tone="warning",
    ),
    Transition(
        "conclude", label=_("End the decryption"), told=pgettext_lazy("timeline", "Decryption window ended"),
        sources=frozenset({"decrypting"}), target="opened", may=policies.is_opener, portal_too=True,
    ),
    Transition(
        "record", label=_("Issue the record"), told=pgettext_lazy("timeline", "Record of the opening issued"),
        sources=frozenset({"opened"}), target="recorded", may=policies.is_opener, effect=_record,
        when=_no_objection_waits, tone="primary",
    ),
    Transition(
        "settle", label=_("Issue the record by the clock"), told=pgettext_lazy("timeline", "Record of the opening issued"),
        sources=frozenset({"opened"}), target="recorded", may=policies.is_opener, effect=_record,
        when=_no_objection_waits, by_portal=True,
    ),
    Transition(
        "lapse", label=_("Too few bidders: do not open"), told=pgettext_lazy("timeline", "Not opened: too few bidders"),
        sources=frozenset({"closed"}), target="lapsed", may=policies.is_opener, tone="warning", irreversible=True,
    ),
    Transition(
        "void", label=_("Ended with the tender"), told=pgettext_lazy("timeline", "Ended with the tender"),
        sources=frozenset({"named", "receiving", "closed"}), target="void", may=policies.is_opener, by_portal=True,
    ),
]  # fmt: skip
OPENING = Lifecycle("opening", STATES, TRANSITIONS)
