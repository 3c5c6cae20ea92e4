"""The lives of an act of supervision, of an accountability record and of a sample review, as tables."""

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.calendar import workdays
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.rules import rule
from portal.core.time import local_date
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.models import Accountability, Act, Sample
from portal.supervision.monitoring.rules import APPEAL_DAYS

LONGEST = 4000
ACT_STATES = [
    State("issued", pgettext_lazy("act state", "Issued, not received yet")),
    State("received", pgettext_lazy("act state", "Received, to be replied to")),
    State("sent_back", pgettext_lazy("act state", "Reply sent back, to be replied to anew")),
    State("replied", pgettext_lazy("act state", "Replied, to be judged")),
    State("accepted", pgettext_lazy("act state", "Reply accepted, closed"), ended=True),
    State("rejected", pgettext_lazy("act state", "Explanation not accepted"), ended=True),
    State("withdrawn", pgettext_lazy("act state", "Withdrawn"), ended=True),
]
ACT_TONES = {
    "issued": "amber", "received": "blue", "sent_back": "amber", "replied": "blue", "accepted": "green",
    "rejected": "red", "withdrawn": "grey",
}  # fmt: skip
OPEN = frozenset({"issued", "received", "sent_back"})
NOTE = Ask("note", "text", pgettext_lazy("act", "Reasons"), longest=LONGEST)
REPLY = Ask(
    "reply", "text", pgettext_lazy("act", "Reply"), longest=LONGEST,
    hint=_("What was found, what was done, who is responsible, and how it is kept from happening again."),
)  # fmt: skip
# How long at most says the rule of the kind of act (`actions.acts.most_days`).
DAYS = Ask("days", "days", _("New limit in working days"), minimum=1)


def due_after(day: dt.date, days: int) -> dt.date:
    """The last day of a limit in working days; the day itself does not count."""
    return clock.limit_ends_on(workdays(), day, days)


def _today(step: "Step[Act] | Step[Accountability] | Step[Sample]") -> dt.date:
    return local_date(step.moment)


def _receive(step: Step[Act]) -> None:
    step.obj.received_on = _today(step)


def _reply(step: Step[Act]) -> None:
    act, day = step.obj, _today(step)
    act.reply, act.replied_on, act.replied_by = step.inputs["reply"], day, step.actor.user
    step.data["reason"] = act.reply  # one that is sent back and written anew stays on record
    act.received_on = act.received_on or day
    act.late = act.late or day > act.due_on
    act.answered_on = act.answered_on or day


def _judged(step: Step[Act]) -> None:
    step.obj.verdict = step.data["reason"] = step.inputs["note"]
    step.obj.ended_on = _today(step)


def _send_back(step: Step[Act]) -> None:
    act = step.obj
    act.verdict = step.data["reason"] = step.inputs["note"]
    act.due_on = due_after(_today(step), step.inputs["days"])
    step.data["due"] = act.due_on.isoformat()
    act.sent_back += 1


ACT_TRANSITIONS: list[Transition[Act]] = [
    Transition(
        "receive", label=pgettext_lazy("act step", "Confirm receipt"), told=pgettext_lazy("timeline", "Received"),
        sources=frozenset({"issued"}), target="received", may=policies.heads, effect=_receive,
    ),
    Transition(
        "reply", label=pgettext_lazy("act step", "Send the reply"), told=pgettext_lazy("timeline", "Unit replied"),
        sources=OPEN, target="replied", may=policies.heads, effect=_reply, asks=(REPLY,), tone="primary",
    ),
    Transition(
        "accept", label=pgettext_lazy("act step", "Accept the reply"),
        told=pgettext_lazy("timeline", "Reply accepted"), sources=frozenset({"replied"}), target="accepted",
        may=policies.may_judge, effect=_judged, tone="primary",
        asks=(Ask("note", "text", _("Note"), required=False, longest=LONGEST),),
    ),
    Transition(
        "send_back", label=pgettext_lazy("act step", "Send the reply back"),
        told=pgettext_lazy("timeline", "Reply sent back"), sources=frozenset({"replied"}), target="sent_back",
        may=policies.may_judge, effect=_send_back, asks=(NOTE, DAYS), tone="warning",
    ),
    Transition(
        "reject", label=pgettext_lazy("act step", "Do not accept the explanation"),
        told=pgettext_lazy("act timeline", "Explanation not accepted"), sources=frozenset({"replied"}),
        target="rejected", may=policies.may_judge, effect=_judged, asks=(NOTE,), tone="warning",
        when=lambda act: act.kind == Act.Kind.EXPLANATION,
    ),
    Transition(
        "withdraw", label=pgettext_lazy("act step", "Withdraw it"), told=pgettext_lazy("act timeline", "Withdrawn"),
        sources=OPEN, target="withdrawn", may=policies.may_withdraw, effect=_judged, asks=(NOTE,), tone="warning",
    ),
]  # fmt: skip
ACT = Lifecycle("act", ACT_STATES, ACT_TRANSITIONS)


# --- accountability ---------------------------------------------------------------------------------------------------

ACCOUNT_STATES = [
    State("proposed", pgettext_lazy("accountability state", "Proposed, to be confirmed")),
    State("declined", pgettext_lazy("accountability state", "Not confirmed"), ended=True),
    State("confirmed", pgettext_lazy("accountability state", "In force")),
    State("appealed", pgettext_lazy("accountability state", "Appeal to be decided")),
    State("upheld", pgettext_lazy("accountability state", "Upheld after an appeal"), ended=True),
    State("lifted", pgettext_lazy("accountability state", "Lifted after an appeal"), ended=True),
    State("revoked", pgettext_lazy("accountability state", "Revoked"), ended=True),
]
ACCOUNT_TONES = {
    "proposed": "amber", "declined": "grey", "confirmed": "red", "appealed": "amber", "upheld": "red",
    "lifted": "green", "revoked": "green",
}  # fmt: skip


def _confirm(step: Step[Accountability]) -> None:
    record, day = step.obj, _today(step)
    record.confirmed_by, record.confirmed_on = step.actor.user, day
    record.appeal_until_on = due_after(day, rule(APPEAL_DAYS, day).days)


def _decline(step: Step[Accountability]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]


def _appeal(step: Step[Accountability]) -> None:
    step.obj.appeal = step.data["reason"] = step.inputs["note"]
    step.obj.appealed_by, step.obj.appealed_on = step.actor.user, _today(step)


def _decide(step: Step[Accountability]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]
    step.obj.decided_by, step.obj.decided_on = step.actor.user, _today(step)


def _revoke(step: Step[Accountability]) -> None:
    step.obj.revocation = step.data["reason"] = step.inputs["note"]
    step.obj.revoked_by, step.obj.revoked_on = step.actor.user, _today(step)


ACCOUNT_TRANSITIONS: list[Transition[Accountability]] = [
    Transition(
        "confirm", label=pgettext_lazy("accountability step", "Confirm the measure"),
        told=pgettext_lazy("timeline", "Accountability confirmed"), sources=frozenset({"proposed"}),
        target="confirmed", may=policies.may_confirm, effect=_confirm, tone="primary",
    ),
    Transition(
        "decline", label=pgettext_lazy("accountability step", "Do not confirm"),
        told=pgettext_lazy("timeline", "Accountability not confirmed"), sources=frozenset({"proposed"}),
        target="declined", may=policies.may_confirm, effect=_decline, asks=(NOTE,), tone="warning",
    ),
    Transition(
        "appeal", label=pgettext_lazy("accountability step", "Appeal"),
        told=pgettext_lazy("timeline", "Unit appealed"), sources=frozenset({"confirmed"}), target="appealed",
        may=policies.may_appeal, effect=_appeal, asks=(NOTE,),
    ),
    Transition(
        "uphold", label=pgettext_lazy("accountability step", "Uphold the measure"),
        told=pgettext_lazy("timeline", "Upheld after the appeal"), sources=frozenset({"appealed"}),
        target="upheld", may=policies.may_decide_appeal, effect=_decide, asks=(NOTE,),
    ),
    Transition(
        "lift", label=pgettext_lazy("accountability step", "Lift the measure"),
        told=pgettext_lazy("timeline", "Lifted after the appeal"), sources=frozenset({"appealed"}),
        target="lifted", may=policies.may_decide_appeal, effect=_decide, asks=(NOTE,),
    ),
    Transition(
        "revoke", label=pgettext_lazy("accountability step", "Revoke the measure"),
        told=pgettext_lazy("timeline", "Measure revoked"), sources=frozenset({"confirmed", "upheld"}),
        target="revoked", may=policies.may_revoke, effect=_revoke, asks=(NOTE,), tone="warning",
    ),
]  # fmt: skip
ACCOUNTABILITY = Lifecycle("accountability", ACCOUNT_STATES, ACCOUNT_TRANSITIONS)


# --- samples ----------------------------------------------------------------------------------------------------------

SAMPLE_STATES = [
    State("drawn", pgettext_lazy("sample state", "To be reviewed")),
    State("proper", pgettext_lazy("sample state", "Proper"), ended=True),
    State("improper", pgettext_lazy("sample state", "Improper"), ended=True),
]
SAMPLE_TONES = {"drawn": "amber", "proper": "green", "improper": "red"}


def _review(step: Step[Sample]) -> None:
    sample = step.obj
    sample.ground = step.data["reason"] = step.inputs["note"]
    sample.follow_up = step.inputs.get("follow_up", "")
    sample.reviewed_by, sample.reviewed_on = step.actor.user, _today(step)


SAMPLE_TRANSITIONS: list[Transition[Sample]] = [
    Transition(
        "proper", label=pgettext_lazy("sample step", "It was proper"),
        told=pgettext_lazy("timeline", "Reviewed: proper"), sources=frozenset({"drawn"}), target="proper",
        may=policies.may_review, effect=_review,
        asks=(Ask("note", "text", _("Note"), required=False, longest=LONGEST),),
    ),
    Transition(
        "improper", label=pgettext_lazy("sample step", "It was improper"),
        told=pgettext_lazy("timeline", "Reviewed: improper"), sources=frozenset({"drawn"}), target="improper",
        may=policies.may_review, effect=_review, tone="warning",
        asks=(
            Ask("note", "text", _("What is improper, and by which rule"), longest=LONGEST),
            Ask("follow_up", "choice", _("What follows"), choices=tuple(Sample.FollowUp.choices)),
        ),
    ),
]  # fmt: skip
SAMPLE = Lifecycle("sample", SAMPLE_STATES, SAMPLE_TRANSITIONS)
