"""What nobody filed does not stay: personal data of a person who went away is kept for a time only."""

import datetime as dt

from approvals.cases.models import Case
from approvals.counter.actions.intake import drop
from approvals.counter.models import Intake
from approvals.counter.rules import KEEP_DAYS
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.rules import rule
from portal.core.time import now, today

PORTAL = Actor.system("counter")
BATCH = 100


def purge_all_intakes() -> int:
    """Every night: intakes that nobody finished, with what was typed and scanned in them. Returns how many."""
    total = 0
    while done := purge_intakes():
        total += done
    return total


def purge_intakes() -> int:
    """Drop a batch of open intakes older than the rule's calendar days; returns how many. Safe to repeat.

    A draft that the person began at home is another one and stays theirs.
    """
    limit = now() - dt.timedelta(days=rule(KEEP_DAYS, today()).days)
    stale = Intake.objects.filter(state=Intake.State.OPEN, begun_at__lt=limit).order_by("pk")
    return sum(_purge(pk, limit) for pk in list(stale.values_list("pk", flat=True)[:BATCH]))


@action
def _purge(intake_id: int, limit: dt.datetime) -> bool:
    found = Intake.objects.filter(pk=intake_id).values_list("case_id", flat=True).first()
    if found is not None:  # the case before its intake: everybody locks in this order
        db.lock_rows(Case.objects.all(), [found])
    intake = db.lock_row(Intake.objects.select_related("case"), intake_id)
    if intake.state != Intake.State.OPEN or intake.begun_at >= limit:
        return False
    drop(PORTAL, intake)
    return True
