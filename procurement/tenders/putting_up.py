"""Putting up a notice: its text is bound to a history of its own, so that nobody changes later what was public."""

import datetime as dt

from portal.core.actors import Actor
from portal.core.events import record_new
from portal.core.time import now
from procurement.fixed import facts
from procurement.tenders.models import Notice, Project


def put_up(
    project: Project,
    kind: str,
    text: str,
    actor: Actor,
    *,
    deadlines: tuple[dt.datetime | None, dt.datetime] | None = None,
) -> Notice:
    """Publish a notice inside the caller's action; `deadlines` are the one before and the one after, where it moved."""
    before, after = deadlines or (None, None)
    made = Notice.objects.create(
        project=project, kind=kind, text=text, published_at=now(), deadline_before=before, deadline_after=after
    )
    record_new(made, "notice.put_up", actor, data={"kind": made.kind, **facts(made)})
    return made
