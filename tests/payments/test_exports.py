"""The lists of fees as files: the rows of the page, of the own department, with the page's filters."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.payments import actions
from portal.core.errors import NotFound
from portal.core.exports.registry import export_named
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.exports.lists import exported
from tests.payments.till import Till

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def test_orders_are_those_of_the_department_and_of_the_group():
    due, paid = Till(), Till()
    paid.pay()
    url = reverse("payments:desk")
    rows = exported(due.clerk_user, url, "payments.orders")
    assert [(row["Order number"], row["Amount"]) for row in rows] == [(due.order.number, 8000)]
    assert len(exported(due.clerk_user, url + "?tab=paid", "payments.orders")) == 1
    assert exported(due.clerk_user, url + "?q=NONE", "payments.orders") == []
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "payments.orders") == []


def test_refunds_say_who_proposed_them():
    till = Till()
    till.pay()
    with driven_clock(till.now):
        actions.propose_refund(till.clerk, till.order.pk, amount_fen=100, reason="other", text="x")
    url = reverse("payments:refunds")
    rows = exported(till.clerk_user, url, "payments.refunds")
    assert [(row["Amount"], row["Proposed by"]) for row in rows] == [(100, till.clerk_user.name)]
    assert exported(till.clerk_user, url + "?tab=done", "payments.refunds") == []
    assert exported(factories.staff(Role.CLERK, factories.department("ZJJ")), url, "payments.refunds") == []


def test_a_drawer_is_the_clerks_own_and_nobody_elses():
    till, other = Till(), Till()
    with driven_clock(till.now):
        order = till.order
        actions.take_money(
            till.clerk, order.pk, method="cash", received_fen=8000, reference="SJ1", state_version=order.state_version
        )
        rows = exported(till.clerk_user, reverse("payments:cash-up"), "payments.taken", rows="rows")
        assert [(row["How it is paid"], row["Amount"]) for row in rows] == [("Cash", 8000)]
        assert exported(other.clerk_user, reverse("payments:cash-up"), "payments.taken", rows="rows") == []
        actions.close_day(till.clerk, factories.department().pk, counted_fen=8000, note="")
    with driven_clock(till.now + dt.timedelta(days=1)):
        rows = exported(till.clerk_user, reverse("payments:cash-up"), "payments.drawer", rows="earlier")
        assert [(row["Cash"], row["Difference"]) for row in rows] == [(8000, 0)]
    with pytest.raises(NotFound):
        export_named("payments.taken", till.supervisor_user)
