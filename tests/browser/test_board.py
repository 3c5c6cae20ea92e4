"""The supervision board in a real browser: figures that open their cases, charts, reminders, at every width."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core import statistics
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def supervisor(settings: Any) -> Any:
    """Signed in without a second factor, with a late case and fresh ones to look at."""
    settings.DEMO = True
    dept = factories.department()
    clerk = actor_of(factories.staff(Role.CLERK, dept), Role.CLERK)
    thing = factories.item(dept=dept, promised_days=5)
    with driven_clock(now() - dt.timedelta(days=30)):
        factories.accepted(clerk, on=thing)
    for _n in range(3):
        factories.accepted(clerk, on=thing)
    factories.submitted(on=thing)
    quick = factories.accepted(clerk, on=factories.item(dept=dept, review_steps=0, promised_days=5))
    actions.take_step(clerk, quick.pk, "approve", state_version=quick.state_version)
    statistics.refresh_all()
    return factories.staff(Role.SUPERVISOR)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/board/?period=year&rows=all&sort=-on_time",
        "/board/departments/SCJG/?period=year",
        "/board/cases/?figure=open",
        "/board/?item=none",
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, supervisor: Any, watch: Watch, path: str, language: str
) -> None:
    watch.allow("422")  # an item that does not exist is said with this status
    page = open_page(path, language=language, user=supervisor)
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []


def test_charts_are_drawn_and_a_figure_opens_its_cases(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/", language="en", user=supervisor)
    expect(page.locator("figure.chart").first).to_be_attached()
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".plot[data-drawn] canvas").wait_for()
    page.locator(".lamp", has_text="Overdue").click()
    page.get_by_role("heading", level=1, name="Overdue").wait_for()
    expect(page.locator(".head").get_by_text("1 application")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("role", [Role.GOVERNMENT_HEAD, Role.DEPARTMENT_HEAD])
def test_the_head_of_government_and_a_head_of_department_narrow_the_board(
    open_page: OpenPage, supervisor: Any, role: Role, width: int
) -> None:
    """From the centre to a department to its cases, by links and the form alone."""
    reader = factories.staff(role, factories.department())
    page = open_page("/board/?period=year", language="en", user=reader, width=width)
    page.locator("select[name=channel]").select_option("online")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("channel=online"))
    page.goto("/board/departments/SCJG/?period=year")
    page.get_by_role("heading", level=1, name="Market Regulation Bureau").wait_for()
    expect(page.locator("#people")).to_be_visible()
    page.locator(".balance .end a").click()
    page.get_by_role("heading", level=1, name="Open").wait_for()
    expect(page.locator("tbody tr")).to_have_count(4)


def test_without_javascript_every_chart_is_a_table_and_the_filters_work(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/?period=year", language="en", user=supervisor, js=False)
    page.locator("figure.chart summary").first.click()
    expect(page.locator("figure.chart table").first).to_be_visible()
    page.locator("select[name=compare]").select_option("last_year")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("compare=last_year"))
    page.locator("th a", has_text="Early rate").first.click()
    expect(page).to_have_url(re.compile("sort=early"))


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_menus_of_the_bar_open_by_keyboard_and_lead_on(
    open_page: OpenPage, settings: Any, width: int, js: bool
) -> None:
    settings.DEMO = True
    page = open_page("/rules/", language="en", user=factories.staff(Role.ADMINISTRATOR), width=width, js=js)
    menu = page.locator(".nav-menu summary", has_text="System")
    menu.focus()
    page.keyboard.press("Enter")
    link = page.locator(".nav-menu[open] a", has_text="Departments")
    box = link.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    if js:
        assert violations(page) == []
    link.click()
    page.get_by_role("heading", level=1, name="Departments").wait_for()


def test_a_reminder_is_sent_once_and_says_so(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/?period=year", language="en", user=supervisor)
    late = Case.objects.order_by("pk").first()
    assert late is not None
    page.get_by_role("button", name=f"Remind {late.number}").click()
    page.get_by_text("Reminded today").wait_for()
    expect(page).to_have_url(re.compile(re.escape("/board/?period=year") + "$"))
    expect(page.get_by_role("button", name=f"Remind {late.number}")).to_have_count(0)
