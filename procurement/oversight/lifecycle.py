"""The life of a lead, as a table."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date
from procurement.oversight import policies
from procurement.oversight.models import Lead

STATES = [
    State("new", pgettext_lazy("lead state", "New")),
    State("taken", pgettext_lazy("lead state", "Taken up")),
    State("inquiry", pgettext_lazy("lead state", "Under inquiry")),
    State("proposed", pgettext_lazy("lead state", "Result proposed")),
    State("closed", pgettext_lazy("lead state", "Closed"), ended=True),
]
TONES = {"new": "red", "taken": "amber", "inquiry": "blue", "proposed": "amber", "closed": "grey"}
REASON = Ask("reason", "text", _("Reason"), longest=1000)
RESULTS = tuple((one.value, one.label) for one in Lead.Result)


def _taken(step: Step[Lead]) -> None:
    step.obj.taken_by, step.obj.taken_at = step.actor.user, step.moment


def _taken_over(step: Step[Lead]) -> None:
    step.data["reason"] = step.inputs["reason"]
    _taken(step)


def _proposed(step: Step[Lead]) -> None:
    lead, given = step.obj, step.inputs
    lead.result, lead.opinion = given["result"], given["opinion"]
    lead.authority, lead.document_number = given["authority"], given["document_number"]
    lead.proposed_by, lead.proposed_at = step.actor.user, step.moment
    step.data |= {name: given[name] for name in ("result", "authority", "document_number")}


def _confirmed(step: Step[Lead]) -> None:
    step.obj.confirmed_by, step.obj.closed_on = step.actor.user, local_date(step.moment)
    step.data["result"] = step.obj.result


def _back(step: Step[Lead]) -> None:
    """What was proposed stays in the history; the row is free for another result."""
    lead = step.obj
    step.data |= {"reason": step.inputs["reason"], "result": lead.result}
    lead.result = lead.authority = lead.document_number = ""
    lead.proposed_by = lead.proposed_at = lead.confirmed_by = lead.closed_on = None


LEAD = Lifecycle(
    "lead",
    STATES,
    [
        Transition(
            "take_up", label=pgettext_lazy("lead step", "Take up"), told=pgettext_lazy("timeline", "Taken up"),
            sources=frozenset({"new"}), target="taken", may=policies.may_take, effect=_taken, tone="primary",
        ),
        Transition(
            "take_over", label=pgettext_lazy("lead step", "Take over"), told=pgettext_lazy("timeline", "Taken over"),
            sources=frozenset({"taken", "inquiry"}), target=None, may=policies.may_take_over, effect=_taken_over,
            asks=(REASON,),
        ),
        Transition(
            "inquire", label=_("Begin the inquiry"), told=pgettext_lazy("timeline", "Inquiry begun"),
            sources=frozenset({"taken"}), target="inquiry", may=policies.may_handle, tone="primary",
        ),
        Transition(
            "propose", label=_("Propose a result"), told=pgettext_lazy("timeline", "Result proposed"),
            sources=frozenset({"taken", "inquiry"}), target="proposed", may=policies.may_handle, effect=_proposed,
            asks=(
                Ask("result", "choice", pgettext_lazy("lead", "Result"), choices=RESULTS),
                Ask("opinion", "text", _("Opinion: what was found, and on what it rests"), longest=4000),
                Ask("authority", "text", _("Referred to"), required=False, longest=200),
                Ask("document_number", "text", _("Number of the letter of referral"), required=False, longest=120),
            ),
        ),
        Transition(
            "confirm", label=_("Confirm the result"), told=pgettext_lazy("timeline", "Result confirmed, closed"),
            sources=frozenset({"proposed"}), target="closed", may=policies.may_confirm, effect=_confirmed,
            tone="primary",
        ),
        Transition(
            "send_back", label=_("Send back to the inquiry"), told=pgettext_lazy("timeline", "Sent back to the inquiry"),
            sources=frozenset({"proposed"}), target="inquiry", may=policies.may_confirm, effect=_back, asks=(REASON,),
            tone="warning",
        ),
        Transition(
            "reopen", label=pgettext_lazy("lead step", "Reopen"), told=pgettext_lazy("timeline", "Reopened"),
            sources=frozenset({"closed"}), target="inquiry", may=policies.may_take, effect=_back, asks=(REASON,),
            tone="warning",
        ),
    ],
)  # fmt: skip
# In these states the signs stand as evidence of that moment.
KEEPS = {"inquire": "inquire", "propose": "propose", "confirm": "confirm"}
# Letters, notes and files are added while somebody looks into the lead.
WORKED_ON = frozenset({"taken", "inquiry"})
