"""The life of a filing: every state, and every step from one to another.

After filing the cases decide; the portal moves the package after them (`standing.py`). The applicant withdraws.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.packages import policies
from approvals.packages.models import PackageFiling
from portal.core.lifecycle import Ask, Lifecycle, State, Transition


def _nobody(_user: Any, _filing: Any) -> bool:
    return False


STATES = [
    State("draft", pgettext_lazy("package state", "Draft")),
    State("filed", pgettext_lazy("package state", "Waiting until every part is accepted")),
    State("running", pgettext_lazy("package state", "All parts accepted")),
    State("concluded", pgettext_lazy("package state", "Concluded"), ended=True),
    State("withdrawn", pgettext_lazy("package state", "Withdrawn"), ended=True),
]
OPEN = frozenset({"filed", "running"})
ENDED = frozenset({"concluded", "withdrawn"})

TRANSITIONS: list[Transition[PackageFiling]] = [
    Transition(
        "submit", label=_("Submit all parts"), told=pgettext_lazy("timeline", "Package filed"),
        sources=frozenset({"draft"}), target="filed", may=policies.may_submit, tone="primary",
    ),
    Transition(
        "withdraw", label=_("Withdraw"), told=pgettext_lazy("timeline", "Parts withdrawn by the applicant"),
        sources=OPEN, target=None, may=policies.may_withdraw, tone="warning", irreversible=True,
        asks=(Ask("reason", "text", _("Reason"), required=False, longest=500),),
    ),
    Transition(
        "run", label=_("All parts accepted"),
        told=pgettext_lazy("timeline", "All parts accepted: the time of the package runs"),
        sources=frozenset({"filed", *ENDED}), target="running", may=_nobody, by_portal=True,
    ),
    Transition(
        "wait", label=_("A part waits for acceptance again"),
        told=pgettext_lazy("timeline", "A part waits for acceptance again"),
        sources=frozenset({"running", *ENDED}), target="filed", may=_nobody, by_portal=True,
    ),
    Transition(
        "conclude", label=_("Concluded"), told=pgettext_lazy("timeline", "All parts are concluded"),
        sources=frozenset({*OPEN, "withdrawn"}), target="concluded", may=_nobody, by_portal=True,
    ),
    Transition(
        "end", label=_("Withdrawn"), told=pgettext_lazy("timeline", "All parts were withdrawn"),
        sources=frozenset({*OPEN, "concluded"}), target="withdrawn", may=_nobody, by_portal=True,
    ),
]  # fmt: skip
FILING: Lifecycle[PackageFiling] = Lifecycle("package filing", STATES, TRANSITIONS)
# Where the cases say that the filing stands → the step that leads there.
STEP_TO = {"running": "run", "filed": "wait", "concluded": "conclude", "withdrawn": "end"}
