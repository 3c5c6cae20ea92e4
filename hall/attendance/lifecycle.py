"""The life of a post left empty: found, explained, accepted or not."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.attendance import policies
from hall.attendance.models import EmptyPost
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition

STATES = [
    State("open", pgettext_lazy("empty post state", "To be explained")),
    State("explained", pgettext_lazy("empty post state", "Explained")),
    State("accepted", pgettext_lazy("empty post state", "Explanation accepted"), ended=True),
    State("rejected", pgettext_lazy("empty post state", "Explanation not accepted"), ended=True),
]
TONES = {"open": "red", "explained": "amber", "accepted": "grey", "rejected": "red"}
NOTE = Ask("note", "text", _("Reason of the decision"), longest=500)


def explain(step: Step[EmptyPost]) -> None:
    step.obj.explanation = step.data["explanation"] = step.inputs["explanation"]


def decide(step: Step[EmptyPost]) -> None:
    step.obj.note = step.data["note"] = step.inputs["note"]


TRANSITIONS: list[Transition[EmptyPost]] = [
    Transition(
        "explain",
        label=_("Explain"),
        told=pgettext_lazy("timeline", "Explained"),
        sources=frozenset({"open"}),
        target="explained",
        may=policies.is_concerned,
        effect=explain,
        asks=(Ask("explanation", "text", _("What happened"), longest=500),),
        tone="primary",
    ),
    Transition(
        "accept",
        label=_("Accept the explanation"),
        told=pgettext_lazy("timeline", "Explanation accepted"),
        sources=frozenset({"open", "explained"}),
        target="accepted",
        may=policies.may_decide,
        effect=decide,
        asks=(NOTE,),
        tone="primary",
    ),
    Transition(
        "reject",
        label=_("Do not accept"),
        told=pgettext_lazy("timeline", "Explanation not accepted"),
        sources=frozenset({"explained"}),
        target="rejected",
        may=policies.may_decide,
        effect=decide,
        asks=(NOTE,),
        tone="warning",
    ),
]

EMPTY_POST = Lifecycle("empty_post", STATES, TRANSITIONS)
