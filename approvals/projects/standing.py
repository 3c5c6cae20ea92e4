"""What follows from stages and requests: the columns of the board, the days that were saved, whether a stage may close."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from approvals.projects.models import OpinionRequest, Project, Stage, StageCode
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.workdays import WorkdayIndex

ORDER = list(StageCode.values)
COUNTED = ("answered", "deemed", "decided")


class StageWaits(DomainError):
    """The stage cannot close yet; the sentence says what it waits for."""

    code = "stage_waits"


def refresh(project: Project) -> None:
    """Write what the board reads, under the project's lock: present stage, the earliest day that is waited for."""
    stages = {one.code: one for one in Stage.objects.filter(project=project)}
    still = [code for code in ORDER if code in stages and stages[code].state == "open"]
    begun = [code for code in ORDER if code in stages]
    project.stage = still[0] if still else begun[-1] if begun else ""
    waited = OpinionRequest.objects.filter(project=project, state="asked").aggregate(
        due=Min("due_on"), amber=Min("amber_on")
    )
    due = [stages[code].due_on for code in still] + ([waited["due"]] if waited["due"] else [])
    open_project = project.is_open
    project.next_due_on = min(due) if due and open_project else None
    project.amber_on = (
        min([one for one in (waited["amber"], project.next_due_on) if one]) if project.next_due_on else None
    )
    closed = [one for one in stages.values() if one.state == "closed"]
    project.serial_days = sum(one.serial_days for one in closed)
    project.span_days = sum(one.span_days for one in closed)


@dataclass(frozen=True)
class Saved:
    """Working days of a stage: one department after the other, and side by side as it was."""

    serial: int
    span: int

    @property
    def days(self) -> int:
        return self.serial - self.span


def saved_of(requests: Sequence[OpinionRequest], index: WorkdayIndex | None = None) -> Saved:
    """One after the other = Σ of each ended request's own working days; side by side = from the first question to the last
    answer. Withdrawn and lapsed requests, and those still waiting, are left out of both."""
    ended = [one for one in requests if one.state in COUNTED and one.ended_on is not None]
    if not ended:
        return Saved(0, 0)
    days = index or workdays()
    serial = sum(days.between(one.asked_on, one.ended_on) for one in ended if one.ended_on)
    first, last = min(one.asked_on for one in ended), max(one.ended_on for one in ended if one.ended_on)
    return Saved(serial, max(0, days.between(first, last)))


def check_closable(stage: Stage) -> None:
    """Raises StageWaits that names the first department, point or stage that the closing waits for."""
    before = ORDER[: ORDER.index(stage.code)]
    done = set(Stage.objects.filter(project=stage.project_id, state="closed").values_list("code", flat=True))
    if set(before) - done:
        raise StageWaits(_("The stage before is not closed yet."), code="stage_before")
    rows = stage.requests.filter(replaced_by__isnull=True).select_related("department").order_by("due_on", "pk")
    for one in rows:
        if one.is_waiting and one.is_permit:
            said = _("%(department)s still has to decide by a case of its own; silence never replaces its decision.")
            raise StageWaits(said, code="permit_open", department=one.department.display_name)
        if one.is_waiting:
            raise StageWaits(
                _("%(department)s has not answered yet."), code="opinion_open", department=one.department.display_name
            )
        if not one.is_good:
            raise StageWaits(
                _("%(department)s has not agreed. Settle it and ask the department again."),
                code="opinion_bad", department=one.department.display_name,
            )  # fmt: skip
    if stage.appointments.filter(state="set").exists():
        raise StageWaits(_("An appointment of this stage is still to come."), code="appointment_open")
    if stage.appointments.filter(rectifications__state__in=("open", "done")).exists():
        raise StageWaits(_("Some points are not mended yet."), code="points_open")
