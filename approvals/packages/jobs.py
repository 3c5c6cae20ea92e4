"""What happens later: a package follows the steps of its cases and the calendar; receipts of the materials are written."""

import datetime as dt
from typing import Any

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from approvals.cases.papers import receipt_of_materials
from approvals.packages import notices
from approvals.packages.actions.portal import follow_case, reflow
from approvals.packages.actions.taking_in import let_go
from approvals.packages.models import PackageFiling
from portal.core import db
from portal.core.calendar import on_calendar_changed
from portal.core.events import on_event
from portal.core.jobs import Job, enqueue, job

# After these steps of a case nothing changes for its package.
WITHOUT_CONSEQUENCE = frozenset({"submit", "issue", "deliver", "deliver_confirmed", "close", "allow_second_notice"})


@job("packages.follow_case")
def follow_case_job(payload: dict[str, Any], _job: Job) -> None:
    """The package of the case follows; a case that is no part of any costs one query."""
    follow_case(payload["stream_id"])


@job("packages.filed")
def filed_job(payload: dict[str, Any], _job: Job) -> None:
    """After a filing: each case gets its receipt of materials, and the applicant the number of the package."""
    filing = PackageFiling.objects.select_related("version", "applicant").get(pk=payload["stream_id"])
    named = Case.objects.select_related("principal", "item", "version", "department", "applicant")
    case_ids = filing.parts.filter(case__isnull=False).values_list("case_id", flat=True)
    for case in db.lock_rows(named, case_ids):
        receipt_of_materials(case, notices.PORTAL)  # safe to repeat: the same round gives the same paper
    notices.tell_filed(filing)


@job("packages.let_go")
def let_go_job(payload: dict[str, Any], _job: Job) -> None:
    """After an intake was dropped: the draft of a package that was begun in it goes too."""
    let_go(payload["stream_id"])


@job("packages.reflow", steps=True, lease_seconds=600)
def reflow_job(_payload: dict[str, Any], running: Job) -> None:
    """Recompute open packages, batch by batch; safe to repeat, since a recomputed one knows its calendar."""
    after: int | None = 0
    while after is not None:
        after = reflow(after)
        running.renew()


def calendar_changed(_from_day: dt.date, version: int) -> None:
    """Queue the recomputation after a change of the calendar."""
    enqueue("packages.reflow", {}, key=f"version:{version}")


def connect() -> None:
    """Called in `ready()`."""
    for code in sorted(CASE.transitions.keys() - WITHOUT_CONSEQUENCE):
        on_event(f"case.{code}", "packages.follow_case")
    on_event("case.due_moved", "packages.follow_case")
    on_event("package.submit", "packages.filed")
    on_event("intake.dropped", "packages.let_go")
    on_calendar_changed(calendar_changed)
