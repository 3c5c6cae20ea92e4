"""The life of an assignment within a district as one table; what a step does stands in `effects.py`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.districts import effects, policies
from hotline.districts.models import Assignment
from hotline.models import Return
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

STATES = [
    State("assigned", pgettext_lazy("assignment state", "Passed on, to be signed for")),
    State("signed", pgettext_lazy("assignment state", "Being handled")),
    State("returned", pgettext_lazy("assignment state", "Returned, the district decides")),
    State("done", pgettext_lazy("assignment state", "Replied"), ended=True),
    State("ended", pgettext_lazy("assignment state", "No longer there"), ended=True),
]
TONES = {"assigned": "amber", "signed": "blue", "returned": "amber", "done": "green", "ended": "grey"}
YES_NO = (("yes", _("Yes")), ("no", _("No")))
REASON = Ask("reason", "text", _("Reason"), longest=1000)
NOTE = Ask("note", "text", _("Note"), required=False, longest=2000)
RUNNING = frozenset({"assigned", "signed", "returned"})


def _step(
    code: str, label: Any, told: Any, sources: frozenset[str], target: str, **more: Any
) -> Transition[Assignment]:
    return Transition(code, label=label, told=told, sources=sources, target=target, public=False, **more)


TRANSITIONS: list[Transition[Assignment]] = [
    _step(
        "sign", _("Sign for"), pgettext_lazy("timeline", "Signed for within the district"),
        frozenset({"assigned"}), "signed", may=policies.may_work, effect=effects.sign, tone="primary",
    ),
    _step(
        "return", pgettext_lazy("ticket", "Return"), pgettext_lazy("timeline", "Returned to the district"),
        frozenset({"assigned", "signed"}), "returned", may=policies.may_work, effect=effects.give_back, tone="warning",
        asks=(
            Ask("ground", "choice", pgettext_lazy("ticket", "Ground"), choices=tuple(Return.Ground.choices)),
            REASON,
        ),
    ),
    _step(
        "uphold", _("Accept the return"), pgettext_lazy("timeline", "The district took it back"),
        frozenset({"returned"}), "ended", may=policies.may_run, effect=effects.uphold, tone="primary", asks=(NOTE,),
    ),
    _step(
        "reject", _("Reject the return"), pgettext_lazy("timeline", "The district rejected the return"),
        frozenset({"returned"}), "assigned", may=policies.may_run, effect=effects.reject, tone="warning",
        asks=(REASON, Ask("wrongful", "choice", _("Was the return wrongful?"), choices=YES_NO)),
    ),
    _step(
        "take_back", _("Take back"), pgettext_lazy("timeline", "Taken back by the district"),
        frozenset({"assigned", "signed"}), "ended", may=policies.may_run, effect=effects.take_back, asks=(REASON,),
    ),
    _step(
        "reply", _("Replied"), pgettext_lazy("timeline", "Replied"),
        RUNNING, "done", may=policies.may_run, effect=effects.replied, by_portal=True,
    ),
    _step(
        "lapse", _("The ticket has left the district"), pgettext_lazy("timeline", "No longer with the district"),
        RUNNING, "ended", may=policies.may_run, effect=effects.lapse, by_portal=True,
    ),
]  # fmt: skip

ASSIGNMENT = Lifecycle("assignment", STATES, TRANSITIONS)
