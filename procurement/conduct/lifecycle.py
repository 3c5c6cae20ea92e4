"""The life of a rating and of a decision, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date, today
from procurement.conduct import policies
from procurement.conduct.models import Decision, Rating

OBJECTION = Ask("objection", "text", _("What you object to, and why"), longest=2000)
ANSWER = Ask("answer", "text", _("Answer with its ground"), longest=2000)

RATING_STATES = [
    State("given", pgettext_lazy("rating of conduct", "Given")),
    State("objected", pgettext_lazy("rating of conduct", "Objection waits for its answer")),
    State("upheld", pgettext_lazy("rating of conduct", "Upheld"), ended=True),
    State("withdrawn", pgettext_lazy("rating of conduct", "Withdrawn, does not count"), ended=True),
]
RATING_TONES = {"given": "blue", "objected": "amber", "upheld": "grey", "withdrawn": "grey"}


def _objected(step: Step[Rating]) -> None:
    step.obj.objection, step.obj.objected_at = step.inputs["objection"], step.moment


def _answered(step: Step[Rating]) -> None:
    step.obj.answer = step.data["reason"] = step.inputs["answer"]
    step.obj.answered_by = step.actor.user


RATING = Lifecycle(
    "rating",
    RATING_STATES,
    [
        Transition(
            "object", label=pgettext_lazy("conduct step", "Object"), told=pgettext_lazy("timeline", "Objection raised"),
            sources=frozenset({"given"}), target="objected", may=policies.is_rated, effect=_objected,
            when=lambda one: one.points > 0 and today() <= one.object_until, asks=(OBJECTION,),
        ),
        Transition(
            "uphold", label=_("Uphold the rating"), told=pgettext_lazy("timeline", "Rating upheld"),
            sources=frozenset({"objected"}), target="upheld", may=policies.may_answer_objection, effect=_answered,
            asks=(ANSWER,),
        ),
        Transition(
            "withdraw", label=_("Withdraw the rating"), told=pgettext_lazy("timeline", "Rating withdrawn"),
            sources=frozenset({"objected"}), target="withdrawn", may=policies.may_answer_objection, effect=_answered,
            asks=(ANSWER,), tone="warning",
        ),
    ],
)  # fmt: skip

DECISION_STATES = [
    State("proposed", pgettext_lazy("decision state", "Proposed, statement possible")),
    State("heard", pgettext_lazy("decision state", "Statement made")),
    State("in_force", pgettext_lazy("decision state", "Decided")),
    State("objected", pgettext_lazy("decision state", "Decided, objection waits")),
    State("repair_asked", pgettext_lazy("decision state", "Decided, repair asked for")),
    State("dropped", pgettext_lazy("decision state", "Dropped"), ended=True),
    State("revoked", pgettext_lazy("decision state", "Revoked"), ended=True),
    State("repaired", pgettext_lazy("decision state", "Repaired"), ended=True),
]
DECISION_TONES = {
    "proposed": "amber", "heard": "amber", "in_force": "red", "objected": "red", "repair_asked": "red",
    "dropped": "grey", "revoked": "grey", "repaired": "green",
}  # fmt: skip


def _heard(step: Step[Decision]) -> None:
    step.obj.statement = step.inputs["statement"]


def _decidable(one: Decision) -> bool:
    """An honour needs no statement; anything else waits for it or for the end of its time."""
    return one.kind == Decision.Kind.RED or one.state == "heard" or today() > one.hear_until


def _decided(step: Step[Decision]) -> None:
    step.obj.decided_by, step.obj.decided_at = step.actor.user, step.moment


def _decision_objected(step: Step[Decision]) -> None:
    step.obj.objection = step.inputs["objection"]


def _decision_answered(step: Step[Decision]) -> None:
    step.obj.answer = step.data["reason"] = step.inputs["answer"]


def _ended(step: Step[Decision]) -> None:
    _decision_answered(step)
    step.obj.ended_on = local_date(step.moment)


def _repair_asked(step: Step[Decision]) -> None:
    step.obj.repair = step.inputs["repair"]


def _may_object(one: Decision) -> bool:
    in_time = one.object_until is not None and today() <= one.object_until
    return one.kind != Decision.Kind.RED and not one.objection and in_time


def _can_be_repaired(one: Decision) -> bool:
    return one.kind in (Decision.Kind.BLACK, Decision.Kind.SUSPENSION) and one.holds_on(today())


DECISION = Lifecycle(
    "decision",
    DECISION_STATES,
    [
        Transition(
            "hear", label=_("Make a statement"), told=pgettext_lazy("timeline", "Statement made"),
            sources=frozenset({"proposed"}), target="heard", may=policies.is_subject, effect=_heard,
            when=lambda one: today() <= one.hear_until, tone="primary",
            asks=(Ask("statement", "text", _("Your statement"), longest=2000),),
        ),
        Transition(
            "decide", label=_("Decide so"), told=pgettext_lazy("timeline", "Decided"),
            sources=frozenset({"proposed", "heard"}), target="in_force", may=policies.may_decide, effect=_decided,
            when=_decidable, tone="primary",
        ),
        Transition(
            "drop", label=_("Drop the proposal"), told=pgettext_lazy("timeline", "Dropped"),
            sources=frozenset({"proposed", "heard"}), target="dropped", may=policies.may_drop, effect=_ended,
            asks=(ANSWER,), tone="warning",
        ),
        Transition(
            "object", label=pgettext_lazy("conduct step", "Object"), told=pgettext_lazy("timeline", "Objection raised"),
            sources=frozenset({"in_force"}), target="objected", may=policies.is_subject, effect=_decision_objected,
            when=_may_object, asks=(OBJECTION,),
        ),
        Transition(
            "uphold", label=_("Uphold the decision"), told=pgettext_lazy("timeline", "Decision upheld"),
            sources=frozenset({"objected"}), target="in_force", may=policies.may_judge, effect=_decision_answered,
            asks=(ANSWER,),
        ),
        Transition(
            "revoke", label=_("Revoke the decision"), told=pgettext_lazy("timeline", "Decision revoked"),
            sources=frozenset({"objected"}), target="revoked", may=policies.may_judge, effect=_ended, asks=(ANSWER,),
            tone="warning",
        ),
        Transition(
            "ask_repair", label=_("Ask for repair"), told=pgettext_lazy("timeline", "Repair asked for"),
            sources=frozenset({"in_force"}), target="repair_asked", may=policies.is_subject, effect=_repair_asked,
            when=_can_be_repaired,
            asks=(Ask("repair", "text", _("What has been put right, and how it is shown"), longest=2000),),
        ),
        Transition(
            "grant_repair", label=_("Grant the repair"), told=pgettext_lazy("timeline", "Repaired"),
            sources=frozenset({"repair_asked"}), target="repaired", may=policies.may_judge, effect=_ended,
            asks=(ANSWER,), tone="primary",
        ),
        Transition(
            "refuse_repair", label=_("Refuse the repair"), told=pgettext_lazy("timeline", "Repair refused"),
            sources=frozenset({"repair_asked"}), target="in_force", may=policies.may_judge, effect=_decision_answered,
            asks=(ANSWER,), tone="warning",
        ),
    ],
)  # fmt: skip
# These end what the decision had put into force.
ENDING = frozenset({"revoke", "grant_repair"})
