"""The life of a request to change an item: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.reform import policies
from approvals.reform.models import ChangeRequest
from portal.core.lifecycle import Ask, Lifecycle, State, Transition


def _nobody(_user: Any, _thing: Any) -> bool:
    return False


STATES = [
    State("proposed", pgettext_lazy("reform request", "Waiting for the second person")),
    State("confirmed", pgettext_lazy("reform request", "Confirmed, waits for its day")),
    State("done", pgettext_lazy("reform request", "In the ledger"), ended=True),
    State("rejected", pgettext_lazy("reform request", "Not confirmed"), ended=True),
    State("withdrawn", pgettext_lazy("reform request", "Withdrawn"), ended=True),
    State("failed", pgettext_lazy("reform request", "No longer possible on its day"), ended=True),
]
TRANSITIONS: list[Transition[ChangeRequest]] = [
    Transition(
        "confirm", label=_("Confirm"), told=pgettext_lazy("timeline", "The change was confirmed"),
        sources=frozenset({"proposed"}), target="confirmed", may=policies.may_confirm, tone="primary",
    ),
    Transition(
        "reject", label=_("Do not confirm"), told=pgettext_lazy("timeline", "The change was not confirmed"),
        sources=frozenset({"proposed"}), target="rejected", may=policies.may_confirm, tone="warning",
        asks=(Ask("note", "text", _("Reason"), longest=300),),
    ),
    Transition(
        "withdraw", label=_("Withdraw the request"), told=pgettext_lazy("timeline", "The request was withdrawn"),
        sources=frozenset({"proposed", "confirmed"}), target="withdrawn", may=policies.may_withdraw,
    ),
    Transition(
        "take_effect", label=_("Take effect"), told=pgettext_lazy("timeline", "The change took effect"),
        sources=frozenset({"confirmed"}), target="done", may=_nobody, by_portal=True,
    ),
    Transition(
        "fail", label=_("Fail"), told=pgettext_lazy("timeline", "The change was no longer possible"),
        sources=frozenset({"confirmed"}), target="failed", may=_nobody, by_portal=True,
    ),
]  # fmt: skip
REQUEST: Lifecycle[ChangeRequest] = Lifecycle("reform request", STATES, TRANSITIONS)
