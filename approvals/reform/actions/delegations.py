"""Delegations: begun by a confirmed request, taken back with a ground; a case accepted below goes up for its decision."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from approvals.catalogue.models import Item, ItemChange
from approvals.reform import policies
from approvals.reform.models import ChangeRequest, Delegation
from approvals.reform.models.requests import Extent
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import today
from portal.people.models import Department

LEVELS = ("city", "district", "township", "village")
PORTAL = Actor.system("reform")


def check_delegates(item: Item, ground: str, extent: str, delegates: Sequence[int]) -> list[Department]:
    """The departments, all of a lower level than the item's own and open. Raises Invalid that names each field."""
    found = list(Department.objects.filter(pk__in=list(delegates)).order_by("code"))
    own = LEVELS.index(item.department.level)
    wrong: dict[str, type_of_message] = {}
    if not ground.strip():
        wrong["ground"] = _("Name the ground of the change.")
    if extent not in Extent.values:
        wrong["extent"] = _("Please choose one of the answers.")
    if not found or len(found) != len(set(delegates)):
        wrong["delegates"] = _("Choose at least one department.")
    elif any(LEVELS.index(one.level) <= own for one in found):
        wrong["delegates"] = _("An item is delegated to departments of a lower level only.")
    elif any(one.is_closed for one in found):
        wrong["delegates"] = _("The department is closed.")
    elif item.delegations.filter(department__in=found, to_on__isnull=True).exists():
        wrong["delegates"] = _("The item is delegated to one of these departments already.")
    if wrong:
        raise Invalid(fields=wrong)
    return found


def begin(actor: Actor, item: Item, request: ChangeRequest) -> ItemChange:
    """Write the delegations of a confirmed request and its row of the ledger; the item stays its department's.

    Raises Invalid, WrongState where it is no longer possible.
    """
    if item.status not in {Item.Status.PUBLISHED, Item.Status.SUSPENDED}:
        raise WrongState(_("Only an item in force can be delegated."))
    wanted = list(request.delegates.values_list("pk", flat=True))
    departments = check_delegates(item, request.ground, request.extent, wanted)
    if item.changes.filter(change=ItemChange.Change.DELEGATE, on=request.on).exists():
        raise Invalid(fields={"on": _("The ledger has this change of the item on this day already.")})
    Delegation.objects.bulk_create(
        Delegation(
            item=item, department=one, extent=request.extent, from_on=request.on, ground=request.ground, request=request
        )
        for one in departments
    )
    change = ItemChange.objects.create(
        item=item, change=ItemChange.Change.DELEGATE, on=request.on, ground=request.ground,
        delegated_to=departments[0] if len(departments) == 1 else None, status_before=item.status,
        status_after=item.status, department_before_id=item.department_id, recorded_by=actor.user,
    )  # fmt: skip
    data = {"on": request.on.isoformat(), "to": [one.code for one in departments], "extent": request.extent}
    record(item, "item.delegated", actor, data=data)
    return change


@action
def take_back(actor: Actor, delegation_id: int, *, ground: str, last_day: dt.date | None = None) -> Delegation:
    """End a delegation, today at the latest day of it unless a later one is named; cases under way stay where they are.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    try:
        row = db.lock_row(Delegation.objects.select_related("item"), delegation_id)
    except Delegation.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_take_back(actor.user, row):
        raise NotAllowed()
    if row.to_on is not None:
        raise WrongState(_("This delegation has an end already."))
    wrong: dict[str, type_of_message] = {}
    end = last_day or max(today(), row.from_on)
    if not ground.strip():
        wrong["ground"] = _("Name the ground of the change.")
    if end < max(today(), row.from_on):
        wrong["last_day"] = _("The last day is today or later, and not before the delegation begins.")
    if wrong:
        raise Invalid(fields=wrong)
    row.to_on, row.taken_back_by, row.taken_back_ground = end, actor.user, ground.strip()
    row.save(update_fields=["to_on", "taken_back_by", "taken_back_ground"])
    record(row, "reform.taken_back", actor, data={"last_day": end.isoformat(), "ground": row.taken_back_ground})
    return row


def hand_up(case_id: int) -> bool:
    """After the acceptance at a lower level that only accepts: the case goes to the item's department. Called by a job.

    True when it moved; safe to repeat.
    """
    case = db.lock_row(Case.objects.select_related("item", "department"), case_id)
    if case.imported or not case.is_open or case.accepted_on is None or case.department_id == case.item.department_id:
        return False
    filed = case.submitted_on or today()
    rows = Delegation.objects.running(filed).filter(item=case.item_id, department=case.department_id)
    if not rows.filter(extent=Extent.ACCEPT).exists():
        return False
    below = case.department
    with statistics.watch(CASE_MEASURES, case):
        case.department_id, case.window, case.staff = case.item.department_id, None, None
        case.state_version += 1
        case.save(update_fields=["department", "window", "staff", "state_version"])
    record(case, "case.moved", PORTAL, data={"from": below.code, "to": case.item.department.code})
    return True
