"""Declaring the stages: a new version of who is asked in a stage, valid from a day on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.projects import policies
from approvals.projects.actions.common import person
from approvals.projects.models import OpinionRequest, PlanLine, StageCode, StagePlan
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, type_of_message
from portal.core.events import record_new
from portal.core.time import now, today
from portal.people.models import Department

MOST_DAYS = 120  # the reform's limit for the whole way
KINDS_OF_STAGE = {
    "planning": ("consultation", "inspection", "permit"),
    "permit": ("consultation", "inspection", "permit"),
    "acceptance": ("consultation", "inspection", "acceptance", "permit"),
}


@dataclass(frozen=True)
class Line:
    """One department of a plan, as it is entered."""

    department_id: int
    kind: str
    item_code: str = ""
    limit_days: int | None = None


@action
def publish_plan(
    actor: Actor, stage: str, *, lead_id: int, lines: Sequence[Line], valid_from: dt.date | None = None
) -> StagePlan:
    """Declare who is asked in a stage from a day on. Stages that are open keep the plan of their day. Raises Invalid."""
    user = person(actor)
    if not policies.may_plan(user):
        raise NotAllowed()
    day = valid_from or today()
    lead = Department.objects.filter(pk=lead_id).first()
    wrong: dict[str, type_of_message] = {}
    if stage not in StageCode.values:
        wrong["stage"] = _("Please choose one of the answers.")
    if lead is None or lead.is_closed:
        wrong["lead"] = _("Choose a department that is open.")
    if day < today():
        wrong["valid_from"] = _("A plan is valid from today or a later day.")
    rows = [] if wrong else _checked(stage, lines, wrong)
    if wrong or lead is None:
        raise Invalid(fields=wrong)
    db.lock_name(f"projects.plan:{stage}")
    last = StagePlan.objects.filter(stage=stage).aggregate(last=Max("version"))["last"] or 0
    plan = StagePlan.objects.create(
        stage=stage, version=last + 1, lead=lead, valid_from=day, made_by=user, made_at=now()
    )
    for row in rows:
        row.plan = plan
    PlanLine.objects.bulk_create(rows)
    record_new(
        plan, "projects.plan_published", actor, data={"stage": stage, "version": plan.version, "lines": len(rows)}
    )
    return plan


def _checked(stage: str, lines: Sequence[Line], wrong: dict[str, type_of_message]) -> list[PlanLine]:
    departments = {row.pk: row for row in Department.objects.filter(pk__in={line.department_id for line in lines})}
    items = {
        row.code: row for row in Item.objects.filter(code__in={line.item_code for line in lines if line.item_code})
    }
    made: list[PlanLine] = []
    seen: set[tuple[int, str, str]] = set()
    if not lines:
        wrong["lines"] = _("Ask at least one department.")
    for line in lines:
        department, item = departments.get(line.department_id), items.get(line.item_code)
        mark = (line.department_id, line.kind, line.item_code)
        if department is None or department.is_closed:
            wrong["lines"] = _("Choose a department that is open.")
        elif line.kind not in OpinionRequest.Kind.values or line.kind not in KINDS_OF_STAGE[stage]:
            wrong["lines"] = _("Joint acceptance belongs to the stage of acceptance.")
        elif line.item_code and (item is None or item.department_id != department.pk):
            wrong["lines"] = _("This department has no item with this code.")
        elif line.limit_days is not None and not 1 <= line.limit_days <= MOST_DAYS:
            wrong["lines"] = _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": MOST_DAYS}
        elif mark in seen:
            wrong["lines"] = _("This department is being asked the same already.")
        else:
            seen.add(mark)
            made.append(PlanLine(department=department, kind=line.kind, item=item, limit_days=line.limit_days))
    return made
