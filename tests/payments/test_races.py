"""Two at once: a refund proposed twice, an order paid online and at the window, two callbacks of one payment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from approvals.payments import actions
from approvals.payments.models import Order, ProviderNotice, Receipt, Refund
from approvals.payments.providers import demo, online_providers
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from tests.payments.till import Till

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def at_once(till: Till, *doings: Callable[[], Any]) -> list[Any]:
    """Run these side by side, each on a connection of its own; what was refused comes back as its error."""
    start, results = threading.Barrier(len(doings)), []

    def run(doing: Callable[[], Any]) -> None:
        try:
            with driven_clock(till.now):
                start.wait(10)
                results.append(doing())
        except DomainError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_refunds_at_once_never_give_back_more_than_was_paid():
    till = Till()
    till.pay()
    order_id = till.order.pk

    def propose() -> Refund:
        return actions.propose_refund(till.clerk, order_id, amount_fen=6000, reason="other", text="退")

    results = at_once(till, *[propose] * 6)
    assert sum(isinstance(one, Refund) for one in results) == 1
    assert sum(Refund.objects.values_list("amount_fen", flat=True)) == 6000


def test_a_refund_that_two_heads_approve_at_once_goes_out_once():
    till = Till()
    till.pay()
    with driven_clock(till.now):
        refund = actions.propose_refund(till.clerk, till.order.pk, amount_fen=6000, reason="other", text="退")

    def approve() -> Refund:
        return actions.decide_refund(till.head, refund.pk, "approve", text="", state_version=0)

    results = at_once(till, approve, approve)
    assert sum(isinstance(one, Refund) for one in results) == 1
    at_once(till, *[lambda: actions.return_money(refund.pk)] * 3)
    till.work()
    assert till.order.refunded_fen == 6000
    assert Receipt.objects.filter(refund=refund).count() == 1


def test_one_callback_twice_at_once_pays_once():
    till = Till()
    row = till.paid_there()
    body = demo.message(row)
    with driven_clock(till.now):
        notice = online_providers()["demo"].read_notice({demo.SIGNATURE: demo.sign(body, till.now)}, body)
    results = at_once(till, *[lambda: actions.receive("demo", notice, body).outcome] * 5)
    assert results == ["paid"] * 5
    assert (ProviderNotice.objects.count(), Receipt.objects.count()) == (1, 1)


def test_cash_and_a_callback_at_once_leave_one_payment():
    till = Till()
    version = till.order.state_version
    row = till.paid_there()
    body = demo.message(row)
    with driven_clock(till.now):
        notice = online_providers()["demo"].read_notice({demo.SIGNATURE: demo.sign(body, till.now)}, body)
    order_id = till.order.pk

    def cash() -> Order:
        return actions.take_money(
            till.clerk, order_id, method="cash", received_fen=8000, reference="1", state_version=version + 1
        )

    at_once(till, cash, lambda: actions.receive("demo", notice, body))
    order = till.order
    assert order.state == "paid"
    assert order.attempts.filter(state="succeeded", surplus=False).count() == 1
    assert Receipt.objects.filter(order=order).count() == 1


def test_receipts_of_many_tills_at_once_have_no_gap():
    tills = [Till() for _n in range(5)]
    rows = [till.paid_there() for till in tills]

    def report(till: Till, row: Any) -> Any:
        body = demo.message(row)
        notice = online_providers()["demo"].read_notice({demo.SIGNATURE: demo.sign(body, till.now)}, body)
        return actions.receive("demo", notice, body)

    at_once(tills[0], *[lambda t=till, r=row: report(t, r) for till, row in zip(tills, rows, strict=True)])
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
