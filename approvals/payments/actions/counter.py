"""Money over the counter: cash and cards, taken and given back by a clerk."""

from django.utils.translation import gettext_lazy as _

from approvals.payments import notices
from approvals.payments.actions.paying import close_alive, settle
from approvals.payments.actions.refunds import book, locked_refund
from approvals.payments.actions.steps import locked
from approvals.payments.lifecycle import AT_COUNTER, REFUND
from approvals.payments.models import Attempt, Order, Refund
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, WrongState
from portal.core.time import local_date, now


def take_money(
    actor: Actor, order_id: int, *, method: str, received_fen: int, reference: str, state_version: int
) -> Order:
    """Take cash, or a card at the terminal. A payment page that is open somewhere is closed first.

    Raises NotFound, Stale, WrongState, NotAllowed, Invalid (another amount, no slip number).
    """
    if not close_alive(order_id):
        raise WrongState(_("An online payment of this order is under way. Please try again in a few minutes."))
    return _take(actor, order_id, method, received_fen, reference.strip(), state_version)


@action
def _take(actor: Actor, order_id: int, method: str, received_fen: int, reference: str, state_version: int) -> Order:
    order = locked(order_id, actor)
    wrong: dict[str, object] = {}
    if method not in AT_COUNTER:
        wrong["method"] = _("Please choose one of the answers.")
    if received_fen != order.amount_fen:
        wrong["received_fen"] = _("The amount taken must be exactly the amount due.")
    if not reference:
        wrong["reference"] = _("Enter the number of the slip.")
    elif Attempt.objects.filter(method=method, reference=reference, clerk__isnull=False).exists():
        wrong["reference"] = _("This slip was entered before.")
    if wrong and order.is_payable:
        raise Invalid(fields=wrong)  # type: ignore[arg-type]
    # Closing an online try may have moved the order by one step: what the clerk saw was its amount.
    seen = order.state_version if order.state_version == state_version + 1 and order.state == "due" else state_version
    moment = now()
    attempt = Attempt(
        order=order,
        key=f"{order.number}-{order.attempts.count() + 1}",
        method=method,
        state=Attempt.State.SUCCEEDED,
        amount_fen=order.amount_fen,
        received_fen=order.amount_fen,
        received_currency=order.currency,
        reference=reference[:80],
        started_at=moment,
        finished_at=moment,
        finished_on=local_date(moment),
        clerk=actor.user,
    )
    settle(order, attempt, "take", actor, state_version=seen)
    attempt.save()
    return order


@action
def hand_back(actor: Actor, refund_id: int, *, proof: str, state_version: int) -> Refund:
    """Give an approved refund back over the counter, against a signed slip. Raises as `book`, Invalid."""
    refund = locked_refund(refund_id, actor)
    step = REFUND.begin(refund, "hand_back", actor, {"proof": proof}, state_version=state_version)
    refund.proof = step.inputs["proof"]
    step.apply()
    book(refund, actor)
    notices.tell_payer(refund.order, notices.REFUNDED, key=f"refund:{refund.pk}", amount_fen=refund.amount_fen)
    return refund
