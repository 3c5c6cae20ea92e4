"""System accounts, tokens and webhooks in a real browser; and the description of the interface under its content policy."""

import re

import pytest
from playwright.sync_api import expect

from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator(settings):
    settings.DEMO = True  # nobody is asked for a second factor
    factories.department()
    return factories.staff(Role.ADMINISTRATOR)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_administrator_connects_a_system(open_page, administrator, language):
    page = open_page("/admin/clients/", language=language, user=administrator)
    assert violations(page) == []
    page.click("a[href='/admin/clients/new/']")
    page.check("input[name=kind][value=system]")
    page.fill("input[name=code]", "scjg-oa")
    page.fill("input[name=name]", "市场监管业务系统")
    page.select_option("select[name=department]", index=1)
    page.click("main form button.govuk-button")
    page.click("a[href$='/tokens/new/']")
    page.check("input[value='cases:read']")
    assert violations(page) == []
    page.click("main form button.govuk-button")
    expect(page.locator("#token")).to_have_value(re.compile(r"^hzt_[0-9a-z]{10}_[\w-]{43}$"))
    page.click("main a.govuk-button")
    page.click("a[href$='/webhooks/new/']")
    page.fill("input[name=url]", "https://example.org/hook")
    page.click("main form button.govuk-button")
    expect(page.locator("#secret")).to_have_value(re.compile("^whsec_"))
    page.click("main a.govuk-button")
    assert violations(page) == []
    for width in (PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0


def test_the_description_is_drawn_from_our_own_files_under_the_strict_policy(open_page):
    page = open_page("/api/docs/", language="zh", width=DESKTOP)
    expect(page.locator(".opblock").nth(30)).to_be_visible()
    assert not [
        url
        for url in page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
        if "127.0.0.1" not in url and "localhost" not in url and not url.startswith("data:")
    ]
