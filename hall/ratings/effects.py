"""What each step does to the row: called under the locks, before the rows are saved."""

from hall.ratings.models import Grievance, Rectification
from portal.core.lifecycle import Step
from portal.core.time import local_date


def contact(step: Step[Rectification]) -> None:
    step.obj.contacted_on = local_date(step.moment)
    step.data["way"] = step.inputs["way"]
    step.data["text"] = step.inputs["text"]


def verify(step: Step[Rectification]) -> None:
    step.obj.verified_on = local_date(step.moment)
    step.data["text"] = step.inputs["text"]


def rectify(step: Step[Rectification]) -> None:
    """From now on the limit is kept or missed; the rating keeps the day for the figures."""
    step.obj.rectified_on = step.obj.rating.rectified_on = local_date(step.moment)
    step.data["text"] = step.inputs["text"]


def call_back(step: Step[Rectification]) -> None:
    step.obj.called_back_on = local_date(step.moment)
    step.data["result"] = step.inputs["result"]
    step.data["text"] = step.inputs["text"]


def send_back(step: Step[Rectification]) -> None:
    """Not content means not rectified: the work goes on, and the day is taken back."""
    step.obj.rounds += 1
    step.obj.rectified_on = step.obj.rating.rectified_on = None
    step.data["text"] = step.inputs["text"]


def appeal(step: Step[Rectification]) -> None:
    step.obj.resume_state = step.obj.state
    step.obj.appealed_by = step.actor.user
    step.obj.appeals += 1
    step.data["text"] = step.inputs["text"]


def reject_appeal(step: Step[Rectification]) -> None:
    step.obj.resume_state = ""
    step.data["text"] = step.inputs["text"]


def set_aside(step: Step[Rectification]) -> None:
    """The rating stays and counts; there is nothing to rectify, so it is due no more."""
    step.obj.ended_on = local_date(step.moment)
    step.obj.resume_state = ""
    step.obj.rating.rectify_due_on = None
    step.data["text"] = step.inputs["text"]


def close(step: Step[Rectification]) -> None:
    step.obj.ended_on = local_date(step.moment)
    step.data["text"] = step.inputs["text"]


# --- what somebody said is wrong ----------------------------------------------------------------------------------------


def reply(step: Step[Grievance]) -> None:
    grievance = step.obj
    grievance.reply = step.inputs["text"]
    grievance.replied_at, grievance.replied_on = step.moment, local_date(step.moment)
    step.data["text"] = step.inputs["text"]


def reopen(step: Step[Grievance]) -> None:
    """The reply stays in the history; the limit is not given anew."""
    step.obj.replied_at = step.obj.replied_on = None
    step.data["text"] = step.inputs["text"]


def end(step: Step[Grievance]) -> None:
    step.obj.ended_on = local_date(step.moment)
