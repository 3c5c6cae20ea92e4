"""What a case owes, and the ways to pay it: each bad message, each lost answer, each late payment."""

import logging

import pytest
from django.urls import reverse

from approvals.payments import actions
from approvals.payments.models import Attempt, Order, ProviderNotice, Receipt, Refund
from approvals.payments.providers import demo
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from tests import factories
from tests.payments.till import SCHEDULE, Till, changed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.fixture
def till():
    return Till()


def test_acceptance_raises_one_order_and_tells_the_payer(till):
    order = till.order
    assert (order.state, order.amount_fen, order.when) == ("due", 8000, "decision")
    assert Notification.objects.filter(user=till.payer, template="payment.due").count() == 1
    from approvals.payments.actions.orders import raise_if_owed
    from portal.core.actions import action

    assert action(raise_if_owed)(till.case.pk) is None  # asked again it makes no second one
    assert Order.objects.count() == 1


def test_nothing_is_decided_before_the_fee_is_paid(till):
    with driven_clock(till.now), pytest.raises(DomainError) as refused:
        till.step("approve", text="")
    assert refused.value.code == "unpaid"
    till.pay()
    with driven_clock(till.now):
        assert till.step("approve", text="").state == "approved"


def test_the_page_says_why_the_button_is_not_there(till, client):
    client.force_login(till.clerk_user, backend="portal.people.backends.AccountBackend")
    session = client.session
    session.save()
    from tests.permissions import Cast  # a browser with the second factor shown

    cast = Cast()
    cast._people["clerk"] = till.clerk_user
    browser = cast.client("clerk")
    page = browser.get(reverse("cases:desk-case", args=[till.case.number]), headers={"accept-language": "en"})
    text = page.content.decode()
    assert "has been unpaid since" in text
    assert reverse("cases:step", args=[till.case.number, "approve"]) not in text


def test_a_refusal_needs_no_payment_and_ends_the_order(till):
    from approvals.cases import actions as cases

    with driven_clock(till.now):
        version = till.case.state_version
        proposal = cases.propose(till.clerk, till.case.pk, "refuse", {"grounds": "不符合条件"}, state_version=version)
        cases.decide_proposal(till.head, proposal.pk, confirm=True, note="同意", state_version=version + 1)
    till.work()
    assert till.order.state == "cancelled"


def test_paid_online_once_with_a_receipt(till):
    order = till.pay()
    assert (order.state, order.method, order.paid_on) == ("paid", "demo", till.now.date())
    assert Receipt.objects.get(order=order).serial == 1
    assert Notification.objects.filter(user=till.payer, template="payment.paid").count() == 1
    assert [event.type for event in Event.objects.filter(type__startswith="payment.").order_by("pk")] == [
        "payment.raised", "payment.start", "payment.pay",
    ]  # fmt: skip


def test_the_callback_called_twice_gives_the_same_answer_and_pays_once(till):
    row = till.paid_there()
    first, second = till.call(row), till.call(row)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (
        200, {"result": "ok", "outcome": "paid"},
    )  # fmt: skip
    assert ProviderNotice.objects.count() == Receipt.objects.count() == 1
    third = till.call(row, body=changed(row, event_id="another number for the same"))
    assert third.json()["outcome"] == "repeated"
    assert Receipt.objects.count() == 1


def test_another_amount_or_currency_does_not_pay(till):
    for values in ({"amount_fen": 7999}, {"currency": "USD"}):
        row = till.paid_there()
        answer = till.call(row, body=changed(row, event_id=str(values), **values))
        assert (answer.status_code, answer.json()["outcome"]) == (200, "mismatch")
        assert till.order.state == "due"
    assert Receipt.objects.count() == 0
    assert Notification.objects.filter(user=till.head_user, template="payment.mismatch").count() == 2
    waiting = ProviderNotice.objects.filter(outcome="mismatch").order_by("pk")
    head = till.head
    with pytest.raises(Invalid):
        actions.settle_mismatch(head, waiting[0].pk, text=" ")
    assert actions.settle_mismatch(head, waiting[0].pk, text="已联系付款人").settled_by == till.head_user


def test_an_unknown_order_is_not_found(till):
    row = till.paid_there()
    answer = till.call(row, body=changed(row, key="JF-20260101-NONE-000001-X-1"))
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "unknown_order"


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "nonsense", "t=99999999999999999999,v1=1", "t=abc,v1="])
def test_a_forged_message_is_refused_and_logged(till, header, caplog):
    row = till.paid_there()
    with caplog.at_level(logging.WARNING, logger="portal.payments"):
        answer = till.call(row, header=header)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert "payment_callback_forged" in caplog.text
    assert till.order.state == "started"


def test_a_signed_message_with_another_body_or_an_old_one_is_refused(till):
    row = till.paid_there()
    with driven_clock(till.now):
        signed = demo.sign(demo.message(row), till.now)
    assert till.call(row, header=signed, body=changed(row, amount_fen=1)).status_code == 401
    till.at("2026-06-01 10:00")
    assert till.call(row, header=signed).status_code == 401


def test_money_after_the_order_expired_goes_back_by_itself(till):
    row = till.begin()
    with till.at("2026-07-15 09:00"):
        Attempt.objects.update(state="started")
        Order.objects.update(state="expired", ended_on="2026-07-02")
    row.state, row.paid_at, row.paid_on = "paid", till.now, till.now.date()
    row.save()
    assert till.call(row).json()["outcome"] == "surplus"
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount_fen, refund.state, refund.proposed_by) == ("late", 8000, "proposed", None)
    assert till.order.state == "expired"
    with driven_clock(till.now):
        actions.decide_refund(till.head, refund.pk, "approve", text="", state_version=0)
    till.work()
    refund.refresh_from_db()
    assert (refund.state, till.order.refunded_fen) == ("done", 0)


def test_money_for_a_case_that_was_withdrawn_goes_back(till):
    row = till.paid_there()
    with driven_clock(till.now):
        till.step("withdraw", actor_of(till.payer))
    assert till.call(row).json()["outcome"] == "surplus"  # before the job has cancelled the order
    till.work()
    assert till.order.state == "cancelled"
    assert Refund.objects.get().reason == "late"


def test_nobody_pays_for_a_case_that_was_withdrawn(till):
    with driven_clock(till.now):
        till.step("withdraw", actor_of(till.payer))
    till.work()
    with pytest.raises(WrongState):
        till.begin()


def test_a_fee_paid_for_a_case_that_is_withdrawn_is_put_up_for_refund(till):
    till.pay()
    with driven_clock(till.now):
        till.step("withdraw", actor_of(till.payer))
    till.work()
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount_fen, refund.surplus) == ("not_decided", 8000, False)


def test_paying_twice_at_two_providers_returns_the_second(till):
    first = till.paid_there()
    with driven_clock(till.now):
        second = Attempt.objects.create(
            order=till.order, key="second", method="demo", amount_fen=8000, started_at=till.now, state="started"
        )
    till.call(first)
    answer = till.call(first, body=changed(first, key=second.key, event_id="2", reference="T2"))
    assert answer.json()["outcome"] == "surplus"
    assert Refund.objects.get().reason == "twice"


def test_a_failed_payment_leaves_the_order_to_be_paid(till):
    row = till.begin()
    row.state = "failed"
    row.save()
    assert till.call(row).json()["outcome"] == "failed"
    assert (till.order.state, Attempt.objects.get().state) == ("due", "failed")
    assert till.pay().state == "paid"


def test_a_lost_callback_is_found_by_asking(till):
    till.paid_there()
    assert till.order.state == "started"
    with till.at("2026-06-01 09:03"):
        assert actions.ask_alive() == 1
        assert actions.ask_alive() == 0  # nothing is left to be asked
    assert till.order.state == "paid"


def test_the_page_that_the_browser_comes_back_to_decides_nothing(till, client):
    till.begin()
    client.force_login(till.payer, backend="portal.people.backends.AccountBackend")
    with driven_clock(till.now):
        answer = client.get(reverse("payments:return", args=[till.order.number]) + "?state=paid&result=success")
    assert answer.status_code == 200
    assert till.order.state == "started"


def test_a_crash_between_committing_and_calling_is_taken_up_under_the_same_key(till):
    from approvals.payments.actions.paying import _begin

    with driven_clock(till.now):
        attempt = _begin(actor_of(till.payer), till.order.pk, "demo", till.order.state_version)
    assert attempt.state == "sending"
    row = till.begin()  # the payer clicks again
    assert row.key == attempt.key
    assert Attempt.objects.count() == 1


def test_a_try_that_the_provider_never_heard_of_is_closed(till):
    from approvals.payments.actions.paying import _begin

    with driven_clock(till.now):
        _begin(actor_of(till.payer), till.order.pk, "demo", till.order.state_version)
    with till.at("2026-06-01 09:30"):
        actions.ask_alive()
    assert (till.order.state, Attempt.objects.get().state) == ("due", "closed")


def test_cash_needs_the_exact_amount_and_a_slip_that_is_new(till):
    order = till.order
    take = {"method": "cash", "received_fen": 8000, "reference": "0001", "state_version": order.state_version}
    with driven_clock(till.now):
        for wrong in ({"received_fen": 7000}, {"reference": " "}, {"method": "iou"}):
            with pytest.raises(Invalid):
                actions.take_money(till.clerk, order.pk, **{**take, **wrong})
        with pytest.raises(NotAllowed):
            actions.take_money(till.head, order.pk, **take)
        assert actions.take_money(till.clerk, order.pk, **take).state == "paid"
        with pytest.raises((Stale, WrongState)):
            actions.take_money(till.clerk, order.pk, **take)
    assert till.order.method == "cash"
    other = Till()
    with driven_clock(other.now), pytest.raises(Invalid):
        actions.take_money(other.clerk, other.order.pk, **{**take, "state_version": other.order.state_version})


def test_cash_closes_the_page_that_is_open_at_the_provider(till):
    version = till.order.state_version
    row = till.begin()
    with driven_clock(till.now):
        order = actions.take_money(
            till.clerk, till.order.pk, method="pos", received_fen=8000, reference="P1", state_version=version + 1
        )
    row.refresh_from_db()
    assert (order.state, row.state) == ("paid", "closed")


def test_cash_is_refused_when_the_payer_was_faster_online(till):
    version = till.order.state_version
    till.paid_there()
    with driven_clock(till.now), pytest.raises(DomainError):
        actions.take_money(
            till.clerk, till.order.pk, method="cash", received_fen=8000, reference="1", state_version=version + 1
        )
    assert (till.order.state, till.order.method) == ("paid", "demo")


def test_the_window_sets_a_fee_that_depends_on_the_matter():
    till = Till(fee_schedule=SCHEDULE)
    order = till.order
    assert (order.state, order.amount_fen) == ("assessing", 0)
    with driven_clock(till.now):
        for wrong in ({}, {"nothing": 1}, {"home": -1}, {"home": 1000}):
            with pytest.raises(Invalid):
                actions.assess(till.clerk, order.pk, wrong, state_version=order.state_version)
        with pytest.raises(DomainError) as refused:
            till.step("approve", text="")
        assert refused.value.code == "unpaid"
        order = actions.assess(till.clerk, order.pk, {"home": 2, "other": 1}, state_version=order.state_version)
    assert (order.state, order.amount_fen) == ("due", 71000)


def test_a_full_exemption_leaves_nothing_to_pay_and_is_kept(till):
    order = till.order
    reduction = {"ground": "hardship", "amount_fen": 8000, "note": "低保证 2026-001", "state_version": 0}
    with driven_clock(till.now):
        with pytest.raises(NotAllowed):
            actions.reduce(till.clerk, order.pk, **reduction)
        for wrong in ({"amount_fen": 8001}, {"amount_fen": 0}, {"note": ""}, {"ground": "friendship"}):
            with pytest.raises(Invalid):
                actions.reduce(till.head, order.pk, **{**reduction, **wrong})
        order = actions.reduce(till.head, order.pk, **reduction)
        assert (order.state, order.amount_fen, order.reduced_fen, order.reduced_by) == (
            "waived", 0, 8000, till.head_user,
        )  # fmt: skip
        assert till.step("approve", text="").state == "approved"


def test_orders_are_reminded_of_once_expire_and_can_be_renewed(till):
    with till.at("2026-06-25 09:00"):
        assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    with till.at("2026-07-01 23:59"):
        assert actions.expire_due() == 0
    with till.at("2026-07-02 00:15"):
        assert (actions.expire_due(), actions.expire_due()) == (1, 0)
        assert till.order.state == "expired"
        with pytest.raises(DomainError):
            till.step("approve", text="")
        with pytest.raises(NotFound):
            actions.renew(actor_of(factories.citizen()), till.case.pk)
        fresh = actions.renew(actor_of(till.payer), till.case.pk)
        assert actions.renew(till.clerk, till.case.pk).pk == fresh.pk
    assert fresh.state == "due"


def test_expiry_asks_the_provider_first(till):
    till.paid_there()
    with till.at("2026-07-02 00:15"):
        actions.expire_due()
    assert till.order.state == "paid"


def test_a_fee_before_the_issue_falls_due_with_the_approval():
    till = Till(fee_when="issue")
    assert not Order.objects.exists()
    with driven_clock(till.now):
        till.step("approve", text="")
    till.work()
    with driven_clock(till.now), pytest.raises(DomainError) as refused:
        till.step("issue", document_number="海字1号")
    assert refused.value.code == "unpaid"
    till.pay()
    with driven_clock(till.now):
        assert till.step("issue", document_number="海字1号").state == "issued"


def test_a_fee_that_is_not_collected_here_holds_nothing_up():
    till = Till(fee_when="none")
    with driven_clock(till.now):
        assert till.step("approve", text="").state == "approved"
    assert not Order.objects.exists()


def test_receipts_are_numbered_without_gaps(till):
    for _n in range(3):
        other = Till()
        other.pay()
    till.pay()
    assert list(Receipt.objects.order_by("pk").values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_a_receipt_that_is_rolled_back_leaves_no_gap(till):
    from django.db import transaction

    from approvals.payments.actions.steps import issue_receipt, locked

    try:
        with transaction.atomic():
            issue_receipt(locked(till.order.pk, till.clerk))
            raise RuntimeError
    except RuntimeError:
        pass
    till.pay()
    assert Receipt.objects.get().serial == 1
