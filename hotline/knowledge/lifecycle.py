"""The life of an article's version and of a remark: who writes is never who publishes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.knowledge import policies
from hotline.knowledge.models import ArticleVersion, Feedback
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date

REASON = Ask("note", "text", _("Reason"), longest=500)


def publish(step: Step[ArticleVersion]) -> None:
    """From this moment operators and citizens read it; the version before was replaced by the action."""
    step.obj.publisher = step.actor.user
    step.obj.published_at = step.moment
    step.obj.note = ""


def send_back(step: Step[ArticleVersion]) -> None:
    step.obj.note = step.data["reason"] = step.inputs["note"]


def end(step: Step[ArticleVersion]) -> None:
    step.obj.ended_on = local_date(step.moment)
    if reason := step.inputs.get("note"):
        step.obj.note = step.data["reason"] = reason


STATES = [
    State("draft", pgettext_lazy("article", "Draft")),
    State("review", pgettext_lazy("article", "To be published by a second person")),
    State("published", pgettext_lazy("article", "Published")),
    State("replaced", pgettext_lazy("article", "Replaced by a newer version"), ended=True),
    State("withdrawn", pgettext_lazy("article", "Withdrawn"), ended=True),
    State("expired", pgettext_lazy("article", "Expired"), ended=True),
    State("dropped", pgettext_lazy("article", "Draft given up"), ended=True),
]
TONES = {
    "draft": "grey", "review": "amber", "published": "green", "replaced": "grey", "withdrawn": "red",
    "expired": "red", "dropped": "grey",
}  # fmt: skip

TRANSITIONS: list[Transition[ArticleVersion]] = [
    Transition(
        "submit",
        label=_("Hand in for publishing"),
        told=pgettext_lazy("timeline", "Handed in for publishing"),
        sources=frozenset({"draft"}),
        target="review",
        may=policies.may_edit,
        tone="primary",
    ),
    Transition(
        "publish",
        label=_("Publish"),
        told=pgettext_lazy("timeline", "Published"),
        sources=frozenset({"review"}),
        target="published",
        may=policies.may_publish,
        effect=publish,
        tone="primary",
    ),
    Transition(
        "send_back",
        label=_("Send back"),
        told=pgettext_lazy("timeline", "Sent back"),
        sources=frozenset({"review"}),
        target="draft",
        may=policies.may_publish,
        effect=send_back,
        asks=(REASON,),
    ),
    Transition(
        "drop",
        label=_("Give the draft up"),
        told=pgettext_lazy("timeline", "Draft given up"),
        sources=frozenset({"draft"}),
        target="dropped",
        may=policies.may_edit,
        effect=end,
        irreversible=True,
    ),
    Transition(
        "withdraw",
        label=_("Withdraw"),
        told=pgettext_lazy("timeline", "Withdrawn"),
        sources=frozenset({"published"}),
        target="withdrawn",
        may=policies.may_withdraw,
        effect=end,
        asks=(REASON,),
        tone="warning",
    ),
    Transition(
        "replace",
        label=_("Replace"),
        told=pgettext_lazy("timeline", "Replaced by a newer version"),
        sources=frozenset({"published"}),
        target="replaced",
        may=lambda _user, _version: False,
        effect=end,
        by_portal=True,
    ),
    Transition(
        "expire",
        label=_("Expire"),
        told=pgettext_lazy("timeline", "Expired: its validity has ended"),
        sources=frozenset({"published"}),
        target="expired",
        may=lambda _user, _version: False,
        effect=end,
        by_portal=True,
    ),
]
ARTICLE = Lifecycle("article", STATES, TRANSITIONS)


def answer(step: Step[Feedback]) -> None:
    step.obj.answer = step.data["reason"] = step.inputs["note"]
    step.obj.answered_by, step.obj.answered_at = step.actor.user, step.moment


FEEDBACK_STATES = [
    State("open", pgettext_lazy("feedback", "To be answered")),
    State("mended", pgettext_lazy("feedback", "Put right"), ended=True),
    State("set_aside", pgettext_lazy("feedback", "Set aside"), ended=True),
]
FEEDBACK_TONES = {"open": "amber", "mended": "green", "set_aside": "grey"}
WHAT = Ask("note", "text", _("What was done, or why nothing is changed"), longest=500)
FEEDBACK = Lifecycle[Feedback](
    "feedback",
    FEEDBACK_STATES,
    [
        Transition(
            "mend",
            label=_("Put right"),
            told=pgettext_lazy("timeline", "Put right"),
            sources=frozenset({"open"}),
            target="mended",
            may=policies.may_answer_feedback,
            effect=answer,
            asks=(WHAT,),
            when=lambda row: row.kind != "helpful",
            tone="primary",
        ),
        Transition(
            "set_aside",
            label=_("Set aside"),
            told=pgettext_lazy("timeline", "Set aside"),
            sources=frozenset({"open"}),
            target="set_aside",
            may=policies.may_answer_feedback,
            effect=answer,
            asks=(WHAT,),
            when=lambda row: row.kind != "helpful",
        ),
    ],
)
