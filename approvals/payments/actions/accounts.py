"""The books: a clerk counts the drawer, the provider's statement is compared with our rows, differences are settled."""

import datetime as dt
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from approvals.payments import policies
from approvals.payments.actions.paying import locked_attempt
from approvals.payments.actions.steps import note as note_in_file
from approvals.payments.models import Attempt, CashUp, Difference, ProviderNotice, Reconciliation, Refund
from approvals.payments.providers import StatementLine, provider_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import Record, record_at
from portal.core.time import now, today
from portal.people.roles import Role

STREAM = "payments.accounts"


def drawer(clerk_id: int, department_id: int, day: dt.date) -> dict[str, int]:
    """What a clerk took less what they gave back on a day, by our rows: cash_fen, pos_fen, payments. Two queries."""
    taken = Attempt.objects.filter(clerk=clerk_id, finished_on=day, order__department=department_id)
    came = {row["method"]: row["sum"] for row in taken.values("method").annotate(sum=Sum("received_fen")).order_by()}
    back = Refund.objects.filter(
        done_on=day, method__in=["cash", "pos"], order__department=department_id, attempt__clerk=clerk_id
    )
    gone = {row["method"]: row["sum"] for row in back.values("method").annotate(sum=Sum("amount_fen")).order_by()}
    figures = {f"{method}_fen": (came.get(method) or 0) - (gone.get(method) or 0) for method in ("cash", "pos")}
    return {**figures, "payments": taken.count()}


@action
def close_day(actor: Actor, department_id: int, *, counted_fen: int, note: str) -> CashUp:
    """Close the drawer of today: what was counted, and why it differs if it does.

    Raises NotAllowed, WrongState when it is closed, Invalid for a difference without a word.
    """
    user, day = actor.user, today()
    if user is None or not user.access.has(Role.CLERK, department_id):
        raise NotAllowed()
    if CashUp.objects.filter(clerk=user, department=department_id, day=day).exists():
        raise WrongState(_("You have closed your drawer for today already."))
    figures = drawer(user.pk, department_id, day)
    if counted_fen != figures["cash_fen"] and not note.strip():
        raise Invalid(fields={"note": _("The drawer differs from the books. Please say why.")})
    made = CashUp.objects.create(
        clerk=user,
        department_id=department_id,
        day=day,
        counted_fen=counted_fen,
        note=note.strip(),
        closed_at=now(),
        **figures,
    )
    record_at(Record(STREAM, made.pk, "payment.drawer_closed", data={"counted_fen": counted_fen, **figures}), actor)
    return made


# --- reconciliation -------------------------------------------------------------------------------------------------


def reconcile(provider: str, day: dt.date) -> Reconciliation:
    """Compare a provider's statement of a day with our rows. Run again it is compared anew; what was settled stays."""
    lines = list(provider_of(provider).statement(day))
    return _compare(provider, day, lines)


@action
def _compare(provider: str, day: dt.date, lines: list[StatementLine]) -> Reconciliation:
    ours = _ours(provider, day)
    run, _made = Reconciliation.objects.get_or_create(provider=provider, day=day, defaults={"run_at": now()})
    run = db.lock_row(Reconciliation.objects.all(), run.pk)
    run.run_at = now()
    run.their_count, run.their_fen = len(lines), sum(line.amount_fen for line in lines)
    run.our_count, run.our_fen = len(ours), sum(amount for amount, _row in ours.values())
    run.save()
    found = _differences(lines, ours)
    settled = set(run.differences.filter(settled_at__isnull=False).values_list("reference", flat=True))
    run.differences.filter(settled_at__isnull=True).delete()
    Difference.objects.bulk_create(
        [Difference(reconciliation=run, **one) for one in found if one["reference"] not in settled]
    )
    return run


def _ours(provider: str, day: dt.date) -> dict[str, tuple[int, Any]]:
    """Our side by the provider's reference: payments in plus, refunds in minus."""
    found: dict[str, tuple[int, Any]] = {}
    rows = Attempt.objects.filter(method=provider, finished_on=day, received_fen__isnull=False)
    for attempt in rows.select_related("order"):
        found[attempt.reference or attempt.key] = (attempt.received_fen or 0, attempt)
    for refund in Refund.objects.filter(method=provider, done_on=day).select_related("order"):
        found[refund.reference or refund.number] = (-refund.amount_fen, refund)
    return found


def _differences(lines: list[StatementLine], ours: dict[str, tuple[int, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    left = dict(ours)
    for line in lines:
        amount, row = left.pop(line.reference, (None, None))
        if amount == line.amount_fen:
            continue
        kind = Difference.Kind.ONLY_THERE if row is None else Difference.Kind.AMOUNT
        row = row or Attempt.objects.filter(key=line.key).select_related("order").first()
        found.append(
            {"kind": kind, "reference": line.reference, "their_fen": line.amount_fen, "our_fen": amount, **_of(row)}
        )
    for reference, (amount, row) in left.items():
        found.append({"kind": Difference.Kind.ONLY_HERE, "reference": reference, "our_fen": amount, **_of(row)})
    return found


def _of(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    name = "refund" if isinstance(row, Refund) else "attempt"
    return {name: row, "department_id": row.order.department_id}


@action
def settle_difference(actor: Actor, difference_id: int, *, text: str) -> Difference:
    """Say what came of a difference. Raises NotFound, NotAllowed, WrongState, Invalid."""
    try:
        row = db.lock_row(Difference.objects.all(), difference_id)
    except Difference.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_settle(actor.user, row.department_id):
        raise NotAllowed()
    if row.settled_at is not None:
        raise WrongState(_("This has been settled already."))
    if not text.strip():
        raise Invalid(fields={"text": _("Please say what was done.")})
    row.settled_at, row.settled_by, row.settled_note = now(), actor.user, text.strip()
    row.save()
    data = {"reference": row.reference, "kind": row.kind, "reason": text.strip()}
    record_at(Record(STREAM, row.reconciliation_id, "payment.difference_settled", data=data), actor)
    return row


@action
def settle_mismatch(actor: Actor, notice_id: int, *, text: str) -> ProviderNotice:
    """Say what came of a payment over another amount. Raises NotFound, NotAllowed, WrongState, Invalid."""
    found = ProviderNotice.objects.filter(pk=notice_id, outcome="mismatch").first()
    if found is None:
        raise NotFound()
    attempt = locked_attempt(found.attempt_id)
    row = db.lock_row(ProviderNotice.objects.all(), notice_id)
    if actor.user is None or not policies.may_settle(actor.user, attempt.order.department_id):
        raise NotAllowed()
    if row.settled_at is not None:
        raise WrongState(_("This has been settled already."))
    if not text.strip():
        raise Invalid(fields={"text": _("Please say what was done.")})
    row.settled_at, row.settled_by, row.settled_note = now(), actor.user, text.strip()
    row.save()
    note_in_file(attempt.order, "mismatch_settled", actor, {"reason": text.strip()})
    return row
