"""The lives of a flagged promise and of a proposal: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.promises import policies
from approvals.promises.models import Finding, Proposal
from portal.core.lifecycle import Ask, Lifecycle, State, Transition


def _nobody(_user: Any, _thing: Any) -> bool:
    return False


FINDING_STATES = [
    State("asked", pgettext_lazy("flagged promise", "Waiting for the department")),
    State("replied", pgettext_lazy("flagged promise", "Replied, to be judged")),
    State("accepted", pgettext_lazy("flagged promise", "Reply accepted"), ended=True),
]
FINDING_TRANSITIONS: list[Transition[Finding]] = [
    Transition(
        "reply", label=_("Send the reply"), told=pgettext_lazy("timeline", "The department replied"),
        sources=frozenset({"asked"}), target="replied", may=policies.may_reply, tone="primary",
    ),
    Transition(
        "accept", label=_("Accept the reply"), told=pgettext_lazy("timeline", "The reply was accepted"),
        sources=frozenset({"replied"}), target="accepted", may=policies.may_judge, tone="primary",
        asks=(Ask("note", "text", _("Note"), required=False, longest=500),),
    ),
    Transition(
        "again", label=_("Send it back once more"), told=pgettext_lazy("timeline", "Sent back once more"),
        sources=frozenset({"replied"}), target="asked", may=policies.may_judge, tone="warning",
        asks=(Ask("note", "text", _("What is still missing"), longest=500),),
    ),
]  # fmt: skip
FINDING: Lifecycle[Finding] = Lifecycle("flagged promise", FINDING_STATES, FINDING_TRANSITIONS)

PROPOSAL_STATES = [
    State("proposed", pgettext_lazy("promise proposal", "Waiting for the head of the department")),
    State("drafted", pgettext_lazy("promise proposal", "Taken over into a draft version")),
    State("in_force", pgettext_lazy("promise proposal", "In force"), ended=True),
    State("declined", pgettext_lazy("promise proposal", "Declined"), ended=True),
    State("lapsed", pgettext_lazy("promise proposal", "Lapsed"), ended=True),
]
PROPOSAL_TRANSITIONS: list[Transition[Proposal]] = [
    Transition(
        "take_over", label=_("Take it over into a new version"),
        told=pgettext_lazy("timeline", "Taken over into a draft version"),
        sources=frozenset({"proposed"}), target="drafted", may=policies.may_decide, tone="primary",
    ),
    Transition(
        "decline", label=_("Decline"), told=pgettext_lazy("timeline", "Declined"),
        sources=frozenset({"proposed"}), target="declined", may=policies.may_decide, tone="warning",
        asks=(Ask("note", "text", _("Reason"), longest=500),),
    ),
    Transition(
        "come_into_force", label=_("In force"), told=pgettext_lazy("timeline", "The new promise is in force"),
        sources=frozenset({"drafted"}), target="in_force", may=_nobody, by_portal=True,
    ),
    Transition(
        "lapse", label=_("Lapse"), told=pgettext_lazy("timeline", "The proposal lapsed"),
        sources=frozenset({"proposed", "drafted"}), target="lapsed", may=_nobody, by_portal=True,
    ),
]  # fmt: skip
PROPOSAL: Lifecycle[Proposal] = Lifecycle("promise proposal", PROPOSAL_STATES, PROPOSAL_TRANSITIONS)
