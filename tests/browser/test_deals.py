"""The public register of deals in a real browser: readable at every width, and a category opens its deals."""

import pytest
from playwright.sync_api import expect

from portal.core.statistics import rebuild
from portal.core.time import today
from procurement.measures import DEAL_MEASURES
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations
from tests.procurement.objects import deal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _deals() -> None:
    deal(awarded_on=today())
    deal(
        awarded_on=today(), category="land", method="listing", title="临港区工业用地使用权出让", budget_fen=None,
        start_fen=80_000_000_00, deal_fen=123_456_789_00,
    )  # fmt: skip
    rebuild(DEAL_MEASURES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["/deals/", "/deals/statistics/", "/deals/?since=2026-06-02&until=2026-06-01&least=2&most=1"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, language: str, path: str) -> None:
    page = open_page(path, language=language)
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []


def test_the_statistics_have_a_chart_its_table_and_a_file(open_page: OpenPage) -> None:
    page = open_page("/deals/statistics/", language="en")
    expect(page.locator("[data-drawn=yes]")).to_be_visible()
    row = page.get_by_role("row", name="Land").first
    expect(row).to_contain_text("CNY 123.46 million")
    page.get_by_label("Category").select_option("construction")
    page.get_by_label("Periods").select_option("quarter")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**step=quarter*")
    expect(page.get_by_role("row", name="Land")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_what_cannot_be_read_is_said_beside_its_field(open_page: OpenPage) -> None:
    page = open_page("/deals/", language="en")
    page.get_by_label("Amount from (yuan)").fill("viel")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Enter an amount in yuan, for instance 1234.50.")).to_be_visible()
    expect(page.get_by_label("Amount from (yuan)")).to_have_value("viel")


def test_a_category_opens_its_deals_and_a_deal_its_page(open_page: OpenPage) -> None:
    page = open_page("/deals/", language="en")
    page.get_by_role("link", name="Land", exact=True).click()
    page.wait_for_url("**category=land*")
    expect(page.locator("li.deal")).to_have_count(1)
    page.get_by_role("link", name="临港区工业用地使用权出让").click()
    page.get_by_role("heading", level=1, name="临港区工业用地使用权出让").wait_for()
    expect(page.get_by_text("CNY 43,456,789")).to_be_visible()
