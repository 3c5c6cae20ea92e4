"""People, an item with a fee, and an order, by the real actions."""

import datetime as dt
import json
from typing import Any

from django.test import Client
from django.urls import reverse

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.payments import actions
from approvals.payments.models import DemoPayment, Order
from approvals.payments.providers import demo
from portal.core.actors import Actor
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

SCHEDULE = [
    {"code": "home", "name": "住宅", "name_en": "Home", "unit": "件", "unit_en": "case", "price_fen": 8000},
    {"code": "other", "name": "非住宅", "name_en": "Other", "unit": "件", "unit_en": "case", "price_fen": 55000},
]
FEE = {"fee_fen": 8000, "fee_basis": "收费标准", "fee_when": "decision", "review_steps": 0}


class Till:
    """One department, and a case of it that owes 80 yuan before its decision."""

    def __init__(self, moment: str = "2026-06-01 09:00", **version: Any) -> None:
        self.clerk_user, self.reviewer_user = factories.staff(Role.CLERK), factories.staff(Role.REVIEWER)
        self.head_user, self.supervisor_user = factories.staff(Role.DEPARTMENT_HEAD), factories.staff(Role.SUPERVISOR)
        self.clerk, self.reviewer = actor_of(self.clerk_user, Role.CLERK), actor_of(self.reviewer_user, Role.REVIEWER)
        self.head = actor_of(self.head_user, Role.DEPARTMENT_HEAD)
        self.payer = factories.citizen()
        self.now = factories.moment(moment)
        with driven_clock(self.now):
            self.case = factories.accepted(self.clerk, self.payer, factories.item(**{**FEE, **version}))
        self.work()

    def work(self) -> None:
        with driven_clock(self.now):
            while run_due_jobs():
                pass

    def at(self, moment: str) -> Any:
        self.now = factories.moment(moment)
        return driven_clock(self.now)

    @property
    def order(self) -> Order:
        return Order.objects.select_related("case").get(case=self.case)

    def step(self, code: str, actor: Actor | None = None, **inputs: Any) -> Case:
        case = Case.objects.get(pk=self.case.pk)
        return case_actions.take_step(actor or self.clerk, case.pk, code, inputs, state_version=case.state_version)

    def begin(self) -> DemoPayment:
        """The payer goes to the provider's page."""
        order = self.order
        with driven_clock(self.now):
            actions.pay_online(
                actor_of(self.payer), order.pk, "demo", state_version=order.state_version,
                notify_url="http://testserver/", return_url="http://testserver/",
            )  # fmt: skip
        return DemoPayment.objects.get(key=order.attempts.latest("pk").key)

    def paid_there(self, **changed: Any) -> DemoPayment:
        """Paid at the provider; what it reports can be made to differ."""
        row = self.begin()
        row.state, row.paid_at, row.paid_on = "paid", self.now, self.now.date()
        for name, value in changed.items():
            setattr(row, name, value)
        row.save()
        return row

    def call(self, row: DemoPayment, *, header: str | None = None, body: bytes | None = None) -> Any:
        """The provider's callback, through the address."""
        text = demo.message(row) if body is None else body
        with driven_clock(self.now):
            signed = demo.sign(text, now()) if header is None else header
            return Client().post(
                reverse("payments:callback", args=["demo"]), text, content_type="application/json",
                headers={demo.SIGNATURE: signed},
            )  # fmt: skip

    def pay(self) -> Order:
        assert self.call(self.paid_there()).status_code == 200
        return self.order


def changed(row: DemoPayment, **values: Any) -> bytes:
    """The provider's message with other values in it."""
    return json.dumps({**json.loads(demo.message(row)), **values}).encode()


def later(till: Till, **by: int) -> dt.datetime:
    till.now += dt.timedelta(**by)
    return till.now
