"""The life of a lot's evaluation, as a table."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Lifecycle, State, Step, Transition
from procurement.evaluation import policies
from procurement.evaluation.models import Evaluation, Negotiation, Rejection

STATES = [
    State("qualifying", pgettext_lazy("evaluation state", "Review of qualification by the buyer")),
    State("reviewing", pgettext_lazy("evaluation state", "Reviews by the committee")),
    State("clarifying", pgettext_lazy("evaluation state", "Clarifications and rejections")),
    State("negotiating", pgettext_lazy("evaluation state", "Negotiation and final offers")),
    State("scoring", pgettext_lazy("evaluation state", "Independent scoring")),
    State("confirming", pgettext_lazy("evaluation state", "Report waits for signatures")),
    State("concluded", pgettext_lazy("evaluation state", "Concluded"), ended=True),
    State("failed", pgettext_lazy("evaluation state", "No candidate"), ended=True),
]
TONES = {
    "qualifying": "amber", "reviewing": "blue", "clarifying": "amber", "negotiating": "amber", "scoring": "blue",
    "confirming": "amber", "concluded": "green", "failed": "grey",
}  # fmt: skip


def _after_qualification(one: Evaluation) -> str:
    return "failed" if one.failure else "reviewing"


def _after_clarifying(one: Evaluation) -> str:
    """The negotiation where final offers are to come, more rejections to settle, the report where nothing is left to
    score, else the members' own scores.
    """
    if one.failure or one.report_at is not None:
        return "confirming"
    if awaits_offers(one):
        return "negotiating"
    waiting = Rejection.objects.filter(bid__evaluation=one, outcome=Rejection.Outcome.OPEN).exists()
    return "clarifying" if waiting else "scoring"


def awaits_offers(one: Evaluation) -> bool:
    """Bought by negotiation, and no round of final offers of the lot is over: another evaluation asks for no second."""
    if not policies.negotiates(one.lot.project):
        return False
    return not Negotiation.objects.filter(evaluation__lot=one.lot_id, closed_at__isnull=False).exists()


def _after_offers(one: Evaluation) -> str:
    """Low final offers are asked about before anything is scored."""
    return "confirming" if one.failure else "clarifying"


def _after_signing(one: Evaluation) -> str:
    return "failed" if one.failure else "concluded"


def _end(step: Step[Evaluation]) -> None:
    step.obj.ended_at = step.moment


def _end_if_failed(step: Step[Evaluation]) -> None:
    if step.obj.failure:
        step.obj.ended_at = step.moment


def _report(step: Step[Evaluation]) -> None:
    step.obj.report_at = step.moment


TRANSITIONS: list[Transition[Evaluation]] = [
    Transition(
        "hand_over", label=_("Hand over to the committee"), told=pgettext_lazy("timeline", "Qualification reviewed"),
        sources=frozenset({"qualifying"}), target=_after_qualification, may=policies.may_qualify, tone="primary",
        effect=_end_if_failed, leads_to=frozenset({"reviewing", "failed"}),
    ),
    Transition(
        "close_reviews", label=_("Close the reviews"), told=pgettext_lazy("timeline", "Reviews closed"),
        sources=frozenset({"reviewing"}), target="clarifying", may=policies.is_chair, tone="primary",
    ),
    Transition(
        "proceed", label=_("Go on"), told=pgettext_lazy("timeline", "Rejections settled"),
        sources=frozenset({"clarifying"}), target=_after_clarifying, may=policies.is_chair, tone="primary",
        leads_to=frozenset({"clarifying", "negotiating", "scoring", "confirming"}),
    ),
    Transition(
        "close_offers", label=_("Open the final offers"), told=pgettext_lazy("timeline", "Final offers opened"),
        sources=frozenset({"negotiating"}), target=_after_offers, may=policies.is_chair, tone="primary",
        leads_to=frozenset({"clarifying", "confirming"}),
    ),
    Transition(
        "close_scoring", label=_("Close the scoring"), told=pgettext_lazy("timeline", "Scoring closed"),
        sources=frozenset({"scoring"}), target="confirming", may=policies.is_chair, effect=_report, tone="primary",
    ),
    Transition(
        "take_up", label=_("Take up the reviews again"), told=pgettext_lazy("timeline", "Reviews taken up again"),
        sources=frozenset({"clarifying", "negotiating", "scoring", "confirming"}), target="reviewing", may=policies.is_chair,
        tone="warning",
    ),
    Transition(
        "conclude", label=_("Report signed"), told=pgettext_lazy("timeline", "Report signed"),
        sources=frozenset({"confirming"}), target=_after_signing, may=policies.is_chair, effect=_end, by_portal=True,
        leads_to=frozenset({"concluded", "failed"}),
    ),
]  # fmt: skip
EVALUATION = Lifecycle("evaluation", STATES, TRANSITIONS)
