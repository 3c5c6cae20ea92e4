"""Reduction certificates and reductions asked for online: two people, taken off by itself, counted once."""

import datetime as dt

import pytest

from approvals.cases import actions as filing
from approvals.payments import actions
from approvals.payments.models import Order, ReductionCertificate
from approvals.payments.savings import orders_behind, saved
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from tests import factories
from tests.factories import moment
from tests.payments.till import SCHEDULE, Till

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


class Firm:
    """An enterprise with an agent, at a department with an item that costs 80 yuan."""

    def __init__(self, **version) -> None:
        self.till = Till(**version)
        self.firm = Organisation.objects.create(uscc="91110000600037341L", name="滨海商贸有限公司")
        self.agent = factories.citizen()
        Membership.objects.create(organisation=self.firm, user=self.agent, starts_on=dt.date(2020, 1, 1))
        self.item = self.till.case.item

    def certificate(self, **more) -> ReductionCertificate:
        values = {
            "organisation_id": self.firm.pk, "department_id": self.item.department_id, "ground": "small_firm",
            "basis": "财税〔2026〕1号", "valid_from": DAY, "valid_to": dt.date(2026, 12, 31), "percent": 50, **more,
        }  # fmt: skip
        made = actions.propose_certificate(self.till.reviewer, actions.CertificateDraft(**values))
        return actions.decide_certificate(self.till.head, made.pk, "issue", state_version=0)

    def files(self):
        actor = actor_of(self.agent)
        draft = filing.start_draft(actor, self.item, organisation=self.firm)
        case = filing.take_step(actor, draft.pk, "submit", state_version=draft.state_version)
        return filing.take_step(self.till.clerk, case.pk, "accept", state_version=case.state_version)

    def order(self) -> Order:
        case = self.files()
        work()
        return Order.objects.get(case=case)


def work() -> None:
    while run_due_jobs():
        pass


@pytest.fixture
def firm():
    with driven_clock(moment("2026-06-01 09:00")):
        yield Firm()


def test_a_certificate_is_taken_off_by_itself(firm):
    certificate = firm.certificate()
    order = firm.order()
    assert (order.gross_fen, order.reduced_fen, order.amount_fen, order.state) == (8000, 4000, 4000, "due")
    assert (order.certificate, order.reduction_ground, order.organisation) == (certificate, "certificate", firm.firm)
    assert certificate.number in order.reduction_note


@pytest.mark.parametrize(("more", "left"), [({"percent": None, "amount_fen": 9000}, 0), ({"percent": 33}, 5360)])
def test_never_more_than_the_fee_is_taken_off_and_a_whole_fee_needs_no_payment(firm, more, left):
    firm.certificate(**more)
    order = firm.order()
    assert (order.amount_fen, order.state) == (left, "due" if left else "waived")


def test_the_best_certificate_of_the_day_counts(firm):
    firm.certificate(percent=10)
    best = firm.certificate(percent=60)
    ended = firm.certificate(percent=90)
    ended = actions.decide_certificate(firm.till.head, ended.pk, "suspend", note="核查", state_version=1)
    firm.certificate(percent=95, items=[factories.item(dept=firm.item.department).pk])
    ReductionCertificate.objects.filter(pk=firm.certificate(percent=99).pk).update(
        valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 5, 31)
    )
    assert firm.order().certificate == best


def test_the_window_sets_the_amount_and_the_certificate_is_taken_off_anew():
    with driven_clock(moment("2026-06-01 09:00")):
        firm = Firm(fee_schedule=SCHEDULE)
        firm.certificate(percent=50)
        order = firm.order()
        assert order.state == "assessing"
        order = actions.assess(firm.till.clerk, order.pk, {"other": 2}, state_version=order.state_version)
        assert (order.gross_fen, order.reduced_fen, order.amount_fen) == (110_000, 55_000, 55_000)


def test_two_people_issue_a_certificate(firm):
    draft = actions.CertificateDraft(
        firm.firm.pk, firm.item.department_id, "small_firm", "财税〔2026〕1号", DAY, dt.date(2026, 12, 31), percent=50
    )
    made = actions.propose_certificate(firm.till.head, draft)
    with pytest.raises(NotAllowed):
        actions.decide_certificate(firm.till.head, made.pk, "issue", state_version=0)
    assert firm.order().reduced_fen == 0  # not issued yet
    with pytest.raises(NotAllowed):
        actions.propose_certificate(firm.till.clerk, draft)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"percent": None}, "percent"), ({"percent": 101}, "percent"), ({"amount_fen": 1}, "percent"),
        ({"basis": " "}, "basis"), ({"ground": "certificate"}, "ground"), ({"organisation_id": 0}, "uscc"),
        ({"valid_to": dt.date(2026, 5, 31)}, "valid_to"),
    ],
)  # fmt: skip
def test_a_certificate_with_faults_says_which(firm, more, field):
    with pytest.raises(Invalid) as refused:
        firm.certificate(**more)
    assert field in refused.value.fields


def test_a_reduction_is_asked_for_with_the_draft_and_granted_when_the_fee_is_due(firm):
    actor = actor_of(firm.agent)
    draft = filing.start_draft(actor, firm.item, organisation=firm.firm)
    request = actions.ask_reduction(actor, draft.pk, ground="small_firm", proof="小微企业证明 12 号")
    with pytest.raises(WrongState):
        actions.ask_reduction(actor, draft.pk, ground="policy", proof="x")
    with pytest.raises(WrongState):  # nothing is due yet
        actions.grant_reduction(firm.till.head, request.pk, amount_fen=100, note="", state_version=0)
    order = firm.order()
    with pytest.raises(NotAllowed):
        actions.grant_reduction(firm.till.clerk, request.pk, amount_fen=100, note="", state_version=0)
    order = actions.grant_reduction(
        firm.till.reviewer, request.pk, amount_fen=8000, note="属实", state_version=order.state_version
    )
    request.refresh_from_db()
    assert (order.state, order.reduction_ground, request.state, request.order) == (
        "waived", "small_firm", "granted", order,
    )  # fmt: skip
    with pytest.raises(WrongState):
        actions.refuse_reduction(firm.till.reviewer, request.pk, note="x")


def test_whoever_owes_a_fee_after_the_decision_still_asks_until_it_is_paid():
    """The clock of the case has ended with the approval; the fee is due before the licence is handed out."""
    till = Till(fee_when="issue", review_steps=0)
    payer = actor_of(till.payer)
    with driven_clock(till.now):
        till.step("approve", text="准予")
    till.work()
    with driven_clock(till.now):
        assert (till.order.state, till.order.case.ended_on) == ("due", DAY)
        request = actions.ask_reduction(payer, till.case.pk, ground="hardship", proof="低保证 12 号")
        seen = till.order.state_version
        order = actions.grant_reduction(till.reviewer, request.pk, amount_fen=5000, note="属实", state_version=seen)
        assert (order.state, order.amount_fen) == ("due", 3000)
        actions.take_money(
            till.clerk, order.pk, method="cash", received_fen=3000, reference="1", state_version=order.state_version
        )
        with pytest.raises(WrongState):
            actions.ask_reduction(payer, till.case.pk, ground="hardship", proof="低保证 12 号")


def test_a_case_that_ended_without_a_fee_leaves_nothing_to_ask_for():
    till = Till(fee_when="issue")
    with driven_clock(till.now):
        till.step("withdraw", actor_of(till.payer), reason="")
        with pytest.raises(WrongState):
            actions.ask_reduction(actor_of(till.payer), till.case.pk, ground="hardship", proof="x")


def test_a_refused_request_says_why_and_another_may_follow(firm):
    case, actor = firm.files(), actor_of(firm.agent)
    request = actions.ask_reduction(actor, case.pk, ground="hardship", proof="证明")
    with pytest.raises(Invalid):
        actions.refuse_reduction(firm.till.reviewer, request.pk, note=" ")
    refused = actions.refuse_reduction(firm.till.reviewer, request.pk, note="证明已过期")
    assert (refused.state, refused.answer) == ("refused", "证明已过期")
    actions.ask_reduction(actor, case.pk, ground="hardship", proof="新证明")
    with pytest.raises(NotFound):
        actions.ask_reduction(actor_of(factories.citizen()), case.pk, ground="hardship", proof="x")


def test_the_savings_are_those_of_the_orders_behind_them(firm):
    firm.certificate()
    first = firm.order()
    actions.take_money(
        firm.till.clerk, first.pk, method="cash", received_fen=4000, reference="1", state_version=first.state_version
    )
    firm.order()  # unpaid: nothing is saved yet
    order = firm.till.order
    actions.reduce(
        firm.till.head, order.pk, ground="hardship", amount_fen=8000, note="低保证", state_version=order.state_version
    )
    refresh_all()
    rows = list(orders_behind(DAY, DAY))
    assert {row.pk for row in rows} == {first.pk, order.pk}
    for by in ("item", "organisation", "ground"):
        found = saved(by, DAY, DAY)
        assert (sum(one.orders for one in found), sum(one.fen for one in found)) == (2, 12_000)
    assert {one.key: one.fen for one in saved("organisation", DAY, DAY)} == {firm.firm.pk: 4000, 0: 8000}
    assert saved("item", DAY, DAY, [0]) == []
