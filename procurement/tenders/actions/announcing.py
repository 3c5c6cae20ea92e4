"""Announcing a tender by the statutory periods, and changing it afterwards: who took the documents is told."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, WrongState, type_of_message
from portal.core.jobs import enqueue
from portal.core.lifecycle import Step
from portal.core.models import StoredFile
from portal.core.time import local_date, now, today
from procurement.clock import deciding_now
from procurement.models import Method
from procurement.tenders import notices, periods
from procurement.tenders.actions.common import attach_documents, finish, locked
from procurement.tenders.actions.inviting import too_few_invited
from procurement.tenders.lifecycle import TENDER
from procurement.tenders.models import Document, Notice, Project
from procurement.tenders.periods import Schedule
from procurement.tenders.putting_up import put_up

TELL_SUBSCRIBERS = "tenders.tell_subscribers"


@action
def announce(
    actor: Actor, project_id: int, schedule: Schedule, *, place: str, text: str = "", state_version: int | None
) -> Project:
    """Publish the tender notice with its days, or send the invitations where only invited firms take part.

    Raises Invalid that names the broken period and the earliest day.
    """
    project = locked(actor, project_id)
    step = TENDER.begin(project, "announce", actor, state_version=state_version)
    wrong: dict[str, type_of_message] = {}
    if not place.strip():
        wrong["place"] = _("Say where the bids are opened.")
    if not project.is_sale and not project.documents.filter(withdrawn_at__isnull=True).exists():
        wrong["documents"] = _("Add the tender documents before announcing.")
    if missing := too_few_invited(project):
        wrong["invitations"] = missing
    try:
        periods.check(project, schedule, today())
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    project.documents_from_on = schedule.documents_from_on
    project.documents_until_on = schedule.documents_until_on
    project.deadline_at, project.place = schedule.deadline_at, place.strip()
    project.announced_at, project.announced_on = now(), today()
    put_up(project, Notice.Kind.TENDER, text.strip(), actor)
    finish(project, step, actor, deadline=schedule.deadline_at)
    if project.method == Method.INVITED:
        notices.tell_invited(project)
    else:
        enqueue(TELL_SUBSCRIBERS, {"project": project.pk})
        notices.tell_repeated(project)
    return project


@action
def publish_change(
    actor: Actor,
    project_id: int,
    *,
    text: str,
    changes_documents: bool,
    new_deadline_at: dt.datetime | None = None,
    papers: Sequence[StoredFile] = (),
    state_version: int | None,
) -> Notice:
    """Publish a clarification. One that changes the documents moves the deadline by rule; it never moves nearer.

    One that brings files changes the documents, whatever was ticked. Everybody who took the documents is told.
    Raises Invalid, Stale, WrongState.
    """
    project = locked(actor, project_id)
    step = TENDER.begin(project, "change", actor, state_version=state_version)
    if not text.strip():
        raise Invalid(fields={"text": _("Write what changes.")})
    return change(project, step, actor, text.strip(), changes_documents or bool(papers), new_deadline_at, papers)


def refuse_once_closed(project: Project) -> None:
    """The books were closed once: how many have bid is public, so nobody changes what the bids are held to.

    Raises WrongState.
    """
    if project.taken_again_at is not None:
        raise WrongState(
            _(
                "Bids are taken again after an outage. The documents and how bids are judged stay as they were at the"
                " deadline."
            )
        )


def change(
    project: Project,
    step: Step[Project],
    actor: Actor,
    text: str,
    changes_documents: bool,
    new_deadline_at: dt.datetime | None = None,
    papers: Sequence[StoredFile] = (),
) -> Notice:
    """The plain function under a change and an answer that changes the documents; the tender is locked.

    Raises Invalid; WrongState once the deadline has passed, whether or not the sweep has closed the tender yet: a bid that
    was late stays late.
    """
    before = project.deadline_at
    assert before is not None  # noqa: S101 - a check constraint holds it
    if deciding_now() >= before:
        raise WrongState(_("The deadline has passed. The documents and the deadline stay as they are."))
    if changes_documents:
        refuse_once_closed(project)
    after = new_deadline_at or before
    if after < before:
        raise Invalid(fields={"deadline_at": _("A deadline can be moved to a later day only.")})
    if after != before and (closed := periods.day_off(local_date(after))):
        raise Invalid(fields={"deadline_at": closed})
    if changes_documents:
        after = periods.moved_deadline(project, after, today())
    if papers:
        attach_documents(project, actor, papers, Document.Kind.CHANGE)
    moved = after != before
    if moved:
        project.deadline_at = after
    made = put_up(project, Notice.Kind.CHANGE, text, actor, deadlines=(before, after) if moved else None)
    finish(project, step, actor, notice=made.pk, deadline=after)
    notices.tell_change(project, made)
    return made
