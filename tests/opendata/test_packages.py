"""The addresses of open contracting data: pages by cursor, filters, tags, whole years, flat tables."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.time import driven_clock
from procurement.models import Deal
from procurement.opendata import actions
from procurement.opendata.models import Process, Release
from tests.awards.objects import evaluated
from tests.factories import moment
from tests.opendata.objects import BUYER, NAMES, PRICES
from tests.procurement.objects import deal
from tests.tenders.objects import firm

pytestmark = [pytest.mark.django_db, pytest.mark.once]
client = Client()


def get(name, query=None, args=(), **headers):
    return client.get(reverse(f"opendata:{name}", args=args), query, headers=headers)


@pytest.fixture
def ocid(told):
    return Process.objects.get(project=told.project).ocid


@pytest.fixture
def many(told):
    """Three more processes, one of government procurement."""
    with driven_clock(moment("2027-07-01 10:00")):
        buyer = firm("海州市教育局")[0]
        made = [evaluated(), evaluated(), evaluated(category="government", buyer=buyer)]
        for one in made:
            actions.publish(one.pk)
    return made


def followed(address, query):
    """All pages, by the links that each of them gives."""
    found, pages = [], 0
    answer = client.get(address, query)
    while True:
        pages += 1
        package = answer.json()
        found += package.get("releases") or package.get("records") or []
        link = package.get("links", {}).get("next")
        if link is None:
            return found, pages
        assert link.startswith("http://127.0.0.1:8000/ocds/")
        answer = client.get(link.removeprefix("http://127.0.0.1:8000"))


@pytest.mark.parametrize("name", ["releases", "records"])
def test_pages_follow_one_another_without_a_gap(name, many):
    found, pages = followed(reverse(f"opendata:{name}"), {"limit": "2"})
    total = Release.objects.count() if name == "releases" else Process.objects.count()
    names = [one.get("id") or one["ocid"] for one in found]
    assert len(names) == len(set(names)) == total
    assert pages == -(-total // 2)


@pytest.mark.parametrize("name", ["releases", "records"])
def test_a_page_costs_the_same_however_many_there_are(name, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert get(name).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [({"category": "government"}, 1), ({"category": "construction"}, 3), ({"since": "2027-07-01"}, 3),
     ({"until": "2027-06-30"}, 1), ({"method": "direct"}, None), ({"method": "open"}, 4), ({"method": "single"}, 0)],
)  # fmt: skip
def test_records_are_narrowed_by_category_method_and_days(many, query, count):
    answer = get("records", query)
    if count is None:
        assert answer.status_code == 422
    else:
        assert len(answer.json()["records"]) == count


def test_releases_of_one_buyer(many):
    code = many[2].buyer.uscc
    (one,) = get("releases", {"buyer": code}).json()["releases"]
    assert one["buyer"]["name"] == "海州市教育局"


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"cursor": "x"}, {"since": "gestern"}, {"foo": "1"}]
)
def test_a_wrong_question_is_a_problem_document_that_says_so(told, query):
    answer = get("releases", query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_whoever_has_the_package_gets_304(ocid):
    for name, args in (("releases", []), ("records", []), ("process-record", [ocid])):
        first = get(name, args=args)
        assert get(name, args=args, if_none_match=first["ETag"]).status_code == 304
        assert get(name, args=args, if_modified_since=first["Last-Modified"]).status_code == 304
        assert get(name, args=args, if_none_match='"other"').status_code == 200


def test_a_process_tells_all_its_releases_in_their_order(ocid, told):
    package = get("process-releases", args=[ocid]).json()
    assert [one["id"][-4:] for one in package["releases"]] == [f"{n:04d}" for n in range(1, 11)]
    (record,) = get("process-record", args=[ocid]).json()["records"]
    assert record["releases"] == package["releases"]
    assert record["compiledRelease"]["tag"] == ["compiled"]
    assert get("process-record", args=["ocds-hz0123-none"]).status_code == 404


def test_the_list_of_records_says_where_each_release_is_found(ocid):
    (record,) = get("records").json()["records"]
    for one in record["releases"]:
        address, _hash, name = one["url"].partition("#")
        found = client.get(address.removeprefix("http://127.0.0.1:8000")).json()["releases"]
        assert name in {release["id"] for release in found}


def test_browsers_of_other_sites_may_read_it(told):
    assert get("releases")["Access-Control-Allow-Origin"] == "*"


# --- whole years --------------------------------------------------------------------------------------------------------


def lines_of(answer):
    return b"".join(answer.streaming_content).decode()


def test_a_year_is_one_release_a_line(told):
    lines = lines_of(get("year-releases", args=[2026])).splitlines()
    assert [json.loads(line)["date"][:4] for line in lines] == ["2026"] * 6
    assert len(lines_of(get("year-releases", args=[2027])).splitlines()) == 4
    assert get("year-releases", args=[1999]).status_code == 404


def test_the_compiled_releases_of_a_year(told):
    (line,) = lines_of(get("year-records", args=[2026])).splitlines()
    assert json.loads(line)["contracts"][0]["status"] == "terminated"
    assert get("year-records", args=[2027]).status_code == 404, "the process began the year before"


def table(name, year=2026):
    return list(csv.DictReader(io.StringIO(lines_of(get("year-table", args=[year, name])).lstrip("\ufeff"))))


def test_flat_tables_hold_the_same_figures_to_the_fen(told):
    (tender,) = table("tenders")
    assert (tender["buyer"], tender["tenderers"], tender["budget_yuan"]) == (BUYER, "3", "12345678901.23")
    bids = table("bids")
    assert [(one["bidder"], Decimal(one["value_yuan"]) * 100) for one in bids] == list(zip(NAMES, PRICES, strict=True))
    (award,) = table("awards")
    assert (award["supplier"], award["value_yuan"], award["status"]) == (NAMES[0], "12000000000.07", "active")
    (contract,) = table("contracts")
    assert (contract["award"], contract["value_yuan"], contract["changes"]) == (award["award"], "12000010000.08", "1")
    assert get("year-table", args=[2026, "experts"]).status_code == 404


def test_no_text_of_a_table_is_run_as_a_formula():
    with driven_clock(moment("2026-12-16 18:00")):
        actions.publish(evaluated(title="=HYPERLINK(1)").pk)
    assert "'=HYPERLINK(1)" in {row["title"] for row in table("tenders")}


def test_who_has_the_year_s_file_gets_304(told):
    tag = get("year-records", args=[2026])["ETag"]
    assert get("year-records", args=[2026], if_none_match=tag).status_code == 304


# --- pages that lead here -----------------------------------------------------------------------------------------------


def test_the_page_explains_and_lists_years_and_processes(told, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        page = get("about").content.decode()
    assert "/ocds/bulk/2026/tenders.csv" in page and "ocds-hz0123" in page and told.project.title in page


def test_a_deal_of_ours_leads_to_its_tender_and_record(told, ocid, django_assert_max_num_queries):
    one = Deal.objects.get(source="own", external_id=f"{told.number}/1")
    with django_assert_max_num_queries(4):
        page = client.get(reverse("procurement:deal", args=[one.pk])).content.decode()
    assert reverse("tenders:tender", args=[told.number]) in page
    assert reverse("opendata:process-record", args=[ocid]) in page


def test_a_deal_of_another_system_leads_nowhere(db):
    page = client.get(reverse("procurement:deal", args=[deal().pk])).content.decode()
    assert "/tenders/JY" not in page


def test_a_tender_leads_to_its_record(told, ocid):
    page = client.get(reverse("tenders:tender", args=[told.number])).content.decode()
    assert reverse("opendata:process-record", args=[ocid]) in page
