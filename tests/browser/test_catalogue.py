"""The catalogue in a real browser: no axe violation, no sideways scrolling, found and read without JavaScript."""

import pytest
from playwright.sync_api import expect

from approvals.catalogue.demo import load_demo_catalogue
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/items/", "/items/?q=身份证丢了", "/items/?q=量子飞船驾驶", "/guide/SCJG-001/", "/guide/GAJ-001/")


@pytest.fixture(autouse=True)
def _items(transactional_db: None) -> None:
    author, reviewer = (actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR) for _ in range(2))
    load_demo_catalogue(author, reviewer, only={"SCJG-001", "GAJ-001", "GAJ-004"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, language: str) -> None:
    page = open_page("/items/", language=language)
    for path in PAGES:
        page.goto(path)
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], path
            assert sideways(page) == 0, path


def test_an_item_is_found_by_everyday_words_and_read_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/items/", js=False, width=PHONE)
    page.locator("#id_q").fill("身份证丢了")
    page.locator("form.filter button").click()
    page.get_by_role("link", name="居民身份证补领").click()
    expect(page.locator("h1")).to_have_text("居民身份证补领")
    expect(page.locator("#grounds")).to_contain_text("《中华人民共和国居民身份证法》")
    expect(page.locator("img[src$='qr.svg']")).to_have_js_property("complete", True)
    expect(page.locator("img[src$='qr.svg']")).not_to_have_js_property("naturalWidth", 0)
