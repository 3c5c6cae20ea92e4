"""The life of a rectification (差评整改) and of a grievance (吐槽找茬), as tables.

What the steps do to the row stands in `effects.py`, who may take them in `policies.py`.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.ratings import effects, policies
from hall.ratings.models import Grievance, Rectification
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

STATES = [
    State("opened", pgettext_lazy("rectification state", "Waiting for the first contact")),
    State("contacted", pgettext_lazy("rectification state", "Contacted, to be verified")),
    State("verified", pgettext_lazy("rectification state", "Verified, to be rectified")),
    State("appealed", pgettext_lazy("rectification state", "Appeal waits for its decision")),
    State("rectified", pgettext_lazy("rectification state", "Rectified, to be called back")),
    State("called_back", pgettext_lazy("rectification state", "Called back, to be closed")),
    State("closed", pgettext_lazy("rectification state", "Closed"), ended=True),
    State("set_aside", pgettext_lazy("rectification state", "Set aside"), ended=True),
]

CONTACT_WAYS = (
    ("phone", pgettext_lazy("contact", "Spoken with by telephone")),
    ("visit", pgettext_lazy("contact", "Spoken with in person")),
    ("unreached", pgettext_lazy("contact", "Tried, not reached")),
    ("none", pgettext_lazy("contact", "No way of contact was left")),
)
CALL_RESULTS = (
    ("content", pgettext_lazy("call-back", "Content with the rectification")),
    ("unreached", pgettext_lazy("call-back", "Not reached, or no way of contact was left")),
)
REASON = Ask("text", "text", _("Reason"), longest=1000)

TRANSITIONS: list[Transition[Rectification]] = [
    Transition(
        "contact",
        label=_("Record the first contact"),
        told=pgettext_lazy("timeline", "First contact"),
        sources=frozenset({"opened"}),
        target="contacted",
        may=policies.may_work_on,
        effect=effects.contact,
        asks=(
            Ask("way", "choice", _("Way of contact"), choices=CONTACT_WAYS),
            Ask("text", "text", _("What was said"), hint=_("No names and no telephone numbers here."), longest=1000),
        ),
        tone="primary",
    ),
    Transition(
        "verify",
        label=_("Record what was verified"),
        told=pgettext_lazy("timeline", "Verified: the rating stands"),
        sources=frozenset({"contacted"}),
        target="verified",
        may=policies.may_work_on,
        effect=effects.verify,
        asks=(Ask("text", "text", _("What happened, and why"), longest=1000),),
        tone="primary",
    ),
    Transition(
        "rectify",
        label=_("Record the rectification"),
        told=pgettext_lazy("timeline", "Rectified"),
        sources=frozenset({"verified"}),
        target="rectified",
        may=policies.may_work_on,
        effect=effects.rectify,
        asks=(Ask("text", "text", _("What was done, and what will be different"), longest=1000),),
        tone="primary",
    ),
    Transition(
        "call_back",
        label=_("Record the call-back"),
        told=pgettext_lazy("timeline", "Called back"),
        sources=frozenset({"rectified"}),
        target="called_back",
        may=policies.may_call_back,
        effect=effects.call_back,
        asks=(
            Ask("result", "choice", _("What the person says"), choices=CALL_RESULTS),
            Ask("text", "text", _("Note"), required=False, longest=1000),
        ),
        tone="primary",
    ),
    Transition(
        "send_back",
        label=_("The person is not content: back to the handler"),
        told=pgettext_lazy("timeline", "Called back: not content"),
        sources=frozenset({"rectified"}),
        target="verified",
        may=policies.may_call_back,
        effect=effects.send_back,
        asks=(Ask("text", "text", _("What is still wrong"), longest=1000),),
    ),
    Transition(
        "close",
        label=_("Close the rectification"),
        told=pgettext_lazy("timeline", "Closed"),
        sources=frozenset({"called_back"}),
        target="closed",
        may=policies.may_judge,
        effect=effects.close,
        asks=(Ask("text", "text", _("Note"), required=False, longest=1000),),
        tone="primary",
    ),
    Transition(
        "appeal",
        label=_("Appeal against the rating"),
        told=pgettext_lazy("timeline", "Appeal against the rating"),
        sources=frozenset({"contacted", "verified"}),
        target="appealed",
        may=policies.may_appeal,
        when=lambda work: work.appeals == 0,
        effect=effects.appeal,
        asks=(Ask("text", "text", _("Grounds"), hint=_("Another role decides about it."), longest=1000),),
    ),
    Transition(
        "grant_appeal",
        label=_("Grant the appeal"),
        told=pgettext_lazy("timeline", "Appeal granted: set aside"),
        sources=frozenset({"appealed"}),
        target="set_aside",
        may=policies.may_decide_appeal,
        effect=effects.set_aside,
        asks=(REASON,),
        irreversible=True,
    ),
    Transition(
        "reject_appeal",
        label=_("Reject the appeal"),
        told=pgettext_lazy("timeline", "Appeal rejected"),
        sources=frozenset({"appealed"}),
        target=lambda work: work.resume_state,
        leads_to=frozenset({"contacted", "verified"}),
        may=policies.may_decide_appeal,
        effect=effects.reject_appeal,
        asks=(REASON,),
    ),
    Transition(
        "set_aside",
        label=_("Set the bad rating aside"),
        told=pgettext_lazy("timeline", "Set aside"),
        sources=frozenset({"opened", "contacted", "verified"}),
        target="set_aside",
        may=policies.may_judge,
        effect=effects.set_aside,
        asks=(REASON,),
        tone="warning",
        irreversible=True,
    ),
]

RECTIFICATION: Lifecycle[Rectification] = Lifecycle("rectification", STATES, TRANSITIONS)

GRIEVANCE_STATES = [
    State("handling", pgettext_lazy("grievance state", "Being looked into")),
    State("replied", pgettext_lazy("grievance state", "Replied")),
    State("closed", pgettext_lazy("grievance state", "Closed"), ended=True),
]

GRIEVANCE_TRANSITIONS: list[Transition[Grievance]] = [
    Transition(
        "reply",
        label=_("Reply"),
        told=pgettext_lazy("timeline", "Replied"),
        sources=frozenset({"handling"}),
        target="replied",
        may=policies.may_handle_grievance,
        effect=effects.reply,
        asks=(
            Ask("text", "text", _("Reply"), hint=_("Say what was found, what was changed, and by when."), longest=2000),
        ),
        tone="primary",
    ),
    Transition(
        "reopen",
        label=_("Send back to the handler"),
        told=pgettext_lazy("timeline", "Sent back to the handler"),
        sources=frozenset({"replied"}),
        target="handling",
        may=policies.oversees,
        effect=effects.reopen,
        asks=(REASON,),
    ),
    Transition(
        "close",
        label=_("Close the matter"),
        told=pgettext_lazy("timeline", "Closed"),
        sources=frozenset({"replied"}),
        target="closed",
        may=policies.oversees,
        effect=effects.end,
    ),
]

GRIEVANCE: Lifecycle[Grievance] = Lifecycle("grievance", GRIEVANCE_STATES, GRIEVANCE_TRANSITIONS)
