"""A failed lot in a real browser: asked for, approved by a supervisor, repeated; and the rows of a rating sheet."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.people.roles import Role
from procurement.tenders.models import FailedLot, Project
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.browser.everybodys_clock import everybody_at
from tests.tenders.objects import officer
from tests.tenders.test_failed_lots import story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = True  # no second factor for overseers


def looked_at(page: Page, name: str) -> None:
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"lots-{name}-{width}")
        assert (page.url, width, sideways(page)) == (page.url, width, 0)
        assert (page.url, violations(page)) == (page.url, [])


def test_another_way_is_asked_for_approved_and_taken(open_page: OpenPage) -> None:
    supervisor = factories.staff(Role.SUPERVISOR)
    with everybody_at("2026-11-20 10:00"):
        failed, agent = story("government")
        path = f"/trading/tenders/{failed.lot.project.number}/lots/2/failed/"
        page = open_page(path, user=agent.user, language="en")
        looked_at(page, "awaiting")
        page.locator("#ask_negotiation-fair").select_option("1")
        page.locator("#ask_negotiation-authority").fill("海州市财政局")
        page.locator("#ask_negotiation-reasons").fill("供应商不足三家，项目急需")
        page.get_by_role("button", name="Ask for competitive negotiation").click()
        expect(page.get_by_text("Another way asked for")).to_be_visible()
        chief = open_page("/trading/tenders/failed-lots/", user=supervisor, language="en")
        looked_at(chief, "list")
        chief.get_by_role("link", name="2 二标段").click()
        chief.locator("#approve_way-approval").fill("海财购〔2026〕12号")
        chief.locator("#approve_way-opinion").fill("论证意见齐全")
        chief.get_by_role("button", name="Approve the other way").click()
        expect(chief.get_by_text("Another way approved")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Repeat this lot").click()
        expect(page.get_by_text("Tendered again as")).to_be_visible()
        looked_at(page, "repeated")
    assert Project.objects.get(repeats=failed.lot.project).method == "negotiation"
    assert FailedLot.objects.get().state == "repeated"


def test_a_rating_sheet_is_typed_in_rows(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("422")
    page = open_page("/trading/conduct/sheets/?subject=agency", user=officer().user, language="en")
    looked_at(page, "sheet")
    before = page.locator("input[name$=_code]").count()
    page.get_by_role("button", name="More rows").click()
    expect(page.locator("input[name$=_code]")).to_have_count(before + 3)
    page.locator(f"input[name=act{before}_points]").fill("many")
    page.get_by_role("button", name="Publish a new version").click()
    expect(page.locator(f"input[name=act{before}_points]")).to_have_value("many")
    expect(page.locator(f"#id_act{before}_points_error")).to_be_visible()
    looked_at(page, "sheet-refused")
