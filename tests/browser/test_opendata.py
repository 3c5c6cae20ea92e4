"""The page of open contracting data in a real browser: readable at every width, and its files open."""

import pytest
from playwright.sync_api import expect

from portal.core.time import driven_clock
from procurement.opendata import actions
from tests.awards.objects import evaluated
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations
from tests.factories import moment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _published() -> None:
    with driven_clock(moment("2026-12-16 18:00")):
        actions.publish(evaluated(title="临港区农村公路提档升级工程").pk)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, language: str) -> None:
    page = open_page("/ocds/", language=language)
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []


def test_the_files_of_a_year_are_taken_and_a_tender_leads_here(open_page: OpenPage) -> None:
    page = open_page("/deals/", language="en")
    page.get_by_role("link", name="Open data of trading").click()
    page.get_by_role("heading", level=1, name="Open data of trading").wait_for()
    with page.expect_download() as download:
        page.get_by_role("table").get_by_role("link", name="Tenders", exact=True).click()
    assert download.value.suggested_filename == "tenders-2026.csv"
    page.get_by_role("link", name="临港区农村公路提档升级工程", exact=True).click()
    expect(page.get_by_role("link", name="Open contracting record")).to_be_visible()
    assert violations(page) == []
