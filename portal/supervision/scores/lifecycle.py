"""The lives of a version of the indicators, of a ranking, and of a suggestion for improvement, as tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.calendar import workdays
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date
from portal.supervision.scores import policies
from portal.supervision.scores.models import Edition, Proposal, Scheme

REASON = Ask("note", "text", _("Reason"), longest=500)
LONGEST_LIMIT = 60  # working days

# --- versions of the indicators ---------------------------------------------------------------------------------------

SCHEME_STATES = [
    State("draft", pgettext_lazy("version of indicators", "Draft")),
    State("submitted", pgettext_lazy("version of indicators", "To be published")),
    State("published", pgettext_lazy("version of indicators", "Published"), ended=True),
    State("dropped", pgettext_lazy("version of indicators", "Dropped"), ended=True),
]
SCHEME_TONES = {"draft": "grey", "submitted": "amber", "published": "green", "dropped": "grey"}


def _note(step: Step[Scheme]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]


def _scheme_published(step: Step[Scheme]) -> None:
    step.obj.published_by, step.obj.published_at, step.obj.note = step.actor.user, step.moment, ""


SCHEME = Lifecycle(
    "scheme",
    SCHEME_STATES,
    [
        Transition(
            "submit", label=pgettext_lazy("ranking step", "Lay before the publisher"),
            told=pgettext_lazy("timeline", "Laid before the publisher"), sources=frozenset({"draft"}),
            target="submitted", may=policies.may_edit_scheme, tone="primary",
        ),
        Transition(
            "publish", label=pgettext_lazy("ranking step", "Publish this version"),
            told=pgettext_lazy("timeline", "Version published"), sources=frozenset({"submitted"}),
            target="published", may=policies.may_publish_scheme, effect=_scheme_published, tone="primary",
            irreversible=True,
        ),
        Transition(
            "send_back", label=_("Send back to the author"), told=pgettext_lazy("timeline", "Sent back to the author"),
            sources=frozenset({"submitted"}), target="draft", may=policies.may_publish_scheme, effect=_note,
            asks=(REASON,), tone="warning",
        ),
        Transition(
            "drop", label=pgettext_lazy("ranking step", "Drop this draft"),
            told=pgettext_lazy("timeline", "Draft dropped"), sources=frozenset({"draft"}), target="dropped",
            may=policies.may_edit_scheme, tone="warning",
        ),
    ],
)  # fmt: skip

# --- rankings ---------------------------------------------------------------------------------------------------------

EDITION_STATES = [
    State("computed", pgettext_lazy("ranking state", "To be looked at")),
    State("published", pgettext_lazy("ranking state", "Published")),
    State("withdrawn", pgettext_lazy("ranking state", "Withdrawn")),
    State("replaced", pgettext_lazy("ranking state", "Replaced"), ended=True),
]
EDITION_TONES = {"computed": "amber", "published": "green", "withdrawn": "red", "replaced": "grey"}


def _edition_published(step: Step[Edition]) -> None:
    step.obj.published_by, step.obj.published_at, step.obj.note = step.actor.user, step.moment, ""


def _withdrawn(step: Step[Edition]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]


EDITION = Lifecycle(
    "ranking",
    EDITION_STATES,
    [
        Transition(
            "publish", label=pgettext_lazy("ranking step", "Publish on the public board"),
            told=pgettext_lazy("timeline", "Ranking published"), sources=frozenset({"computed", "withdrawn"}),
            target="published", may=policies.may_supervise, effect=_edition_published,
            when=lambda one: one.is_current, tone="primary",
        ),
        Transition(
            "withdraw", label=pgettext_lazy("ranking step", "Withdraw from the public board"),
            told=pgettext_lazy("timeline", "Ranking withdrawn"), sources=frozenset({"published"}),
            target="withdrawn", may=policies.may_supervise, effect=_withdrawn, asks=(REASON,), tone="warning",
        ),
        Transition(
            "replace", label=pgettext_lazy("ranking step", "Replace"),
            told=pgettext_lazy("timeline", "Replaced by a later ranking"),
            sources=frozenset({"computed", "published", "withdrawn"}), target="replaced",
            may=policies.may_supervise, by_portal=True,
        ),
    ],
)  # fmt: skip

# --- suggestions for improvement --------------------------------------------------------------------------------------

PROPOSAL_STATES = [
    State("asked", pgettext_lazy("suggestion state", "Asked for")),
    State("answered", pgettext_lazy("suggestion state", "Answered, to be judged")),
    State("returned", pgettext_lazy("suggestion state", "Sent back")),
    State("running", pgettext_lazy("suggestion state", "Accepted, being carried out")),
    State("done", pgettext_lazy("suggestion state", "Carried out"), ended=True),
    State("withdrawn", pgettext_lazy("suggestion state", "Taken back"), ended=True),
]
PROPOSAL_TONES = {
    "asked": "amber", "answered": "blue", "returned": "red", "running": "blue", "done": "green", "withdrawn": "grey",
}  # fmt: skip
OPEN_STATES = ("asked", "returned", "answered", "running")


def _answered(step: Step[Proposal]) -> None:
    step.obj.answer = step.inputs["answer"]
    step.obj.answered_by, step.obj.answered_at = step.actor.user, step.moment


def _judged(step: Step[Proposal]) -> None:
    step.obj.note = step.data["reason"] = step.inputs.get("note") or ""


def _sent_back(step: Step[Proposal]) -> None:
    _judged(step)
    step.obj.due_on = workdays().add(local_date(step.moment), step.inputs["days"])
    step.data["due_on"] = step.obj.due_on.isoformat()


def _ended(step: Step[Proposal]) -> None:
    _judged(step)
    step.obj.ended_at = step.moment


def _all_done(proposal: Proposal) -> bool:
    return all(one.done_on for one in proposal.measures.all())


PROPOSAL = Lifecycle(
    "suggestion",
    PROPOSAL_STATES,
    [
        Transition(
            "answer", label=pgettext_lazy("suggestion step", "Send the answer"),
            told=pgettext_lazy("timeline", "Suggestion answered"), sources=frozenset({"asked", "returned"}),
            target="answered", may=policies.may_answer, effect=_answered, tone="primary",
            asks=(Ask("answer", "text", _("What caused it, and what will change")),),
        ),
        Transition(
            "accept", label=pgettext_lazy("suggestion step", "Accept"),
            told=pgettext_lazy("timeline", "Suggestion accepted"), sources=frozenset({"answered"}), target="running",
            may=policies.may_judge, effect=_judged, tone="primary",
            asks=(Ask("note", "text", _("Note"), required=False, longest=500),),
        ),
        Transition(
            "send_back", label=pgettext_lazy("suggestion step", "Send back"),
            told=pgettext_lazy("timeline", "Suggestion sent back"), sources=frozenset({"answered"}),
            target="returned", may=policies.may_judge, effect=_sent_back, tone="warning",
            asks=(REASON, Ask("days", "days", _("Answer again within (working days)"), maximum=LONGEST_LIMIT)),
        ),
        Transition(
            "finish", label=pgettext_lazy("suggestion step", "Close: it was carried out"),
            told=pgettext_lazy("timeline", "Suggestion carried out"), sources=frozenset({"running"}), target="done",
            may=policies.may_judge, effect=_ended, when=_all_done, tone="primary",
            asks=(Ask("note", "text", _("What came of it"), longest=500),),
        ),
        Transition(
            "withdraw", label=pgettext_lazy("suggestion step", "Take back"),
            told=pgettext_lazy("timeline", "Suggestion taken back"), sources=frozenset({"asked", "answered", "returned"}),
            target="withdrawn", may=policies.may_judge, effect=_ended, asks=(REASON,), tone="warning",
        ),
    ],
)  # fmt: skip
