"""The order itself: raised when the fee falls due, its amount set or reduced, renewed, cancelled, expired."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies as case_policies
from approvals.cases.models import Case
from approvals.payments import fees, notices
from approvals.payments.actions.certificates import by_certificate
from approvals.payments.actions.paying import close_alive
from approvals.payments.actions.steps import PORTAL, counted, locked, locked_case, note, take
from approvals.payments.models import Order
from approvals.payments.models.order import OPEN, SETTLED
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.time import now, today

PREFIX = "JF"
BATCH = 200
# In which states of the case the fee is owed, by when it is due.
OWED = {
    "decision": frozenset({"accepted", "in_review", "deciding", "suspended", "approved"}),
    "issue": frozenset({"approved"}),
}


def owes(case: Case) -> bool:
    """The item has a fee, the case has come to where it is due, and nothing settles it yet."""
    when = fees.due_when(case.version)
    if not when or case.imported or case.state not in OWED[when]:
        return False
    return not Order.objects.filter(case=case, state__in=SETTLED).exists()


def raise_if_owed(case_id: int) -> Order | None:
    """Called by the job after a step of the case: make the order that is owed now, once."""
    case = locked_case(case_id)
    if not owes(case) or Order.objects.filter(case=case, state__in=OPEN).exists():
        return None
    return _make(case)


def _make(case: Case, actor: Actor = PORTAL) -> Order:
    version = case.version
    if version is None:
        raise WrongState()
    lines, moment, day = fees.first_lines(case), now(), today()
    gross = fees.total(lines)
    reduction = by_certificate(case, gross, day)
    amount = gross - reduction.get("reduced_fen", 0)
    order = Order(
        case=case,
        department_id=case.department_id,
        item_id=case.item_id,
        organisation_id=case.organisation_id,
        payer_name=case.applicant_name,
        when=fees.due_when(version),
        state=("due" if amount or not gross else "waived") if lines else "assessing",
        lines=lines,
        basis=version.fee_basis,
        gross_fen=gross,
        amount_fen=amount,
        made_at=moment,
        made_on=day,
        expires_on=day + dt.timedelta(days=rule("payment.expiry_days", day).days),
        number=next_number(PREFIX, case.department.code, day),
    )
    for name, value in reduction.items():
        setattr(order, name, value)
    with counted(order):
        order.save()
    note(order, "raised", actor, {"state": order.state, "certificate": _number(reduction)})
    if order.state == "waived":
        notices.tell_payer(order, notices.WAIVED, key=f"waived:{order.pk}", amount_fen=order.reduced_fen)
    elif order.is_payable:
        notices.tell_payer(order, notices.DUE, key=f"order:{order.pk}")
    return order


def _number(reduction: Mapping[str, Any]) -> str:
    """For the event: which certificate took something off."""
    certificate = reduction.get("certificate")
    return certificate.number if certificate else ""


@action
def renew(actor: Actor, case_id: int) -> Order:
    """A new order after the last one expired or was cancelled; the open one, if there is one.

    Raises NotFound, NotAllowed, WrongState when nothing is owed.
    """
    case = locked_case(case_id)
    if actor.user is None or not case_policies.may_see(actor.user, case):
        raise NotFound()
    if not (case_policies.is_applicant(actor.user, case) or case_policies.may_handle(actor.user, case)):
        raise NotAllowed()
    waiting = Order.objects.filter(case=case, state__in=OPEN).first()
    if waiting is not None:
        return waiting
    if not owes(case):
        raise WrongState(_("No fee is due for this application at present."))
    return _make(case, actor)


@action
def assess(actor: Actor, order_id: int, quantities: Mapping[str, int], *, state_version: int) -> Order:
    """The window sets what the fee is for, by the item's schedule; a reduction that was granted falls away, one that
    the enterprise's certificate gives is taken off anew.

    Raises NotFound, WrongState, NotAllowed, Invalid.
    """
    order = locked(order_id, actor)
    version = order.case.version
    if version is None or not version.fee_schedule:
        raise WrongState(_("The fee of this item is fixed; there is nothing to set."))
    lines = fees.lines_by_schedule(version, quantities)
    gross = fees.total(lines)
    first = order.state == "assessing"
    changes = {
        "lines": lines, "gross_fen": gross, "reduced_fen": 0, "reduction_ground": "", "reduction_note": "",
        "reduced_by": None, "reduced_on": None, "certificate": None, **by_certificate(order.case, gross, today()),
    }  # fmt: skip
    changes["amount_fen"] = gross - changes["reduced_fen"]
    if first:  # it is asked for from today on
        changes |= {"made_at": now(), "made_on": today()}
        changes["expires_on"] = today() + dt.timedelta(days=rule("payment.expiry_days", today()).days)
    take(order, "assess", actor, state_version=state_version, changes=changes, told={"gross_fen": gross})
    if order.state == "waived":
        notices.tell_payer(order, notices.WAIVED, key=f"waived:{order.pk}", amount_fen=order.reduced_fen)
    if order.is_payable:
        notices.tell_payer(order, notices.DUE, key=f"order:{order.pk}:{order.state_version}")
    return order


@action
def reduce(actor: Actor, order_id: int, *, ground: str, amount_fen: int, note: str, state_version: int) -> Order:
    """Ask for less, or for nothing, on a ground that is kept; who decided it is kept too.

    Raises NotFound, WrongState, NotAllowed, Invalid.
    """
    order = locked(order_id, actor)
    return take_off(actor, order, ground=ground, amount_fen=amount_fen, note=note, state_version=state_version)


def take_off(
    actor: Actor, order: Order, *, ground: str, amount_fen: int, note: str, state_version: int | None
) -> Order:
    """The reduction itself, with the order locked: what the desk decides, and what an applicant's request is granted."""
    wrong: dict[str, object] = {}
    if ground not in Order.Ground.values:
        wrong["ground"] = _("Please choose one of the answers.")
    if not 0 < amount_fen <= order.gross_fen:
        wrong["amount_fen"] = _("The reduction lies between one fen and the whole fee.")
    if not note.strip():
        wrong["note"] = _("Please name the proof, for instance the certificate and its number.")
    if wrong:
        raise Invalid(fields=wrong)  # type: ignore[arg-type]
    changes = {
        "reduced_fen": amount_fen, "amount_fen": order.gross_fen - amount_fen, "reduction_ground": ground,
        "reduction_note": note.strip(), "reduced_by": actor.user, "reduced_on": today(), "certificate": None,
    }  # fmt: skip
    told = {"reduced_fen": amount_fen, "ground": ground, "reason": note.strip()}
    take(order, "reduce", actor, state_version=state_version, changes=changes, told=told)
    if order.state == "waived":
        notices.tell_payer(order, notices.WAIVED, key=f"waived:{order.pk}", amount_fen=order.reduced_fen)
    return order


@action
def cancel(actor: Actor, order_id: int, *, reason: str, state_version: int) -> Order:
    """A clerk takes the order back, for instance because it names the wrong line. Raises as `steps.take`."""
    order = locked(order_id, actor)
    return take(order, "cancel", actor, {"reason": reason}, state_version=state_version)


# --- by the portal --------------------------------------------------------------------------------------------------


def case_over(case_id: int) -> None:
    """The case ended without a decision, or was refused: what is open lapses, what was paid for nothing goes back."""
    from approvals.payments.actions.refunds import put_up

    case = locked_case(case_id)
    if case.ended_on is None or case.outcome == "approved":
        return  # it was put right meanwhile
    for order_id in Order.objects.filter(case=case, state__in=(*OPEN, "paid", "part_refunded")).values_list(
        "pk", flat=True
    ):
        order = locked(order_id, PORTAL)
        if order.state in OPEN:
            take(order, "lapse", PORTAL)
        elif case.outcome != "refused" and order.left_fen:
            put_up(order, order.attempts.get(state="succeeded", surplus=False), "not_decided", order.left_fen)


def expire_due() -> int:
    """Orders whose last day is over. The provider is told first, so that nobody pays what has expired."""
    due = Order.objects.filter(expires_on__lt=today(), state__in=("due", "started")).order_by("expires_on", "pk")
    done = 0
    for order_id in list(due.values_list("pk", flat=True)[:BATCH]):
        if close_alive(order_id):
            done += _expire(order_id)
    return done


@action
def _expire(order_id: int) -> bool:
    order = locked(order_id, PORTAL)
    alive = order.attempts.filter(state__in=("sending", "started")).exists()
    if not order.is_payable or order.expires_on >= today() or alive:
        return False  # paid, or begun again, while we asked
    take(order, "expire", PORTAL)
    notices.tell_payer(order, notices.EXPIRED, key=f"expired:{order.pk}")
    return True


def remind_due() -> int:
    """Remind once of what is still unpaid some days before the order ends."""
    day = today()
    before = day + dt.timedelta(days=rule("payment.reminder_days", day).days)
    rows = Order.objects.filter(state__in=("due", "started"), expires_on__lte=before, reminded_on__isnull=True)
    ids = list(rows.filter(expires_on__gte=day).order_by("expires_on", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_remind(order_id) for order_id in ids)


@action
def _remind(order_id: int) -> bool:
    order = locked(order_id, PORTAL)
    if not order.is_payable or order.reminded_on is not None:
        return False
    order.reminded_on = today()
    order.save(update_fields=["reminded_on"])
    notices.tell_payer(order, notices.REMINDER, key=f"reminder:{order.pk}")
    return True


def objection(case: Case, step: str) -> DomainError | None:
    """The guard of cases: nothing is decided, or no document issued, before the fee is settled.

    A refusal needs no payment: nobody buys a "no". What the law grants by itself is not held up either.
    """
    when = fees.due_when(case.version)
    if not when or case.imported or (step == "approve" and when != "decision"):
        return None
    orders = list(Order.objects.filter(case=case).order_by("-pk")[:20])
    if any(order.state in SETTLED for order in orders):
        return None
    return Unpaid.of(orders[0] if orders else None)


class Unpaid(DomainError):
    """The item's fee is not settled."""

    code = "unpaid"
    default_message = _("The fee has to be paid first.")

    @classmethod
    def of(cls, order: Order | None) -> "Unpaid":
        from portal.core.templatetags.portal import day, money

        if order is None:
            return cls()
        if order.state == "assessing":
            return cls(_("The window has to set the fee first, and it has to be paid."))
        words = {"amount": money(order.amount_fen), "day": day(order.made_on)}
        return cls(_("The fee of %(amount)s has been unpaid since %(day)s."), **words)
