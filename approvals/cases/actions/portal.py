"""What the portal does by itself: deemed acceptance, return after a missed supplement, lamps, reflow.

Each takes a bounded batch, so that one call is short on SQLite too; the tasks call again until nothing is left.
"""

import datetime as dt
from typing import Any

from approvals.cases import clockwork, renewal
from approvals.cases.actions.steps import counted, locked, take
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.time import today

BATCH = 200
LAMP_BATCH = 5000
# The day that must be over before the portal takes a step by itself.
LIMITS = {"deem_accepted": "answer_due_on", "return_unsupplemented": "supplement_due_on", "deem_granted": "expires_on"}


def deem_accepted() -> int:
    """Accept whatever got no answer within the limit. Returns how many cases."""
    due = Case.objects.filter(answer_due_on__lt=today(), state="submitted").order_by("answer_due_on", "pk")
    return _each(due, "deem_accepted", "deemed_acceptance")


def return_unsupplemented() -> int:
    """Return whatever was not supplemented within the notice's limit. Returns how many cases."""
    due = Case.objects.filter(supplement_due_on__lt=today(), state="supplement").order_by("supplement_due_on", "pk")
    return _each(due, "return_unsupplemented", "missed_supplement")


def deem_granted() -> int:
    """Grant the renewals that were asked for in time and not decided before the expiry. Returns how many cases."""
    due = Case.objects.open().filter(renewal_in_time=True, expires_on__lt=today(), state__in=renewal.GRANTABLE)
    return _each(due.filter(imported=False).order_by("expires_on", "pk"), "deem_granted", "deemed_grant")


def warn_of_expiry() -> int:
    """Tell the department once of each renewal whose last day is over while its clock stands still."""
    waiting = Case.objects.open().filter(
        renewal_in_time=True, expires_on__lt=today(), imported=False, expiry_told_on__isnull=True
    )
    ids = list(
        waiting.exclude(state__in=renewal.GRANTABLE).order_by("expires_on", "pk").values_list("pk", flat=True)[:BATCH]
    )
    return _warn(ids) if ids else 0


@action
def _warn(ids: list[int]) -> int:
    enqueue("cases.tell_lamp", {"lamp": "expired", "cases": ids})
    return Case.objects.filter(pk__in=ids, expiry_told_on__isnull=True).update(expiry_told_on=today())


def _each(cases: Any, code: str, job_name: str) -> int:
    ids = list(cases.values_list("pk", flat=True)[:BATCH])
    return sum(_take_if_possible(case_id, code, job_name) for case_id in ids)


@action
def _take_if_possible(case_id: int, code: str, job_name: str) -> bool:
    actor = Actor.system(job_name)
    case = locked(case_id, actor)
    # Somebody may have answered while we waited for the lock.
    limit = getattr(case, LIMITS[code])
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


def tell_late_refusals() -> int:
    """Tell reviewers and heads of each "not ours" whose working day has passed without them. Returns how many."""
    due = Proposal.objects.filter(outcome=Proposal.Outcome.WAITING, due_on__lt=today(), late_told_on__isnull=True)
    return sum(_tell_late(pk) for pk in list(due.order_by("due_on", "pk").values_list("pk", flat=True)[:BATCH]))


@action
def _tell_late(proposal_id: int) -> bool:
    """Mark it and queue the job, once; the condition again, for whoever was faster."""
    waiting = Proposal.objects.filter(pk=proposal_id, outcome=Proposal.Outcome.WAITING, late_told_on__isnull=True)
    if not waiting.update(late_told_on=today()):
        return False
    enqueue("cases.tell_late_refusal", {"proposal": proposal_id}, key=f"late:{proposal_id}")
    return True


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
