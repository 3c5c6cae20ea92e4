"""What the portal does by itself: deemed acceptance, return after a missed supplement, lamps, reflow.

Each takes a bounded batch, so that one call is short on SQLite too; the tasks call again until nothing is left.
"""

import datetime as dt
from typing import Any

from approvals.cases import clockwork
from approvals.cases.actions.steps import counted, locked, take
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import today

BATCH = 200
LAMP_BATCH = 5000


def deem_accepted() -> int:
    """Accept whatever got no answer within the limit. Returns how many cases."""
    due = Case.objects.filter(answer_due_on__lt=today(), state="submitted").order_by("answer_due_on", "pk")
    return _each(due, "deem_accepted", "deemed_acceptance")


def return_unsupplemented() -> int:
    """Return whatever was not supplemented within the notice's limit. Returns how many cases."""
    due = Case.objects.filter(supplement_due_on__lt=today(), state="supplement").order_by("supplement_due_on", "pk")
    return _each(due, "return_unsupplemented", "missed_supplement")


def _each(cases: Any, code: str, job_name: str) -> int:
    ids = list(cases.values_list("pk", flat=True)[:BATCH])
    return sum(_take_if_possible(case_id, code, job_name) for case_id in ids)


@action
def _take_if_possible(case_id: int, code: str, job_name: str) -> bool:
    actor = Actor.system(job_name)
    case = locked(case_id, actor)
    # Somebody may have answered while we waited for the lock.
    limit = case.answer_due_on if code == "deem_accepted" else case.supplement_due_on
    if not CASE.transitions[code].possible(case) or limit is None or limit >= today():
        return False
    take(case, code, actor, state_version=None)
    return True


# --- lamps --------------------------------------------------------------------------------------------------------------


def light_lamps(limit: int = LAMP_BATCH) -> tuple[int, int]:
    """Light amber and red lamps that are due: (amber, red) cases. A second run finds nothing new."""
    return _light("amber_on", "amber_lit_on", limit), _light("overdue_from_on", "red_lit_on", limit)


@action
def _light(due: str, lit: str, limit: int) -> int:
    """One batch by the partial index: mark, and queue one job that tells clerk, head and supervisor."""
    day = today()
    waiting = Case.objects.filter(ended_on__isnull=True, **{f"{due}__lte": day, f"{lit}__isnull": True})
    taken = list(db.skip_locked(waiting.order_by(due, "pk")).values_list("pk", flat=True)[:limit])
    if not taken:
        return 0
    # The condition again: on both databases only rows that are still dark are lit, so nobody is told twice.
    lit_now = Case.objects.filter(pk__in=taken, **{f"{lit}__isnull": True}).update(**{lit: day})
    for start in range(0, len(taken), BATCH):
        enqueue("cases.tell_lamp", {"lamp": lit.removesuffix("_lit_on"), "cases": taken[start : start + BATCH]})
    return lit_now


# --- calendar -----------------------------------------------------------------------------------------------------------


def reflow(from_day: dt.date, after_pk: int = 0) -> int | None:
    """Recompute a batch of open cases after a change of the calendar. Returns the last key, None at the end."""
    ids = list(
        Case.objects.open().filter(pk__gt=after_pk, imported=False).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    for case_id in ids:
        _reflow_one(case_id)
    return ids[-1] if len(ids) == BATCH else None


@action
def _reflow_one(case_id: int) -> bool:
    """New due dates for one case, with an event that keeps the old ones; decided cases keep their days."""
    actor = Actor.system("calendar")
    case = locked(case_id, actor)
    index = workdays()
    if not case.is_open or case.calendar_version == index.version:
        return False
    old = {name: getattr(case, name) for name in ("promised_due_on", "legal_due_on", "answer_due_on")}
    with counted(case):
        clockwork.write_limits(case, index)
        clockwork.write_clock(case, list(case.stops.order_by("from_on")), today=today(), index=index)
        new = {name: getattr(case, name) for name in old}
        if new != old:
            case.state_version += 1
        case.save()
    if new == old:
        return False
    record(
        case,
        "case.due_moved",
        actor,
        from_state=case.state,
        to_state=case.state,
        data={"old": old, "new": new, "calendar": index.version},
    )
    return True
