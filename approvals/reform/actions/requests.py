"""Requests: asked for by one person, confirmed by another, in effect on their day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.actions import check_standing, write_standing
from approvals.catalogue.drafts import Standing
from approvals.catalogue.models import Item, ItemChange
from approvals.reform import policies
from approvals.reform.actions.delegations import begin, check_delegates
from approvals.reform.lifecycle import REQUEST
from approvals.reform.models import ChangeRequest
from approvals.reform.models.requests import OPEN
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.time import today
from portal.people.models import Department

PORTAL = Actor.system("reform")
BATCH = 50
YEARS_AHEAD = 3


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    change: str
    on: dt.date
    ground: str
    merged_into_id: int | None = None
    extent: str = ""
    delegates: Sequence[int] = ()


@action
def propose(actor: Actor, item_id: int, wanted: Wanted) -> ChangeRequest:
    """Ask for a change of an item's standing, today or on a day to come.

    Raises NotFound (also for an item of another department), WrongState (ended already, a request waits), Invalid.
    """
    item = _locked_item(item_id)
    if actor.user is None or not policies.may_propose(actor.user, item):
        raise NotFound()
    if ChangeRequest.objects.filter(item=item, state__in=OPEN).exists():
        raise WrongState(_("A request for this item waits already."), code="open_request")
    delegates = _check(item, wanted)
    if wanted.on > today() + dt.timedelta(days=366 * YEARS_AHEAD):
        raise Invalid(fields={"on": _("The day lies within the next three years.")})
    made = ChangeRequest.objects.create(
        item=item, department_id=item.department_id, change=wanted.change, on=wanted.on, ground=wanted.ground.strip(),
        merged_into_id=wanted.merged_into_id if wanted.change == "merge" else None,
        extent=wanted.extent if wanted.change == "delegate" else "", proposed_by=actor.user, proposed_on=today(),
    )  # fmt: skip
    made.delegates.set(delegates)
    data = {"item": item.code, "change": made.change, "on": made.on.isoformat(), "ground": made.ground}
    record(made, "reform.proposed", actor, to_state=made.state, data=data)
    return made


def _check(item: Item, wanted: Wanted) -> list[Department]:
    """The rules of the change as they are today; the departments that a delegation goes to."""
    if wanted.change == ItemChange.Change.DELEGATE:
        if item.status not in {Item.Status.PUBLISHED, Item.Status.SUSPENDED}:
            raise WrongState(_("Only an item in force can be delegated."))
        return check_delegates(item, wanted.ground, wanted.extent, wanted.delegates)
    # What holds on a day to come is checked again on that day.
    check_standing(item, Standing(wanted.change, min(wanted.on, today()), wanted.ground, wanted.merged_into_id))
    return []


@action
def decide(actor: Actor, request_id: int, code: str, *, note: str = "", state_version: int) -> ChangeRequest:
    """Confirm, reject or withdraw a request; confirmed on or after its day, it takes effect at once.

    Raises NotFound, NotAllowed (whoever asked never confirms), Stale, WrongState, Invalid.
    """
    if code not in {"confirm", "reject", "withdraw"}:
        raise NotFound()
    item, request = _locked(request_id)
    if actor.user is None or not policies.may_see(actor.user, request):
        raise NotFound()
    step = REQUEST.begin(request, code, actor, {"note": note}, state_version=state_version)
    if code != "withdraw":
        request.decided_by, request.decided_on = actor.user, today()
        request.decision_note = step.inputs.get("note", "")
    before, after = step.apply()
    request.save()
    record(request, f"reform.{code}", actor, from_state=before, to_state=after, data=step.inputs)
    if code == "confirm" and request.on <= today():
        _take_effect(actor, item, request)
    return request


def take_effect_due() -> int:
    """What was confirmed and whose day has come; what is no longer possible says so. Returns how many were settled."""
    due = ChangeRequest.objects.filter(state="confirmed", on__lte=today()).order_by("on", "pk")
    return sum(_settle(pk) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def _settle(request_id: int) -> int:
    try:
        return _perform(request_id)
    except DomainError as error:
        return _fail(request_id, error.message)


@action
def _perform(request_id: int) -> int:
    item, request = _locked(request_id)
    if request.state != "confirmed" or request.on > today():
        return 0
    _take_effect(PORTAL, item, request)
    return 1


@action
def _fail(request_id: int, reason: str) -> int:
    _item, request = _locked(request_id)
    if request.state != "confirmed":
        return 0
    step = REQUEST.begin(request, "fail", PORTAL, state_version=None)
    request.failure = reason[:300]
    before, after = step.apply()
    request.save()
    record(request, "reform.fail", PORTAL, from_state=before, to_state=after, data={"reason": request.failure})
    return 1


def _take_effect(actor: Actor, item: Item, request: ChangeRequest) -> None:
    """Write the ledger, with the item locked."""
    if request.change == ChangeRequest.Change.DELEGATE:
        change = begin(actor, item, request)
    else:
        standing = Standing(request.change, request.on, request.ground, request.merged_into_id)
        change = write_standing(actor, item, standing)
    step = REQUEST.begin(request, "take_effect", PORTAL, state_version=None)
    request.result = change
    before, after = step.apply()
    request.save()
    record(request, "reform.take_effect", actor, from_state=before, to_state=after, data={"row": change.pk})


def _locked(request_id: int) -> tuple[Item, ChangeRequest]:
    """The item first, as everybody does."""
    item_id = ChangeRequest.objects.filter(pk=request_id).values_list("item_id", flat=True).first()
    if item_id is None:
        raise NotFound()
    item = _locked_item(item_id)
    return item, db.lock_row(ChangeRequest.objects.all(), request_id)


def _locked_item(item_id: int) -> Item:
    try:
        return db.lock_row(Item.objects.select_related("current"), item_id)
    except Item.DoesNotExist:
        raise NotFound() from None
