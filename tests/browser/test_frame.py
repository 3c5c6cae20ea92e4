"""The frame that every page stands in, and every component, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations

PAGES = ("/", "/help/", "/accessibility/", "/centre/", "/styleguide/", "/styleguide/?errors", "/styleguide/staff/")
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, select, summary, input:not([type=hidden])")]
  .filter(e => !e.closest(".skip, dialog, p, li:not(.quick li):not(.nav li), td, th, dd, [hidden]"))
  .filter(e => e.offsetParent !== null)
  .filter(e => !e.matches(".skip, .govuk-radios__input, .govuk-checkboxes__input"))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width > 0 && (box.height < 43.5 || box.width < 24))
  .map(([e, box]) => e.outerHTML.slice(0, 80) + " " + Math.round(box.height))"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _frame(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.urls"
    settings.DEMO = True


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page: OpenPage, path: str, language: str) -> None:
    page = open_page(path, language=language)
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []


@pytest.mark.parametrize("path", ["/", "/styleguide/?errors"])
def test_axe_finds_nothing_in_the_large_print_version(open_page: OpenPage, path: str) -> None:
    page = open_page(path, elder=True, width=PHONE)
    expect(page.locator("html.elder")).to_be_attached()
    assert violations(page) == []


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(open_page: OpenPage, path: str, elder: bool) -> None:
    page = open_page(path, elder=elder, language="en")
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)


@pytest.mark.parametrize("path", ["/", "/styleguide/"])
def test_citizens_find_targets_of_44_pixels(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_SMALL) == []


def test_the_first_tab_skips_to_the_main_content(open_page: OpenPage) -> None:
    page = open_page("/help/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(open_page: OpenPage) -> None:
    page = open_page("/styleguide/?errors")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").first.click()
    expect(page.locator("[name=x-name]")).to_be_focused()


def test_a_choice_opens_the_field_that_it_asks_for(open_page: OpenPage) -> None:
    page = open_page("/styleguide/")
    address = page.locator("[name=address]")
    expect(address).not_to_be_visible()
    page.locator("input[name=delivery][value=post]").check(force=True)
    expect(address).to_be_visible()


def test_without_javascript_every_field_and_every_figure_is_there(open_page: OpenPage) -> None:
    page = open_page("/styleguide/", js=False)
    expect(page.locator("[name=address]")).to_be_visible()
    staff = open_page("/styleguide/staff/", js=False)
    expect(staff.locator("figure.chart summary")).to_have_count(4)
    expect(staff.locator("figure.chart .plot").first).not_to_be_visible()
    expect(staff.locator("figure.chart table").first).not_to_be_visible()  # closed until asked for
    staff.locator("figure.chart summary").first.click()
    expect(staff.locator("figure.chart table").first).to_contain_text("142")


def test_large_print_and_language_switch_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/help/", js=False)
    page.get_by_role("button", name="长辈版").click()
    expect(page).to_have_url(re.compile("/help/$"))
    expect(page.locator("html.elder")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("/help/$"))
    page.get_by_role("button", name="Standard version").click()
    expect(page.locator("html.elder")).to_have_count(0)


def test_what_cannot_be_undone_is_asked_first(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("405")  # the style guide takes no POST: the answer proves that the form was sent
    page = open_page("/styleguide/")
    page.locator("form[data-confirm] button").click()
    expect(page.locator("#confirm")).to_be_visible()
    page.locator("#confirm button[value=no]").click()
    expect(page.locator("#confirm")).not_to_be_visible()
    expect(page).to_have_url(re.compile("/styleguide/$"))
    page.locator("form[data-confirm] button").click()
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        page.locator("#confirm button[value=yes]").click()
    assert caught.value.status == 405


def test_a_double_click_sends_once(open_page: OpenPage) -> None:
    page = open_page("/help/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="长辈版").dblclick(no_wait_after=True)
    page.locator("html.elder").wait_for()
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_charts_are_drawn_when_they_come_into_sight(open_page: OpenPage) -> None:
    page = open_page("/styleguide/staff/")
    expect(page.locator("figure.chart").first).to_be_attached()
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".plot[data-drawn] canvas").wait_for()


def test_error_pages_say_what_to_do_in_both_languages(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("404", "409")
    for language, title in (("zh", "错误："), ("en", "Error:")):
        for path in ("/nowhere/", "/refuse/stale/"):
            page = open_page(path, language=language, width=PHONE)
            expect(page).to_have_title(re.compile(f"^{title}"))
            assert violations(page) == []


@pytest.mark.parametrize(("language", "word"), [("zh", "我的"), ("en", "Mine")])
def test_a_citizens_bar_is_one_line_with_the_own_things_in_a_menu(
    open_page: OpenPage, language: str, word: str
) -> None:
    page = open_page("/help/", language=language, user=factories.citizen())
    heights = page.locator(".nav > li").evaluate_all("all => [...new Set(all.map(e => e.getBoundingClientRect().top))]")
    assert len(heights) == 1, "the bar wraps"
    assert page.locator(".top").bounding_box()["height"] < 90, "the bar stands beside the name"  # type: ignore[index]
    own = page.locator(".nav-menu").last
    expect(own.locator("summary")).to_have_text(word)
    expect(own.locator("a").first).not_to_be_visible()
    own.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(own.locator("a").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(own.locator("a").first).not_to_be_visible()
    expect(own.locator("summary")).to_be_focused()
    own.locator("summary").click()
    page.locator("h1").click()
    expect(own.locator("a").first).not_to_be_visible()


@pytest.mark.parametrize("width", [PHONE, NARROW])
def test_the_menus_of_a_citizens_bar_open_on_a_phone_without_javascript(open_page: OpenPage, width: int) -> None:
    page = open_page("/help/", width=width, js=False, user=factories.citizen())
    for menu in page.locator(".nav-menu").all():
        menu.locator("summary").click()
        for link in menu.locator("a").all():
            box = link.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    assert sideways(page) == 0
    expect(page.locator(".nav-menu[open]")).to_have_count(1), "one menu closes the other"


def test_tabs_on_a_phone_fade_where_more_follow_and_begin_at_the_present_one(open_page: OpenPage) -> None:
    page = open_page("/styleguide/staff/", width=PHONE)
    line = page.locator(".tabs.slide").first
    assert line.evaluate("e => e.scrollWidth > e.clientWidth && getComputedStyle(e).maskImage !== 'none'")
    assert sideways(page) == 0
    here = line.locator("[aria-current]")
    right = line.evaluate("e => e.getBoundingClientRect().right")
    box = here.bounding_box()
    assert box is not None and box["x"] + box["width"] <= right - 32, "the fade hides where the reader is"
    line.evaluate("e => { e.scrollLeft = e.scrollWidth }")
    last = line.locator("a").last.bounding_box()
    assert last is not None and last["x"] + last["width"] <= right - 31


def test_what_follows_tabs_in_a_nav_and_figures_keeps_its_distance(open_page: OpenPage) -> None:
    page = open_page("/styleguide/staff/")
    gaps = page.evaluate(
        """() => [...document.querySelectorAll("nav:has(> .tabs), .kpis")].filter(e => e.nextElementSibling)
        .map(e => e.nextElementSibling.getBoundingClientRect().top - e.getBoundingClientRect().bottom)"""
    )
    assert len(gaps) >= 2
    assert min(gaps) >= 16


@pytest.mark.parametrize("number", [2, 3, 4, 6, 8, 9, 12])
def test_tiles_fill_their_rows(open_page: OpenPage, number: int) -> None:
    page = open_page("/")
    page.evaluate(
        """number => { const list = document.createElement("ul"); list.className = "tiles"; list.id = "counted";
        list.innerHTML = '<li><a href="/"><b>证照联办</b><span>一次办</span></a></li>'.repeat(number);
        document.querySelector(".home").append(list); }""",
        number,
    )
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        ends = page.locator("#counted").evaluate(
            "list => [list.getBoundingClientRect().right, list.lastElementChild.getBoundingClientRect().right]"
        )
        assert abs(ends[0] - ends[1]) < 1, f"a hole beside the last of {number} tiles at {width} px"
