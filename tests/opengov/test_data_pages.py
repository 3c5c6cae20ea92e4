"""The catalogue of open data: its list, a dataset, downloads in every format, what is prepared, what is refused."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from portal.core.datasets import Column, Dataset, datasets, register_dataset
from portal.core.jobs import run_due_jobs
from portal.core.models import Job
from portal.core.time import driven_clock
from portal.supervision.opengov import actions, reading, tasks, throttling
from portal.supervision.opengov.models import DatasetEdition, PreparedFile
from tests.factories import moment

CODES = [one.code for one in datasets()]
LONG = {"first": "2020-01-01", "last": "2026-11-19"}
YEAR = {"first": "2025-12-01", "last": "2026-11-20"}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def made_up(monkeypatch):
    """`made_up(rows)` publishes a dataset of one text and one number; it is gone after the test."""
    from portal.core import datasets as registry

    monkeypatch.setattr(registry, "_datasets", dict(registry._datasets))

    def publish(rows: list, **more: Any) -> str:
        columns = (Column("word", "Word", "text"), Column("amount", "Amount", "integer"))
        said = {"code": "made-up", "title": "Made up", "about": "x", "publisher": "y"}
        register_dataset(Dataset(**said, columns=columns, rows=lambda _span: rows, **more))
        return "made-up"

    return publish


def url(code: str, format: str = "csv") -> str:
    return reverse("opengov:download", args=[code, format])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def page_of(client: Any, code: str, **query: str) -> str:
    return client.get(reverse("opengov:dataset", args=[code]), query).content.decode()


# --- the catalogue --------------------------------------------------------------------------------------------------------


def test_the_catalogue_lists_every_dataset_in_one_query(city, in_english, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        page = in_english.get(reverse("opengov:catalogue")).content.decode()
    for code in CODES:
        assert reverse("opengov:dataset", args=[code]) in page


def test_the_catalogue_is_filtered_by_words_of_a_column_and_by_cycle(city, in_english):
    page = in_english.get(reverse("opengov:catalogue"), {"q": "Waited at MOST"}).content.decode()
    assert reverse("opengov:dataset", args=["hall-waiting"]) in page
    assert reverse("opengov:dataset", args=["items"]) not in page
    monthly = in_english.get(reverse("opengov:catalogue"), {"cycle": "monthly"}).content.decode()
    assert reverse("opengov:dataset", args=["ratings-monthly"]) in monthly
    assert reverse("opengov:dataset", args=["items"]) not in monthly
    nothing = in_english.get(reverse("opengov:catalogue"), {"q": "zebra"}).content.decode()
    assert "Nothing matches your search" in nothing
    assert 'value="zebra"' in nothing


@pytest.mark.parametrize("code", CODES)
def test_every_dataset_has_its_page_with_dictionary_and_downloads(city, in_english, code):
    page = page_of(in_english, code, **YEAR)
    one = reading.dataset_called(code)
    for column in one.columns:
        assert f"<code>{column.name}</code>" in page
    for format in reading.FORMATS:
        assert f"{url(code, format)}?" in page


def test_a_page_of_a_dataset_costs_a_fixed_number_of_queries(city, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):  # names, a month's cells each until the preview is full, the edition
        page_of(client, "approvals-daily", **YEAR)


def test_the_preview_holds_twenty_rows_and_says_that_there_are_more(in_english, made_up, db):
    rows = [(f"w{n}", n) for n in range(21)]
    page = page_of(in_english, made_up(rows, whole=True))
    assert "The first 20 rows" in page
    assert ("<td>w19</td>" in page, "<td>w20</td>" in page) == (True, False)
    assert "20 rows" in page_of(in_english, made_up(rows[:20], whole=True))


# --- downloads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_formats_hold_the_same_rows(city, in_english, code):
    one = reading.dataset_called(code)
    lines = list(csv.reader(io.StringIO(body(in_english.get(url(code), YEAR)).decode(), newline="")))
    objects = json.loads(body(in_english.get(url(code, "json"), YEAR)))
    ndjson = [json.loads(line) for line in body(in_english.get(url(code, "ndjson"), YEAR)).decode().splitlines()]
    assert lines[0] == [column.name for column in one.columns]
    assert objects == ndjson
    assert len(lines) - 1 == len(objects)
    for line, row in zip(lines[1:], objects, strict=True):
        said = ["" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in row.values()]
        assert [cell.removeprefix("'") for cell in line] == [text.removeprefix("'") for text in said]


def test_a_workbook_holds_rows_and_dictionary_and_no_formula(in_english, made_up, db):
    import openpyxl

    answer = in_english.get(url(made_up([("=1+1", 7), (None, 8)], whole=True), "xlsx"))
    content = body(answer)
    assert int(answer["Content-Length"]) == len(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Data", "Dictionary"]
    assert [[cell.value for cell in row] for row in book["Data"].rows] == [
        ["Word", "Amount"],
        ["=1+1", 7],
        [None, 8],
    ]
    assert book["Data"]["A2"].data_type == "s"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(client, made_up, db, start):
    code = made_up([(f"{start}cmd|' /C calc'!A0", -5)], whole=True)
    (row,) = list(csv.reader(io.StringIO(body(client.get(url(code))).decode(), newline="")))[1:]
    assert row == [f"'{start}cmd|' /C calc'!A0", "-5"], "numbers stay numbers"
    assert json.loads(body(client.get(url(code, "json"))))[0]["word"].startswith(start), "JSON is run by nobody"


def test_a_byte_order_mark_stands_there_for_who_asks(client, made_up, db):
    code = made_up([("雨", 1)], whole=True)
    plain, marked = body(client.get(url(code))), body(client.get(url(code), {"bom": "1"}))
    assert plain == "word,amount\r\n雨,1\r\n".encode()
    assert marked == b"\xef\xbb\xbf" + plain


def test_who_has_the_file_already_gets_304(city, client):
    first = client.get(url("items"))
    etag = first["ETag"]
    assert first["Last-Modified"]
    assert "items.csv" in first["Content-Disposition"]
    again = client.get(url("items"), HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again["ETag"]) == (304, etag)
    assert client.get(url("items", "json"), HTTP_IF_NONE_MATCH=etag).status_code == 200
    assert client.get(url("items"), HTTP_IF_NONE_MATCH=etag, HTTP_ACCEPT_LANGUAGE="en").status_code == 200
    city.item.name = "改名的事项"
    city.item.save()
    assert client.get(url("items"), HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_a_row_that_does_not_fit_the_columns_is_no_file(client, made_up, db):
    with pytest.raises(ValueError, match="a row of 1 values for 2 columns"):
        client.get(url(made_up([("x",)], whole=True)))


# --- what makes no sense --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-11-20", "last": "2026-11-19"}, "The end lies before the beginning."),
        ({"first": "nonsense"}, "Enter the date as year-month-day"),
        ({"first": "1999-12-31", "last": "2001-01-01"}, "There are no data from before the year 2000."),
        ({"last": "1999-12-31"}, "There are no data from before the year 2000."),
        ({"first": "2001-01-01", "last": "2026-01-01"}, "A period has at most twenty years."),
    ],
)
def test_a_period_that_makes_no_sense_is_said_with_what_was_typed(city, in_english, query, sentence):
    for address in (reverse("opengov:dataset", args=["approvals-daily"]), url("approvals-daily")):
        answer = in_english.get(address, query)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert all(f'value="{text}"' in page for text in query.values())


@pytest.mark.parametrize(
    ("given", "span"),
    [
        ({}, ("2025-11-20", "2026-11-20")),
        ({"first": "2026-01-01"}, ("2026-01-01", "2026-11-20")),
        ({"first": "2027-01-01"}, ("2027-01-01", "2027-01-01")),
        ({"last": "2026-03-31"}, ("2025-03-31", "2026-03-31")),
        ({"first": "2026/01/05", "last": "20260106"}, ("2026-01-05", "2026-01-06")),
        ({"last": "2000-01-05"}, ("2000-01-01", "2000-01-05")),
    ],
)
def test_what_is_not_given_is_filled_in(given, span):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(given)
    with driven_clock(moment("2026-11-20 10:00")):
        form = reading.asked_for(query)
        assert form.is_valid(), form.errors
        assert (form.span().first.isoformat(), form.span().last.isoformat()) == span


def test_an_unknown_dataset_and_an_unknown_format_are_named(city, in_english):
    for name in ("dataset", "datapackage", "dictionary-csv", "dictionary-json"):
        address = reverse(f"opengov:{name}", args=["zebra"])
        answer = in_english.get(address)
        assert (answer.status_code, "There is no dataset “zebra”." in answer.content.decode()) == (404, True)
    answer = in_english.get(url("items", "pdf"))
    assert answer.status_code == 404
    assert "Open data is not given out as “pdf”. Choose CSV, Excel (xlsx), JSON or NDJSON." in answer.content.decode()


def test_files_are_counted_for_each_sender(city, in_english, monkeypatch):
    monkeypatch.setattr(throttling, "FILES_AN_HOUR", 2)
    assert [in_english.get(url("windows")).status_code for _ in range(3)] == [200, 200, 429]
    assert in_english.get(url("windows"), REMOTE_ADDR="192.0.2.7").status_code == 200


# --- large files ----------------------------------------------------------------------------------------------------------


def asked(client: Any, code: str = "approvals-daily", **more: str) -> PreparedFile:
    answer = client.post(reverse("opengov:prepare", args=[code]), {"format": "csv", **LONG, **more})
    assert answer.status_code == 302, answer.content.decode()
    return PreparedFile.objects.get(uid=answer["Location"].rstrip("/").rpartition("/")[2])


def test_a_long_period_is_offered_to_be_written_and_then_served(city, in_english):
    offered = in_english.get(url("approvals-daily"), LONG)
    assert offered.status_code == 200
    assert "Write the CSV file" in offered.content.decode()
    file = asked(in_english)
    waiting = in_english.get(reverse("opengov:file", args=[file.uid])).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert in_english.get(reverse("opengov:file-content", args=[file.uid])).status_code == 404
    run_due_jobs()
    file.refresh_from_db()
    span = reading.Span(file.first, file.last)
    assert (file.state, file.rows) == ("ready", len(list(reading.dataset_called(file.code).rows(span))))
    ready = in_english.get(reverse("opengov:file", args=[file.uid])).content.decode()
    assert 'http-equiv="refresh"' not in ready
    answer = in_english.get(reverse("opengov:file-content", args=[file.uid]))
    content = body(answer)
    assert len(content) == file.file_bytes
    assert content.decode().splitlines()[0].startswith("day,department_code,department")
    again = in_english.get(reverse("opengov:file-content", args=[file.uid]), HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


def test_the_same_file_asked_for_twice_is_written_once_until_it_is_old(city, client):
    first = asked(client)
    assert asked(client) == first
    assert Job.objects.filter(name=actions.JOB).count() == 1
    assert asked(client, format="json") != first
    assert asked(client, bom="1") != first
    run_due_jobs()
    assert asked(client) == first
    with driven_clock(moment("2026-11-20 17:00")):
        assert asked(client) != first


def test_more_rows_than_one_should_wait_for_are_prepared_too(in_english, made_up, db, monkeypatch):
    monkeypatch.setattr("portal.supervision.opengov.views.data.DIRECT_ROWS", 2)
    code = made_up([("x", n) for n in range(3)], whole=True)
    answer = in_english.get(url(code))
    assert "There are too many rows to wait for." in answer.content.decode()
    file = asked(in_english, code)
    run_due_jobs()
    assert body(in_english.get(reverse("opengov:file-content", args=[file.uid]))).count(b"\r\n") == 4


def test_a_file_of_a_dataset_that_is_no_longer_published_breaks_off_and_says_so(in_english, made_up, db, monkeypatch):
    from portal.core import datasets as registry

    file = asked(in_english, made_up([("x", 1)]))
    del registry._datasets["made-up"]
    run_due_jobs()
    file.refresh_from_db()
    assert file.state == "failed"
    assert "could not be written" in in_english.get(reverse("opengov:file", args=[file.uid])).content.decode()


def test_a_wrong_order_is_refused_with_a_sentence(city, in_english, monkeypatch):
    prepare = reverse("opengov:prepare", args=["approvals-daily"])
    wrong = in_english.post(prepare, {"format": "csv", "first": "2026-11-20", "last": "2026-01-01"})
    assert (wrong.status_code, "The end lies before the beginning." in wrong.content.decode()) == (422, True)
    assert in_english.post(prepare, {"format": "pdf", **LONG}).status_code == 404
    monkeypatch.setattr(throttling, "PREPARED_AN_HOUR", 0)
    assert in_english.post(prepare, {"format": "csv", **LONG}).status_code == 429


def test_files_are_kept_for_a_week(city, client, tmp_path):
    file = asked(client)
    run_due_jobs()
    assert len(list((tmp_path / "opendata").iterdir())) == 1
    with driven_clock(moment("2026-11-26 10:00")):
        assert actions.purge() == 0
    with driven_clock(moment("2026-11-27 10:01")):
        assert actions.purge() == 1
    file.refresh_from_db()
    assert (file.state, list((tmp_path / "opendata").iterdir())) == ("gone", [])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "has been removed" in client.get(reverse("opengov:file", args=[file.uid])).content.decode()
    with driven_clock(moment("2027-03-01 10:00")):
        actions.purge()
    assert not PreparedFile.objects.exists()


# --- editions -------------------------------------------------------------------------------------------------------------


def test_a_change_of_the_rows_is_an_edition_and_a_night_without_one_is_none(city, in_english):
    assert tasks.look_for_changes() == len(CODES)
    assert tasks.look_for_changes() == 0
    city.item.name_en = "Renamed"
    city.item.save()
    with driven_clock(moment("2026-11-21 02:40")):
        tasks.look_for_changes()
    assert DatasetEdition.objects.filter(code="items").count() == 2
    assert DatasetEdition.objects.filter(code="windows").count() == 1
    feed = in_english.get(reverse("opengov:changes")).content.decode()
    assert feed.count("<entry>") == DatasetEdition.objects.count()
    assert "<title>Service items</title>" in feed
    cache.clear()
    assert "21 November 2026" in in_english.get(reverse("opengov:catalogue")).content.decode()


# --- for programs ---------------------------------------------------------------------------------------------------------


def test_the_dictionary_is_a_file_of_its_own(city, in_english):
    found = in_english.get(reverse("opengov:dictionary-json", args=["items"])).json()
    assert found["dataset"] == "items"
    kind = next(one for one in found["columns"] if one["name"] == "kind")
    assert kind == {
        "name": "kind", "title": "Kind of handling", "type": "text", "unit": "", "note": "",
        "codes": {"immediate": "Immediate", "promise": "Promise"},
    }  # fmt: skip
    text = in_english.get(reverse("opengov:dictionary-csv", args=["items"])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"] for row in rows] == [one["name"] for one in found["columns"]]
    assert "immediate = Immediate; promise = Promise" in [row["note"] for row in rows]


@pytest.mark.parametrize("code", CODES)
def test_the_data_package_describes_every_column(city, client, code):
    package = client.get(reverse("opengov:datapackage", args=[code]), YEAR).json()
    (resource,) = package["resources"]
    allowed = {"string", "integer", "number", "boolean", "date", "datetime"}
    assert {field["type"] for field in resource["schema"]["fields"]} <= allowed
    assert [field["name"] for field in resource["schema"]["fields"]] == [
        column.name for column in reading.dataset_called(code).columns
    ]
    assert resource["path"].startswith("http")
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    header = body(client.get(resource["path"].partition("//")[2].partition("/")[2].join(("/", "")))).splitlines()[0]
    assert header.decode() == ",".join(field["name"] for field in resource["schema"]["fields"])


def test_the_catalogue_for_programs_speaks_dcat(city, in_english, django_assert_max_num_queries):
    tasks.look_for_changes()
    with django_assert_max_num_queries(1):
        answer = in_english.get(reverse("opengov:catalog"))
    assert answer["Content-Type"] == "application/ld+json"
    found = {one["dct:identifier"]: one for one in answer.json()["dcat:dataset"]}
    assert list(found) == CODES
    items = found["items"]
    assert items["dct:accrualPeriodicity"]["@id"].endswith("/DAILY")
    assert items["dct:modified"]["@value"] == "2026-11-20T10:00:00+08:00"
    assert {one["dcat:mediaType"] for one in items["dcat:distribution"]} == {
        "text/csv", "application/json", "application/x-ndjson",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }  # fmt: skip


def test_words_are_in_the_readers_language(city, client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    with translation.override("zh-hans"):
        page = client.get(reverse("opengov:catalogue")).content.decode()
        assert str(reading.dataset_called("items").title) in page
