"""The dashboards in a real browser: comparing periods, the process as a picture, the big screen on its wall."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from hall.models import Window
from portal.core import statistics
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.dashboards import actions
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, sideways, violations
from tests.dashboards.objects import clerk_of, counted, filed, lived, step, thing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def supervisor(settings: Any) -> Any:
    """Signed in without a second factor; cases of three weeks, one with a supplement, one late."""
    settings.DEMO = True
    cache.clear()
    on = thing(kind="promise")
    clerk = clerk_of(on.department)
    window = Window.objects.create(
        code="A01", name="企业开办窗口", name_en="Start a business", department=on.department
    )
    start = now() - dt.timedelta(days=20)

    def when(days: int, hour: int) -> str:
        return f"{start + dt.timedelta(days=days):%Y-%m-%d} {hour:02d}:00"

    for n in range(6):
        lived(
            on, clerk, filed_at=when(n, 9), accepted_at=when(n + 1, 10),
            approved_at=when(n + 4, 11) if n % 3 else "", window=window,
        )  # fmt: skip
    case = step(filed(on, when(2, 9)), "ask_supplement", clerk, when(3, 9), text="请补充", limit_days=5)
    case = step(case, "resubmit", actor_of(case.applicant), when(6, 9))
    case = step(case, "accept", clerk, when(7, 9))
    step(case, "approve", clerk, when(9, 9))
    statistics.rebuild(statistics.measure_sets()["cases"])
    counted()
    return factories.staff(Role.SUPERVISOR)


PATHS = (
    "/supervision/windows/?period=year",
    "/supervision/windows/A01/?period=year",
    "/supervision/windows/A01/rows/?figure=served",
    "/supervision/outside/?period=year",
    "/supervision/process/?period=year",
    "/supervision/process/steps/?period=year",
    "/supervision/process/cases/?period=year",
    "/supervision/screens/",
    "/supervision/screens/new/",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, supervisor: Any, language: str) -> None:
    page = open_page("/board/", language=language, user=supervisor)
    for path in PATHS:
        page.goto(path)
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert (path, violations(page)) == (path, [])


def test_a_supervisor_compares_the_periods_of_an_item(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/?period=year", language="en", user=supervisor)
    page.locator("#items ~ table tbody th a").first.click()
    expect(page.get_by_role("heading", name="The promise and how it was kept")).to_be_visible()
    page.get_by_label("Compare with").select_option("last_year")
    page.get_by_role("button", name="Show", exact=True).click()
    table = page.get_by_role("table", name="Comparison of periods")
    row = table.get_by_role("row").filter(has_text="Received")
    expect(row).to_contain_text("+7")
    row.get_by_role("link").click()
    expect(page.get_by_text("7 applications")).to_be_visible()


def test_the_process_opens_the_steps_behind_its_figures(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/", language="en", user=supervisor)
    page.get_by_role("navigation", name="Dashboards").get_by_role("link", name="Where cases wait").click()
    page.get_by_role("link", name="This year").click()
    expect(page.locator(".map svg text.name")).to_contain_text(["To be accepted"])
    expect(page.get_by_role("table", name="Detours")).to_contain_text("Supplement asked for")
    page.get_by_role("table", name="Step by step").get_by_role("link", name="Supplement → To be accepted").click()
    expect(page.locator("table tbody tr")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="Event log (XES)").click()
    expect(page.get_by_label(re.compile("process mining"))).to_be_checked()


def test_the_big_screen_shows_what_has_changed(open_page: OpenPage, supervisor: Any) -> None:
    _device, secret = actions.issue_screen(actor_of(supervisor, Role.SUPERVISOR), name="大屏", language="en")
    page = open_page(f"/supervision/wall/{secret}/", language="en", width=1920)
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(page.locator("#trend[data-drawn]")).to_be_visible()
    expect(page.locator("[data-code=received] dd")).to_have_text("0")
    assert sideways(page) == 0 and violations(page) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main :not(.vh):not(.vh *), header *, footer *')]"
        ".filter(e => e.firstChild && e.firstChild.nodeType === 3 && e.textContent.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 24
    with driven_clock(now()):
        factories.submitted(on=thing("GA"))
    statistics.refresh_all()
    cache.clear()
    expect(page.locator("[data-code=received] dd")).to_have_text("1")
    page.reload()
    expect(page.locator("[data-code=received] dd")).to_have_text("1")
