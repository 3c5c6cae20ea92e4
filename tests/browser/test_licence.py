"""A firm hands its business licence in, in a real browser: with mistakes on the way, and nothing is sent twice."""

import pytest
from playwright.sync_api import expect

from procurement.bidders.models import BusinessLicence
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.tenders.objects import bidder, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def test_a_firm_hands_in_its_licence_and_reads_it_in_chinese(open_page: OpenPage, watch: Watch, tmp_path) -> None:
    watch.allow("422")  # the form comes back with what is wrong
    profile, agent = bidder()
    scan = tmp_path / "licence.png"
    scan.write_bytes(picture("licence.png").read())
    page = open_page(f"/my/bidding/{profile.organisation_id}/", language="zh", user=agent.user)
    page.get_by_role("link", name="上传营业执照").click()
    expect(page.get_by_text("选填")).to_have_count(0)
    page.get_by_label("营业执照扫描件").set_input_files(scan)
    page.get_by_role("textbox", name="执照号码").fill(profile.organisation.uscc)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("licence.png")).to_be_visible()
    screenshot(page, "licence-form-wrong")
    assert not BusinessLicence.objects.exists()
    page.get_by_label("长期有效").check()
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", name="营业执照", exact=True)).to_be_visible()
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []
        screenshot(page, f"licence-{width}")
    assert BusinessLicence.objects.get().number == profile.organisation.uscc
