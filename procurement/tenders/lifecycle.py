"""The life of a tender, and of a bid bond, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date
from procurement.tenders import policies
from procurement.tenders.models import Bond, Project

STATES = [
    State("registered", pgettext_lazy("tender state", "Registered")),
    State("sent_back", pgettext_lazy("tender state", "Documents to be corrected")),
    State("reviewed", pgettext_lazy("tender state", "Documents reviewed")),
    State("announced", pgettext_lazy("tender state", "Announced")),
    State("receiving", pgettext_lazy("tender state", "Open for bids")),
    State("closed", pgettext_lazy("tender state", "Bid deadline passed")),
    State("opened", pgettext_lazy("tender state", "Bids opened")),
    State("evaluated", pgettext_lazy("tender state", "Evaluated")),
    State("publicity", pgettext_lazy("tender state", "Candidates public")),
    State("awarded", pgettext_lazy("tender state", "Awarded")),
    State("contracted", pgettext_lazy("tender state", "Contract signed")),
    State("completed", pgettext_lazy("tender state", "Contract completed"), ended=True),
    State("failed", pgettext_lazy("tender state", "Failed"), ended=True),
    State("repeated", pgettext_lazy("tender state", "Failed, repeated"), ended=True),
    State("terminated", pgettext_lazy("tender state", "Terminated"), ended=True),
]
TONES = {
    "registered": "amber", "sent_back": "red", "reviewed": "blue", "announced": "blue", "receiving": "green",
    "closed": "amber", "opened": "blue", "evaluated": "blue", "publicity": "amber", "awarded": "green",
    "contracted": "green", "completed": "grey", "failed": "grey", "repeated": "grey", "terminated": "grey",
}  # fmt: skip
RUNNING = frozenset({"announced", "receiving", "closed", "opened", "evaluated", "publicity"})
BEFORE = frozenset({"registered", "sent_back", "reviewed"})
REASON = Ask("note", "text", _("Reason"), longest=1000)
OPINION = Ask("opinion", "text", _("Opinion on the documents"), longest=2000)


def _note(step: Step[Project]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]
    step.obj.ended_on = local_date(step.moment)


def _has_an_opening(project: Project) -> bool:
    """The result of a listing or an auction is recorded from outside; there is no opening that could wait for bids."""
    return not project.is_sale


def _may_announce(project: Project) -> bool:
    """Below the threshold the documents need no review; everything else has passed it."""
    return project.below_threshold or project.state == "reviewed"


TRANSITIONS: list[Transition[Project]] = [
    Transition(
        "resubmit", label=_("Send in again"), told=pgettext_lazy("timeline", "Sent in again"),
        sources=frozenset({"sent_back"}), target="registered", may=policies.may_prepare, tone="primary",
    ),
    Transition(
        "send_back", label=_("Send back for correction"), told=pgettext_lazy("timeline", "Sent back for correction"),
        sources=frozenset({"registered", "reviewed"}), target="sent_back", may=policies.may_review, asks=(OPINION,),
        tone="warning",
    ),
    Transition(
        "pass", label=_("Pass the documents"), told=pgettext_lazy("timeline", "Documents reviewed"),
        sources=frozenset({"registered"}), target="reviewed", may=policies.may_review, asks=(OPINION,), tone="primary",
    ),
    Transition(
        "announce", label=_("Announce"), told=pgettext_lazy("timeline", "Announced"),
        sources=frozenset({"registered", "reviewed"}), target="announced", may=policies.may_review,
        when=_may_announce, tone="primary",
    ),
    Transition(
        "change", label=_("Publish a change"), told=pgettext_lazy("timeline", "Change published"),
        sources=frozenset({"announced", "receiving"}), target=None, may=policies.may_prepare,
    ),
    Transition(
        "receive", label=_("Open for bids"), told=pgettext_lazy("timeline", "Open for bids"),
        sources=frozenset({"announced"}), target="receiving", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "close", label=_("Close at the deadline"), told=pgettext_lazy("timeline", "Bid deadline passed"),
        sources=frozenset({"announced", "receiving"}), target="closed", may=policies.may_review, by_portal=True,
    ),
    # The room of sealed bids takes this one, by a supervisor's decision (`actions.take_again`).
    Transition(
        "take_again", label=_("Take bids again"), told=pgettext_lazy("timeline", "Bids taken again after an outage"),
        sources=frozenset({"closed"}), target="receiving", may=policies.may_review, when=_has_an_opening, by_portal=True,
    ),
    # The rooms above take these: the opening, the committee's report, the award and the contract (`actions.move`).
    Transition(
        "open", label=_("Bids opened"), told=pgettext_lazy("timeline", "Bids opened"),
        sources=frozenset({"closed"}), target="opened", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "evaluate", label=_("Evaluation concluded"), told=pgettext_lazy("timeline", "Evaluation concluded"),
        sources=frozenset({"opened"}), target="evaluated", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "publish", label=_("Publish the candidates"), told=pgettext_lazy("timeline", "Candidates public"),
        sources=frozenset({"evaluated"}), target="publicity", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "award", label=pgettext_lazy("tender step", "Award"), told=pgettext_lazy("timeline", "Awarded"),
        sources=frozenset({"evaluated", "publicity"}), target="awarded", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "reopen", label=_("Evaluate again"), told=pgettext_lazy("timeline", "To be evaluated again"),
        sources=frozenset({"evaluated", "publicity", "awarded"}), target="opened", may=policies.may_review,
        by_portal=True,
    ),
    Transition(
        "unaward", label=_("Award taken back"), told=pgettext_lazy("timeline", "Award taken back"),
        sources=frozenset({"awarded"}), target="evaluated", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "contract", label=_("Contract signed"), told=pgettext_lazy("timeline", "Contract signed"),
        sources=frozenset({"awarded"}), target="contracted", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "complete", label=_("Contract completed"), told=pgettext_lazy("timeline", "Contract completed"),
        sources=frozenset({"contracted"}), target="completed", may=policies.may_review, by_portal=True,
    ),
    Transition(
        "fail", label=_("Declare as failed"), told=pgettext_lazy("timeline", "Failed"),
        sources=frozenset({"closed", "opened", "evaluated", "publicity"}), target="failed", may=policies.may_review,
        effect=_note, asks=(REASON,),
        tone="warning", irreversible=True,
    ),
    Transition(
        "terminate", label=pgettext_lazy("tender step", "Terminate"), told=pgettext_lazy("timeline", "Terminated"),
        sources=RUNNING | BEFORE, target="terminated", may=policies.may_review, effect=_note, asks=(REASON,),
        tone="warning", irreversible=True,
    ),
    Transition(
        "repeat", label=_("Repeat the tender"), told=pgettext_lazy("timeline", "Repeated as a new tender"),
        sources=frozenset({"failed"}), target="repeated", may=policies.may_prepare, tone="primary",
    ),
]  # fmt: skip
TENDER = Lifecycle("tender", STATES, TRANSITIONS)
# Steps with a form or an action of their own; the others are taken by `take_step`.
OWN_ACTION = frozenset({"announce", "change", "repeat", "resubmit"})

BOND_STATES = [
    State("declared", pgettext_lazy("bond state", "Waiting for confirmation")),
    State("held", pgettext_lazy("bond state", "Held")),
    State("due_back", pgettext_lazy("bond state", "To go back")),
    State("returned", pgettext_lazy("bond state", "Given back"), ended=True),
    State("forfeited", pgettext_lazy("bond state", "Forfeited"), ended=True),
    State("rejected", pgettext_lazy("bond state", "Not accepted"), ended=True),
]
BOND_TONES = {
    "declared": "amber", "held": "green", "due_back": "blue", "returned": "grey", "forfeited": "red", "rejected": "red",
}  # fmt: skip
GROUNDS = tuple((one.value, one.label) for one in Bond.Ground)


def _end(step: Step[Bond]) -> None:
    step.obj.ended_on = local_date(step.moment)


def _end_with_note(step: Step[Bond]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]
    _end(step)


BOND_TRANSITIONS: list[Transition[Bond]] = [
    Transition(
        "verify", label=_("Confirmed by the provider"), told=pgettext_lazy("timeline", "Bond confirmed by the provider"),
        sources=frozenset({"declared"}), target="held", may=policies.may_settle_bond, by_portal=True,
    ),
    Transition(
        "confirm", label=_("Confirm by the statement"), told=pgettext_lazy("timeline", "Bond confirmed"),
        sources=frozenset({"declared"}), target="held", may=policies.may_settle_bond, tone="primary",
        asks=(Ask("evidence", "text", _("Entry of the bank statement, or how the guarantee was checked"), longest=120),),
    ),
    Transition(
        "reject", label=_("Do not accept"), told=pgettext_lazy("timeline", "Bond not accepted"),
        sources=frozenset({"declared"}), target="rejected", may=policies.may_settle_bond, effect=_end_with_note,
        asks=(REASON,), tone="warning",
    ),
    Transition(
        "release", label=_("Release"), told=pgettext_lazy("timeline", "Bond released"),
        sources=frozenset({"held"}), target="due_back", may=policies.may_settle_bond, tone="primary",
        asks=(Ask("ground", "choice", _("Why it goes back"), choices=GROUNDS), Ask("on", "date", _("On"))),
    ),
    Transition(
        "let_go", label=_("Released with the end of the tender"), told=pgettext_lazy("timeline", "Bond released"),
        sources=frozenset({"held"}), target="due_back", may=policies.may_settle_bond, by_portal=True,
    ),
    Transition(
        "keep", label=_("Kept for a bid that was sent again"), told=pgettext_lazy("timeline", "Bond kept for a new bid"),
        sources=frozenset({"due_back"}), target="held", may=policies.may_settle_bond, by_portal=True,
    ),
    Transition(
        "give_back", label=_("Enter as given back"), told=pgettext_lazy("timeline", "Bond given back"),
        sources=frozenset({"due_back"}), target="returned", may=policies.may_settle_bond, effect=_end, tone="primary",
    ),
    Transition(
        "forfeit", label=_("Forfeit"), told=pgettext_lazy("timeline", "Bond forfeited"),
        sources=frozenset({"held", "due_back"}), target="forfeited", may=policies.may_settle_bond,
        effect=_end_with_note, asks=(REASON,), tone="warning", irreversible=True,
    ),
]  # fmt: skip
BOND = Lifecycle("bond", BOND_STATES, BOND_TRANSITIONS)
