"""A visit in a real browser: kiosk → call → serve → finish, the hall screen meanwhile, the phone beside it."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from hall.queue import actions
from hall.queue.models import Ticket
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.browser.patience import soon
from tests.permissions import Cast
from tests.queue.objects import desk, hall, manager, queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def city(settings: Any) -> dict[str, Any]:
    """A hall that is open at any hour, with one queue, one window, and its devices."""
    settings.DEMO = True  # no second factor at the sign-in
    cast = Cast()
    open_hall = hall("H1", every_day=True, opens_at=dt.time(0), closes_at=dt.time(23, 59, 59))
    made = queue("A", in_hall=open_hall, dept=cast.department, area="企业综合服务区")
    at = desk(made, code="B01", clerk=cast.person("clerk"))
    chief = manager()
    secrets = {
        kind: actions.issue_device(chief, hall_id=open_hall.pk, kind=kind, name=kind)[1]
        for kind in ("kiosk", "hall_screen")
    }
    return {"cast": cast, "queue": made, "desk": at, **secrets}


def test_a_visit_from_the_kiosk_to_the_end_with_the_screen_and_the_phone(
    open_page: OpenPage, city: dict[str, Any]
) -> None:
    kiosk = open_page(f"/kiosk/{city['kiosk']}/?lang=en", width=1080)
    kiosk.evaluate("window.print = () => {}")
    assert violations(kiosk) == []
    kiosk.click("a[data-kiosk]")
    kiosk.wait_for_selector("form")
    assert violations(kiosk) == []
    kiosk.check("input[name=services] >> nth=0")
    kiosk.click("form button.govuk-button")
    kiosk.wait_for_selector(".slip")
    expect(kiosk.locator(".slip")).to_contain_text("A001")
    assert violations(kiosk) == []
    ticket = Ticket.objects.get()

    screen = open_page(f"/screen/{city['hall_screen']}/", language="en")
    screen.set_viewport_size({"width": 1920, "height": 1080})
    phone = open_page(f"/t/{ticket.public_id}/", language="en", width=PHONE)
    expect(phone.locator("main")).to_contain_text("You are next")
    assert violations(phone) == [] and sideways(phone) == 0

    clerk = open_page("/desk/queue/", language="en", user=city["cast"].person("clerk"))
    assert violations(clerk) == []
    clerk.keyboard.press("Alt+KeyN")
    clerk.wait_for_selector(".call .pair")
    screen.wait_for_selector("#now-number:text-is('A001')")
    expect(screen.locator("#now-window")).to_have_text("B01")
    assert violations(screen) == []
    assert screen.evaluate("document.documentElement.scrollHeight") <= 1080
    screenshot(screen, "hall-screen-1920")
    phone.wait_for_selector(".follow.called")
    assert violations(clerk) == []
    clerk.click(".call form >> nth=0 >> button")
    clerk.wait_for_selector("#hold-reason")
    assert violations(clerk) == []
    clerk.click(".call form >> nth=0 >> button")
    clerk.wait_for_selector("#break")
    ticket.refresh_from_db()
    assert ticket.state == "done"
    phone.wait_for_selector(".follow.done")


def test_a_kiosk_that_loses_the_connection_says_so_and_does_nothing_twice(
    open_page: OpenPage, city: dict[str, Any], watch: Watch
) -> None:
    watch.allow("Failed to load resource", "ERR_")
    kiosk = open_page(f"/kiosk/{city['kiosk']}/{city['queue'].pk}/?lang=en", width=1080)
    kiosk.evaluate("window.print = () => {}")
    kiosk.context.set_offline(True)
    kiosk.click("form button.govuk-button")
    kiosk.wait_for_selector("#lost:not([hidden])")
    expect(kiosk.locator("#lost")).to_contain_text("Nothing was done twice")
    kiosk.context.set_offline(False)
    kiosk.click("form button.govuk-button")
    kiosk.wait_for_selector(".slip")
    assert Ticket.objects.count() == 1


def test_a_screen_without_connection_says_that_it_may_be_old(
    open_page: OpenPage, city: dict[str, Any], watch: Watch
) -> None:
    watch.allow("Failed to load resource", "ERR_")
    screen = open_page(f"/screen/{city['hall_screen']}/", language="en")
    screen.context.set_offline(True)
    screen.wait_for_selector("#stale:not([hidden])")
    screen.context.set_offline(False)
    screen.wait_for_selector("#stale[hidden]", state="attached")


@pytest.mark.parametrize("width", [DESKTOP, PHONE, NARROW])
def test_the_managers_pages_fit_and_are_accessible(open_page: OpenPage, city: dict[str, Any], width: int) -> None:
    taken = Ticket.objects.create(
        hall=city["queue"].hall, queue=city["queue"], day=factories.moment("2026-11-20 10:00").date(), number="A900",
        channel="kiosk", hour=10, state="expired", taken_at=factories.moment("2026-11-20 10:00"),
        ended_at=factories.moment("2026-11-20 17:00"),
    )  # fmt: skip
    user = city["cast"].person("hall_manager")
    for path in ("/hall/queue/", "/hall/queue/tickets/", f"/hall/queue/tickets/{taken.pk}/", "/hall/queue/figures/",
                 "/hall/queue/devices/", f"/hall/queue/queues/{city['queue'].pk}/"):  # fmt: skip
        page = open_page(path, language="en", width=width, user=user)
        assert violations(page) == [], path
        assert sideways(page) == 0, path
        page.context.close()


def test_a_number_by_telephone_without_javascript(open_page: OpenPage, city: dict[str, Any]) -> None:
    page = open_page("/queue/", language="en", width=NARROW, js=False)
    page.click(".tiles a")
    page.fill("input[name=phone]", "13800001234")
    page.click("main form button.govuk-button")
    expect(page.locator("main")).to_contain_text("A001")
    page.click("text=Give the number up")
    assert soon(lambda: Ticket.objects.filter(state="cancelled").exists(), page)
