"""Coordination meetings (3+X): what was decided, and who does what by when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from approvals.projects import notices
from approvals.projects.actions.common import join, locked, locked_part, must_run, person, successor_of, told_of
from approvals.projects.lifecycle import TASK
from approvals.projects.models import Meeting, MeetingTask, Participant
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, WrongState, type_of_message
from portal.core.time import now, today
from portal.people.models import Department

# The "3" of 3+X: a meeting of fewer than three departments coordinates nothing.
LEAST = 3


@dataclass(frozen=True)
class Duty:
    """One task as it is entered."""

    department_id: int
    text: str
    due_on: dt.date
    person: str = ""


@action
def hold_meeting(
    actor: Actor,
    project_id: int,
    *,
    held_on: dt.date,
    place: str,
    subject: str,
    chair: str,
    decisions: str,
    participants: Mapping[int, str],
    duties: Sequence[Duty] = (),
) -> Meeting:
    """Write down a meeting that was held: participants (department → person), decisions, tasks. Raises Invalid."""
    project = locked(actor, project_id)
    user = must_run(actor, project)
    if not project.is_open:
        raise WrongState()
    departments = {
        row.pk: row for row in Department.objects.filter(pk__in=[*participants, *(d.department_id for d in duties)])
    }
    wrong = _wrong(held_on, {"place": place, "subject": subject, "chair": chair, "decisions": decisions})
    if len(departments.keys() & participants.keys()) < LEAST:
        wrong["participants"] = _("At least %(n)s departments take part in a coordination meeting.") % {"n": LEAST}
    if any(not one.text.strip() or one.department_id not in departments or one.due_on <= today() for one in duties):
        wrong["tasks"] = _("Each task needs a department, words, and a day after today.")
    if wrong:
        raise Invalid(fields=wrong)
    meeting = Meeting.objects.create(
        project=project, held_on=held_on, place=place.strip(), subject=subject.strip(), chair=chair.strip(),
        decisions=decisions.strip(), written_by=user, written_at=now(),
    )  # fmt: skip
    Participant.objects.bulk_create(
        Participant(meeting=meeting, department_id=pk, person=name.strip()[:60])
        for pk, name in sorted(participants.items())
    )
    tasks = [
        MeetingTask.objects.create(
            meeting=meeting, project=project, department=successor_of(departments[one.department_id]),
            person=one.person.strip()[:60], text=one.text.strip()[:500], due_on=one.due_on,
        )
        for one in duties
    ]  # fmt: skip
    join(project, *participants, *(one.department_id for one in tasks))
    told_of(project, "meeting", actor, meeting=meeting.pk, tasks=len(tasks), note=meeting.subject)
    for task in tasks:
        notices.tell_task(task, notices.TASK, key=f"task:{task.pk}")
    return meeting


def _wrong(held_on: dt.date, words: Mapping[str, str]) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {
        name: _("Please fill this in.") for name, text in words.items() if not text.strip()
    }
    if held_on > today():
        wrong["held_on"] = _("A meeting is written down when it has been held.")
    return wrong


@action
def finish_task(actor: Actor, task_id: int, *, text: str, state_version: int) -> MeetingTask:
    """The department reports its task as done. Raises as the lifecycle does."""
    task: MeetingTask
    project, task = locked_part(actor, MeetingTask.objects.select_related("department", "meeting"), task_id)
    step = TASK.begin(task, "finish", actor, {"text": text}, state_version=state_version)
    task.done_text, task.done_on, task.done_by = step.inputs["text"], today(), person(actor)
    step.apply()
    task.save()
    told_of(project, "task_done", actor, task=task.pk, on_behalf=task.department.name, note=task.text[:80])
    return task
