"""The lives of a promised material and of a commitment: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.pledges import policies
from approvals.pledges.models import Commitment, PromisedMaterial
from approvals.pledges.rules import days
from portal.core.calendar import workdays
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date


def _nobody(_user: Any, _thing: Any) -> bool:
    return False


# --- a material that is to follow -------------------------------------------------------------------------------------

MATERIAL_STATES = [
    State("promised", pgettext_lazy("promised material", "To be brought")),
    State("brought", pgettext_lazy("promised material", "Brought, being looked at")),
    State("settled", pgettext_lazy("promised material", "Complete"), ended=True),
    State("lapsed", pgettext_lazy("promised material", "Not brought in time")),
    State("void", pgettext_lazy("promised material", "No longer needed"), ended=True),
]
MATERIAL_TONES = {"promised": "blue", "brought": "amber", "settled": "green", "lapsed": "red", "void": "grey"}


def _bring(step: Step[PromisedMaterial]) -> None:
    promise, day = step.obj, local_date(step.moment)
    promise.brought_on, promise.brought_late, promise.note = day, day > promise.due_on, ""


def _settle(step: Step[PromisedMaterial]) -> None:
    step.obj.settled_on = local_date(step.moment)


def _send_back(step: Step[PromisedMaterial]) -> None:
    promise = step.obj
    promise.note = step.inputs["note"]
    promise.brought_on, promise.brought_late = None, False
    step.data["text"] = promise.note


def _after_sending_back(promise: PromisedMaterial) -> str:
    """Back where it was: whoever lapsed before has lapsed still."""
    return "lapsed" if promise.lapsed_on is not None else "promised"


def _lapse(step: Step[PromisedMaterial]) -> None:
    step.obj.lapsed_on = local_date(step.moment)


MATERIAL: Lifecycle[PromisedMaterial] = Lifecycle(
    "promised material",
    MATERIAL_STATES,
    [
        Transition(
            "bring", label=_("Bring the material"), told=pgettext_lazy("timeline", "Promised material brought"),
            sources=frozenset({"promised", "lapsed"}), target="brought", may=policies.may_bring, effect=_bring,
            tone="primary",
        ),
        Transition(
            "settle", label=_("The material is in order"),
            told=pgettext_lazy("timeline", "Promised material found in order"),
            sources=frozenset({"brought"}), target="settled", may=policies.may_settle, effect=_settle, tone="primary",
        ),
        Transition(
            "send_back", label=_("Not what was promised"),
            told=pgettext_lazy("timeline", "Promised material sent back"),
            sources=frozenset({"brought"}), target=_after_sending_back, leads_to=frozenset({"promised", "lapsed"}),
            may=policies.may_settle, effect=_send_back, tone="warning",
            asks=(Ask("note", "text", _("What is wrong with it"), longest=300, hint=_("The applicant reads this.")),),
        ),
        Transition(
            "lapse", label=_("Not brought in time"),
            told=pgettext_lazy("timeline", "A promised material was not brought in time"),
            sources=frozenset({"promised"}), target="lapsed", may=_nobody, effect=_lapse, by_portal=True,
        ),
        Transition(
            "void", label=_("No longer needed"), told=pgettext_lazy("timeline", "Promise no longer needed"),
            sources=frozenset({"promised", "brought", "lapsed"}), target="void", may=_nobody, by_portal=True,
            public=False,
        ),
    ],
)  # fmt: skip

# --- a commitment -----------------------------------------------------------------------------------------------------

COMMITMENT_STATES = [
    State("signed", pgettext_lazy("commitment", "Signed")),
    State("checking", pgettext_lazy("commitment", "To be checked")),
    State("correcting", pgettext_lazy("commitment", "To be put right")),
    State("suspected", pgettext_lazy("commitment", "Breach reported, waits for the head")),
    State("kept", pgettext_lazy("commitment", "Kept"), ended=True),
    State("broken", pgettext_lazy("commitment", "Broken"), ended=True),
    State("void", pgettext_lazy("commitment", "Ended with the case"), ended=True),
]
COMMITMENT_TONES = {
    "signed": "blue", "checking": "blue", "correcting": "amber", "suspected": "amber", "kept": "green",
    "broken": "red", "void": "grey",
}  # fmt: skip
FINDING = Ask("finding", "text", _("What the check found"), longest=1000)
BREACH = Ask(
    "finding", "text", _("What was found, and which condition it breaks"), longest=1000,
    hint=_("The applicant reads this in the decision to revoke."),
)  # fmt: skip


def _due(commitment: Commitment, step: Step[Commitment], n: int) -> None:
    """The next check is due after so many working days; its lamp turns amber in the last fifth of them."""
    index = workdays()
    commitment.due_on = index.add(local_date(step.moment), n)
    commitment.amber_on = index.add(commitment.due_on, -max(1, n // 5))
    commitment.amber_lit_on = commitment.red_lit_on = None
    step.data["due_on"] = commitment.due_on


def _decided(step: Step[Commitment]) -> None:
    commitment = step.obj
    commitment.decided_on = commitment.case.decided_on or local_date(step.moment)
    _due(commitment, step, commitment.text.check_days or days("commitment.check_days"))


def _undecided(step: Step[Commitment]) -> None:
    step.obj.decided_on = step.obj.due_on = step.obj.amber_on = None


def _checked(step: Step[Commitment]) -> None:
    commitment = step.obj
    commitment.finding, commitment.checked_by = step.inputs["finding"], step.actor.user
    commitment.checked_on = local_date(step.moment)
    step.data["finding"] = commitment.finding


def _keep(step: Step[Commitment]) -> None:
    _checked(step)
    step.obj.kept_on = local_date(step.moment)


def _ask_correction(step: Step[Commitment]) -> None:
    _checked(step)
    _due(step.obj, step, days("commitment.correction_days"))
    step.data["text"] = step.obj.finding


def _break(step: Step[Commitment]) -> None:
    step.obj.broken_on = local_date(step.moment)


COMMITMENT: Lifecycle[Commitment] = Lifecycle(
    "commitment",
    COMMITMENT_STATES,
    [
        Transition(
            "decide", label=_("To be checked"), told=pgettext_lazy("timeline", "A check of the commitment is due"),
            sources=frozenset({"signed"}), target="checking", may=_nobody, effect=_decided, by_portal=True,
        ),
        Transition(
            "undecide", label=_("Signed"), told=pgettext_lazy("timeline", "The decision was undone"),
            sources=frozenset({"checking"}), target="signed", may=_nobody, effect=_undecided, by_portal=True,
            public=False,
        ),
        Transition(
            "keep", label=_("The commitment is kept"), told=pgettext_lazy("timeline", "The commitment was kept"),
            sources=frozenset({"checking", "correcting"}), target="kept", may=policies.may_check, effect=_keep,
            asks=(FINDING,), tone="primary",
        ),
        Transition(
            "ask_correction", label=_("Ask for it to be put right"),
            told=pgettext_lazy("timeline", "Something is to be put right after the check"),
            sources=frozenset({"checking"}), target="correcting", may=policies.may_check, effect=_ask_correction,
            asks=(Ask("finding", "text", _("What is to be put right"), longest=1000),),
        ),
        Transition(
            "report", label=_("Report a breach"),
            told=pgettext_lazy("timeline", "The check reported a breach of the commitment"),
            sources=frozenset({"checking", "correcting"}), target="suspected", may=policies.may_check, effect=_checked,
            asks=(BREACH,), tone="warning", public=False,
        ),
        Transition(
            "clear", label=_("To be checked"),
            told=pgettext_lazy("timeline", "The breach was not confirmed"),
            sources=frozenset({"suspected"}), target="checking", may=_nobody, by_portal=True, public=False,
        ),
        Transition(
            "break", label=_("Broken"), told=pgettext_lazy("timeline", "The commitment was broken"),
            sources=frozenset({"checking", "correcting", "suspected"}), target="broken", may=_nobody, effect=_break,
            by_portal=True,
        ),
        Transition(
            "void", label=_("Ended with the case"), told=pgettext_lazy("timeline", "The commitment ended with the case"),
            sources=frozenset({"signed", "checking", "correcting", "suspected"}), target="void", may=_nobody,
            by_portal=True, public=False,
        ),
    ],
)  # fmt: skip
