"""The counter in a real browser: from the card to the returned originals, a reader that fails, and the phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.cases.models import Case
from approvals.counter.models import PaperReturn
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import NARROW, PHONE, sideways, violations
from tests.counter.objects import clerk_at, filed, window

pytestmark = pytest.mark.django_db(transaction=True)
CARD = {"version": 1, "type": "resident", "name": "王小明", "number": "11010519900101500", "valid_to": "2099-01-01"}


@pytest.fixture(autouse=True)
def _quiet(settings, tmp_path):
    settings.DEMO = True
    settings.CARD_READER_URL = ""
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def card() -> dict[str, object]:
    return {**CARD, "number": factories.resident_number(500)}


def test_from_the_card_to_the_returned_originals(open_page):
    clerk = clerk_at(window())
    factories.item("SHOP-9", materials=1, kind="immediate", review_steps=0)
    page = open_page("/desk/intake/new/", language="en", user=clerk)
    page.route("**/v1/card", lambda route: route.fulfill(json=card()))
    assert violations(page) == []
    expect(page.get_by_role("button", name="Read the identity card")).to_be_focused()
    page.keyboard.press("Enter")  # all of it without a mouse
    page.locator("[name=phone]:focus").wait_for()
    expect(page.locator("[name=name]")).to_have_value("王小明")
    expect(page.locator("[name=identity]")).to_have_value("card")
    page.keyboard.type("13912345678")
    page.keyboard.press("Enter")
    page.wait_for_url("**/item/")
    assert violations(page) == []
    expect(page.get_by_label("Everyday words, name or code")).to_be_focused()
    page.locator("input[name=item]").first.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/intake/*/")
    assert violations(page) == []
    copies = page.get_by_role("button", name="Copies of everything else")
    copies.press("Enter")
    expect(page.locator("[data-copies-says]")).to_have_text("Noted as copies: 1.")
    expect(page.locator("select[name^=kept]")).to_have_value("copy")
    copies.press("Enter")
    expect(page.locator("[data-copies-says]")).to_have_text("Every material has a note already.")
    page.locator("select[name^=kept]").select_option("original")
    page.get_by_role("button", name="Check with the person").press("Enter")
    page.wait_for_url("**/confirm/")
    assert violations(page) == []
    expect(page.locator("input[value=paper]")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("Where are the originals kept?").fill("A-3")
    page.get_by_role("button", name="File the application").press("Enter")
    page.wait_for_url("**/done/")
    assert violations(page) == []
    case = Case.objects.get()
    expect(page.get_by_text(str(case.number)).first).to_be_visible()
    expect(page.get_by_role("button", name="Print the receipt of materials")).to_be_visible()
    page.get_by_role("button", name="Conclude on the spot").press("Enter")
    page.get_by_label("Number of the document").fill("2026-1")
    page.get_by_label("Handed over to").fill("王小明")
    page.get_by_role("button", name="Accept and approve at once").press("Enter")
    page.wait_for_url(f"**/desk/{case.number}/**")
    assert violations(page) == []
    page.goto(reverse("counter:case-papers", args=[case.number]))
    assert violations(page) == []
    page.get_by_label("Name on the card of whoever takes them").fill("王小明")
    page.get_by_label("I have checked the identity card.").press("Space")
    page.get_by_role("button", name="Record and make the proof").press("Enter")
    page.wait_for_selector("#gone")
    assert PaperReturn.objects.get().case_id == case.pk
    case.refresh_from_db()
    assert case.state == "delivered"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 500}, "does not answer"),
        ({"status": 204}, "No card lies"),
        ({"body": "<html>", "content_type": "text/html"}, "no identity card"),
        ({"json": {"version": 1, "type": "resident", "name": ["x"], "number": 5}}, "no identity card"),
        ({"json": {**CARD, "number": "110105199001015003", "valid_to": "2020-01-01"}}, "has expired"),
    ],
)
def test_a_reader_that_fails_says_so_and_the_clerk_types(open_page, watch, answer, said):
    watch.allow("500", "Failed to load")
    page = open_page("/desk/intake/new/", language="en", user=clerk_at())
    page.route("**/v1/card", lambda route: route.fulfill(**answer))
    page.fill("[name=name]", "李四")
    page.click("[data-reader]")
    page.locator("[data-reader-says]", has_text=said).wait_for()
    expect(page.locator("[name=name]")).to_have_value("李四")


def test_a_reader_that_is_silent_is_given_up(open_page, watch):
    watch.allow("Failed to load", "ERR_")
    page = open_page("/desk/intake/new/", language="en", user=clerk_at())
    page.eval_on_selector("[data-reader]", "button => { button.dataset.wait = '300'; }")
    page.route("**/v1/card", lambda route: None)  # never answered
    page.click("[data-reader]")
    page.locator("[data-reader-says]", has_text="does not answer").wait_for()


def test_the_pages_fit_a_phone_in_both_languages(open_page):
    clerk = clerk_at(window())
    case = filed(clerk, factories.item(materials=2))
    manager, supervisor = factories.staff(Role.HALL_MANAGER), factories.staff(Role.SUPERVISOR)
    for language, width in (("zh", PHONE), ("en", NARROW)):
        for user, path in (
            (clerk, "/desk/intake/"),
            (clerk, "/desk/intake/?tab=filed"),
            (clerk, "/desk/papers/?tab=all"),
            (clerk, "/desk/handover/"),
            (clerk, f"/desk/{case.number}/"),
            (clerk, f"/desk/{case.number}/left-papers/"),
            (manager, "/desk/window-items/"),
            (supervisor, "/board/kinds/"),
        ):
            page = open_page(path, language=language, width=width, user=user)
            assert sideways(page) == 0, (path, language)
            assert violations(page) == [], (path, language)
