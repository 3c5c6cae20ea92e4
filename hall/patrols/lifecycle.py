"""The life of a finding: open, put right, verified or sent back, closed; or set aside with a reason.

What a social supervisor writes down on a visit is a note first, which the department does not see.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.patrols import policies
from hall.patrols.models import Finding
from portal.core.calendar import workdays
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date

STATES = [
    State("noted", pgettext_lazy("finding state", "Noted, not handed over yet")),
    State("open", pgettext_lazy("finding state", "To be put right")),
    State("rectified", pgettext_lazy("finding state", "Put right, to be verified")),
    State("sent_back", pgettext_lazy("finding state", "Sent back")),
    State("verified", pgettext_lazy("finding state", "Verified"), ended=True),
    State("closed", pgettext_lazy("finding state", "Closed"), ended=True),
    State("set_aside", pgettext_lazy("finding state", "Set aside"), ended=True),
]
TONES = {
    "noted": "grey",
    "open": "amber", "rectified": "blue", "sent_back": "red", "verified": "green", "closed": "grey", "set_aside": "grey",
}  # fmt: skip
TO_DO = frozenset({"open", "sent_back"})
# Steps with a page or a form of their own: with photos of the result; on the page of a social supervisor's visit.
ELSEWHERE = frozenset({"rectify", "hand_over", "withdraw"})
REASON = Ask("note", "text", _("Reason"), longest=500)


def hand_over(step: Step[Finding]) -> None:
    """The limit runs from the day on which the department is told, not from the day of the visit."""
    finding = step.obj
    finding.found_at, finding.found_on = step.moment, local_date(step.moment)
    finding.due_on = workdays().add(finding.found_on, finding.limit_days)


def withdraw(step: Step[Finding]) -> None:
    step.obj.ended_on = local_date(step.moment)


def rectify(step: Step[Finding]) -> None:
    """The photos were attached by the action before; the day counts against the limit."""
    finding = step.obj
    finding.report = step.data["report"] = step.inputs["report"]
    finding.rectified_at, finding.rectified_on = step.moment, local_date(step.moment)


def verify(step: Step[Finding]) -> None:
    step.obj.ended_on = local_date(step.moment)


def send_back(step: Step[Finding]) -> None:
    """It was not put right: the report of that day does not count."""
    finding = step.obj
    finding.rectified_at = finding.rectified_on = None
    finding.note = step.data["note"] = step.inputs["note"]


def set_aside(step: Step[Finding]) -> None:
    step.obj.note = step.data["note"] = step.inputs["note"]
    step.obj.ended_on = local_date(step.moment)


TRANSITIONS: list[Transition[Finding]] = [
    Transition(
        "hand_over",
        label=pgettext_lazy("finding", "Hand over"),
        told=pgettext_lazy("timeline", "Handed over"),
        sources=frozenset({"noted"}),
        target="open",
        may=policies.is_reporter,
        effect=hand_over,
        tone="primary",
    ),
    Transition(
        "withdraw",
        label=pgettext_lazy("finding", "Withdraw"),
        told=pgettext_lazy("timeline", "Withdrawn"),
        sources=frozenset({"noted"}),
        target="set_aside",
        may=policies.is_reporter,
        effect=withdraw,
    ),
    Transition(
        "rectify",
        label=_("Report as put right"),
        told=pgettext_lazy("timeline", "Put right"),
        sources=TO_DO,
        target="rectified",
        may=policies.is_responsible,
        effect=rectify,
        asks=(Ask("report", "text", _("What was done"), longest=1000),),
        tone="primary",
    ),
    Transition(
        "verify",
        label=_("Verify"),
        told=pgettext_lazy("timeline", "Verified on the spot"),
        sources=frozenset({"rectified"}),
        target="verified",
        may=policies.may_verify,
        effect=verify,
        tone="primary",
    ),
    Transition(
        "send_back",
        label=_("Send back"),
        told=pgettext_lazy("timeline", "Sent back"),
        sources=frozenset({"rectified"}),
        target="sent_back",
        may=policies.may_verify,
        effect=send_back,
        asks=(REASON,),
        tone="warning",
    ),
    Transition(
        "close",
        label=_("Close"),
        told=pgettext_lazy("timeline", "Closed"),
        sources=frozenset({"verified"}),
        target="closed",
        may=policies.may_verify,
    ),
    Transition(
        "set_aside",
        label=_("Set aside"),
        told=pgettext_lazy("timeline", "Set aside"),
        sources=frozenset({"open", "sent_back", "rectified"}),
        target="set_aside",
        may=policies.may_verify,
        effect=set_aside,
        asks=(REASON,),
    ),
]

FINDING = Lifecycle("finding", STATES, TRANSITIONS)
