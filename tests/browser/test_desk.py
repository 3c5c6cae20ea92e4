"""The workbench in a real browser: a case from acceptance to decision, a refusal by two people, lists and pages."""

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect

from approvals.cases import actions
from approvals.cases.models import Case
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)


def words_in(language: str) -> dict[str, str]:
    """What the buttons and fields are called in the language of the page."""
    with translation.override({"zh": "zh-hans", "en": "en"}[language]):
        refuse = {"step": gettext("Refuse")}
        return {
            "accept": gettext("Accept"),
            "forward": gettext("Forward for review"),
            "pass": gettext("Review passed"),
            "opinion": gettext("Opinion of the review"),
            "approve": gettext("Approve"),
            "approved": pgettext("case state", "Approved"),
            "grounds": gettext("Grounds"),
            "propose": gettext("Propose: %(step)s") % refuse,
            "confirm": gettext("Confirm: %(step)s") % refuse,
            "back": pgettext("proposal", "Send back"),
            "note": pgettext("proposal", "Note"),
            "mine": pgettext("tab of the desk", "For me to confirm"),
            "ask": gettext("Ask for a supplement"),
            "supplement": pgettext("case state", "Waiting for the supplement"),
            "next": gettext("Next case"),
        }


@pytest.fixture
def people() -> dict[str, User]:
    factories.department()
    return {
        "clerk": factories.staff(Role.CLERK, name="李晓燕"),
        "reviewer": factories.staff(Role.REVIEWER, name="陈志远"),
        "head": factories.staff(Role.DEPARTMENT_HEAD, name="赵明华"),
    }


def filed(**version: Any) -> Case:
    return factories.submitted(factories.citizen(name="王丽娟"), factories.item(**version))


def accepted_by(clerk: User, **version: Any) -> Case:
    case = filed(**version)
    return actions.take_step(actor_of(clerk, Role.CLERK), case.pk, "accept", state_version=case.state_version)


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("language", "width"), [("zh", DESKTOP), ("en", PHONE)])
def test_a_case_goes_from_the_clerk_over_the_reviewer_to_the_head(
    open_page: OpenPage, people: dict[str, User], watch: Watch, language: str, width: int
) -> None:
    watch.allow("422")  # a form sent with a gap, on purpose
    words, case = words_in(language), filed()

    def at_work(name: str) -> Page:
        page = open_page("/desk/", user=people[name], language=language, width=width)
        look(page)
        page.get_by_role("link", name=str(case.number)).click()
        look(page)
        return page

    clerk = at_work("clerk")
    press(clerk, words["accept"])
    press(clerk, words["forward"])
    look(clerk)
    press(clerk, words["forward"])
    expect(clerk.locator(".flash .success")).to_be_visible()

    reviewer = at_work("reviewer")
    press(reviewer, words["pass"])
    press(reviewer, words["pass"])  # without an opinion
    expect(reviewer.locator(".govuk-error-summary")).to_be_visible()
    look(reviewer)
    reviewer.get_by_label(words["opinion"]).fill("经审查，符合条件。")
    press(reviewer, words["pass"])

    head = at_work("head")
    press(head, words["approve"])
    head.locator("[name=sure]").check(force=True)
    press(head, words["approve"])
    look(head)
    expect(head.locator(".case-head")).to_contain_text(words["approved"])
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("approved", "approved")


@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", DESKTOP)])
def test_a_refusal_needs_a_second_pair_of_eyes(
    open_page: OpenPage, people: dict[str, User], watch: Watch, language: str, width: int
) -> None:
    watch.allow("422")  # a form sent with a gap, on purpose
    words, case = words_in(language), accepted_by(people["clerk"])
    clerk = open_page(f"/desk/{case.number}/step/refuse/", user=people["clerk"], language=language, width=width)
    clerk.get_by_label(words["grounds"]).fill("经营场所面积不足")
    press(clerk, words["propose"])  # without the tick
    expect(clerk.locator(".govuk-error-summary")).to_be_visible()
    expect(clerk.get_by_label(words["grounds"])).to_have_value("经营场所面积不足")
    clerk.locator("[name=sure]").check(force=True)
    press(clerk, words["propose"])
    look(clerk)
    expect(clerk.get_by_role("button", name=words["confirm"])).to_have_count(0)  # not by the same person

    head = open_page("/desk/", user=people["head"], language=language, width=width)
    head.get_by_role("link", name=words["mine"]).click()
    head.get_by_role("link", name=str(case.number)).click()
    look(head)
    press(head, words["back"])  # without a reason
    expect(head.locator("#note-error")).to_be_visible()
    look(head)
    head.get_by_label(words["note"], exact=True).fill("同意")
    head.get_by_role("button", name=words["confirm"]).click()
    expect(head.locator("#confirm")).to_be_visible()  # asked once more
    with head.expect_navigation():
        head.locator("#confirm button[value=yes]").click()
    look(head)
    case.refresh_from_db()
    assert case.outcome == "refused"


def test_the_clerk_asks_for_a_supplement_and_goes_on_to_the_next_case(
    open_page: OpenPage, people: dict[str, User]
) -> None:
    first, second = filed(), filed()
    words = words_in("zh")
    page = open_page("/desk/?tab=submitted", user=people["clerk"])
    page.get_by_role("link", name=str(first.number)).click()
    press(page, words["ask"])
    expect(page.locator("[name=missing]:checked")).to_have_count(2)  # nothing was brought
    page.locator("[name=missing]").first.uncheck(force=True)
    page.locator("[name=text]").fill("请补交材料1")
    look(page)
    press(page, words["ask"])
    expect(page.locator(".case-head")).to_contain_text(words["supplement"])
    look(page)
    page.get_by_role("link", name=words["next"]).click()
    expect(page.locator(".case-head")).to_contain_text(str(second.number))
    assert first.supplement_requests.get().missing == [first.version.materials.last().pk]  # type: ignore[union-attr]


def test_two_clerks_on_one_case_and_a_double_click(open_page: OpenPage, people: dict[str, User], watch: Watch) -> None:
    watch.allow("409")
    case, other = filed(), factories.staff(Role.CLERK, name="王建国")
    words = words_in("zh")
    slow = open_page(f"/desk/{case.number}/step/ask_supplement/", user=other)
    slow.locator("[name=text]").fill("缺少场所平面图")
    quick = open_page(f"/desk/{case.number}/", user=people["clerk"])
    quick.get_by_role("button", name=words["accept"], exact=True).dblclick(no_wait_after=True)
    quick.locator(".flash .success").wait_for()
    press(slow, words["ask"])
    expect(slow.locator("[role=alert]").first).to_be_visible()
    expect(slow.locator("[name=text]")).to_have_value("缺少场所平面图")
    expect(slow.locator(".act.red")).to_contain_text("李晓燕")  # who was faster
    look(slow)
    case.refresh_from_db()
    assert (case.state, case.state_version) == ("accepted", 2)


def test_the_list_by_keyboard_and_at_every_width(open_page: OpenPage, people: dict[str, User]) -> None:
    numbers = [str(filed().number) for _n in range(3)]
    actions.take_step(
        actor_of(people["clerk"], Role.CLERK), Case.objects.get(number=numbers[2]).pk, "accept", state_version=1
    )
    page = open_page("/desk/", user=people["clerk"])
    links = page.locator("[data-rows] th a")
    links.first.focus()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/SP-"))
    for path in ("/desk/", "/desk/?tab=ended", "/desk/?tab=all&q=nobody", f"/desk/{numbers[2]}/"):
        page.goto(path)
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
        assert violations(page) == []


def test_the_workbench_works_without_javascript(open_page: OpenPage, people: dict[str, User]) -> None:
    case = accepted_by(people["clerk"], review_steps=0)
    page = open_page(f"/desk/{case.number}/step/approve/", user=people["clerk"], js=False)
    page.locator("[name=sure]").check(force=True)
    press(page, words_in("zh")["approve"])
    case.refresh_from_db()
    assert case.outcome == "approved"
