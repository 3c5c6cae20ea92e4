"""The lives of a contract, a remedy and a penalty, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date
from procurement.awards import policies
from procurement.awards.models import Contract, Penalty, Remedy

REASON = Ask("note", "text", _("Reason"), longest=1000)


def _end(step: Step) -> None:
    step.obj.ended_on = local_date(step.moment)
    step.obj.due_on = None


def _end_with_note(step: Step) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]
    _end(step)


def _publish(step: Step[Contract]) -> None:
    step.obj.published_on = local_date(step.moment)
    step.obj.due_on, step.obj.red_lit_on = None, None


CONTRACT_STATES = [
    State("due", pgettext_lazy("contract state", "To be signed")),
    State("signed", pgettext_lazy("contract state", "Signed, being performed")),
    State("completed", pgettext_lazy("contract state", "Completed"), ended=True),
    State("terminated", pgettext_lazy("contract state", "Terminated"), ended=True),
    State("refused", pgettext_lazy("contract state", "Not signed by the winner"), ended=True),
    State("void", pgettext_lazy("contract state", "Award taken back"), ended=True),
]
CONTRACT_TONES = {
    "due": "amber", "signed": "green", "completed": "grey", "terminated": "red", "refused": "red", "void": "grey",
}  # fmt: skip
CONTRACT_TRANSITIONS: list[Transition[Contract]] = [
    Transition(
        "sign", label=_("Enter the signed contract"), told=pgettext_lazy("timeline", "Contract signed"),
        sources=frozenset({"due"}), target="signed", may=policies.may_keep_contract, tone="primary",
    ),
    Transition(
        "publish", label=_("Publish the contract"), told=pgettext_lazy("timeline", "Contract published"),
        sources=frozenset({"signed"}), target=None, may=policies.may_keep_contract, effect=_publish, tone="primary",
        when=lambda contract: contract.published_on is None,
    ),
    Transition(
        "refuse", label=_("The winner does not sign"), told=pgettext_lazy("timeline", "Not signed by the winner"),
        sources=frozenset({"due"}), target="refused", may=policies.may_refuse_contract, effect=_end_with_note,
        asks=(REASON,), tone="warning", irreversible=True,
    ),
    Transition(
        "void", label=_("Award taken back"), told=pgettext_lazy("timeline", "Award taken back"),
        sources=frozenset({"due"}), target="void", may=policies.may_keep_contract, effect=_end, by_portal=True,
    ),
    Transition(
        "complete", label=_("Complete"), told=pgettext_lazy("timeline", "Contract completed"),
        sources=frozenset({"signed"}), target="completed", may=policies.may_keep_contract, effect=_end, tone="primary",
    ),
    Transition(
        "terminate", label=pgettext_lazy("contract step", "Terminate"),
        told=pgettext_lazy("timeline", "Contract terminated"), sources=frozenset({"signed"}), target="terminated",
        may=policies.may_keep_contract, effect=_end_with_note, asks=(REASON,), tone="warning", irreversible=True,
    ),
    Transition(
        "annul", label=_("Terminated by decision"), told=pgettext_lazy("timeline", "Terminated by decision"),
        sources=frozenset({"signed"}), target="terminated", may=policies.may_keep_contract, effect=_end_with_note,
        asks=(REASON,), by_portal=True,
    ),
]  # fmt: skip
CONTRACT = Lifecycle("contract", CONTRACT_STATES, CONTRACT_TRANSITIONS)
OWN_FORM = frozenset({"sign"})

# --- remedies -----------------------------------------------------------------------------------------------------------

REMEDY_STATES = [
    State("filed", pgettext_lazy("remedy state", "Filed")),
    State("accepted", pgettext_lazy("remedy state", "Accepted")),
    State("answered", pgettext_lazy("remedy state", "Answered"), ended=True),
    State("decided", pgettext_lazy("remedy state", "Decided"), ended=True),
    State("not_accepted", pgettext_lazy("remedy state", "Not accepted"), ended=True),
    State("withdrawn", pgettext_lazy("remedy state", "Withdrawn"), ended=True),
]
REMEDY_TONES = {
    "filed": "amber", "accepted": "blue", "answered": "green", "decided": "green", "not_accepted": "grey",
    "withdrawn": "grey",
}  # fmt: skip
OUTCOMES = tuple((one.value, one.label) for one in Remedy.Outcome)
CONSEQUENCES = tuple((one.value, one.label) for one in Remedy.Consequence)
ANSWERED = tuple(one for one in CONSEQUENCES if one[0] not in ("void", "repeat"))
BASIS = (
    ("0", pgettext_lazy("remedy", "It has a basis in fact")),
    ("1", pgettext_lazy("remedy", "It has no basis in fact at all")),
)


def _answer(step: Step[Remedy]) -> None:
    remedy, inputs = step.obj, step.inputs
    remedy.outcome, remedy.consequence, remedy.answer = inputs["outcome"], inputs["consequence"], inputs["answer"]
    remedy.frivolous = inputs.get("frivolous") == "1"
    step.data |= {"outcome": remedy.outcome, "consequence": remedy.consequence}
    _over(step)


def _over(step: Step[Remedy]) -> None:
    """Nothing more is due, and a suspension ends with it."""
    remedy, day = step.obj, local_date(step.moment)
    if remedy.suspended_from_on and (remedy.suspended_until_on is None or remedy.suspended_until_on > day):
        remedy.suspended_until_on = day
    _end(step)


def _over_with_answer(step: Step[Remedy]) -> None:
    step.obj.answer = step.data["reason"] = step.inputs["note"]
    _over(step)


REMEDY_TRANSITIONS: list[Transition[Remedy]] = [
    Transition(
        "answer", label=_("Answer"), told=pgettext_lazy("timeline", "Answered"), sources=frozenset({"filed"}),
        target="answered", may=policies.may_answer, effect=_answer, tone="primary",
        when=lambda remedy: remedy.kind != Remedy.Kind.COMPLAINT,
        asks=(
            Ask("outcome", "choice", _("Outcome"), choices=OUTCOMES),
            Ask("consequence", "choice", _("Consequence"), choices=ANSWERED),
            Ask("answer", "text", _("Answer, with the facts and the legal grounds"), longest=4000),
        ),
    ),
    Transition(
        "accept", label=_("Accept"), told=pgettext_lazy("timeline", "Complaint accepted"), sources=frozenset({"filed"}),
        target="accepted", may=policies.may_decide, tone="primary",
        when=lambda remedy: remedy.kind == Remedy.Kind.COMPLAINT,
    ),
    Transition(
        "refuse", label=_("Do not accept"), told=pgettext_lazy("timeline", "Complaint not accepted"),
        sources=frozenset({"filed"}), target="not_accepted", may=policies.may_decide, effect=_over_with_answer,
        when=lambda remedy: remedy.kind == Remedy.Kind.COMPLAINT, asks=(REASON,), tone="warning",
    ),
    Transition(
        "suspend", label=_("Suspend the tender"), told=pgettext_lazy("timeline", "Tender suspended"),
        sources=frozenset({"accepted"}), target=None, may=policies.may_decide, tone="warning",
        when=lambda remedy: remedy.suspended_from_on is None,
        asks=(Ask("days", "days", _("For how many days"), maximum=90), REASON),
    ),
    Transition(
        "resume", label=pgettext_lazy("remedy step", "End the suspension"),
        told=pgettext_lazy("remedy timeline", "Suspension ended"),
        sources=frozenset({"accepted"}), target=None, may=policies.may_decide,
        when=lambda remedy: remedy.suspended_from_on is not None,
    ),
    Transition(
        "decide", label=_("Decide"), told=pgettext_lazy("timeline", "Complaint decided"), sources=frozenset({"accepted"}),
        target="decided", may=policies.may_decide, effect=_answer, tone="primary",
        asks=(
            Ask("outcome", "choice", _("Outcome"), choices=OUTCOMES),
            Ask("consequence", "choice", _("Consequence"), choices=CONSEQUENCES),
            Ask("frivolous", "choice", _("Basis in fact"), choices=BASIS),
            Ask("answer", "text", _("Decision, with the facts and the legal grounds (is made public)"), longest=4000),
        ),
    ),
    Transition(
        "withdraw", label=pgettext_lazy("remedy step", "Withdraw"), told=pgettext_lazy("remedy timeline", "Withdrawn"),
        sources=frozenset({"filed", "accepted"}), target="withdrawn", may=policies.is_complainant,
        effect=_over_with_answer, asks=(REASON,),
    ),
]  # fmt: skip
REMEDY = Lifecycle("remedy", REMEDY_STATES, REMEDY_TRANSITIONS)

# --- penalties ----------------------------------------------------------------------------------------------------------

PENALTY_STATES = [
    State("proposed", pgettext_lazy("penalty state", "Proposed")),
    State("decided", pgettext_lazy("penalty state", "Decided")),
    State("paid", pgettext_lazy("penalty state", "Paid"), ended=True),
    State("dropped", pgettext_lazy("penalty state", "Not imposed"), ended=True),
    State("revoked", pgettext_lazy("penalty state", "Revoked"), ended=True),
]
PENALTY_TONES = {"proposed": "amber", "decided": "red", "paid": "green", "dropped": "grey", "revoked": "grey"}


def _noted(step: Step[Penalty]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]
    step.obj.due_on = None


def _paid(step: Step[Penalty]) -> None:
    step.obj.paid_on, step.obj.due_on = local_date(step.moment), None
    step.obj.note = step.inputs["reference"]


PENALTY_TRANSITIONS: list[Transition[Penalty]] = [
    Transition(
        "decide", label=_("Impose"), told=pgettext_lazy("timeline", "Penalty imposed"), sources=frozenset({"proposed"}),
        target="decided", may=policies.may_decide_penalty, tone="primary",
    ),
    Transition(
        "drop", label=_("Do not impose"), told=pgettext_lazy("timeline", "Penalty not imposed"),
        sources=frozenset({"proposed"}), target="dropped", may=policies.may_decide_penalty, effect=_noted,
        asks=(REASON,),
    ),
    Transition(
        "pay", label=_("Enter the payment"), told=pgettext_lazy("timeline", "Penalty paid"),
        sources=frozenset({"decided"}), target="paid", may=policies.may_settle_penalty, effect=_paid, tone="primary",
        when=lambda penalty: penalty.amount_fen > 0,
        asks=(Ask("reference", "text", _("Reference of the payment"), longest=80),),
    ),
    Transition(
        "revoke", label=pgettext_lazy("penalty step", "Revoke"), told=pgettext_lazy("timeline", "Penalty revoked"),
        sources=frozenset({"decided"}), target="revoked", may=policies.may_decide_penalty, effect=_noted,
        asks=(REASON,), tone="warning",
    ),
]  # fmt: skip
PENALTY = Lifecycle("penalty", PENALTY_STATES, PENALTY_TRANSITIONS)
