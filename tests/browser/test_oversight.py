"""The supervisors' workbench in a real browser: readable at every width in both languages, a lead from list to result."""

import re

import pytest
from playwright.sync_api import expect

from portal.core.rules import forget
from portal.people.models import User
from portal.people.roles import Role
from procurement.oversight import gathering, screening
from procurement.oversight.actions import InquiryDraft, ask
from procurement.oversight.models import Lead
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, screenshot, sideways, violations
from tests.oversight.objects import attached, bidder, bids, inquired, opened, pdf, person, step, supervisor

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/trading/oversight/"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = True  # nobody is asked for a second factor
    forget()


@pytest.fixture
def chief() -> User:
    return factories.staff(Role.SUPERVISOR)


@pytest.fixture
def lot():
    """A tender of five bids with findings and figures, and two rounds before it."""
    names = ("江海路桥工程有限公司", "海州市政建设有限公司", "沭河建筑安装有限公司", "云台山建设集团有限公司")
    who = [bidder(name) for name in names]
    for winner in (0, 1):
        opened((905_000, 938_000, 951_000, 989_000), who, winner=winner, title="滨河路改造工程")
    found = opened((900_000, 910_000, 920_000, 930_000), who, winner=0, title="开发区产业大道排水改造工程一标段施工")
    one, other, *_rest = bids(found)
    for bid in (one, other):
        attached(bid, pdf(Author="陈工预算室", MachineCode="BFEBFBFF000906EA-7C10"))
        person(bid, "project_leader", 4001)
        gathering.read_bid(bid)
    screening.screen_window()
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, chief, lot, language: str) -> None:
    one = inquired(supervisor(chief), Lead.objects.get(signs__code="equal_gaps"))
    ask(
        supervisor(chief), one.pk,
        InquiryDraft(to_name="江海路桥工程有限公司", question="请说明报价构成及编制人。", letter="海交监函〔2026〕5号"),
    )  # fmt: skip
    first, second = (bid.bidder.organisation_id for bid in bids(lot)[:2])
    paths = {
        "leads": "", "signs": "signs/", "method": "method/", "lead": f"leads/{one.number}/",
        "tender": f"tenders/{lot.project.number}/", "firm": f"firms/{first}/", "pair": f"firms/{first}/with/{second}/",
    }  # fmt: skip
    for name, path in paths.items():
        page = open_page(ROOT + path, language=language, user=chief)
        expect(page).to_have_url(re.compile(f"{ROOT}{path}$"))
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            if width != NARROW:
                screenshot(page, f"oversight-{name}-{language}-{width}")
        assert (path, violations(page)) == (path, [])


def test_a_lead_is_taken_up_inquired_into_and_closed_by_two(open_page: OpenPage, chief, lot) -> None:
    page = open_page(ROOT, language="en", user=chief)
    number = Lead.objects.get(signs__code="equal_gaps").number
    page.get_by_role("link", name=number).click()
    sign = page.locator("article").filter(has_text="Documents by the same author")
    sign.get_by_text("What it rests on").click()
    expect(sign.get_by_text("陈工预算室").first).to_be_visible()
    page.get_by_role("button", name="Take up").click()
    page.get_by_role("button", name="Begin the inquiry").click()
    page.get_by_role("link", name="Letter of inquiry").click()
    page.get_by_label("Sent to").fill("江海路桥工程有限公司")
    page.get_by_label("Number of the letter").fill("海交监函〔2026〕5号")
    page.get_by_label("Question").fill("请说明报价构成。")
    page.get_by_role("button", name="Put on record").click()
    page.get_by_role("link", name="Enter the answer").click()
    page.get_by_label("Answer", exact=True).fill("由同一造价员编制。")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Result", exact=True).select_option("established")
    page.get_by_label("Opinion: what was found").fill("报价呈规律性差异，投标文件由同一人编制。")
    page.get_by_role("button", name="Propose a result").click()
    expect(page.get_by_text("waits for a second supervisor")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm the result")).to_have_count(0)
    second = open_page(f"{ROOT}leads/{number}/", language="en", user=factories.staff(Role.SUPERVISOR))
    second.get_by_role("button", name="Confirm the result").click()
    expect(second.get_by_role("heading", name="What follows")).to_be_visible()
    expect(second.get_by_role("link", name="Propose the black list").first).to_be_visible()


def test_chosen_signs_become_a_lead(open_page: OpenPage, chief, lot) -> None:
    quiet = opened((905_000,), title="小型维修工程")
    screening.screen_tender(quiet.project_id)
    page = open_page(f"{ROOT}signs/?state=loose&code=R018", language="en", user=chief)
    page.locator(".pick .govuk-checkboxes__label").first.click()
    page.get_by_role("button", name="Put the chosen signs into a lead").click()
    expect(page.get_by_role("heading", level=1, name="小型维修工程")).to_be_visible()
    step(supervisor(chief), Lead.objects.get(title="小型维修工程"), "take_up")
