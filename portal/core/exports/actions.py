"""Asking for an export, and calling it off."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.exports.registry import export_named
from portal.core.jobs import enqueue
from portal.core.models.exports import BEFORE, OPEN_STATES, ExportJob, ExportState
from portal.core.time import now

NAME = "core.export"
LONGEST_QUERY = 2000
PAGING = ("cursor", "before", "page", "list")  # where the reader stands in the list is no filter
MAX_OPEN = 5


def filters_of(query: QueryDict) -> QueryDict:
    """The filters alone, in one order, so that the same list has one name."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        if name not in PAGING and any(query.getlist(name)):
            kept.setlist(name, query.getlist(name))
    return kept


@action
def ask(
    actor: Actor, code: str, query: QueryDict, *, format: str, opened: bool = False, purpose: str = ""
) -> ExportJob:
    """Write the job; the same list asked for again while it is open gives the same job.

    Raises NotFound for an unknown or forbidden list, Invalid for a format that does not exist, for filters that are
    too long, for too many jobs at once, and for personal data in clear without a purpose.
    """
    if actor.user is None:
        raise NotAllowed()
    export = export_named(code, actor.user)
    filters = filters_of(query).urlencode()
    opened = opened and export.offers_opening(actor.user)
    _check(filters, format=format, formats=export.formats, opened=opened, purpose=purpose)
    digest = sha256("\n".join([str(actor.user_id), code, filters, format, str(opened)]).encode()).hexdigest()
    mine = ExportJob.objects.filter(owner=actor.user, state__in=OPEN_STATES)
    if found := mine.filter(digest=digest).first():
        return found
    if mine.count() >= MAX_OPEN:
        raise Invalid(_("Five of your exports are still being written. Wait for one, or cancel one, and ask again."))
    values: dict[str, Any] = {
        "code": code,
        "query": filters,
        "format": format,
        "language": get_language() or "zh-hans",
        "opened": opened,
        "purpose": purpose.strip() if opened else "",
        "owner": actor.user,
        "role": actor.role,
        "digest": digest,
        "created_at": now(),
    }
    try:
        with transaction.atomic():
            job = ExportJob.objects.create(**values)
    except IntegrityError:  # the other click was faster
        return mine.get(digest=digest)
    enqueue(NAME, {"export": job.pk}, key=str(job.pk))
    return job


def _check(filters: str, *, format: str, formats: Sequence[str], opened: bool, purpose: str) -> None:
    if format not in formats:
        raise Invalid(fields={"format": _("Choose one of the formats.")})
    if len(filters) > LONGEST_QUERY:
        raise Invalid(_("These filters are too long for an export. Please narrow the list with fewer of them."))
    if opened and not purpose.strip():
        raise Invalid(fields={"purpose": _("Say what the personal data is needed for: it goes into the access log.")})


@action
def cancel(actor: Actor, export_id: int) -> ExportJob:
    """Call off an export that is not ready. Raises NotFound for somebody else's, WrongState when it has ended."""
    job = ExportJob.objects.filter(pk=export_id, owner_id=actor.user_id).first()
    if job is None:
        raise NotFound()
    if not move(job, ExportState.CANCELLED, finished_at=now()):
        raise WrongState()
    return job


def move(job: ExportJob, state: ExportState, **values: Any) -> bool:
    """Bring a job into a state from one that `BEFORE` allows, by one conditional update. False when it is elsewhere."""
    moved = ExportJob.objects.filter(pk=job.pk, state__in=BEFORE[state]).update(state=state, **values)
    if moved:
        job.state = state
        for name, value in values.items():
            setattr(job, name, value)
    return bool(moved)
