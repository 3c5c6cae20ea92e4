"""A holder sees the certificate and gives it in place of a paper; a stranger has an altered copy of it checked."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from approvals.certificates.models import CertificateUse
from portal.core.time import driven_clock
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.certificates.conftest import name_key, signers  # noqa: F401 - a fixture
from tests.certificates.objects import Office, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _signed(settings: Any, tmp_path: Path, signers: Path) -> Any:  # noqa: F811
    settings.DEMO = True  # no second factor
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    name_key(settings, signers)
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
def test_a_holder_gives_a_certificate_and_a_stranger_finds_the_forgery(
    open_page: OpenPage, watch: Watch, tmp_path: Path, language: str, code: str
) -> None:
    watch.allow("422")  # without consent
    office = Office()
    office.now = timezone.now()
    certificate = office.issue()
    item, material = office.second_item()
    case = office.draft(item)
    with driven_clock(office.now):
        work()

    mine = open_page("/certificates/", user=office.person, language=language, width=DESKTOP)
    looked_at(mine, f"certificates-mine-{language}")
    one = open_page(f"/certificates/{certificate.pk}/", user=office.person, language=language, width=DESKTOP)
    looked_at(one, f"certificates-one-{language}")

    draft = open_page(
        reverse("cases:draft-materials", args=[case.pk]), user=office.person, language=language, width=DESKTOP
    )
    draft.locator(f'a[href="/certificates/use/{case.pk}/{material.pk}/{certificate.pk}/"]').click()
    looked_at(draft, f"certificates-use-{language}")
    draft.locator("main form button").first.click()
    expect(draft.locator(".govuk-error-summary")).to_be_visible()
    assert not CertificateUse.objects.exists()  # nothing without consent
    draft.locator("[name=consent]").check()
    draft.locator("main form button").first.click()
    draft.wait_for_url("**/materials/")
    assert CertificateUse.objects.get().certificate_id == certificate.pk
    looked_at(draft, f"certificates-given-{language}")

    certificate.document.refresh_from_db()
    with default_storage.open(certificate.document.file.path) as file:
        content = file.read()
    genuine, forged = tmp_path / "genuine.pdf", tmp_path / "forged.pdf"
    genuine.write_bytes(content)
    forged.write_bytes(content + b"\n% one more year\n")
    stranger = open_page("/check/file/", language=language, width=PHONE, js=False)
    with translation.override(code):
        verdicts = (
            (genuine, gettext("This file is identical with the one that was issued")),
            (forged, gettext("This file was altered after it was signed")),
        )
    for path, words in verdicts:
        stranger.locator("[name=file]").set_input_files(str(path))
        stranger.locator("main form button").last.click()
        expect(stranger.locator("#verdict")).to_contain_text(words)
        expect(stranger.locator("html")).not_to_contain_text("王丽娟")
    checked = open_page("/check/file/", language=language, width=DESKTOP)
    checked.locator("[name=file]").set_input_files(str(genuine))
    checked.locator("main form button").last.click()
    looked_at(checked, f"certificates-checked-{language}")


def test_the_desk_and_the_printer(open_page: OpenPage) -> None:
    office = Office(numbered_forms=True)
    office.now = timezone.now()
    certificate = office.issue()
    office.suspend(certificate)
    office.issue()
    for name, path in {
        "register": "/certificates/desk/",
        "one": f"/certificates/desk/{certificate.pk}/",
        "queue": "/certificates/desk/print/",
        "types": "/certificates/desk/types/",
    }.items():
        looked_at(open_page(path, user=office.clerk.user, width=DESKTOP), f"certificates-desk-{name}")
    printing = open_page("/certificates/desk/print/", user=office.clerk.user, width=DESKTOP)
    printing.locator("main table a").first.click()
    printing.locator("[name=form_number]").fill("HZ0000001")
    looked_at(printing, "certificates-print")
    printing.locator("main form button").first.click()
    there = printing.locator("main a[href*='/delivery/']").or_(printing.locator("section.act.green"))
    expect(there.first).to_be_visible()
