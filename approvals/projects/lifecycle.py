"""The lives of a project, a stage, a request, an appointment, a point to be mended and a task: every state and step."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects import policies
from approvals.projects.models import Appointment, MeetingTask, OpinionRequest, Project, Rectification, Stage
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

REASON = Ask("reason", "text", _("Reason"), longest=500)


def _nobody(_user: Any, _thing: Any) -> bool:
    return False


def _runs(user: Any, thing: Any) -> bool:
    """Of whatever hangs on a project."""
    return policies.may_run(user, thing.project)


PROJECT: Lifecycle[Project] = Lifecycle(
    "construction project",
    [
        State("registered", pgettext_lazy("project state", "Registered")),
        State("under_way", pgettext_lazy("project state", "Under review")),
        State("completed", pgettext_lazy("project state", "Completed"), ended=True),
        State("ended", pgettext_lazy("project state", "Ended without completion"), ended=True),
    ],
    [
        Transition(
            "open_stage", label=_("Open a stage"), told=pgettext_lazy("history", "Stage opened, departments asked"),
            sources=frozenset({"registered", "under_way"}), target="under_way", may=policies.may_run, tone="primary",
        ),
        Transition(
            "complete", label=_("Complete the project"), told=pgettext_lazy("history", "Project completed"),
            sources=frozenset({"under_way"}), target="completed", may=policies.may_run, tone="primary",
        ),
        Transition(
            "end", label=_("End the project"), told=pgettext_lazy("history", "Project ended"),
            sources=frozenset({"registered", "under_way"}), target="ended", may=policies.may_run, tone="warning",
            asks=(REASON,), irreversible=True,
        ),
    ],
)  # fmt: skip

STAGE: Lifecycle[Stage] = Lifecycle(
    "stage of a project",
    [
        State("open", pgettext_lazy("project stage", "Open")),
        State("closed", pgettext_lazy("project stage", "Closed"), ended=True),
        State("ended", pgettext_lazy("project stage", "Ended with the project"), ended=True),
    ],
    [
        Transition(
            "close", label=_("Close the stage"), told=pgettext_lazy("history", "Stage closed"),
            sources=frozenset({"open"}), target="closed", may=_runs, tone="primary",
        ),
        Transition(
            "end", label=_("End the stage"), told=pgettext_lazy("history", "Stage ended with the project"),
            sources=frozenset({"open"}), target="ended", may=_nobody, by_portal=True,
        ),
    ],
)  # fmt: skip

REQUEST: Lifecycle[OpinionRequest] = Lifecycle(
    "request for an opinion",
    [
        State("asked", pgettext_lazy("opinion", "Waiting for the department")),
        State("preliminary", pgettext_lazy("opinion", "Preliminary opinion, to be confirmed")),
        State("answered", pgettext_lazy("opinion", "Answered"), ended=True),
        State("deemed", pgettext_lazy("opinion", "Consent by silence or absence"), ended=True),
        State("decided", pgettext_lazy("opinion", "Decided by its own case"), ended=True),
        State("withdrawn", pgettext_lazy("opinion", "Withdrawn"), ended=True),
        State("lapsed", pgettext_lazy("opinion", "Preliminary opinion lapsed"), ended=True),
    ],
    [
        Transition(
            "answer", label=_("Answer"), told=pgettext_lazy("history", "Department answered"),
            sources=frozenset({"asked"}), target=lambda one: "preliminary" if one.preliminary else "answered",
            may=policies.may_answer, tone="primary", leads_to=frozenset({"preliminary", "answered"}),
        ),
        Transition(
            "confirm", label=_("Give the final opinion"), told=pgettext_lazy("history", "Final opinion given"),
            sources=frozenset({"preliminary"}), target="answered", may=policies.may_answer, tone="primary",
            when=lambda one: not one.is_permit,
        ),
        Transition(
            "mark_silent", label=pgettext_lazy("opinions", "No answer"),
            told=pgettext_lazy("history", "No answer within the limit"),
            sources=frozenset({"asked"}), target=None, may=_nobody, by_portal=True,
        ),
        Transition(
            "deem", label=_("Consent by silence"), told=pgettext_lazy("history", "Consent by silence or absence"),
            sources=frozenset({"asked"}), target="deemed", may=_nobody, by_portal=True,
            when=lambda one: one.silence_is_consent,
        ),
        Transition(
            "decide", label=_("Decided"), told=pgettext_lazy("history", "Decided by the department’s own case"),
            sources=frozenset({"asked", "preliminary"}), target="decided", may=_nobody, by_portal=True,
            when=lambda one: one.is_permit,
        ),
        Transition(
            "reopen", label=_("Decision corrected"), told=pgettext_lazy("history", "The case’s decision was undone"),
            sources=frozenset({"decided"}), target="asked", may=_nobody, by_portal=True,
        ),
        Transition(
            "withdraw", label=pgettext_lazy("opinion", "Withdraw the request"),
            told=pgettext_lazy("history", "Request withdrawn"),
            sources=frozenset({"asked", "preliminary"}), target="withdrawn", may=policies.may_run_request,
            tone="warning", asks=(REASON,), when=lambda one: not one.is_permit,
        ),
        Transition(
            "drop", label=_("Ended with the project"), told=pgettext_lazy("history", "Request ended with the project"),
            sources=frozenset({"asked", "preliminary"}), target="withdrawn", may=_nobody, by_portal=True,
        ),
        Transition(
            "lapse", label=_("Lapsed"), told=pgettext_lazy("history", "Preliminary opinion lapsed"),
            sources=frozenset({"preliminary"}), target="lapsed", may=_nobody, by_portal=True,
        ),
    ],
)  # fmt: skip

APPOINTMENT: Lifecycle[Appointment] = Lifecycle(
    "joint appointment",
    [
        State("set", pgettext_lazy("joint appointment", "Announced")),
        State("held", pgettext_lazy("joint appointment", "Held, report to be written")),
        State("reported", pgettext_lazy("joint appointment", "Report issued"), ended=True),
        State("cancelled", pgettext_lazy("joint appointment", "Cancelled"), ended=True),
    ],
    [
        Transition(
            "hold", label=_("Enter who came"), told=pgettext_lazy("history", "Appointment held"),
            sources=frozenset({"set"}), target="held", may=_runs, tone="primary",
        ),
        Transition(
            "postpone", label=_("Postpone"), told=pgettext_lazy("history", "Appointment postponed"),
            sources=frozenset({"set"}), target=None, may=_runs, asks=(REASON,),
        ),
        Transition(
            "cancel", label=pgettext_lazy("joint appointment", "Cancel the appointment"),
            told=pgettext_lazy("history", "Appointment cancelled"),
            sources=frozenset({"set"}), target="cancelled", may=_runs, tone="warning", asks=(REASON,),
        ),
        Transition(
            "report", label=_("Issue the report"), told=pgettext_lazy("history", "Report issued"),
            sources=frozenset({"held"}), target="reported", may=_runs, tone="primary",
            asks=(Ask("conclusion", "text", _("Conclusion"), longest=4000),),
        ),
    ],
)  # fmt: skip

RECTIFICATION: Lifecycle[Rectification] = Lifecycle(
    "point to be mended",
    [
        State("open", pgettext_lazy("point to be mended", "To be mended")),
        State("done", pgettext_lazy("point to be mended", "Reported as mended")),
        State("verified", pgettext_lazy("point to be mended", "Mended"), ended=True),
    ],
    [
        Transition(
            "mend", label=_("Report as mended"), told=pgettext_lazy("history", "Point reported as mended"),
            sources=frozenset({"open"}), target="done", may=policies.may_mend, tone="primary",
            asks=(Ask("text", "text", _("What was done"), longest=500),),
        ),
        Transition(
            "verify", label=_("It is mended"), told=pgettext_lazy("history", "Point mended"),
            sources=frozenset({"done"}), target="verified", may=policies.may_check, tone="primary",
            asks=(Ask("note", "text", _("Note"), required=False, longest=500),),
        ),
        Transition(
            "again", label=_("Not mended yet"), told=pgettext_lazy("history", "Point not mended yet"),
            sources=frozenset({"done"}), target="open", may=policies.may_check, tone="warning",
            asks=(Ask("note", "text", _("What is still missing"), longest=500),),
        ),
    ],
)  # fmt: skip

TASK: Lifecycle[MeetingTask] = Lifecycle(
    "task of a meeting",
    [
        State("open", pgettext_lazy("meeting task", "Open")),
        State("done", pgettext_lazy("meeting task", "Done"), ended=True),
    ],
    [
        Transition(
            "finish", label=_("Report as done"), told=pgettext_lazy("history", "Task of a meeting done"),
            sources=frozenset({"open"}), target="done", may=policies.may_do_task, tone="primary",
            asks=(Ask("text", "text", _("What was done"), longest=500),),
        ),
    ],
)  # fmt: skip
