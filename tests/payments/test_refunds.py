"""Giving back: two people, never more than was paid, once, and the books at the end of the day."""

import contextlib
import datetime as dt
import random

import pytest

from approvals.cases.models import Case
from approvals.payments import actions, policies
from approvals.payments.lifecycle import ORDER, REFUND
from approvals.payments.measures import PAYMENT_MEASURES
from approvals.payments.models import (
    Attempt,
    DemoPayment,
    DemoRefund,
    Difference,
    Order,
    Receipt,
    Refund,
)
from approvals.payments.providers import Unreachable
from approvals.payments.providers.demo import DemoProvider
from portal.core import statistics
from portal.core.errors import DomainError, Invalid, NotAllowed, WrongState
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.payments.till import Till

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.fixture
def till():
    made = Till()
    made.pay()
    return made


def propose(till: Till, amount_fen: int = 3000, **more) -> Refund:
    with driven_clock(till.now):
        return actions.propose_refund(
            till.clerk, till.order.pk, **{"amount_fen": amount_fen, "reason": "mistake", "text": "多收", **more}
        )


def approve(till: Till, refund: Refund) -> Refund:
    with driven_clock(till.now):
        actions.decide_refund(till.head, refund.pk, "approve", text="同意", state_version=0)
    till.work()
    return Refund.objects.get(pk=refund.pk)


def test_a_part_goes_back_through_the_provider_with_a_receipt_in_minus(till):
    refund = approve(till, propose(till))
    assert (refund.state, till.order.state, till.order.refunded_fen) == ("done", "part_refunded", 3000)
    assert list(Receipt.objects.order_by("pk").values_list("amount_fen", flat=True)) == [8000, -3000]
    assert DemoRefund.objects.get().amount_fen == 3000
    approve(till, propose(till, 5000))
    assert till.order.state == "refunded"


def test_more_than_was_paid_is_refused_counting_what_is_on_its_way(till):
    propose(till, 5000)
    for amount in (8001, 3001, 0, -1):
        with pytest.raises(Invalid) as refused:
            propose(till, amount)
        assert "amount_fen" in refused.value.fields
    propose(till, 3000)


def test_whoever_proposed_does_not_decide(till):
    with driven_clock(till.now):
        refund = actions.propose_refund(till.reviewer, till.order.pk, amount_fen=100, reason="other", text="x")
        with pytest.raises(NotAllowed):
            actions.decide_refund(till.reviewer, refund.pk, "approve", text="", state_version=0)
        with pytest.raises(NotAllowed):
            actions.decide_refund(till.clerk, refund.pk, "approve", text="", state_version=0)
        with pytest.raises(Invalid):
            actions.decide_refund(till.head, refund.pk, "reject", text="", state_version=0)
        assert actions.decide_refund(till.head, refund.pk, "reject", text="无误", state_version=0).state == "rejected"
    propose(till, 8000)  # what was refused is free again


def test_a_refund_goes_out_once_however_often_the_job_runs(till):
    refund = approve(till, propose(till))
    assert actions.return_money(refund.pk) == ""
    assert DemoRefund.objects.count() == 1


def test_a_lost_answer_is_asked_for_under_the_same_key(till, monkeypatch):
    real, lost = DemoProvider.refund, [True]

    def flaky(self, key, refund_key, amount_fen):
        done = real(self, key, refund_key, amount_fen)
        if lost and lost.pop():
            raise Unreachable
        return done

    monkeypatch.setattr(DemoProvider, "refund", flaky)
    refund = propose(till)
    with driven_clock(till.now):
        actions.decide_refund(till.head, refund.pk, "approve", text="", state_version=0)
        assert actions.return_money(refund.pk) == "sending"
        assert actions.return_money(refund.pk) == "done"
    assert DemoRefund.objects.count() == 1
    assert till.order.refunded_fen == 3000


def test_where_the_provider_knows_no_keys_a_lost_answer_waits_for_a_person(till, monkeypatch):
    def lost(self, key, refund_key, amount_fen):
        raise Unreachable

    monkeypatch.setattr(DemoProvider, "refund", lost)
    monkeypatch.setattr(DemoProvider, "knows_keys", False)
    refund = approve(till, propose(till))
    assert refund.state == "unknown"
    with driven_clock(till.now):
        actions.decide_refund(till.head, refund.pk, "note_returned", text="R-1", state_version=refund.state_version)
    assert (Refund.objects.get().state, till.order.refunded_fen) == ("done", 3000)


def test_cash_goes_back_over_the_counter_by_a_clerk(settings):
    till = Till()
    with driven_clock(till.now):
        actions.take_money(till.clerk, till.order.pk, method="cash", received_fen=8000, reference="7", state_version=0)
    refund = approve(till, propose(till, 8000))
    assert refund.state == "approved"  # nothing was sent anywhere
    with driven_clock(till.now):
        with pytest.raises(Invalid):
            actions.hand_back(till.clerk, refund.pk, proof="", state_version=refund.state_version)
        actions.hand_back(till.clerk, refund.pk, proof="单 0008", state_version=refund.state_version)
        with pytest.raises(DomainError):
            actions.hand_back(till.clerk, refund.pk, proof="单 0009", state_version=refund.state_version)
    assert till.order.state == "refunded"


def test_the_drawer_is_closed_once_and_a_difference_needs_a_word():
    till = Till()
    with driven_clock(till.now):
        actions.take_money(till.clerk, till.order.pk, method="cash", received_fen=8000, reference="7", state_version=0)
        department = till.case.department_id
        with pytest.raises(Invalid):
            actions.close_day(till.clerk, department, counted_fen=7900, note="")
        with pytest.raises(NotAllowed):
            actions.close_day(till.head, department, counted_fen=8000, note="")
        closed = actions.close_day(till.clerk, department, counted_fen=8000, note="")
        assert (closed.cash_fen, closed.pos_fen, closed.payments, closed.difference_fen) == (8000, 0, 1, 0)
        with pytest.raises(WrongState):
            actions.close_day(till.clerk, department, counted_fen=8000, note="")


def test_reconciliation_lists_what_differs_and_only_that(till):
    day = till.now.date()
    approve(till, propose(till))
    clean = actions.reconcile("demo", day)
    assert (clean.our_fen, clean.their_fen, clean.differences.count()) == (5000, 5000, 0)
    DemoPayment.objects.update(amount_fen=7000)
    DemoPayment.objects.create(
        key="stranger", token="t", order_number="x", subject="x", amount_fen=100, state="paid", reference="T-STRANGER",
        notify_url="", return_url="", opened_at=till.now, paid_at=till.now, paid_on=day,
    )  # fmt: skip
    DemoRefund.objects.all().delete()
    run = actions.reconcile("demo", day)
    assert sorted(run.differences.values_list("kind", flat=True)) == ["amount", "only_here", "only_there"]
    line = Difference.objects.get(kind="amount")
    with pytest.raises(Invalid):
        actions.settle_difference(till.head, line.pk, text="")
    with pytest.raises(NotAllowed):
        actions.settle_difference(till.clerk, line.pk, text="x")
    actions.settle_difference(till.head, line.pk, text="平台更正")
    again = actions.reconcile("demo", day)
    assert again.differences.filter(settled_at__isnull=True).count() == 2


def test_every_figure_is_proved(till):
    approve(till, propose(till))
    other = Till()
    with driven_clock(other.now):
        actions.reduce(other.head, other.order.pk, ground="policy", amount_fen=2000, note="文件", state_version=0)
    statistics.refresh_all()
    assert list(statistics.differences(statistics.Verified())) == []
    day = till.now.date()
    sums = statistics.period(PAYMENT_MEASURES, "item", day, day)[None]
    wanted = {
        "due": 2, "due_fen": 14000, "paid": 1, "paid_fen": 8000, "reduced": 1, "reduced_fen": 2000, "refunded": 1,
        "refunded_fen": 3000, "expired": 0, "cancelled": 0, "saved": 0, "saved_fen": 0,
    }  # fmt: skip
    assert sums == wanted


def test_what_may_be_seen_is_what_the_queryset_finds(till):
    stranger = factories.staff(Role.CLERK, factories.department("OTHER"))
    people = [
        till.payer, factories.citizen(), till.clerk_user, till.head_user, till.supervisor_user, stranger,
        factories.staff(Role.AUDITOR), factories.staff(Role.HALL_MANAGER),
    ]  # fmt: skip
    for person in people:
        assert policies.may_see(person, till.order) == Order.objects.visible_to(person).exists()


@pytest.mark.parametrize("seed", range(8))
def test_a_random_walk_keeps_the_money_true(seed):
    """Whatever people and providers do in whatever order, the sums stay true."""
    chance = random.Random(seed)
    till = Till()
    people = [till.clerk, till.reviewer, till.head, actor_of(till.payer)]
    for number in range(25):
        till.now += dt.timedelta(hours=chance.choice([1, 30, 100]))
        with driven_clock(till.now):
            order = Order.objects.filter(case=till.case).latest("pk")
            refund = Refund.objects.order_by("?").first() if number % 2 else Refund.objects.first()
            doings = [
                lambda order=order: actions.take_money(
                    chance.choice(people), order.pk, method="cash", received_fen=order.amount_fen,
                    reference=str(till.now), state_version=order.state_version,
                ),
                lambda order=order: actions.reduce(
                    chance.choice(people), order.pk, ground="policy", amount_fen=chance.randint(1, 8000), note="x",
                    state_version=order.state_version,
                ),
                lambda order=order: actions.propose_refund(
                    chance.choice(people), order.pk, amount_fen=chance.randint(1, 9000), reason="other", text="x"
                ),
                lambda refund=refund: refund and actions.decide_refund(
                    chance.choice(people), refund.pk, chance.choice(["approve", "reject"]), text="x",
                    state_version=refund.state_version,
                ),
                lambda refund=refund: refund and actions.hand_back(
                    chance.choice(people), refund.pk, proof="x", state_version=refund.state_version
                ),
                lambda: till.call(till.paid_there()),
                actions.expire_due,
                lambda: actions.renew(chance.choice(people), till.case.pk),
                lambda order=order: actions.cancel(
                    chance.choice(people), order.pk, reason="x", state_version=order.state_version
                ),
            ]  # fmt: skip
            with contextlib.suppress(DomainError, Order.MultipleObjectsReturned):
                chance.choice(doings)()
        till.work()
        _check(till.case)


def _check(case: Case) -> None:
    orders = list(Order.objects.filter(case=case))
    assert sum(order.state in {"assessing", "due", "started"} for order in orders) <= 1
    for order in orders:
        assert order.state in ORDER.states
        assert order.amount_fen == order.gross_fen - order.reduced_fen
        paying = order.attempts.filter(state=Attempt.State.SUCCEEDED, surplus=False)
        assert paying.count() == (order.state in {"paid", "part_refunded", "refunded"})
        done = sum(order.refunds.filter(state="done", surplus=False).values_list("amount_fen", flat=True))
        assert done == order.refunded_fen
        for refund in order.refunds.all():
            assert refund.state in REFUND.states
        receipts = sum(order.receipts.values_list("amount_fen", flat=True))
        assert receipts == (order.left_fen if paying else 0)
    assert today() is not None
