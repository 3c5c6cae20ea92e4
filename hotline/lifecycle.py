"""The life of a ticket as one table: from, to, who, what is asked; what a step does stands in `effects.py`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import effects, policies
from hotline.models import Return, Ticket
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

STATES = [
    State("recorded", pgettext_lazy("ticket state", "Recorded, to be dispatched")),
    State("answered", pgettext_lazy("ticket state", "Answered directly"), ended=True),
    State("dispatched", pgettext_lazy("ticket state", "Dispatched, to be signed for")),
    State("returned", pgettext_lazy("ticket state", "Returned, to be decided")),
    State("signed", pgettext_lazy("ticket state", "Being handled")),
    State("drafted", pgettext_lazy("ticket state", "Reply waits for approval")),
    State("suspended", pgettext_lazy("ticket state", "Suspended")),
    State("replied", pgettext_lazy("ticket state", "Replied, to be called back")),
    State("called_back", pgettext_lazy("ticket state", "Called back, to be decided")),
    State("merged", pgettext_lazy("ticket state", "Part of a series")),
    State("closed", pgettext_lazy("ticket state", "Closed"), ended=True),
    State("void", pgettext_lazy("ticket state", "Void"), ended=True),
]
TONES = {
    "recorded": "amber", "answered": "grey", "dispatched": "amber", "returned": "amber", "signed": "blue",
    "drafted": "blue", "suspended": "grey", "replied": "blue", "called_back": "amber", "merged": "grey",
    "closed": "grey", "void": "grey",
}  # fmt: skip

YES_NO = (("yes", _("Yes")), ("no", _("No")))
REASON = Ask("reason", "text", _("Reason"), longest=1000)
NOTE = Ask("note", "text", _("Note"), required=False, longest=2000)
DEPARTMENT = Ask("department", "text", _("Department"), longest=12)
WHAT_CALLER_SAID = (
    Ask("way", "choice", _("Way"), choices=(("phone", ""), ("sms", ""), ("web", "")), required=False),
    Ask("contacted", "choice", _("Did the department get in touch?"), choices=YES_NO, required=False),
    Ask("resolved", "choice", _("Is the matter settled?"), choices=YES_NO, required=False),
    Ask("satisfied", "choice", _("Is the caller satisfied?"), choices=YES_NO, required=False),
    NOTE,
)
AT_DEPARTMENT = frozenset({"dispatched", "signed"})


def _set(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _step(code: str, label: Any, told: Any, sources: frozenset[str], target: Any, **more: Any) -> Transition[Ticket]:
    return Transition(code, label=label, told=told, sources=sources, target=target, **more)


TRANSITIONS: list[Transition[Ticket]] = [
    _step(
        "answer", _("Answer directly"), pgettext_lazy("timeline", "Answered directly"),
        _set("recorded"), "answered", may=policies.may_answer, effect=effects.answer, tone="primary",
        asks=(Ask("text", "text", _("Answer"), longest=4000),),
    ),
    _step(
        "dispatch", _("Dispatch"), pgettext_lazy("timeline", "Dispatched"),
        _set("recorded"), "dispatched", may=policies.may_dispatch, effect=effects.dispatch, tone="primary",
        asks=(
            DEPARTMENT,
            Ask("assistants", "choices", _("Departments that assist"), required=False),
            Ask("category", "text", pgettext_lazy("ticket", "Category"), required=False, longest=12),
            Ask("grade", "text", _("Urgency"), required=False, longest=10),
            NOTE,
        ),
    ),
    _step(
        "reassign", _("Give to another department"), pgettext_lazy("timeline", "Given to another department"),
        AT_DEPARTMENT, "dispatched", may=policies.may_arbitrate, effect=effects.reassign,
        asks=(DEPARTMENT, REASON),
    ),
    _step(
        "sign", _("Sign for"), pgettext_lazy("timeline", "Signed for"),
        _set("dispatched"), "signed", may=policies.may_handle, effect=effects.sign, tone="primary",
    ),
    _step(
        "return", pgettext_lazy("ticket", "Return"), pgettext_lazy("timeline", "Returned"),
        AT_DEPARTMENT, "returned", may=policies.may_return, effect=effects.send_back_to_hotline, tone="warning",
        asks=(
            Ask("ground", "choice", pgettext_lazy("ticket", "Ground"), choices=tuple(Return.Ground.choices)),
            REASON,
        ),
        public=False,
    ),
    _step(
        "uphold", _("Uphold and dispatch anew"), pgettext_lazy("timeline", "Dispatched anew"),
        _set("returned"), "dispatched", may=policies.may_arbitrate, effect=effects.uphold, tone="primary",
        asks=(DEPARTMENT, NOTE),
    ),
    _step(
        "take_back", _("Uphold and keep at the hotline"), pgettext_lazy("timeline", "Taken back by the hotline"),
        _set("returned"), "recorded", may=policies.may_arbitrate, effect=effects.take_back, asks=(NOTE,),
    ),
    _step(
        "reject", _("Reject the return"), pgettext_lazy("timeline", "Return rejected"),
        _set("returned"), "dispatched", may=policies.may_arbitrate, effect=effects.reject, tone="warning",
        asks=(
            REASON,
            Ask("wrongful", "choice", _("Was the return wrongful?"), choices=YES_NO),
        ),
        public=False,
    ),
    _step(
        "leave", _("Take back from the department"), pgettext_lazy("timeline", "Back at the hotline"),
        _set("dispatched", "signed", "drafted", "returned", "suspended"), "recorded", may=policies.may_arbitrate,
        by_portal=True, effect=effects.leave_department,
    ),
    _step(
        "draft", _("Write the reply"), pgettext_lazy("timeline", "Reply written"),
        _set("signed"), "drafted", may=policies.may_handle, effect=effects.draft, tone="primary", public=False,
        asks=(
            Ask("text", "text", _("Reply to the caller"), longest=4000),
            Ask("measures", "text", _("What was done"), required=False, longest=4000),
        ),
    ),
    _step(
        "approve", _("Approve and send"), pgettext_lazy("timeline", "Replied"),
        _set("drafted"), "replied", may=policies.may_approve_reply, effect=effects.approve, tone="primary",
    ),
    _step(
        "approve_outside", _("Approved at the district's platform"), pgettext_lazy("timeline", "Replied"),
        _set("drafted"), "replied", may=policies.may_approve_reply, by_portal=True, effect=effects.approve,
    ),
    _step(
        "send_back", _("Send back to the author"), pgettext_lazy("timeline", "Reply sent back to the author"),
        _set("drafted"), "signed", may=policies.may_approve_reply, effect=effects.send_back, public=False,
        asks=(REASON,),
    ),
    _step(
        "resume", _("Let the clock run again"), pgettext_lazy("timeline", "Handling goes on"),
        _set("suspended"), "signed", may=policies.may_arbitrate, effect=effects.resume, asks=(NOTE,),
    ),
    _step(
        "resume_at_end", _("Suspension over"), pgettext_lazy("timeline", "Handling goes on"),
        _set("suspended"), "signed", may=policies.may_arbitrate, effect=effects.resume, by_portal=True,
    ),
    _step(
        "suspend", pgettext_lazy("ticket", "Suspend"), pgettext_lazy("timeline", "Suspended"),
        AT_DEPARTMENT, "suspended", may=policies.may_arbitrate, effect=effects.suspend, by_portal=True,
    ),
    *(
        _step(
            f"{code}{suffix}", label, told, sources, target, may=policies.may_call_back, effect=effect,
            asks=WHAT_CALLER_SAID, by_portal=bool(suffix),
        )
        for suffix, sources in (("", _set("replied")), ("_by_caller", _set("replied")))
        for code, label, told, target, effect in (
            (
                "call_back", _("Called back, all is well"), pgettext_lazy("timeline", "Called back"), "closed",
                effects.call_back_well,
            ),
            (
                "complain", _("Called back, not settled"),
                pgettext_lazy("timeline", "Called back, the caller is not content"), "called_back",
                effects.call_back,
            ),
        )
    ),
    _step(
        "miss", _("Not reached"), pgettext_lazy("timeline", "Call-back: not reached"),
        _set("replied"), None, may=policies.may_call_back, effect=effects.miss, public=False,
        asks=(Ask("way", "choice", _("Way"), choices=(("phone", ""), ("sms", "")), required=False), NOTE),
    ),
    _step(
        "give_up", _("Close, nobody was reached"), pgettext_lazy("timeline", "Closed, nobody was reached"),
        _set("replied"), "closed", may=policies.may_call_back, effect=effects.end,
        when=lambda ticket: ticket.call_attempts >= effects.most_attempts(), asks=(NOTE,),
    ),
    _step(
        "close", _("Close with reasons"), pgettext_lazy("timeline", "Closed"),
        _set("called_back"), "closed", may=policies.may_arbitrate, effect=effects.close, asks=(REASON,),
    ),
    _step(
        "redo", _("Send back for redo"), pgettext_lazy("timeline", "Sent back to be done again"),
        _set("called_back", "replied"), "dispatched", may=policies.may_arbitrate, effect=effects.redo,
        tone="warning", asks=(REASON,),
    ),
    *(
        _step(
            code, _("Reopen"), pgettext_lazy("timeline", "Reopened"),
            _set("closed", "answered"), lambda ticket: "dispatched" if ticket.department_id else "recorded",
            may=policies.may_reopen, effect=effects.reopen, asks=(REASON,), by_portal=code != "reopen",
            leads_to=_set("dispatched", "recorded"), when=lambda ticket: not ticket.imported,
        )
        for code in ("reopen", "reopen_by_caller")
    ),
    _step(
        "merge", _("Join to a series"), pgettext_lazy("timeline", "Joined with others about the same matter"),
        _set("recorded", "dispatched", "signed"), "merged", may=policies.may_arbitrate, effect=effects.merge,
        when=lambda ticket: not ticket.is_parent,
        asks=(Ask("parent", "text", _("Number of the leading ticket"), longest=48), NOTE),
    ),
    _step(
        "unmerge", _("Take out of the series"), pgettext_lazy("timeline", "Handled on its own again"),
        _set("merged"), "recorded", may=policies.may_arbitrate, effect=effects.unmerge, asks=(REASON,),
    ),
    _step(
        "reply_with_series", _("Replied with the series"), pgettext_lazy("timeline", "Replied"),
        _set("merged"), "replied", may=policies.may_arbitrate, effect=effects.reply_with_series, by_portal=True,
    ),
    _step(
        "set_aside", _("Set aside as void"), pgettext_lazy("timeline", "Set aside as void"),
        _set("recorded", "merged"), "void", may=policies.may_arbitrate, effect=effects.set_aside,
        tone="warning", irreversible=True, asks=(REASON,),
    ),
]  # fmt: skip

TICKET = Lifecycle("ticket", STATES, TRANSITIONS)
