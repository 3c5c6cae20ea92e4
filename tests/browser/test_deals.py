"""The public register of deals in a real browser: readable at every width, and a category opens its deals."""

import pytest

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
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, language: str) -> None:
    page = open_page("/deals/", language=language)
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []


def test_a_category_opens_its_deals_and_a_deal_its_page(open_page: OpenPage) -> None:
    page = open_page("/deals/", language="en")
    page.get_by_role("link", name="Land", exact=True).click()
    page.wait_for_url("**category=land*")
    assert page.locator("li.deal").count() == 1
    page.get_by_role("link", name="临港区工业用地使用权出让").click()
    page.get_by_role("heading", level=1, name="临港区工业用地使用权出让").wait_for()
    assert page.get_by_text("CNY 43,456,789").is_visible()
