"""How an order takes a step: lock (the case first, as everybody does), check against the table, save, count, record."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from approvals.cases.models import Case
from approvals.payments import policies
from approvals.payments.lifecycle import ORDER
from approvals.payments.measures import PAYMENT_MEASURES
from approvals.payments.models import Order, Receipt, Refund
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record
from portal.core.numbers import check_character, next_serial, query_code
from portal.core.time import now, today

PORTAL = Actor.system("payments")


def locked(order_id: int, actor: Actor) -> Order:
    """The order, locked behind its case; NotFound for a missing one and for one the actor may not see, alike."""
    case_id = Order.objects.filter(pk=order_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound()
    case = locked_case(case_id)
    order = db.lock_row(Order.objects.all(), order_id)
    order.case = case
    if actor.user is not None and not policies.may_see(actor.user, order):
        raise NotFound()
    return order


def locked_case(case_id: int) -> Case:
    """The case with what fees and notices ask of it."""
    return db.lock_row(Case.objects.select_related("item", "department", "version", "applicant"), case_id)


@contextmanager
def counted(order: Order) -> Iterator[None]:
    """What the block changes in the order's figures is marked for the statistics."""
    with statistics.watch(PAYMENT_MEASURES, order):
        yield


def take(
    order: Order,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> Order:
    """Take one step with a locked order; `changes` are columns that go with it, `told` goes into the event.

    Raises Stale, WrongState, NotAllowed, Invalid.
    """
    step = ORDER.begin(order, code, actor, inputs, state_version=state_version)
    with counted(order):
        for name, value in (changes or {}).items():
            setattr(order, name, value)
        before, after = step.apply()
        order.save()
    note(order, code, actor, {**step.data, **(told or {}), "was": before, "now": after})
    return order


def note(order: Order, code: str, actor: Actor, data: Mapping[str, Any]) -> None:
    """Write into the file of the case what happened to its fee."""
    case = order.case
    record(
        case,
        f"payment.{code}",
        actor,
        from_state=case.state,
        to_state=case.state,
        data={"order": order.number, "amount_fen": order.amount_fen, **data},
    )


def issue_receipt(order: Order, refund: Refund | None = None) -> Receipt:
    """The next receipt of the department's year. Its counter is taken in this transaction, so no number is lost."""
    day = today()
    code = order.department.code
    serial = next_serial("PJ", code, day.replace(month=1, day=1))
    payload = f"PJ-{code}-{day.year}-{serial:08d}".upper()
    amount = -refund.amount_fen if refund else order.amount_fen
    return Receipt.objects.create(
        order=order,
        refund=refund,
        department_id=order.department_id,
        year=day.year,
        serial=serial,
        number=f"{payload}-{check_character(payload)}",
        check_code=query_code(),
        amount_fen=amount,
        issued_at=now(),
    )
