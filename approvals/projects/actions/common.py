"""What the actions of joint review share: locking the project first, finishing a step, papers, departments."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.projects import policies
from approvals.projects.measures import OPINION_MEASURES
from approvals.projects.models import OpinionRequest, Paper, Project, ProjectParty
from approvals.projects.standing import refresh
from portal.core import db, files
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event, StoredFile
from portal.core.statistics import watch
from portal.core.time import now
from portal.people.models import Department, User

M = TypeVar("M", bound=models.Model)
PORTAL = Actor.system("projects")
FILE_KIND = "projects.paper"
STREAM = "projects.project"
MOST_PAPERS = 10


def person(actor: Actor) -> User:
    """The signed-in doer. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def locked(actor: Actor, project_id: int) -> Project:
    """The project, locked: always the first lock. NotFound for a missing one and for one the actor may not see, alike."""
    try:
        project = db.lock_row(Project.objects.select_related("builder", "lead"), project_id)
    except Project.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, project):
        raise NotFound()
    return project


def locked_part(actor: Actor, rows: "models.QuerySet[M]", pk: int) -> tuple[Project, M]:
    """A row that hangs on a project, locked after it. Raises NotFound."""
    project_id = rows.filter(pk=pk).values_list("project_id", flat=True).first()
    if project_id is None:
        raise NotFound()
    project = locked(actor, project_id)
    try:
        part: Any = db.lock_row(rows, pk)
    except rows.model.DoesNotExist:  # type: ignore[attr-defined]
        raise NotFound() from None
    part.project = project  # the locked one, for policies and for saving
    return project, part


def locked_request(actor: Actor, request_id: int) -> tuple[Project, OpinionRequest]:
    return locked_part(actor, OpinionRequest.objects.select_related("department", "stage", "item"), request_id)


def must_run(actor: Actor, project: Project) -> User:
    """Raises NotAllowed for whoever does not run the project."""
    user = person(actor)
    if not policies.may_run(user, project):
        raise NotAllowed(_("Only the leading department runs this project."))
    return user


def settle(project: Project) -> None:
    """Write the board's columns after a change of stages or requests."""
    refresh(project)
    project.save(
        update_fields=["stage", "next_due_on", "amber_on", "serial_days", "span_days", "state", "state_version"]
    )


def finish_request(step: Step[OpinionRequest], actor: Actor, **told: Any) -> Event:
    """Apply a step to a request whose project is locked; count, record, refresh the board. The caller tells people."""
    one, project = step.obj, step.obj.project
    if one.late and one.silent_on is None:  # answered on the first late day, before the sweep came by
        one.silent_on = workdays().add(one.due_on, 1)
    with watch(OPINION_MEASURES, one):
        before, after = step.apply()
        one.save()
    settle(project)
    return told_of(
        project, f"request_{step.transition.code}", actor, from_state=before, to_state=after,
        request=one.pk, department=one.department.code, on_behalf=one.department.name, **told,
    )  # fmt: skip


def told_of(
    project: Project, happened: str, actor: Actor, /, *, from_state: str = "", to_state: str = "", **data: Any
) -> Event:
    """One event in the project's stream; `on_behalf` and `note` become the line below the history's words."""
    parts = [str(data.pop(name)) for name in ("on_behalf", "note") if data.get(name)]
    if parts:
        data["reason"] = "：".join(parts)[:300]
    return record(project, f"projects.{happened}", actor, from_state=from_state, to_state=to_state, data=data)


def take_papers(actor: Actor, project: Project, uploads: Sequence[StoredFile], **of: Any) -> None:
    """Give uploads of the same person to the project. Raises Invalid for too many."""
    if len(uploads) > MOST_PAPERS:
        raise Invalid(fields={"papers": _("Please send at most %(n)s files.") % {"n": MOST_PAPERS}})
    for upload in uploads:
        file = files.attach(upload.pk, stream=STREAM, stream_id=project.pk, owner=actor)
        Paper.objects.create(project=project, file=file, added_at=now(), **of)


def join(project: Project, *departments: Department | int) -> None:
    """These departments see the project from now on."""
    ids = {one if isinstance(one, int) else one.pk for one in departments}
    ProjectParty.objects.bulk_create(
        (ProjectParty(project=project, department_id=pk) for pk in sorted(ids)), ignore_conflicts=True
    )


def successor_of(department: Department) -> Department:
    """The department itself, or who took over from a closed one. Raises Invalid where nobody did."""
    seen = set()
    while department.is_closed:
        if department.successor is None or department.pk in seen:
            raise Invalid(
                fields={
                    "departments": _("%(department)s is closed and has no successor.")
                    % {"department": department.display_name}
                },
                code="department_closed",
            )
        seen.add(department.pk)
        department = department.successor
    return department
