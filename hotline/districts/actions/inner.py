"""Dispatching within a district: pass a ticket on, sign for it there, return it to the district, decide."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hotline import clockwork
from hotline.actions.steps import locked
from hotline.districts import policies
from hotline.districts.lifecycle import ASSIGNMENT
from hotline.districts.measures import ASSIGNMENT_MEASURES
from hotline.districts.models import Assignment
from hotline.effects import current_dispatch
from hotline.models import Ticket
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.core.time import local_date, now, today
from portal.people.models import Department

LONGEST_NOTE = 2000
WITH_DISTRICT = frozenset({"signed", "suspended"})
SIGN_FIRST = _("Sign for the ticket first; then it can be passed on.")
PASSED_ON = _("The ticket has been passed on already. Take it back first.")
NOT_BELOW = _("Choose a department of your own district.")


def below(district_id: int) -> QuerySet[Department]:
    """The open departments that stand below a district, on two levels: its streets and bureaus, their communities."""
    return Department.objects.open_on(today()).filter(Q(parent=district_id) | Q(parent__parent=district_id))


@action
def assign(actor: Actor, ticket_id: int, *, department_id: int, note: str = "", state_version: int) -> Assignment:
    """Pass a ticket of the district on. The clock is the city's and runs on.

    Raises NotFound, Stale, WrongState, NotAllowed, Invalid for `department` or `note`.
    """
    ticket = locked(ticket_id, actor)
    if actor.user is None or not policies.may_assign(actor.user, ticket):
        raise NotAllowed()
    if ticket.state_version != state_version:
        raise Stale()
    round_ = current_dispatch(ticket)
    if ticket.imported or ticket.state not in WITH_DISTRICT or round_ is None:
        raise WrongState(SIGN_FIRST if ticket.state == "dispatched" else None)
    if ticket.inner_department_id is not None:
        raise WrongState(PASSED_ON)
    department = below(round_.department_id).filter(pk=department_id).first()
    if department is None:
        raise Invalid(fields={"department": NOT_BELOW})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": _("Please use at most %(n)s characters.") % {"n": LONGEST_NOTE}})
    one = Assignment(
        ticket=ticket, dispatch=round_, district_id=round_.department_id, department=department,
        assigned_at=now(), assigned_on=local_date(now()), assigned_by=actor.user, note=note.strip(),
        assign_due_at=_to_assign_by(ticket, round_.signed_at),
        sign_due_at=clockwork.share_of_limit(ticket, "inner_sign"),
        reply_due_at=clockwork.share_of_limit(ticket, "inner_reply"),
    )  # fmt: skip
    one.save(force_insert=True)
    statistics.mark_new(ASSIGNMENT_MEASURES, one)
    ticket.inner_department, ticket.inner_ready, ticket.staff = department, False, None
    _told(one, "assign", actor, ticket.state, {"department": department.code})
    return one


def _to_assign_by(ticket: Ticket, signed_at: Any) -> Any:
    """A ticket that was returned within the district is passed on anew without a new time for it."""
    if signed_at is None or ticket.assignments.exists():
        return None
    return clockwork.share_of_limit(ticket, "assign", start=signed_at)


@action
def take_step(
    actor: Actor, assignment_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Assignment:
    """A step of an assignment. Raises NotFound, Stale, WrongState, NotAllowed, Invalid."""
    found = Assignment.objects.filter(pk=assignment_id).values_list("ticket_id", flat=True).first()
    if found is None or code not in ASSIGNMENT.transitions:
        raise NotFound()
    ticket = locked(found, actor)
    one = db.lock_row(Assignment.objects.select_related("department"), assignment_id)
    if actor.user is not None and not policies.may_see_assignment(actor.user, one):
        raise NotFound()
    if one.is_running and ticket.state not in WITH_DISTRICT:
        raise WrongState()  # a reply waits for approval, or the ticket is on its way elsewhere
    one.ticket = ticket
    return take(one, code, actor, inputs, state_version=state_version)


def take(
    one: Assignment, code: str, actor: Actor, inputs: Mapping[str, Any] | None = None, *, state_version: int | None
) -> Assignment:
    """Take one step; ticket and assignment are locked. Saves both, counts, and tells it in the ticket's timeline."""
    step = ASSIGNMENT.begin(one, code, actor, inputs, state_version=state_version)
    with statistics.watch(ASSIGNMENT_MEASURES, one):
        step.apply()
        one.save()
    if not step.transition.by_portal:  # the portal's own follow a step of the ticket, which tells it
        _told(one, code, actor, one.ticket.state, {"department": one.department.code, **step.data})
    return one


def _told(one: Assignment, code: str, actor: Actor, state: str, data: dict[str, Any]) -> None:
    """The ticket's page has changed for everybody who has it open, and its timeline says why."""
    ticket = one.ticket
    ticket.state_version += 1
    ticket.save(update_fields=["inner_department", "inner_ready", "staff", "state_version"])
    record(ticket, f"ticket.inner_{code}", actor, from_state=state, to_state=state, data=data)
