"""The public questions and the hotline's insight in a real browser: by telephone, without scripts, with the keyboard."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils.translation import gettext
from playwright.sync_api import expect

from hotline.insight.tasks import count_days
from portal.core import statistics
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import NARROW, PHONE, OpenPage, sideways, violations
from tests.factories import moment
from tests.hotline.objects import World
from tests.knowledge.objects import people, published

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_citizen_finds_an_answer_by_telephone_without_scripts(open_page: OpenPage) -> None:
    writer, head = people()
    version = published(writer, head)
    page = open_page("/hotline/faq/", width=PHONE, js=False)
    page.locator("#q").fill("身份证丢了")
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("link", name=version.title).click()
    expect(page.locator("article")).to_contain_text(version.answer)
    for path in ("/hotline/faq/", f"/hotline/faq/{version.article.number}/"):
        for language, width in (("zh", NARROW), ("en", 1366)):
            shown = open_page(path, language=language, width=width)
            assert violations(shown) == [] and sideways(shown) == 0


def test_an_article_is_written_by_one_and_published_by_another(open_page: OpenPage) -> None:
    writer, head = people()
    page = open_page("/hotline/knowledge/new/", user=writer.user)
    page.locator("[name=topic]").select_option(index=1)
    page.locator("[name=title]").fill("公交卡怎么退？")
    page.locator("[name=answer]").fill("持卡到客服中心办理。")
    page.locator("[name=submit]").click()
    expect(page.get_by_role("heading", name="公交卡怎么退？")).to_be_visible()
    assert violations(page) == [] and sideways(page) == 0
    second = open_page(urlsplit(page.url).path, user=head.user, width=PHONE)
    second.get_by_role("main").get_by_role("button", name=gettext("Publish"), exact=True).click()
    assert violations(second) == [] and sideways(second) == 0
    expect(open_page("/hotline/faq/").get_by_role("link", name="公交卡怎么退？")).to_be_visible()


def test_the_insight_shows_a_chart_with_its_table(open_page: OpenPage) -> None:
    with driven_clock(moment("2026-11-20 10:00")):
        world: Any = World()
        for _n in range(6):
            world.closed(street_code="GCBH")
    statistics.refresh_all()
    count_days()
    chief = factories.staff(Role.HOTLINE_DISPATCHER)
    for path in ("/hotline/insight/?from=2026-11-01", "/hotline/insight/topics/"):
        for language, width in (("zh", 1366), ("en", PHONE)):
            page = open_page(path, language=language, width=width, user=chief)
            assert violations(page) == [] and sideways(page) == 0
    page = open_page("/hotline/insight/?from=2026-11-01", user=chief)
    page.locator("figure.chart details summary").first.click()
    expect(page.locator("figure.chart table td").first).to_be_visible()
