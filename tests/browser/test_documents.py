"""A citizen opens the notice of acceptance, has it checked without signing in, and an altered file is found out."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from portal.core.jobs import run_due_jobs
from portal.core.models import Document
from portal.core.models.documents import Making
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, screenshot, sideways, violations
from tests.documents.objects import filed, paper, permit, step, team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_wrong_tries(settings: Any, tmp_path: Path) -> Any:
    settings.DEMO = True  # no second factor
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    cache.clear()
    yield
    cache.clear()


def looked_at(page: Any, name: str) -> None:
    screenshot(page, name)
    assert (page.url, violations(page)) == (page.url, [])
    for width in (NARROW, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert (page.url, width, sideways(page)) == (page.url, width, 0)


@pytest.mark.parametrize("language,code", [("zh", "zh-hans"), ("en", "en")])
def test_a_citizen_downloads_the_notice_and_anybody_checks_it(
    open_page: OpenPage, tmp_path: Path, language: str, code: str
) -> None:
    people, person = team(), factories.citizen(name="王丽娟")
    case = step(people.clerk, filed(permit(people.department), person), "accept")
    run_due_jobs()
    document = paper(case, "acceptance")

    page = open_page(f"/cases/{case.number}/", user=person, language=language, width=DESKTOP)
    looked_at(page, f"papers-citizen-{language}")
    with page.expect_download() as downloading:
        page.locator(f'a[href="/papers/{document.pk}/?download"]').first.click()
    saved = tmp_path / "notice.pdf"
    downloading.value.save_as(saved)
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(saved.read_bytes().replace(b"%%EOF", b"%%EOG"))

    stranger = open_page("/check/", language=language, width=PHONE, js=False)
    stranger.locator("[name=number]").fill(document.number.replace("〔", "(").replace("〕", ")"))
    stranger.locator("[name=code]").fill(document.check_code.lower())
    stranger.locator("main form button").last.click()
    expect(stranger.locator("main")).to_contain_text(document.number)
    expect(stranger.locator("main")).to_contain_text("王*")
    expect(stranger.locator("html")).not_to_contain_text("王丽娟")
    with translation.override(code):
        verdicts = (
            (saved, gettext("This file is identical with the one that was issued")),
            (altered, gettext("This file has been altered or is not ours")),
        )
    for file, words in verdicts:
        stranger.locator("[name=file]").set_input_files(str(file))
        stranger.locator("main form button").last.click()
        expect(stranger.locator("#verdict")).to_contain_text(words)

    seen = open_page(f"/check/{document.pk}/{document.check_code}/", language=language, width=DESKTOP)
    looked_at(seen, f"papers-checked-{language}")
    form = open_page("/check/", language=language, width=DESKTOP)
    looked_at(form, f"papers-check-{language}")


def test_the_desk_sees_the_making_and_sends_again(open_page: OpenPage) -> None:
    people, person = team(), factories.citizen()
    case = step(people.clerk, filed(permit(people.department), person), "accept")
    document = paper(case, "acceptance")
    Document.objects.filter(pk=document.pk).update(making=Making.FAILED, problem="缺字")
    page = open_page(f"/desk/{case.number}/", user=people.clerk.user, language="zh", width=DESKTOP)
    looked_at(page, "papers-desk")
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    page.locator(f'form[action^="/desk/{case.number}/papers/{document.pk}/again/"] button').click()
    run_due_jobs()
    document.refresh_from_db()
    assert document.is_ready
    page.locator(f'form[action^="/desk/{case.number}/papers/{document.pk}/send/"] button').click()
    expect(page.locator("main")).to_contain_text(document.number)
