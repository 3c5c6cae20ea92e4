"""What the portal does by itself: packages follow their cases and the calendar, lamps are lit."""

from approvals.packages import notices
from approvals.packages.following import filings_of, follow
from approvals.packages.lifecycle import ENDED
from approvals.packages.models import PackageFiling
from portal.core import db
from portal.core.actions import action
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.time import today

BATCH = 100
LAMPS = (("red", "overdue_from_on", "red_lit_on"), ("amber", "amber_on", "amber_lit_on"))


def follow_case(case_id: int) -> int:
    """Called by the job after a step of a case: its package follows. Returns how many did."""
    count = 0
    for filing_id in filings_of([case_id]):
        filing = follow(filing_id)
        if filing is not None:
            count += 1
            if filing.state in ENDED:
                notices.tell_end(filing)
    return count


@action
def follow_case_now(case_id: int) -> int:
    """The same for whoever does not wait for the job, such as a history that is built. Returns how many followed."""
    return follow_case(case_id)


@action
def reflow(after_pk: int = 0) -> int | None:
    """Recompute a batch of open filings after a change of the calendar. Returns the last key, None at the end."""
    waiting = PackageFiling.objects.filter(pk__gt=after_pk, state__in=("filed", "running"))
    waiting = waiting.exclude(calendar_version=workdays().version)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        follow(pk)
    return ids[-1] if len(ids) == BATCH else None


def light_lamps() -> int:
    """Tell the leading departments what is due soon or overdue, each lamp once; returns how many were lit."""
    return sum(_light(lamp, due, lit) for lamp, due, lit in LAMPS)


@action
def _light(lamp: str, due: str, lit: str) -> int:
    """One batch by the partial index. A second run finds nothing new."""
    waiting = PackageFiling.objects.filter(ended_on__isnull=True, **{f"{due}__lte": today(), f"{lit}__isnull": True})
    taken = list(db.skip_locked(waiting.order_by(due, "pk").select_related("version"))[:BATCH])
    for filing in taken:
        setattr(filing, lit, today())
        if lamp == "red":
            filing.amber_lit_on = filing.amber_lit_on or today()  # a red one needs no amber one after it
        filing.save(update_fields=["amber_lit_on", "red_lit_on"])
        notices.tell_lamp(filing, lamp)
        record(filing, f"package.{lamp}", notices.PORTAL, data={"due_on": filing.due_on})
    return len(taken)
