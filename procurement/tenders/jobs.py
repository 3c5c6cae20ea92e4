"""Later work of tenders: telling subscribers of a new tender, asking the provider about a bond."""

import datetime as dt
from typing import Any

from portal.core.jobs import Job, Later, enqueue, job
from portal.core.time import now
from procurement.tenders import actions, notices
from procurement.tenders.actions.announcing import TELL_SUBSCRIBERS
from procurement.tenders.actions.bonds import VERIFY, ask_provider
from procurement.tenders.guarantees import Unreachable
from procurement.tenders.models import Project, Subscription

BATCH = 300
RETRY = dt.timedelta(minutes=10)


@job(TELL_SUBSCRIBERS)
def tell_subscribers(payload: dict[str, Any], _job: Job) -> None:
    """Who follows the category hears of the tender, a batch a job; each person once, by a key."""
    project = Project.objects.select_related("buyer").filter(pk=payload["project"]).first()
    if project is None or project.deadline_at is None:
        return
    rows = Subscription.objects.filter(category=project.category, user__gt=payload.get("after", 0))
    found = list(rows.filter(user__is_active=True).select_related("user").order_by("user")[:BATCH])
    for one in found:
        notices.tell_new(project, one)
    if len(found) == BATCH:
        enqueue(TELL_SUBSCRIBERS, {"project": project.pk, "after": found[-1].user_id})


@job(VERIFY, steps=True)
def verify_bond(payload: dict[str, Any], job: Job) -> None:
    """Ask outside a transaction, then write what was said."""
    try:
        verdict = ask_provider(payload["bond"])
    except Unreachable:
        raise Later(now() + RETRY) from None
    if verdict is not None:
        actions.confirm_by_provider(payload["bond"], verdict)
