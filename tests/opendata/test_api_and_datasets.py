"""Deals for departments' own systems, and the open datasets that the roof serves."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.core.datasets import Span, dataset
from portal.core.time import driven_clock
from procurement.opendata.datasets import DEALS, NOTICES
from procurement.tenders.models import Notice
from tests.api.objects import api
from tests.awards.objects import evaluated
from tests.factories import moment
from tests.procurement.objects import deal
from tests.tenders.objects import registered

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/api/v1/deals"
SPAN = Span(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_deals_come_page_by_page_the_latest_first():
    made = [deal(title=f"工程{n}").pk for n in range(5)]
    caller, found, cursor = api("deals:read"), [], None
    while cursor != "":
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = caller.get(LIST, query).json()
        found += [row["id"] for row in page["results"]]
        cursor = page["next_cursor"] or ""
    assert found == made[::-1]


def test_deals_are_narrowed_and_a_wrong_filter_is_refused():
    deal()
    land = deal(
        category="land", method="listing", budget_fen=None, start_fen=1, deal_fen=3, awarded_on=dt.date(2026, 7, 1)
    )
    caller = api("deals:read")
    for query in ({"category": "land"}, {"method": "listing"}, {"from": "2026-07-01"}):
        (row,) = caller.get(LIST, query).json()["results"]
        assert (row["id"], row["premium_fen"], row["savings_fen"]) == (land.pk, 2, None)
    assert caller.get(LIST, {"category": "x"}).status_code == 422
    assert caller.get(LIST, {"winner": "x"}).status_code == 422


def test_one_deal_and_one_that_is_missing():
    one = deal()
    caller = api("deals:read")
    answer = caller.get(f"{LIST}/{one.pk}")
    assert (answer.json()["deal_fen"], answer.json()["awarded_on"]) == (90_000_000, "2026-06-01")
    assert caller.get(f"{LIST}/{one.pk}", headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert caller.get(f"{LIST}/0").status_code == 404


def test_another_scope_does_not_open_the_deals():
    answer = api("catalogue:read").get(LIST)
    assert (answer.status_code, answer.json()["scope"]) == (403, "deals:read")


def test_a_page_of_deals_costs_the_same_however_many_there_are(django_assert_max_num_queries):
    caller = api("deals:read")
    for n in range(12):
        deal(title=f"工程{n}")
    caller.get(LIST)
    with django_assert_max_num_queries(8):  # token, account, limit and its count; the deals are one of them
        caller.get(LIST, {"limit": "10"})


# --- datasets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [DEALS, NOTICES], ids=["deals", "tenders"])
def test_every_row_has_the_columns_of_the_dictionary(one):
    deal()
    with driven_clock(moment("2026-12-16 18:00")):
        project = evaluated()
        Notice.objects.create(project=project, kind="tender", text="x", published_at=moment("2026-11-20 10:00"))
    assert dataset(one.code) is one
    (row,) = list(one.rows(SPAN))
    types = {"text": str, "number": float, "boolean": bool, "date": dt.date, "moment": dt.datetime}
    assert len(row) == len(one.columns) == len({column.name for column in one.columns})
    for column, value in zip(one.columns, row, strict=True):
        assert value is None or isinstance(value, types[column.type]), column.name
    assert one.changed() is not None


def test_deals_are_in_yuan_and_only_of_the_span():
    deal(deal_fen=89_999_999, awarded_on=dt.date(2026, 12, 31))
    deal(awarded_on=dt.date(2027, 1, 1))
    names = [column.name for column in DEALS.columns]
    (row,) = list(DEALS.rows(SPAN))
    said = dict(zip(names, row, strict=True))
    assert (said["budget"], said["deal"], said["savings"], said["premium"]) == (
        1_000_000.0,
        899_999.99,
        100_000.01,
        None,
    )


def test_notices_of_what_is_not_announced_are_not_data():
    with driven_clock(moment("2026-11-20 10:00")):
        project = registered()
        Notice.objects.create(project=project, kind="tender", text="x", published_at=moment("2026-11-20 10:00"))
    assert list(NOTICES.rows(SPAN)) == []


def test_datasets_read_rows_as_a_stream(django_assert_max_num_queries):
    for n in range(5):
        deal(title=f"工程{n}")
    with django_assert_max_num_queries(1):
        assert len(list(DEALS.rows(SPAN))) == 5


def test_the_list_needs_a_token(client):
    assert client.get(LIST).status_code == 401
    assert reverse("opendata:api-deals") == LIST
