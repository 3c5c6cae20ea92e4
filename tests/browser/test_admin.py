"""An administrator sets the centre up in the browser, and the person posted there sees the desk."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hall.models import WindowDuty
from portal.people.models import Membership, Organisation, Posting, User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, screenshot, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "lan-hua-1987"


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True  # lifts the second factor, which has its own tests


@pytest.fixture
def administrator() -> User:
    return factories.staff(Role.ADMINISTRATOR, username="admin", name="管理员")


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        field = page.locator(f"[name={name}]").first
        kind = field.get_attribute("type")
        if kind == "radio":
            page.locator(f"[name={name}][value={value}]").check(force=True)
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form[method=post] button.govuk-button").last.click()


def test_an_administrator_sets_up_a_department_and_the_new_person_sees_the_desk(
    open_page: OpenPage, administrator: User
) -> None:
    page = open_page("/admin/departments/", user=administrator)
    page.get_by_role("link", name="New department").or_(page.get_by_role("link", name="新增部门")).click()
    fill(page, code="ZRZY", name="市自然资源局", short_name="自然资源局", level="city")
    page.wait_for_url("**/admin/departments/*/")
    department = page.url.rstrip("/").rsplit("/", 1)[1]

    page.goto("/admin/windows/new/")
    fill(page, code="B07", name="不动产登记", kind="department", department=department)
    page.wait_for_url("**/admin/windows/*/")
    window = page.url

    page.goto("/admin/staff/new/")
    fill(page, username="wang.fang", name="王芳", phone="13800138000")
    password = page.locator("#one-time").inner_text()

    page.goto(f"/admin/postings/new/?user=wang.fang&department={department}&role=clerk")
    page.locator("main form[method=post] button.govuk-button").click()
    page.wait_for_url("**/admin/staff/*/")
    posting = Posting.objects.get(user__username="wang.fang")

    page.goto(window)
    fill(page, posting=str(posting.pk))
    page.wait_for_load_state()
    assert WindowDuty.objects.in_force().get().posting == posting

    person = open_page("/sign-in/")
    fill(person, username="wang.fang", password=password)
    person.wait_for_url("**/password/")
    fill(person, old_password=password, new_password=NEW, again=NEW)
    person.wait_for_url("**/desk/")
    expect(person.locator("h1")).to_have_count(1)


@pytest.fixture
def city(administrator: User) -> dict[str, Any]:
    department = factories.department(phone="0591-12345678")
    factories.department("XSQ", name="新沙区政务服务管理局", level="district", parent=department)
    clerk = factories.staff(Role.CLERK, department, username="clerk", name="李四", phone="13800138000")
    factories.submitted(on=factories.item(dept=department))
    boss = factories.citizen("boss", name="陈总")
    firm = Organisation.objects.create(uscc="91350100M000100Y43", name="海州市某某有限公司")
    Membership.objects.create(organisation=firm, user=boss, kind="legal_person", starts_on="2026-01-01")
    Membership.objects.create(organisation=firm, user=clerk, kind="agent", starts_on="2026-01-01")
    from hall.models import Window

    window = Window.objects.create(code="A01", name="企业登记", department=department)
    posting = Posting.objects.get(user=clerk)
    WindowDuty.objects.create(window=window, posting=posting, starts_on="2026-01-01")
    return {"d": department.pk, "u": clerk.pk, "p": posting.pk, "w": window.pk, "o": firm.pk, "boss": boss}


STAFF_PAGES = [
    "/admin/departments/", "/admin/departments/?q=局", "/admin/departments/{d}/", "/admin/departments/{d}/edit/",
    "/admin/departments/{d}/close/", "/admin/staff/", "/admin/staff/new/", "/admin/staff/{u}/",
    "/admin/staff/{u}/deactivate/", "/admin/staff/{u}/leave/", "/admin/postings/", "/admin/postings/new/",
    "/admin/postings/{p}/", "/admin/postings/{p}/end/", "/admin/windows/", "/admin/windows/{w}/",
    "/admin/organisations/", "/admin/organisations/?state=all",
]  # fmt: skip
PUBLIC_PAGES = ["/profile/", "/my/organisations/", "/my/organisations/register/", "/my/organisations/{o}/"]
OPEN_PAGES = ["/password/forgotten/", "/sign-in/"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    open_page: OpenPage, watch: Watch, administrator: User, city: dict[str, Any], language: str
) -> None:
    for paths, user in ((STAFF_PAGES, administrator), (PUBLIC_PAGES, city["boss"]), (OPEN_PAGES, None)):
        page = open_page("/", user=user, language=language)
        for path in paths:
            url = path.format(**city)
            page.goto(url)
            for width in (DESKTOP, PHONE, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert (url, width, violations(page)) == (url, width, [])
                assert (url, width, sideways(page)) == (url, width, 0)
                if width != 320 and language == "zh":
                    screenshot(page, f"admin{url.replace('/', '-').replace('?', '-')}{width}")
