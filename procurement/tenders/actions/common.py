"""What the actions of tenders share: taking the row under its lock, and finishing a step."""

import datetime as dt
from typing import Any

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.statistics import watch
from portal.people.models import User
from procurement.tenders import policies
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Project

PORTAL = Actor.system("交易平台")


def person(actor: Actor) -> User:
    """The signed-in doer. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def locked(actor: Actor, project_id: int) -> Project:
    """The tender for its inner page, locked; NotFound for a missing one and for one the actor may not open."""
    try:
        project = db.lock_row(Project.objects.select_related("buyer", "agency"), project_id)
    except Project.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_open(actor.user, project):
        raise NotFound()
    return project


def locked_public(project_id: int, reader: User) -> Project:
    """The tender for whoever sees it announced, locked. Raises NotFound."""
    try:
        return db.lock_row(Project.objects.read_by(reader).select_related("buyer"), project_id)
    except Project.DoesNotExist:
        raise NotFound() from None


def finish(project: Project, step: Step[Project], actor: Actor, **data: Any) -> Event:
    """Apply the step, save, count, record."""
    with watch(TENDER_MEASURES, project):
        before, after = step.apply()
        project.save()
    told = {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in data.items()}
    return record(
        project, f"tender.{step.transition.code}", actor, from_state=before, to_state=after, data={**step.data, **told}
    )
