"""The open cases by department and deadline light: counted by a task every few seconds, read by all screens."""

import datetime as dt
from typing import Any

from django.db.models import Count

from approvals.cases.figures import balance_condition
from approvals.cases.models import Case
from portal.core.time import now, today
from portal.supervision.dashboards.models import OpenWork

LIGHTS = ("open", "due_soon", "open_overdue", "open_stopped")
TRUSTED_FOR = dt.timedelta(minutes=2)  # the task comes every fifteen seconds
Standing = dict[int, dict[str, int]]


def counted(day: dt.date) -> Standing:
    """From the open cases themselves; one query over their index."""
    counts = {code: Count("pk", filter=balance_condition(code, day)) for code in LIGHTS}
    rows: Any = Case.objects.filter(ended_on__isnull=True, accepted_on__isnull=False).order_by()
    found = rows.values("department_id").annotate(**counts)
    return {row["department_id"]: {code: row[code] for code in LIGHTS} for row in found}


def kept() -> Standing:
    """As the task counted them last: one row. Where no task comes, they are counted here, so nothing old is shown."""
    row = OpenWork.objects.filter(pk=1).first()
    if row is None or row.counted_on != today() or abs(now() - row.counted_at) > TRUSTED_FOR:
        return counted(today())
    return {int(pk): lights for pk, lights in row.departments.items()}
