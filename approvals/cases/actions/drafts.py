"""Drafts that nobody goes on with: what was typed and uploaded in them does not stay for good."""

import datetime as dt

from django.db.models import Q, QuerySet

from approvals.cases.actions.filing import erase
from approvals.cases.models import Case
from approvals.cases.models.case import Channel
from portal.core import db
from portal.core.actions import action
from portal.core.rules import rule
from portal.core.time import now, today

DRAFT_DAYS = "case.draft_days"
BATCH = 100


def purge_drafts() -> int:
    """Delete drafts of the web that nobody has touched for the rule's calendar days. Returns how many.

    Drafts of the counter go with the intake that they are part of.
    """
    total, last = 0, 0
    while pks := list(untouched().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += sum(_purge(pk) for pk in pks)
        last = pks[-1]
    return total


def untouched() -> QuerySet[Case]:
    """Drafts of the web whose time is over now."""
    limit = now() - dt.timedelta(days=rule(DRAFT_DAYS, today()).days)
    mine = Case.objects.filter(state="draft", channel=Channel.ONLINE, imported=False, created_at__lt=limit)
    return mine.filter(Q(content=None) | Q(content__updated_at__lt=limit)).exclude(materials__added_at__gte=limit)


@action
def _purge(pk: int) -> bool:
    """Looked at again under the lock: its owner may have gone on a moment ago."""
    for case in db.lock_rows(Case.objects.all(), [pk]):  # none where the owner has just deleted it
        if untouched().filter(pk=case.pk).exists():
            erase(list(case.materials.all()))
            case.delete()
            return True
    return False
