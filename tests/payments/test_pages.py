"""Lists cost the same however long they are; what was typed survives a refusal; nothing is shown that is not known."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.cases.models import Case
from approvals.payments import actions
from portal.core.time import driven_clock
from tests.payments.till import SCHEDULE, Till
from tests.permissions import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def browser(till: Till, role: str, person):
    cast = Cast()
    cast._people[role] = person
    client = cast.client(role)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def grown(name: str, first: Till | None = None) -> Till:
    """One more row for the list of that name."""
    till = Till()
    if name == "payments:mine" and first is not None:
        Case.objects.filter(pk=till.case.pk).update(applicant=first.payer)
    if name == "payments:refunds":
        till.pay()
        with driven_clock(till.now):
            actions.propose_refund(till.clerk, till.order.pk, amount_fen=100, reason="other", text="x")
    if name == "delivery:desk":
        till.pay()
        with driven_clock(till.now):
            till.step("approve", text="")
        till.work()
    return till


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("payments:desk", "clerk"),
        ("payments:refunds", "clerk"),
        ("delivery:desk", "clerk"),
        ("payments:mine", "citizen"),
    ],
)
def test_a_longer_list_costs_no_more_queries(name, role, django_assert_num_queries):
    till = grown(name)
    client = browser(till, role, till.payer if role == "citizen" else till.clerk_user)
    url = reverse(name)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        short = client.get(url)
    queries = len(one.captured_queries)
    for _n in range(4):
        grown(name, till)
    with django_assert_num_queries(queries):
        longer = client.get(url)
    assert (len(short.context["rows"]), len(longer.context["rows"])) == (1, 5)


def test_what_was_typed_at_the_window_survives_a_refusal():
    till = Till()
    client = browser(till, "clerk", till.clerk_user)
    data = {"take-method": "cash", "take-received_fen": "79", "take-reference": "SJ0001", "take-state_version": "0"}
    answer = client.post(reverse("payments:act", args=[till.order.number, "take"]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The amount taken must be exactly the amount due." in page
    assert 'value="79"' in page and 'value="SJ0001"' in page
    assert till.order.state == "due"


def test_quantities_that_make_no_sense_are_refused_beside_the_field():
    till = Till(fee_schedule=SCHEDULE)
    client = browser(till, "clerk", till.clerk_user)
    url = reverse("payments:act", args=[till.order.number, "assess"])
    for value in ("-1", "1000", "many"):
        answer = client.post(url, {"assess-home": value, "assess-other": "", "assess-state_version": "0"})
        assert answer.status_code == 422
        assert f'value="{value}"' in answer.content.decode()
    assert client.post(url, {"assess-home": "2", "assess-state_version": "0"}).status_code == 302
    assert till.order.amount_fen == 16000


def test_the_tracking_page_says_that_a_fee_is_due_and_sends_to_the_sign_in(client):
    cache.clear()  # tries are limited for each address, and other tests have tried
    till = Till()
    with driven_clock(till.now):
        data = {"number": till.case.number, "code": till.case.query_code}
        answer = client.post(reverse("cases:track"), data, headers={"accept-language": "en"}, follow=True)
    page = answer.content.decode()
    assert "Please pay the fee" in page
    assert reverse("payments:pay", args=[till.case.number]) not in page


def test_without_a_provider_the_page_sends_to_the_window(settings, client):
    till = Till()
    settings.DEMO = False
    client.force_login(till.payer, backend="portal.people.backends.AccountBackend")
    page = client.get(reverse("payments:pay", args=[till.case.number]), headers={"accept-language": "en"})
    text = page.content.decode()
    assert "You can also pay at the window" in text
    assert "Pay online" not in text
