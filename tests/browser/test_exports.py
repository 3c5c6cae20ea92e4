"""From the button to the file in a real browser: with and without JavaScript, at both widths."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from portal.core import jobs
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("js", [True, False])
def test_a_list_becomes_a_workbook(open_page: OpenPage, settings: Any, tmp_path: Path, js: bool) -> None:
    settings.DEMO = True
    for code in ("GA", "SCJG"):
        factories.department(code, name=code)
    page = open_page("/admin/departments/?q=GA", language="en", user=factories.staff(Role.ADMINISTRATOR), js=js)
    page.locator(".tools a", has_text="Excel").click()
    page.get_by_role("heading", level=1, name="Export: Departments").wait_for()
    page.get_by_role("button", name="Write the file").click()
    page.locator("#progress", has_text="Waiting").wait_for()
    jobs.run_due_jobs()  # what a worker does
    page.locator("#progress", has_text="Ready").wait_for()  # the page asks by itself
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download").click()
    target = tmp_path / "list.xlsx"
    caught.value.save_as(target)
    rows = list(load_workbook(target).worksheets[1].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Code", "GA"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_the_pages_of_exports(open_page: OpenPage, settings: Any, language: str) -> None:
    settings.DEMO = True
    page = open_page("/exports/new/?list=people.staff", language=language, user=factories.staff(Role.ADMINISTRATOR))
    pages = ["/exports/new/?list=people.staff", "/exports/"]
    page.locator("main form button[type=submit]").click()
    page.locator("#export-state").wait_for()
    pages.append(page.url)
    for path in pages:
        page.goto(path)
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (width, sideways(page)) == (width, 0)
            assert violations(page) == []
