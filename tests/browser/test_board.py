"""The supervision board in a real browser: figures that open their cases, charts, reminders, at every width."""

import datetime as dt
from typing import Any

import pytest

from approvals.cases.models import Case
from portal.core import statistics
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations

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
    statistics.refresh_all()
    return factories.staff(Role.SUPERVISOR)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/board/?period=year", "/board/cases/?figure=open"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, supervisor: Any, path: str, language: str
) -> None:
    page = open_page(path, language=language, user=supervisor)
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []


def test_charts_are_drawn_and_a_figure_opens_its_cases(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/", language="en", user=supervisor)
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".plot[data-drawn] canvas").wait_for()
    page.locator(".kpi", has_text="Overdue").locator("a.value").click()
    page.get_by_role("heading", level=1, name="Overdue").wait_for()
    assert page.locator(".head").get_by_text("1 application").is_visible()
    assert page.locator("tbody tr").count() == 1


def test_a_reminder_is_sent_once_and_says_so(open_page: OpenPage, supervisor: Any) -> None:
    page = open_page("/board/?period=year", language="en", user=supervisor)
    late = Case.objects.order_by("pk").first()
    assert late is not None
    page.get_by_role("button", name=f"Remind {late.number}").click()
    page.get_by_text("Reminded today").wait_for()
    assert page.url.endswith("/board/?period=year")
    assert page.get_by_role("button", name=f"Remind {late.number}").count() == 0
