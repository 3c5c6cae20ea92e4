"""Visits in a real browser: booked and checked in, a tour on a phone with a photo to its verification, clocking in."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect

from hall.appointments import actions as booking
from hall.appointments.models import Appointment, Slot
from hall.attendance import actions as attendance
from hall.attendance.models import Shift
from hall.patrols import actions as patrols
from hall.patrols.models import Finding
from hall.queue.models import Ticket
from portal.core.time import now, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.appointments.objects import manager, service
from tests.attendance.objects import clerk
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations
from tests.browser.everybodys_clock import EverybodysClock, everybody_at
from tests.browser.patience import soon
from tests.patrols.objects import picture
from tests.queue import objects as queue_objects

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock() -> Iterator[EverybodysClock]:
    """A Friday in the morning, for the portal's threads too."""
    with everybody_at("2026-11-20 08:00") as made:
        yield made


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("language", "width", "js"), [("zh", PHONE, False), ("en", DESKTOP, True)])
def test_a_citizen_books_by_links_and_one_button(open_page: OpenPage, language: str, width: int, js: bool) -> None:
    person = factories.citizen(name="王丽娟")
    service(name="企业设立登记", plan={"windows": 2})
    with translation.override({"zh": "zh-hans", "en": "en"}[language]):
        words = {"book": gettext("Book"), "code": gettext("Check-in code")}
    page = open_page("/appointments/", language=language, width=width, js=js, user=person)
    for selector in (".choices a", ".slots a", ".slots.times a"):
        if js:
            look(page)
        page.locator(selector).first.click()
        page.wait_for_load_state()
    press(page, words["book"])
    assert soon(Appointment.objects.exists, page)
    one = Appointment.objects.get()
    assert one.holder.user == person
    expect(page.locator("main")).to_contain_text(one.code)
    expect(page.get_by_text(words["code"]).first).to_be_visible()
    if js:
        look(page)
        page.set_viewport_size({"width": NARROW, "height": 900})
        assert sideways(page) == 0


def test_who_has_booked_checks_in_and_stands_in_the_queue(open_page: OpenPage, clock: EverybodysClock) -> None:
    line = queue_objects.queue(in_hall=queue_objects.hall(every_day=True))
    made = service(queue_id=line.pk, plan={"windows": 4})
    person = factories.citizen()
    slot = Slot.objects.filter(service=made, day=today(), starts_at__gt=now()).earliest("starts_at")
    clock.set(slot.starts_at - dt.timedelta(hours=2))
    one = booking.book(actor_of(person), slot.pk)
    clock.set(slot.starts_at - dt.timedelta(minutes=10))
    page = open_page("/appointments/check-in/", width=DESKTOP)
    look(page)
    page.fill("input[name=code]", f"{one.code[:4]} {one.code[4:].lower()}")
    press(page, gettext_zh("Check in"))
    assert soon(Ticket.objects.exists, page)
    ticket = Ticket.objects.get()
    expect(page.locator(".govuk-panel")).to_contain_text(ticket.number)
    look(page)
    desk = open_page(f"/desk/appointments/?day={today()}", width=DESKTOP, user=clerk())
    expect(desk.locator("main")).to_contain_text(ticket.number)
    look(desk)


def gettext_zh(text: str, context: str = "") -> str:
    with translation.override("zh-hans"):
        return pgettext(context, text) if context else gettext(text)


def test_a_manager_tours_on_a_phone_and_the_named_person_puts_it_right(
    open_page: OpenPage, settings: Any, tmp_path: Path, watch: Watch
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    chief, person = factories.staff(Role.HALL_MANAGER), factories.staff(Role.CLERK, name="李晓燕")
    patrols.make_area(manager(), name="企业综合服务区")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture().read())
    page = open_page("/patrols/", width=PHONE, user=chief)
    press(page, gettext_zh("Start a tour"))
    look(page)
    page.locator(".areas a").first.click()
    page.wait_for_load_state()
    look(page)
    page.locator("input[value=finding]").first.check()
    for box in page.locator("input[value=fine]").all()[1:]:
        box.check()
    press(page, gettext_zh("Save and go on"))
    look(page)
    page.fill("textarea[name=text]", "台面堆放私人物品")
    page.set_input_files("input[name=photos]", str(photo))
    page.select_option("select[name=department]", str(factories.department().pk))
    page.select_option("select[name=person]", str(person.pk))
    press(page, gettext_zh("Record the finding"))
    press(page, gettext_zh("Finish the tour"))
    assert soon(lambda: Finding.objects.filter(tour__finished_at__isnull=False).exists(), page)
    finding = Finding.objects.get()
    assert finding.person == person and finding.photos.count() == 1 and finding.tour.finished_at is not None
    own = open_page(f"/patrols/findings/{finding.number}/", width=PHONE, user=person)
    look(own)
    own.fill("textarea[name=report]", "已清理")
    own.set_input_files("input[name=photos]", str(photo))
    press(own, gettext_zh("Report as put right"))
    page.goto(f"/patrols/findings/{finding.number}/")
    look(page)
    press(page, gettext_zh("Verify"))
    finding.refresh_from_db()
    assert finding.state == "verified"
    page.goto("/patrols/reports/")
    look(page)
    expect(page.locator("main")).to_contain_text("台面堆放私人物品")


def test_a_clerk_clocks_in_at_the_own_page(open_page: OpenPage, clock: EverybodysClock) -> None:
    person = clerk()
    start = now()
    attendance.plan_day(today())
    Shift.objects.filter(staff=person).update(
        starts_at=start + dt.timedelta(minutes=20), due_by=start + dt.timedelta(minutes=10),
        ends_at=start + dt.timedelta(hours=8),
    )  # fmt: skip
    page = open_page("/attendance/", width=PHONE, user=person)
    look(page)
    press(page, gettext_zh("Clock in"))
    assert Shift.objects.get(staff=person).is_present
    expect(page.get_by_text(gettext_zh("You have clocked in."))).to_be_visible()
    look(page)
