"""The pages of promises and of the reform: a fixed number of queries, and nothing that was typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.promises import actions
from approvals.reform import actions as reform
from portal.core.time import today
from tests import factories
from tests.permissions import Cast
from tests.promises.crew import Crew

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MOST = 10  # of the page itself; session, account, second factor and postings of the reader come on top
FRAME = 8


@pytest.fixture
def crew():
    crew = Crew()
    for n in range(3):
        factories.item(f"WEAK-{n}", legal_days=10, promised_days=10)
    actions.open_round(crew.supervisor, name="一")
    actions.propose(crew.reviewer, crew.item.pk, days=9, ground="历史数据")
    request = reform.propose(crew.head, crew.item.pk, reform.Wanted("suspend", today(), "依据"))
    reform.decide(crew.supervisor, request.pk, "confirm", state_version=0)
    return crew


def reader(role: str = "supervisor") -> Client:
    return Cast().client(role)


@pytest.mark.parametrize(
    "name",
    ["promises:items", "promises:findings", "promises:proposals", "promises:rounds", "reform:ledger", "reform:items",
     "reform:requests", "reform:delegations", "payments:savings", "payments:certificates", "payments:reductions"],
)  # fmt: skip
def test_a_list_costs_a_fixed_number_of_queries(crew, name, django_assert_max_num_queries):
    client = reader()
    with django_assert_max_num_queries(MOST + FRAME):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["promises:public", "reform:public"])
def test_a_public_page_costs_a_fixed_number_of_queries(crew, client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST):
        assert client.get(reverse(name)).status_code == 200


def test_the_simulator_keeps_what_was_typed_and_says_what_is_wrong(crew):
    client, url = reader("administrator"), reverse("promises:simulator", args=[factories.item(promised_days=9).pk])
    page = client.get(url, {"share": "12", "days": "4"}).content.decode()
    assert 'value="12"' in page and 'value="4"' in page
    answer = client.post(url, {"days": "99", "ground": "因为可以"})
    assert answer.status_code == 422
    assert "因为可以" in answer.content.decode() and 'value="99"' in answer.content.decode()


def test_an_item_without_history_gets_a_clear_answer(crew):
    client, url = reader(), reverse("promises:simulator", args=[crew.item.pk])
    assert client.get(url).context["history"].total == 0


def test_an_unknown_figure_is_not_found(crew):
    assert reader().get(reverse("reform:ledger"), {"figure": "nonsense"}).status_code == 404


def test_a_period_that_ends_before_it_begins_is_said(crew, client):
    answer = client.get(reverse("reform:public"), {"first": "2026-05-01", "last": "2026-01-01"})
    assert answer.status_code == 200 and answer.context["problems"]
