"""The page of the retention table: what is kept, for how long and why, and when it was last cleared."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core import retention
from portal.core.errors import NotAllowed
from portal.core.models import RetentionRun
from portal.core.policies import may_view_retention
from portal.core.retention import Kept, Then
from portal.core.rules import rule
from portal.core.time import today


@dataclass(frozen=True)
class Line:
    """A line of the table with what its last run did."""

    kept: Kept
    days: int | None
    run: RetentionRun | None

    @property
    def then(self) -> str:
        return str(Then(self.kept.then).label)


@require_safe
@login_required
def retention_table(request: HttpRequest) -> HttpResponse:
    """Two queries and the frame, whatever is stored."""
    user: Any = request.user
    if not may_view_retention(user):
        raise NotAllowed
    runs = {run.code: run for run in RetentionRun.objects.all()}
    lines = [Line(kept, days_of(kept), runs.get(kept.code)) for kept in retention.table()]
    context = {
        "cleared": [line for line in lines if line.kept.clear],
        "stays": [line for line in lines if not line.kept.clear],
        "failed": [line for line in lines if line.run and line.run.failure],
    }
    return render(request, "core/retention.html", context)


def days_of(kept: Kept) -> int | None:
    """The calendar days of a line as they are in force today."""
    return rule(kept.rule, today()).days if kept.rule else kept.days
