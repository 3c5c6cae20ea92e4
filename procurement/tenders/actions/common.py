"""What the actions of tenders share: taking the row under its lock, and finishing a step."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db, files
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event, StoredFile
from portal.core.statistics import watch
from portal.core.time import now
from portal.people.models import User
from procurement.fixed import facts
from procurement.tenders import policies
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Document, Project

STREAM = "tenders.project"
MOST_DOCUMENTS = 30
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


def attach_documents(project: Project, actor: Actor, uploads: Sequence[StoredFile], kind: str) -> list[Document]:
    """Make stored files part of the documents; the tender is locked. Raises Invalid beside `papers`."""
    if project.documents.count() + len(uploads) > MOST_DOCUMENTS:
        raise Invalid(fields={"papers": _("A tender has at most %(n)s documents.") % {"n": MOST_DOCUMENTS}})
    made = []
    for upload in uploads:
        file = files.attach(upload.pk, stream=STREAM, stream_id=project.pk, owner=actor)
        made.append(Document.objects.create(project=project, file=file, kind=kind, added_at=now()))
    names = ", ".join(one.file.name for one in made)
    record(
        project, "tender.documents_added", actor, data={"documents": len(made), "names": names[:500], **facts(*made)}
    )
    return made


def finish(project: Project, step: Step[Project], actor: Actor, **data: Any) -> Event:
    """Apply the step, save, count, record."""
    with watch(TENDER_MEASURES, project):
        before, after = step.apply()
        project.save()
    told = {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in data.items()}
    return record(
        project, f"tender.{step.transition.code}", actor, from_state=before, to_state=after, data={**step.data, **told}
    )
