"""The life of a tender, and of a bid bond, as tables."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.rules import rule
from portal.core.time import local_date
from procurement.models import Category
from procurement.tenders import policies
from procurement.tenders.models import Bond, FailedLot, Project
from procurement.tenders.rules import FAILED_TWICE, NEGOTIATION_LEFT

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
    _settle(step)
    _end(step)


def _settle(step: Step[Bond]) -> None:
    """What had to be decided is decided, with its reason."""
    _explain(step)
    step.obj.undecided = ""


def _explain(step: Step[Bond]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]


def _is_decided(bond: Bond) -> bool:
    return not bond.undecided


def _is_undecided(bond: Bond) -> bool:
    return bool(bond.undecided)


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
        sources=frozenset({"held"}), target="due_back", may=policies.may_settle_bond, when=_is_decided, tone="primary",
        asks=(Ask("ground", "choice", _("Why it goes back"), choices=GROUNDS), Ask("on", "date", _("On"))),
    ),
    Transition(
        "let_go", label=_("Released with the end of the tender"), told=pgettext_lazy("timeline", "Bond released"),
        sources=frozenset({"held"}), target="due_back", may=policies.may_settle_bond, when=_is_decided, by_portal=True,
    ),
    Transition(
        "keep", label=_("Kept for a bid that was sent again"), told=pgettext_lazy("timeline", "Bond kept for a new bid"),
        sources=frozenset({"due_back"}), target="held", may=policies.may_settle_bond, by_portal=True,
    ),
    Transition(
        "give_back", label=_("Enter as given back"), told=pgettext_lazy("timeline", "Bond given back"),
        sources=frozenset({"due_back"}), target="returned", may=policies.may_settle_bond, when=_is_decided, effect=_end,
        tone="primary",
    ),
    Transition(
        "spare", label=_("Let it go back"), told=pgettext_lazy("timeline", "Bond not forfeited"),
        sources=frozenset({"declared", "held", "due_back"}), target=None, may=policies.may_settle_bond,
        when=_is_undecided, effect=_settle, asks=(REASON,),
    ),
    Transition(
        "forfeit", label=_("Forfeit"), told=pgettext_lazy("timeline", "Bond forfeited"),
        sources=frozenset({"held", "due_back"}), target="forfeited", may=policies.may_settle_bond,
        effect=_end_with_note, asks=(REASON,), tone="warning", irreversible=True,
    ),
    Transition(
        "explain", label=_("Write down why it is still here"), told=pgettext_lazy("timeline", "Noted why the bond is kept"),
        sources=frozenset({"held", "due_back"}), target=None, may=policies.may_settle_bond, effect=_explain,
        asks=(REASON,),
    ),
]  # fmt: skip
BOND = Lifecycle("bond", BOND_STATES, BOND_TRANSITIONS)

FAILED_LOT_STATES = [
    State("awaiting", pgettext_lazy("failed lot state", "To be decided")),
    State("asked", pgettext_lazy("failed lot state", "Another way asked for")),
    State("approved", pgettext_lazy("failed lot state", "Another way approved")),
    State("repeated", pgettext_lazy("failed lot state", "Repeated as a new tender"), ended=True),
    State("direct", pgettext_lazy("failed lot state", "Not tendered any more"), ended=True),
    State("dropped", pgettext_lazy("failed lot state", "Not bought any more"), ended=True),
    State("lifted", pgettext_lazy("failed lot state", "Back in the evaluation"), ended=True),
]
FAILED_LOT_TONES = {
    "awaiting": "amber", "asked": "amber", "approved": "blue", "repeated": "grey", "direct": "grey", "dropped": "grey",
    "lifted": "grey",
}  # fmt: skip
AUTHORITY = Ask("authority", "text", _("Authority that approves"), longest=120)
REASONS = Ask("reasons", "text", _("Why it failed, and why this way"))
FAIR = Ask(
    "fair", "choice", _("The documents held no unreasonable terms, and the procedure was lawful"),
    choices=(("0", _("Not examined, or not so")), ("1", _("Yes, as experts confirmed in writing"))),
)  # fmt: skip


def _is_short_of_bidders(failed: FailedLot) -> bool:
    """Failed often enough, as a tender of works, that tendering may end (tendering of works, art. 38)."""
    works = failed.lot.project.category == Category.CONSTRUCTION
    return works and failed.attempt >= rule(FAILED_TWICE, failed.failed_on).days


def _is_government(failed: FailedLot) -> bool:
    return failed.lot.project.category == Category.GOVERNMENT


def _may_negotiate(failed: FailedLot) -> bool:
    """Two are left, nobody came, or it failed again (Government Procurement Law, art. 30; order 74, art. 27)."""
    if not _is_government(failed):
        return False
    least = rule(NEGOTIATION_LEFT, failed.failed_on).days
    return failed.attempt > 1 or failed.bidders is None or failed.bidders == 0 or failed.bidders >= least


def _may_ask_one(failed: FailedLot) -> bool:
    """Somebody is left, and too few to negotiate with (Government Procurement Law, art. 31)."""
    left = failed.bidders or 0
    return _is_government(failed) and 0 < left < rule(NEGOTIATION_LEFT, failed.failed_on).days


def _goes(way: str) -> Callable[[Step[FailedLot]], None]:
    """The step writes which way the lot is to go, with what was said for it."""

    def effect(step: Step[FailedLot]) -> None:
        step.obj.way = step.data["way"] = way
        step.obj.reasons = step.data["reason"] = step.inputs.get("reasons", "")
        step.obj.authority = step.inputs.get("authority", "")

    return effect


def _decide(step: Step[FailedLot]) -> None:
    step.obj.opinion = step.data["reason"] = step.inputs["opinion"]
    step.obj.approval = step.data["approval"] = step.inputs.get("approval", "")
    step.obj.decided_by, step.obj.decided_at = step.actor.user, step.moment


def _refuse(step: Step[FailedLot]) -> None:
    _decide(step)
    step.obj.way = ""


def _repeat(step: Step[FailedLot]) -> None:
    step.obj.way = step.obj.way or FailedLot.Way.TENDER
    step.data["way"] = step.obj.way


def _leaves_tendering(failed: FailedLot) -> str:
    return "direct" if failed.way == FailedLot.Way.DIRECT else "approved"


FAILED_LOT_TRANSITIONS: list[Transition[FailedLot]] = [
    Transition(
        "repeat_lot", label=_("Repeat this lot"), told=pgettext_lazy("timeline", "Lot repeated as a new tender"),
        sources=frozenset({"awaiting", "approved"}), target="repeated", may=policies.may_settle_failed_lot,
        effect=_repeat, tone="primary",
    ),
    Transition(
        "ask_direct", label=_("Ask to end tendering"), told=pgettext_lazy("timeline", "Asked to end tendering"),
        sources=frozenset({"awaiting"}), target="asked", may=policies.may_settle_failed_lot, when=_is_short_of_bidders,
        effect=_goes(FailedLot.Way.DIRECT), asks=(AUTHORITY, REASONS),
    ),
    Transition(
        "end_tendering", label=_("End tendering: the project needed no approval"),
        told=pgettext_lazy("timeline", "Tendering ended by the tenderer"), sources=frozenset({"awaiting"}),
        target="direct", may=policies.may_settle_failed_lot, when=_is_short_of_bidders,
        effect=_goes(FailedLot.Way.DIRECT), asks=(REASONS,), tone="warning", irreversible=True,
    ),
    Transition(
        "ask_negotiation", label=_("Ask for competitive negotiation"),
        told=pgettext_lazy("timeline", "Competitive negotiation asked for"), sources=frozenset({"awaiting"}),
        target="asked", may=policies.may_settle_failed_lot, when=_may_negotiate,
        effect=_goes(FailedLot.Way.NEGOTIATION), asks=(FAIR, AUTHORITY, REASONS),
    ),
    Transition(
        "ask_single", label=_("Ask for a single source"), told=pgettext_lazy("timeline", "Single source asked for"),
        sources=frozenset({"awaiting"}), target="asked", may=policies.may_settle_failed_lot, when=_may_ask_one,
        effect=_goes(FailedLot.Way.SINGLE), asks=(FAIR, AUTHORITY, REASONS),
    ),
    Transition(
        "drop", label=_("Buy it no more"), told=pgettext_lazy("timeline", "Given up"),
        sources=frozenset({"awaiting"}), target="dropped", may=policies.may_settle_failed_lot,
        effect=_goes(FailedLot.Way.DROPPED), asks=(Ask("reasons", "text", _("Reason")),), tone="warning",
        irreversible=True,
    ),
    Transition(
        "approve_way", label=_("Approve the other way"), told=pgettext_lazy("timeline", "Other way approved"),
        sources=frozenset({"asked"}), target=_leaves_tendering, leads_to=frozenset({"approved", "direct"}),
        may=policies.may_approve_other_way, effect=_decide, tone="primary",
        asks=(
            Ask("approval", "text", _("Number of the authority's approval"), longest=120),
            Ask("opinion", "text", _("Ground of the approval")),
        ),
    ),
    Transition(
        "refuse_way", label=_("Refuse the other way"), told=pgettext_lazy("timeline", "Other way refused"),
        sources=frozenset({"asked"}), target="awaiting", may=policies.may_approve_other_way, effect=_refuse,
        asks=(Ask("opinion", "text", _("Reason")),), tone="warning",
    ),
    Transition(
        "lift", label=_("Back in the evaluation"), told=pgettext_lazy("timeline", "Lot back in the evaluation"),
        sources=frozenset({"awaiting", "asked"}), target="lifted", may=policies.may_settle_failed_lot, by_portal=True,
    ),
]  # fmt: skip
FAILED_LOT = Lifecycle("failed lot", FAILED_LOT_STATES, FAILED_LOT_TRANSITIONS)
