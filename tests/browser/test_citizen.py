"""The applicant's way in a real browser: from the guide to the supplement, with and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.catalogue.models import Material
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, screenshot, sideways, violations
from tests.cases.filing_objects import nonsense, pdf, shop_permit

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = [("zh", True, DESKTOP), ("zh", False, PHONE), ("en", False, DESKTOP), ("en", True, PHONE)]


@pytest.fixture(autouse=True)
def _no_wrong_tries() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Way:
    """One applicant's way; every page that is passed is looked at."""

    def __init__(self, page: Page, folder: Path, name: str, *, js: bool, width: int) -> None:
        self.page, self.folder, self.name, self.js, self.width = page, folder, name, js, width
        self.step = 0

    def look(self, what: str) -> None:
        """Nothing scrolls sideways, also on the narrowest phone, and axe finds nothing."""
        self.step += 1
        screenshot(self.page, f"citizen-{self.name}-{self.step:02}-{what}")
        for width in {self.width, NARROW}:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert (what, width, sideways(self.page)) == (what, width, 0)
        self.page.set_viewport_size({"width": self.width, "height": 900})
        if self.js:
            assert (what, violations(self.page)) == (what, [])

    def press(self, name: str = "") -> None:
        """The button with this name and value, else the first that sends the page's form."""
        form = self.page.locator("main form:has(button)").first
        button = form.locator(f"button[name={name}]" if name else "button:not([name])").first
        with self.page.expect_navigation():
            button.click()

    def follow(self, address: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f'main a[href*="{address}"]').first.click()

    def write(self, field: str, text: str) -> None:
        self.page.locator(f"[name={field}]").fill(text)

    def tick(self, selector: str) -> None:
        self.page.locator(selector).check(force=True)

    def choose(self, field: str, *names: str) -> None:
        paths = []
        for name in names:
            made = nonsense(name) if name.endswith(".exe") else pdf(name)
            path = self.folder / name
            path.write_bytes(made.read())
            paths.append(str(path))
        self.page.locator(f"[name={field}]").set_input_files(paths)


@pytest.mark.parametrize(("language", "js", "width"), WAYS)
def test_from_the_guide_to_the_supplement_and_the_withdrawal(
    open_page: OpenPage, watch: Any, tmp_path: Path, language: str, js: bool, width: int
) -> None:
    watch.allow("422")  # pages that show what is to be corrected
    item, person = shop_permit(), factories.citizen(name="王小明")
    plan = f"material-{Material.objects.get(version=item.current, code='m0').pk}"
    page = open_page(f"/apply/{item.code}/", language=language, js=js, width=width, user=person)
    way = Way(page, tmp_path, f"{language}-{'js' if js else 'plain'}-{width}", js=js, width=width)

    way.look("start")
    way.press()
    way.look("start-error")
    way.tick("[name=eligible]")
    way.press()
    way.look("tasks")
    way.follow("/form/applicant/")
    expect(page.locator("[name=name]")).to_have_value("王小明")
    way.write("phone", "no number")
    way.press()
    way.look("section-error")
    way.write("phone", "13812345678")
    way.press()
    way.write("address", "海州市解放路1号")
    way.tick("[name=tenure][value=rent]")
    way.write("landlord", "李四")
    way.write("area", "80")
    way.look("section")
    way.press()
    way.choose(plan, "plan.pdf", "virus.exe")
    way.press()
    way.look("materials-error")
    expect(page.locator(".files .name")).to_have_text(["plan.pdf"])
    way.press()
    way.look("check")
    expect(page.locator("main")).to_contain_text("李四")
    way.press()
    way.look("check-error")
    way.tick("[name=declared]")
    way.press()
    way.look("receipt")
    case = Case.objects.get(applicant=person)
    expect(page.locator(".govuk-panel")).to_contain_text(str(case.number))
    way.follow(f"/cases/{case.number}/")
    way.look("submitted")

    ask_for_a_plan(case)
    page.reload()
    way.look("supplement-asked")
    way.follow("/supplement/")
    way.look("supplement")
    way.choose(plan, "better.pdf")
    way.press()
    case.refresh_from_db()
    assert case.state == "submitted"
    way.look("supplemented")
    page.goto("/my/cases/")
    way.look("mine")
    way.follow(f"/cases/{case.number}/")
    way.follow("/withdraw/")
    way.look("withdraw")
    way.tick("[name=sure]")
    way.press()
    way.look("withdrawn")
    case.refresh_from_db()
    assert case.state == "withdrawn"


@pytest.mark.parametrize(("language", "js", "width"), [("zh", False, PHONE), ("en", True, DESKTOP)])
def test_somebody_files_for_another_person_with_a_power_of_attorney(
    open_page: OpenPage, watch: Any, tmp_path: Path, language: str, js: bool, width: int
) -> None:
    watch.allow("422")
    item, agent = shop_permit(), factories.citizen(name="王小明")
    plan = f"material-{Material.objects.get(version=item.current, code='m0').pk}"
    page = open_page(f"/apply/{item.code}/", language=language, js=js, width=width, user=agent)
    way = Way(page, tmp_path, f"poa-{language}-{'js' if js else 'plain'}-{width}", js=js, width=width)

    way.tick("[name=applicant][value=somebody]")
    way.tick("[name=eligible]")
    way.press()
    way.look("start-error")
    way.write("principal_name", "赵大爷")
    way.write("principal_resident_number", factories.resident_number(777))
    way.write("principal_phone", "13912345678")
    page.locator("[name=principal_relation]").first.check(force=True)
    way.look("start")
    way.press()
    way.follow("/form/applicant/")
    expect(page.locator("[name=name]")).to_have_value("赵大爷")
    way.press()
    way.write("address", "海州市解放路1号")
    way.tick("[name=tenure][value=own]")
    way.write("area", "80")
    way.press()
    way.choose(plan, "plan.pdf")
    way.press()
    way.look("materials-error")
    way.choose("material-power-of-attorney", "authority.pdf")
    way.press()
    way.look("check")
    way.tick("[name=declared]")
    way.press()
    way.look("receipt")
    case = Case.objects.get(applicant=agent)
    assert (case.state, case.applicant_name) == ("submitted", "赵大爷")


def ask_for_a_plan(case: Case) -> None:
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    wanted = Material.objects.get(version=case.version, code="m0")
    inputs = {"missing": [str(wanted.pk)], "text": "平面图不清晰，请重新上传。", "limit_days": 15}
    actions.take_step(clerk, case.pk, "ask_supplement", inputs, state_version=case.state_version)


@pytest.mark.parametrize(("language", "js", "width"), WAYS)
def test_tracking_without_signing_in(
    open_page: OpenPage, watch: Any, tmp_path: Path, language: str, js: bool, width: int
) -> None:
    watch.allow("422")
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    case = factories.accepted(clerk, factories.citizen(name="王小明"))
    page = open_page("/track/", language=language, js=js, width=width)
    way = Way(page, tmp_path, f"track-{language}-{'js' if js else 'plain'}-{width}", js=js, width=width)
    way.write("number", str(case.number)[:-1] + "?")
    way.write("code", case.query_code)
    way.press()
    way.look("slip")
    expect(page.locator("[name=number]")).to_have_value(re.compile(r"\?$"))
    way.write("number", str(case.number).lower())
    way.press()
    page.locator("details:not(.user-menu) summary").first.click()
    way.look("tracked")
    assert case.promised_due_on is not None and case.day_0 is not None
    expect(page.locator("details.why tbody tr")).to_have_count((case.promised_due_on - case.day_0).days + 1)
    expect(page.locator("main")).not_to_contain_text("王小明")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_pages_in_large_print(
    open_page: OpenPage, submitted_case: Callable[[], Case], tmp_path: Path, width: int
) -> None:
    case = submitted_case()
    for name, path in (("mine", "/my/cases/"), ("detail", f"/cases/{case.number}/"), ("track", "/track/")):
        page = open_page(path, elder=True, width=width, user=case.applicant)
        Way(page, tmp_path, f"elder-{width}-{name}", js=True, width=width).look(name)


@pytest.fixture
def submitted_case() -> Callable[[], Case]:
    return factories.submitted
