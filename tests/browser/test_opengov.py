"""In a real browser: from the open page to a dataset, its dictionary and its file; the same on a phone, without scripts."""

import csv

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.core.jobs import run_due_jobs
from portal.supervision.opengov.models import PreparedFile
from tests.browser.conftest import DESKTOP, NARROW, PHONE, screenshot, sideways, violations
from tests.opengov.objects import City

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city():
    return City()


def test_a_citizen_goes_from_the_open_page_to_the_file(open_page, city):
    page = open_page(reverse("opengov:page"), language="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open government")
    expect(page.locator(".open-answers article")).to_have_count(9)
    page.locator("#course").scroll_into_view_if_needed()
    page.locator(".chart").first.scroll_into_view_if_needed()
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert violations(page) == []
    assert sideways(page) == 0
    screenshot(page, "opengov-desktop-en")

    article = page.locator("article", has=page.locator("#q-days"))
    article.locator("summary").click()
    expect(article).to_contain_text("Working days from acceptance to decision")
    page.get_by_role("button", name="Catalogue of open data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue of open data")
    assert violations(page) == []
    screenshot(page, "opengov-catalogue-en")
    page.get_by_label("Words in title, description or columns").fill("guide")
    page.get_by_role("button", name="Search").last.click()
    expect(page.locator(".open-list > li")).to_have_count(1)
    page.get_by_role("link", name="Service items").click()
    expect(page.locator("table.preview")).to_contain_text("SCJG-001")
    expect(page.locator("code", has_text="promised_days")).to_be_visible()
    assert violations(page) == []
    assert sideways(page) == 0
    screenshot(page, "opengov-dataset-en")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.DictReader(waiting.value.path().open(encoding="utf-8", newline="")))
    assert {row["item_code"] for row in rows} == {"SCJG-001", "GA-001", "GA-900"}


def test_the_open_page_on_a_phone_and_a_long_period_without_scripts(open_page, city, watch):
    watch.allow("422")
    page = open_page(reverse("opengov:page"), width=PHONE)
    expect(page.locator(".open-live > li")).to_have_count(8)
    assert violations(page) == []
    assert sideways(page) == 0
    screenshot(page, "opengov-phone-zh")
    page = open_page(reverse("opengov:page"), width=NARROW, elder=True, js=False)
    assert sideways(page) == 0
    page = open_page(reverse("opengov:dataset", args=["approvals-daily"]), width=PHONE, language="en", js=False)
    assert sideways(page) == 0
    screenshot(page, "opengov-dataset-phone-en")
    page.get_by_label("From").fill("2026-11-20")
    page.get_by_label("To").fill("2019-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("The end lies before the beginning.")
    expect(page.get_by_label("To")).to_have_value("2019-01-01")
    page.get_by_label("From").fill("2010-01-01")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Excel", exact=True).click()
    page.get_by_role("button", name="Write the XLSX file").click()
    expect(page.locator("section [role=status]")).to_contain_text("The file is being written.")
    assert PreparedFile.objects.get().format == "xlsx"
    assert sideways(page) == 0


def test_a_page_that_waits_for_a_file_moves_on_by_itself_and_breaks_no_rule(open_page, city):
    page = open_page(
        reverse("opengov:dataset", args=["approvals-daily"]) + "?first=2010-01-01&last=2026-11-20", language="en"
    )
    page.get_by_role("link", name="CSV", exact=True).click()
    page.get_by_role("button", name="Write the CSV file").click()
    expect(page.locator("section [role=status]")).to_contain_text("The file is being written.")
    assert violations(page) == []
    run_due_jobs()
    expect(page.get_by_role("button", name="Download the file")).to_be_visible(timeout=20_000)


def test_the_pages_of_data_in_chinese(open_page, city):
    page = open_page(reverse("opengov:catalogue"), width=DESKTOP)
    assert violations(page) == []
    page = open_page(reverse("opengov:dataset", args=["departments"]), width=PHONE)
    assert violations(page) == []
    assert sideways(page) == 0
    screenshot(page, "opengov-dataset-phone-zh")
