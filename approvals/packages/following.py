"""The package follows its cases: read them, write what follows, take the step of the portal. Inside a transaction."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from approvals.cases.models import Case, CaseStop
from approvals.packages.lifecycle import FILING, STEP_TO
from approvals.packages.measures import PACKAGE_MEASURES
from approvals.packages.models import PackageFiling
from approvals.packages.standing import standing_of, write_standing
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.time import today

PORTAL = Actor.system("packages")
# What changes between two looks without a change of state, and is then told by an event of its own.
TOLD = ("day_0", "due_on", "stopped_on")


def cases_of(filing: PackageFiling) -> list[Case]:
    """The cases of a filing in the order of its parts, with their stops. Two queries."""
    rows = Case.objects.filter(package_part__filing=filing).order_by("package_part__order", "pk")
    return list(rows.prefetch_related(Prefetch("stops", CaseStop.objects.order_by("from_on"))))


def follow(filing_id: int) -> PackageFiling | None:
    """Bring one filing in line with its cases; None where nothing is filed. Safe to repeat."""
    filing = db.lock_row(PackageFiling.objects.all(), filing_id)
    return None if filing.is_draft else bring_in_line(filing, cases_of(filing))


def bring_in_line(filing: PackageFiling, cases: list[Case]) -> PackageFiling:
    """The same for a filing that the caller has locked, with its cases as they are now."""
    standing, before = standing_of(cases), {name: getattr(filing, name) for name in TOLD}
    stops = [stop for case in cases for stop in case.stops.all()]
    with statistics.watch(PACKAGE_MEASURES, filing):
        write_standing(filing, standing, cases, stops, today=today(), index=workdays())
        old, code = filing.state, ""
        if standing.state != filing.state:
            code = STEP_TO[standing.state]
            FILING.begin(filing, code, PORTAL, state_version=None).apply()
        filing.save()
    changed = {name: value for name, value in before.items() if getattr(filing, name) != value}
    if code or changed:
        data = {"outcome": filing.outcome, "due_on": filing.due_on, "before": changed}
        event = f"package.{code}" if code else "package.due_moved"
        record(filing, event, PORTAL, from_state=old, to_state=filing.state, data=data)
    return filing


def filings_of(case_ids: Iterable[Any]) -> list[int]:
    """The filings that these cases are parts of."""
    rows = PackageFiling.objects.filter(parts__case__in=list(case_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True).distinct())
