"""When a department closes: its open applications are counted, and go to the successor on the day."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.events import on_event, record
from portal.core.jobs import Job, Later, job
from portal.core.time import ZONE, today
from portal.people.closing import OpenWork, register_open_work
from portal.people.models import Department

FOLLOW = "cases.follow_department"
BATCH = 200
# Filed and not ended; drafts go along without a word, since nobody has acted on them yet.
OPEN = Q(submitted_on__isnull=False, ended_on__isnull=True)


def connect() -> None:
    """Called once, in the app's ready()."""
    register_open_work(
        OpenWork(
            "cases",
            _("Open applications"),
            lambda department_id: Case.objects.filter(OPEN, department=department_id).count(),
            lambda user_id: Case.objects.filter(OPEN, staff=user_id).count(),
        )
    )
    on_event("department.closed", FOLLOW)


@job(FOLLOW, steps=True, lease_seconds=300)
def follow_department(payload: dict[str, Any], running: Job) -> None:
    """Move what is open, batch by batch; safe to repeat, since what has moved is found no more."""
    department = Department.objects.filter(pk=payload["stream_id"]).select_related("successor").first()
    if department is None or department.closed_on is None or department.successor is None:
        return  # taken back, or nothing was open
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    while True:
        with running.step():
            moved = _move(department, department.successor)
        if not moved:
            return
        running.renew()


def _move(department: Department, successor: Department) -> int:
    """One batch under its locks, with figures and events. Returns how many moved."""
    wanted = Case.objects.filter(OPEN | Q(state="draft"), department=department, imported=False)
    cases = db.lock_rows(Case.objects.all(), wanted.order_by("pk").values_list("pk", flat=True)[:BATCH])
    actor = Actor.system(FOLLOW)
    with statistics.watch_many(CASE_MEASURES, [case.pk for case in cases]):
        for case in cases:
            case.department, case.window = successor, None
            case.save(update_fields=["department", "window"])
            if not case.is_draft:
                record(case, "case.moved", actor, data={"from": department.code, "to": successor.code})
    return len(cases)
