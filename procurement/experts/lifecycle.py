"""The life of an expert in the pool, of a draw, and of a seat on a committee, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date, today
from procurement.experts import policies, terms
from procurement.experts.models import Draw, Expert, PanelMember

REASON = Ask("note", "text", _("Reason"), longest=500)
OPINION = Ask("opinion", "text", _("What was checked, and the opinion"), longest=1000)

# --- the pool -----------------------------------------------------------------------------------------------------------

EXPERT_STATES = [
    State("applied", pgettext_lazy("expert state", "Applied")),
    State("examined", pgettext_lazy("expert state", "Examined, waiting for the second person")),
    State("approved", pgettext_lazy("expert state", "In the pool")),
    State("rejected", pgettext_lazy("expert state", "Not taken in")),
    State("left", pgettext_lazy("expert state", "Left the pool")),
]
EXPERT_TONES = {"applied": "amber", "examined": "blue", "approved": "green", "rejected": "red", "left": "grey"}


def _examined(step: Step[Expert]) -> None:
    assert step.actor.user is not None  # noqa: S101 - a person's step
    step.obj.examined_by = step.actor.user
    step.obj.opinion = step.data["reason"] = step.inputs["opinion"]


def _approved(step: Step[Expert]) -> None:
    one = step.obj
    one.approved_on = one.approved_on or today()
    one.valid_until = terms.valid_until(today())
    one.check_due_on = terms.check_due(today())


def _checked(step: Step[Expert]) -> None:
    step.obj.check_due_on = terms.check_due(today())
    step.data["reason"] = step.inputs["opinion"]


def _noted(step: Step[Expert]) -> None:
    step.obj.opinion = step.data["reason"] = step.inputs["note"]


def _anew(step: Step[Expert]) -> None:
    step.obj.examined_by, step.obj.opinion = None, ""


def _term_ends(one: Expert) -> bool:
    return one.valid_until is not None and one.valid_until <= terms.renewal_from(today())


EXPERT = Lifecycle(
    "expert",
    EXPERT_STATES,
    [
        Transition(
            "examine", label=_("Examined"), told=pgettext_lazy("timeline", "Examined"),
            sources=frozenset({"applied"}), target="examined", may=policies.may_examine, effect=_examined,
            asks=(OPINION,), tone="primary",
        ),
        Transition(
            "reappoint", label=_("Examine for another term"), told=pgettext_lazy("timeline", "Examined for another term"),
            sources=frozenset({"approved"}), target="examined", may=policies.may_examine, effect=_examined,
            asks=(OPINION,), when=_term_ends, tone="primary",
        ),
        Transition(
            "approve", label=_("Take into the pool"), told=pgettext_lazy("timeline", "Taken into the pool"),
            sources=frozenset({"examined"}), target="approved", may=policies.may_approve, effect=_approved,
            tone="primary",
        ),
        Transition(
            "reject", label=_("Do not take in"), told=pgettext_lazy("timeline", "Not taken in"),
            sources=frozenset({"applied", "examined"}), target="rejected", may=policies.may_examine, effect=_noted,
            asks=(REASON,), tone="warning",
        ),
        Transition(
            "check", label=_("Enter the yearly check"), told=pgettext_lazy("timeline", "Yearly check"),
            sources=frozenset({"approved"}), target=None, may=policies.may_examine, effect=_checked, asks=(OPINION,),
        ),
        Transition(
            "apply_again", label=_("Apply again"), told=pgettext_lazy("timeline", "Applied again"),
            sources=frozenset({"rejected", "left"}), target="applied", may=policies.is_self, effect=_anew,
        ),
        Transition(
            "leave", label=_("Leave the pool"), told=pgettext_lazy("timeline", "Left the pool"),
            sources=frozenset({"applied", "examined", "approved"}), target="left", may=policies.is_self, effect=_noted,
            asks=(REASON,), tone="warning",
        ),
    ],
)  # fmt: skip

# --- the draw -----------------------------------------------------------------------------------------------------------

DRAW_STATES = [
    State("frozen", pgettext_lazy("draw state", "Pool frozen, waiting for the sealed seeds")),
    State("sealed", pgettext_lazy("draw state", "Seeds sealed, waiting to be revealed")),
    State("drawn", pgettext_lazy("draw state", "Drawn")),
    State("failed", pgettext_lazy("draw state", "Failed"), ended=True),
]
DRAW_TONES = {"frozen": "amber", "sealed": "amber", "drawn": "green", "failed": "red"}


def _both_committed(draw: Draw) -> str:
    return "sealed" if draw.seeds.count() == len(draw.seeds.model.Party.values) else "frozen"


def _both_revealed(draw: Draw) -> str:
    return "sealed" if draw.seeds.filter(seed="").exists() else "drawn"


def _may_fail(draw: Draw) -> bool:
    """Before the seeds are sealed nobody can know an outcome; afterwards only a pool that ran out ends a draw."""
    return draw.state == "frozen" or bool(draw.short_of)


def _failed(step: Step[Draw]) -> None:
    step.obj.failed_at = step.moment
    step.obj.note = step.data["reason"] = step.inputs["note"]


DRAW = Lifecycle(
    "draw",
    DRAW_STATES,
    [
        Transition(
            "commit", label=_("Seal the seed"), told=pgettext_lazy("timeline", "Seed sealed"),
            sources=frozenset({"frozen"}), target=_both_committed, may=policies.gives_seed,
            leads_to=frozenset({"frozen", "sealed"}), tone="primary",
        ),
        Transition(
            "reveal", label=_("Reveal the seed"), told=pgettext_lazy("timeline", "Seed revealed"),
            sources=frozenset({"sealed"}), target=_both_revealed, may=policies.gives_seed,
            leads_to=frozenset({"sealed", "drawn"}), tone="primary",
        ),
        Transition(
            "lapse", label=_("Not revealed in time"), told=pgettext_lazy("timeline", "Failed: a seed was not revealed"),
            sources=frozenset({"sealed"}), target="failed", may=policies.may_run_draw, by_portal=True,
        ),
        Transition(
            "fail", label=_("Declare the draw as failed"), told=pgettext_lazy("timeline", "Draw failed"),
            sources=frozenset({"frozen", "drawn"}), target="failed", may=policies.may_run_draw, effect=_failed,
            when=_may_fail, asks=(REASON,), tone="warning", irreversible=True,
        ),
    ],
)  # fmt: skip

# --- a seat -------------------------------------------------------------------------------------------------------------

MEMBER_STATES = [State(str(value), label) for value, label in PanelMember.State.choices]
MEMBER_TONES = {
    "called": "amber", "accepted": "blue", "attending": "green", "declined": "grey", "replaced": "grey",
}  # fmt: skip
EVALUATING = frozenset({"announced", "receiving", "closed", "opened"})


def is_open(member: PanelMember) -> bool:
    """Seats change until the committee's report; afterwards the record stands."""
    return member.panel.project.state in EVALUATING


def _left(step: Step[PanelMember]) -> None:
    step.obj.left_at = step.moment
    step.obj.note = step.data["reason"] = step.inputs.get("note", "")


def _answered(step: Step[PanelMember]) -> None:
    step.obj.answered_at = step.moment


def _declined(step: Step[PanelMember]) -> None:
    _left(step)
    step.obj.answered_at, step.obj.why = step.moment, PanelMember.Why.REFUSED


def _replaced(step: Step[PanelMember]) -> None:
    _left(step)
    step.obj.why = step.data["why"] = step.inputs["why"]


def _came(step: Step[PanelMember]) -> None:
    step.obj.checked_in_at = step.moment


def _after_the_move(member: PanelMember) -> str:
    """Who was there on the day goes home when the evaluation is held on another one, and checks in again then."""
    came = member.state == PanelMember.State.ATTENDING
    return PanelMember.State.ACCEPTED.value if came and _on_another_day(member) else member.state


def _on_another_day(member: PanelMember) -> bool:
    begins = member.panel.evaluates_at
    return begins is not None and local_date(begins) > today()


def _moved(step: Step[PanelMember]) -> None:
    if _on_another_day(step.obj):
        step.obj.checked_in_at = None


REPLACING = tuple(
    (one.value, one.label) for one in (PanelMember.Why.ABSENT, PanelMember.Why.PARTIAL, PanelMember.Why.REFUSED)
)
MEMBER = Lifecycle(
    "seat",
    MEMBER_STATES,
    [
        Transition(
            "accept", label=pgettext_lazy("call", "Accept"), told=pgettext_lazy("timeline", "Call accepted"),
            sources=frozenset({"called"}), target="accepted", may=policies.is_called, effect=_answered, when=is_open,
            tone="primary",
        ),
        Transition(
            "decline", label=pgettext_lazy("call", "Decline"), told=pgettext_lazy("timeline", "Call declined"),
            sources=frozenset({"called", "accepted"}), target="declined", may=policies.is_called, effect=_declined,
            when=is_open, asks=(REASON,), tone="warning",
        ),
        Transition(
            "expire", label=_("No answer in time"), told=pgettext_lazy("timeline", "No answer in time"),
            sources=frozenset({"called"}), target="declined", may=policies.may_run_member, by_portal=True,
        ),
        Transition(
            "check_in", label=_("Check in"), told=pgettext_lazy("timeline", "Checked in"),
            sources=frozenset({"called", "accepted"}), target="attending", may=policies.may_run_member, effect=_came,
            when=is_open, tone="primary",
        ),
        Transition(
            "replace", label=_("Replace"), told=pgettext_lazy("timeline", "Replaced"),
            sources=frozenset({"called", "accepted", "attending"}), target="replaced", may=policies.may_run_member,
            effect=_replaced, when=is_open, tone="warning",
            asks=(Ask("why", "choice", _("Why"), choices=REPLACING), REASON),
        ),
        Transition(
            "move", label=_("Moved to another time"), told=pgettext_lazy("timeline", "Moved to another time"),
            sources=frozenset({"called", "accepted", "attending"}), target=_after_the_move,
            leads_to=frozenset({"called", "accepted", "attending"}), may=policies.may_run_member, effect=_moved,
            when=is_open, by_portal=True,
        ),
        Transition(
            "put_out", label=_("Put out by the rules"), told=pgettext_lazy("timeline", "Replaced by the rules"),
            sources=frozenset({"called", "accepted", "attending"}), target="replaced", may=policies.may_run_member,
            by_portal=True,
        ),
    ],
)  # fmt: skip
