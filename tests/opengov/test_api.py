"""Open data through the API: no token, rows by cursor, a limit by the minute, every fault named."""

import pytest
from django.urls import reverse

from portal.core.datasets import datasets
from portal.supervision.opengov import api, reading, throttling
from tests.opengov.test_data_pages import made_up  # noqa: F401 - the same fixture

pytestmark = pytest.mark.once
LIST = "/api/v1/open/datasets"
YEAR = {"first": "2025-12-01", "last": "2026-11-20"}


def all_rows(client, code: str, **query) -> list[dict]:
    rows, cursor = [], ""
    while True:
        answer = client.get(f"{LIST}/{code}/rows", {**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.content
        page = answer.json()
        rows += page["results"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def test_the_catalogue_and_a_dataset_need_no_token(city, in_english, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        answer = in_english.get(LIST)
    assert [one["code"] for one in answer.json()["results"]] == [one.code for one in datasets()]
    again = in_english.get(LIST, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304
    one = in_english.get(f"{LIST}/items").json()
    assert (one["title"], one["licence"], one["whole"]) == ("Service items", "CC-BY-4.0", True)
    assert one["columns"][0] == {
        "name": "item_code", "title": "Item code", "type": "text", "unit": "", "note": "", "codes": {},
    }  # fmt: skip


@pytest.mark.parametrize("code", [one.code for one in datasets()])
def test_the_pages_hold_all_rows_of_the_file_once(city, client, code):
    import json

    file = client.get(reverse("opengov:download", args=[code, "json"]), YEAR)
    assert all_rows(client, code, **YEAR, limit=7) == json.loads(b"".join(file.streaming_content))


def test_a_cursor_fits_the_question_that_it_came_from_only(city, in_english):
    cursor = in_english.get(f"{LIST}/working-calendar/rows", {**YEAR, "limit": 5}).json()["next_cursor"]
    for address, query in (
        (f"{LIST}/approvals-daily/rows", {**YEAR, "cursor": cursor}),
        (f"{LIST}/working-calendar/rows", {"first": "2025-12-02", "last": "2026-11-20", "cursor": cursor}),
        (f"{LIST}/working-calendar/rows", {**YEAR, "cursor": f"{cursor}x"}),
    ):
        answer = in_english.get(address, query)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor")


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ({"first": "2026-11-20", "last": "2026-11-19"}, "last", "The end lies before the beginning."),
        ({"first": "20.11.2026"}, "first", "Please give a date like 2026-11-21."),
        ({"limit": "101"}, "limit", "Give a number from 1 to 100."),
        ({"colour": "red"}, "colour", "This address has no such parameter."),
        ({"first": "2001-01-01", "last": "2026-01-01"}, "last", "A period has at most twenty years."),
    ],
)
def test_what_makes_no_sense_is_named(city, in_english, query, parameter, sentence):
    answer = in_english.get(f"{LIST}/approvals-daily/rows", query)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"]) == (422, parameter)
    assert sentence in fault["detail"]


@pytest.mark.parametrize("address", [f"{LIST}/zebra", f"{LIST}/zebra/rows"])
def test_an_unknown_dataset_is_404_with_its_name(city, in_english, address):
    answer = in_english.get(address)
    assert answer.status_code == 404
    assert "There is no dataset “zebra”." in answer.json()["detail"]


def test_other_methods_are_refused(city, client):
    assert client.post(LIST, {}).status_code == 405


def test_who_wants_more_than_ten_thousand_rows_takes_the_file(in_english, made_up, db, monkeypatch):  # noqa: F811
    monkeypatch.setattr(api, "MOST_ROWS", 10)
    code = made_up([("x", n) for n in range(12)], whole=True)
    first = in_english.get(f"{LIST}/{code}/rows", {"limit": 6}).json()
    assert (len(first["results"]), first["first"]) == (6, None)
    answer = in_english.get(f"{LIST}/{code}/rows", {"limit": 6, "cursor": first["next_cursor"]})
    assert answer.status_code == 422
    assert "Take the file" in answer.json()["errors"][0]["detail"]


def test_a_sender_who_asks_too_often_waits(city, client, monkeypatch):
    monkeypatch.setattr(throttling, "REQUESTS_A_MINUTE", 2)
    answers = [client.get(LIST) for _ in range(3)]
    assert [one.status_code for one in answers] in ([200, 200, 429], [200, 200, 200])  # the minute may have turned
    refused = next((one for one in [*answers, client.get(LIST), client.get(LIST)] if one.status_code == 429), None)
    assert refused is not None
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["code"] == "too_many_requests"
    assert client.get(LIST, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_a_dataset_is_read_no_further_than_the_page(in_english, made_up, db):  # noqa: F811
    read = []

    def endless():
        for n in range(1000):
            read.append(n)
            yield (f"w{n}", n)

    code = made_up(endless(), whole=True)
    in_english.get(f"{LIST}/{code}/rows", {"limit": 3})
    assert len(read) == 4
    assert reading.PREVIEW_ROWS == 20
