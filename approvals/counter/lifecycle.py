"""The life of a hand-over: proposed, then accepted, declined or taken back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.counter import policies
from approvals.counter.models import HandOver
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition

STATES = [
    State("waiting", pgettext_lazy("hand-over", "Waiting for the receiver")),
    State("accepted", pgettext_lazy("hand-over", "Accepted"), ended=True),
    State("declined", pgettext_lazy("hand-over", "Declined"), ended=True),
    State("taken_back", pgettext_lazy("hand-over", "Taken back"), ended=True),
]


def _decide(step: Step[HandOver]) -> None:
    handover = step.obj
    handover.decided_by, handover.decided_at = step.actor.user, step.moment
    handover.answer = step.inputs.get("answer", "")


TRANSITIONS: list[Transition[HandOver]] = [
    Transition(
        "accept",
        label=pgettext_lazy("hand-over", "Accept"),
        told=pgettext_lazy("hand-over", "Accepted"),
        sources=frozenset({"waiting"}),
        target="accepted",
        may=policies.may_accept,
        effect=_decide,
        tone="primary",
    ),
    Transition(
        "decline",
        label=pgettext_lazy("hand-over", "Decline"),
        told=pgettext_lazy("hand-over", "Declined"),
        sources=frozenset({"waiting"}),
        target="declined",
        may=policies.may_accept,
        effect=_decide,
        asks=(Ask("answer", "text", _("Reason"), longest=500),),
    ),
    Transition(
        "take_back",
        label=pgettext_lazy("hand-over", "Take back"),
        told=pgettext_lazy("hand-over", "Taken back"),
        sources=frozenset({"waiting"}),
        target="taken_back",
        may=policies.may_take_back,
        effect=_decide,
    ),
]

HANDOVER: Lifecycle[HandOver] = Lifecycle("handover", STATES, TRANSITIONS)
