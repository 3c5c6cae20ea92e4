"""The life of a report: drawn up, laid before the signer, signed; reopened with a reason."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.supervision.reports import policies
from portal.supervision.reports.models import Report

STATES = [
    State("draft", pgettext_lazy("report state", "Draft")),
    State("submitted", pgettext_lazy("report state", "To be signed")),
    State("signed", pgettext_lazy("report state", "Signed"), ended=True),
]
TONES = {"draft": "grey", "submitted": "amber", "signed": "green"}
REASON = Ask("note", "text", _("Reason"), longest=500)


def _sign(step: Step[Report]) -> None:
    step.obj.signed_by, step.obj.signed_at = step.actor.user, step.moment


def _reopen(step: Step[Report]) -> None:
    step.obj.signed_by = step.obj.signed_at = None
    step.obj.note = step.data["reason"] = step.inputs["note"]


TRANSITIONS: list[Transition[Report]] = [
    Transition(
        "submit", label=_("Lay before the signer"), told=pgettext_lazy("timeline", "Laid before the signer"),
        sources=frozenset({"draft"}), target="submitted", may=policies.may_edit, tone="primary",
    ),
    Transition(
        "sign", label=pgettext_lazy("report step", "Sign"), told=pgettext_lazy("timeline", "Report signed"),
        sources=frozenset({"submitted"}), target="signed", may=policies.may_sign, effect=_sign, tone="primary",
    ),
    Transition(
        "send_back", label=_("Send back to the author"), told=pgettext_lazy("timeline", "Sent back to the author"),
        sources=frozenset({"submitted"}), target="draft", may=policies.may_sign, effect=_reopen, asks=(REASON,),
        tone="warning",
    ),
    Transition(
        "reopen", label=_("Withdraw the signature"), told=pgettext_lazy("timeline", "Signature withdrawn"),
        sources=frozenset({"signed"}), target="draft", may=policies.may_sign, effect=_reopen, asks=(REASON,),
        tone="warning",
    ),
]  # fmt: skip
REPORT = Lifecycle("report", STATES, TRANSITIONS)
