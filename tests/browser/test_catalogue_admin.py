"""An item from the first idea to the citizen who finds it: written, approved by a second person, published, found."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfWriter

from approvals.catalogue.guided_actions import GuidedDraft, save_guided
from approvals.catalogue.models import Item, ItemVersion, LifeEvent
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, screenshot, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True  # the second factor is not asked


@pytest.fixture
def head(transactional_db: None) -> User:
    LifeEvent.objects.create(code="shop", name="开办店铺", name_en="Open a shop", audience="organisation")
    return factories.staff(Role.DEPARTMENT_HEAD, name="王科长")


@pytest.fixture
def administrator(transactional_db: None) -> User:
    return factories.staff(Role.ADMINISTRATOR, name="李管理")


def looks_right(page: Page, name: str) -> None:
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if width != NARROW:
            screenshot(page, f"catalogue-admin-{name}-{width}")
        assert violations(page) == [], name
        assert sideways(page) == 0, (name, width)
    page.set_viewport_size({"width": DESKTOP, "height": 900})


def save(page: Page) -> None:
    page.locator("main form:not(.filter) .btnrow button").first.click()


def write_facts(page: Page, department: Department) -> None:
    page.goto("/admin/catalogue/new/")
    page.locator("#id_code").fill("XCY-001")
    page.locator("#id_name").fill("小餐饮店备案")
    page.locator("#id_name_en").fill("Filing of a small restaurant")
    page.locator("#id_department").select_option(str(department.pk))
    page.locator("#id_type").select_option("service")
    page.locator("#id_synonyms").fill("开面馆 早餐店")
    page.locator("#id_life_events_0").check()
    looks_right(page, "facts")
    save(page)


def write_contents(page: Page) -> None:
    page.locator("main .tabs a").first.click()
    page.locator("#id_promised_days").fill("5")
    page.locator("#id_legal_days").fill("10")
    page.locator("#id_fee_fen").fill("0")
    page.locator("#id_visits").fill("0")
    page.locator("#id_online").check()
    page.locator("#id_channels_0").check()
    page.locator("#id_conditions").fill("经营场所在本市")
    page.locator("#id_steps-0-name").fill("受理")
    page.locator("#id_steps-1-name").fill("决定")
    page.locator("#id_grounds-0-law").fill("《食品安全法》")
    looks_right(page, "version")
    page.locator("button[name=more]").click()
    expect(page.locator("#id_steps-1-name")).to_have_value("决定")


def write_material(page: Page, pdf: Path) -> None:
    page.locator("main .tabs a").nth(1).click()
    page.locator(".tools a").click()
    page.locator("#id_name").fill("营业执照")
    page.locator("#id_blank_file").set_input_files(pdf)
    looks_right(page, "material")
    save(page)
    looks_right(page, "materials")


def write_form(page: Page) -> None:
    page.locator("main .tabs a").nth(2).click()
    page.locator(".tools a").last.click()
    page.locator("#id_title").fill("店铺")
    save(page)
    for kind, label in (("yesno", "有店面吗"), ("number", "面积多大")):
        page.locator(".part .btnrow a").first.click()
        page.locator("#id_label").fill(label)
        page.locator("#id_type").select_option(kind)
        if kind == "number":
            page.locator("#id_show_if").select_option(index=1)
            looks_right(page, "question")
        save(page)
    looks_right(page, "form")
    page.locator(".part button[value=remove]").nth(1).click()  # the question that the other one waits for
    expect(page.locator("#messages, .flash").first).to_contain_text("面积多大")
    page.locator(".part .btnrow a").last.click()
    looks_right(page, "preview")
    page.locator("main form button").first.click()
    expect(page.locator(".govuk-error-summary")).to_have_count(1)


def test_an_item_is_made_approved_by_a_second_person_and_found_by_an_everyday_word(
    open_page: OpenPage, head: User, administrator: User, tmp_path: Path, watch: Any
) -> None:
    watch.allow("422")
    pdf = tmp_path / "空白表.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=99, height=99)
    writer.write(pdf)
    page = open_page("/admin/catalogue/", user=head)
    write_facts(page, factories.department())
    item = Item.objects.get(code="XCY-001")
    write_contents(page)
    write_material(page, pdf)
    write_form(page)
    page.goto(f"/admin/catalogue/{item.pk}/")
    looks_right(page, "item")
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)  # its author
    second = open_page(f"/admin/catalogue/{item.pk}/", user=administrator)
    second.locator("form[action$='/approve/'] button").click()
    second.locator("form[action$='/publish/'] button").click()
    looks_right(second, "published")
    citizen = open_page("/items/", js=False, width=PHONE)
    citizen.locator("#id_q").fill("开面馆")
    citizen.locator("form.filter button").click()
    citizen.get_by_role("link", name="小餐饮店备案").first.click()
    with citizen.expect_download() as download:
        citizen.locator("#materials a").first.click()
    assert Path(download.value.path()).read_bytes() == pdf.read_bytes()


def test_drafts_are_completed_in_a_table_and_questions_lead_to_an_item(
    open_page: OpenPage, administrator: User, watch: Any
) -> None:
    watch.allow("422")
    for n in range(8):
        made = Item.objects.create(code=f"IMP-{n}", name=f"导入的办理事项第{n}号", department=factories.department())
        ItemVersion.objects.create(item=made, number=1)
    page = open_page("/admin/catalogue/drafts/", user=administrator)
    page.locator("tbody tr").nth(0).locator("input[name$=promised_days]").fill("5")
    page.locator("tbody tr").nth(1).locator("input[name$=promised_days]").fill("五")
    page.locator(".foot-row button").click()
    expect(page.locator("tr.bad")).to_have_count(1)
    expect(page.locator("tr.bad input[name$=promised_days]")).to_have_value("五")
    assert ItemVersion.objects.get(item__code="IMP-0").promised_days == 5
    looks_right(page, "bulk")
    for path in ("/admin/catalogue/", "/admin/catalogue/drafts/upload/", "/admin/catalogue/guided/new/"):
        page.goto(path)
        looks_right(page, path.strip("/").replace("/", "-"))
    item, other = factories.item("PAPER-1"), factories.item("PAPER-2")
    page.goto(f"/admin/catalogue/{item.pk}/standing/")
    looks_right(page, "standing")
    outline = f"您要办哪一种？ | Which one?\n- 第一种 | The first => {item.code}\n- 第二种 | The second => {other.code}"
    actor = actor_of(administrator, Role.ADMINISTRATOR)
    save_guided(actor, GuidedDraft("papers", "证件怎么选", outline, words="证件", shown=True))
    page.goto("/admin/catalogue/guided/")
    looks_right(page, "guided-list")
    citizen = open_page("/items/?q=证件", js=False)
    citizen.get_by_role("link", name="证件怎么选").click()
    citizen.locator(".answers a").nth(1).click()
    expect(citizen.locator(".found a")).to_have_attribute("href", "/guide/PAPER-2/")
    shown = open_page("/guided/papers/")
    looks_right(shown, "guided-question")
    shown.goto("/guided/papers/?path=1")
    looks_right(shown, "guided-end")
    shown.goto("/guided/")
    looks_right(shown, "guided-all")
