"""Social supervision in a real browser, most of it on a phone: drawn, invited, a finding with a photo, the unit's reply."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hall.patrols.models import Finding
from hall.social.models import Visit
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations
from tests.browser.everybodys_clock import everybody_at
from tests.patrols.objects import area, picture
from tests.social.objects import chief, held, live, register, supervisor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Supervisors would be asked for it first; it has its own tests."""
    monkeypatch.setattr("portal.people.second_factor.is_due", lambda _request: False)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def friday() -> Iterator[None]:
    with everybody_at("2026-11-20 10:00"):
        yield


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def seal_and_reveal(open_page: OpenPage, path: str, people: list[User]) -> None:
    """Both parties make a seed in the browser, seal it, and reveal it."""
    seeds = []
    for user in people:
        page = open_page(path, language="en", user=user)
        page.get_by_role("button", name="Make a seed").click()
        expect(page.locator("[name=commitment]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
        seeds.append(page.get_by_label("Your seed: keep it").input_value())
        press(page, "Seal")
        expect(page.get_by_text("Saved.")).to_be_visible()
    for user, seed in zip(people, seeds, strict=True):
        page = open_page(path, language="en", user=user)
        page.get_by_label("Seed", exact=True).fill(seed)
        press(page, "Reveal")
        expect(page.get_by_text("Saved.")).to_be_visible()


def test_from_the_draw_to_the_reply_of_the_unit(open_page: OpenPage, tmp_path: Path, watch: Watch) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture().read())
    manager, watcher = factories.staff(Role.HALL_MANAGER), factories.staff(Role.SUPERVISOR)
    head = factories.staff(Role.DEPARTMENT_HEAD)
    with everybody_at("2026-11-20 10:00"):
        area()
        journalist = supervisor("media", chief(manager)).user
        page = open_page("/social/visits/plan/", language="en", user=manager)
        page.get_by_label("Undercover visit").check()
        page.get_by_label("Day of the visit").fill("2026-12-01")
        page.get_by_label("What to look at").fill("窗口服务与排队秩序")
        page.get_by_label("Market Regulation Bureau").first.check()
        page.get_by_label("How many: Media").fill("1")
        press(page, "Freeze the pool")
        expect(page.get_by_text("The pool is frozen, and its digest is public.")).to_be_visible()
        visit = Visit.objects.get()
        look(page)
        seal_and_reveal(open_page, f"/social/visits/{visit.number}/", [manager, watcher])
        phone = open_page("/my/visits/", language="en", width=PHONE, user=journalist)
        look(phone)
        phone.locator(".areas a").first.click()
        phone.get_by_label("I shall come").check()
        look(phone)
        press(phone, "Send the answer")
        expect(phone.get_by_text("Your answer has been recorded.")).to_be_visible()
    with everybody_at("2026-12-01 10:00"):
        phone = open_page("/my/visits/", language="en", width=PHONE, user=journalist)
        phone.locator(".areas a").first.click()
        phone.get_by_role("link", name="Write down a finding").click()
        look(phone)
        phone.get_by_label("What you found").fill("排队无人引导")
        phone.set_input_files("input[name=photos]", str(photo))
        press(phone, "Write it down")
        expect(phone.get_by_text("排队无人引导")).to_be_visible()
        look(phone)
        phone.get_by_role("link", name="Report on the visit").click()
        phone.get_by_label("What you saw").fill("总体有序")
        phone.get_by_label("Market Regulation Bureau").select_option("4")
        look(phone)
        press(phone, "Hand in the report")
        expect(phone.get_by_text("Thank you. Your report is in")).to_be_visible()
        finding = Finding.objects.get()
        assert (finding.state, finding.photos.count(), finding.due_on) == ("open", 1, dt.date(2026, 12, 8))
        page = open_page(f"/patrols/findings/{finding.number}/", language="en", user=head)
        look(page)
        page.fill("textarea[name=report]", "已增派引导员")
        page.set_input_files("input[name=photos]", str(photo))
        press(page, "Report as put right")
        expect(page.get_by_text("Saved.")).to_be_visible()
        page = open_page(f"/patrols/findings/{finding.number}/", language="en", user=manager)
        press(page, "Verify")
        expect(page.get_by_text("Saved.")).to_be_visible()
        page = open_page(f"/social/visits/{visit.number}/", language="en", user=manager)
        look(page)
        page.get_by_label("Summary for the public").fill("总体有序，问题已整改。")
        press(page, "Publish")
        expect(page.get_by_text("Saved.")).to_be_visible()
        phone.reload()
        expect(phone.get_by_text("已增派引导员")).to_be_visible()
        public = open_page(f"/social-supervision/{visit.number}/", language="en", width=PHONE)
        expect(public.get_by_text("Replayed just now")).to_be_visible()
        expect(public.get_by_text("总体有序，问题已整改。")).to_be_visible()
        look(public)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, friday: None, language: str, watch: Watch
) -> None:
    manager = factories.staff(Role.HALL_MANAGER)
    register(chief(manager))
    visit = held()
    seat = live(visit)[0]
    pages = [
        ("/social/visits/", manager), (f"/social/visits/{visit.number}/", manager), ("/social/visits/plan/", manager),
        ("/social/register/", manager), (f"/social/register/{seat.supervisor_id}/", manager),
        ("/social/register/appoint/", manager), ("/social-supervision/", None),
        (f"/social-supervision/{visit.number}/", None), (f"/my/visits/{seat.pk}/", seat.supervisor.user),
    ]  # fmt: skip
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        expect(page).to_have_url(re.compile(re.escape(path) + "$"))
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert violations(page) == []
