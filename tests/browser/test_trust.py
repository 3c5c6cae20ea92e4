"""The list of trusted authorities and the list of downloads in a real browser, at both widths and in both languages."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.bidders.models import TrustedIssuer
from procurement.tenders import actions
from procurement.tenders.actions.steps import move
from procurement.tenders.models import Project
from tests import factories
from tests.bidders.objects import GROUND, Authority
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.DEMO = True  # no second factor for overseers


def looked_at(page: Page, name: str) -> None:
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"{name}-{width}")
        assert (page.url, width, sideways(page)) == (page.url, width, 0)
        assert violations(page) == []


def test_an_officer_enters_an_authority_and_ends_it(open_page: OpenPage, watch: Watch):
    watch.allow("422")
    authority = Authority()
    page = open_page("/trading/issuers/", language="en", user=officer().user)
    expect(page.get_by_text("no certificate of a firm is accepted")).to_be_visible()
    page.get_by_role("link", name="Enter a trusted authority").click()
    page.get_by_label("Name of the authority").fill(authority.name)
    page.get_by_label("Certificate of the authority (PEM)").fill(authority.pem)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_label("Certificate of the authority (PEM)")).to_have_value(authority.pem)
    looked_at(page, "issuer-new")
    page.get_by_label("Ground").fill(GROUND)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("heading", name=authority.name)).to_be_visible()
    looked_at(page, "issuer")
    page.get_by_label("Why it is no longer trusted").fill("许可被吊销")
    page.get_by_role("button", name="Trust it no longer").click()
    expect(page.locator(".head").get_by_text("No longer trusted")).to_be_visible()
    looked_at(page, "issuer-ended")
    assert TrustedIssuer.objects.get().ended_why == "许可被吊销"


def test_the_list_of_authorities_reads_in_chinese(open_page: OpenPage):
    Authority().entered()
    Authority("海州市电子商务认证中心有限公司").entered()
    page = open_page("/trading/issuers/", user=officer().user)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looked_at(page, "issuers-zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_auditor_reads_who_took_the_documents_and_narrows_it_to_shared_devices(open_page: OpenPage, language: str):
    with driven_clock(moment("2026-11-20 10:00")):
        tender = announced()
    for n, name in enumerate(("海州甲建设有限公司", "海州乙建设有限公司", "海州丙建设有限公司")):
        profile, agent = bidder(name)
        with driven_clock(moment(f"2026-11-24 1{n}:00")):
            actions.take_document(
                agent, tender.documents.get().pk, organisation_id=profile.organisation_id,
                sender="203.0.113.7" if n < 2 else "198.51.100.9", device=str(n) * 64,
            )  # fmt: skip
    Project.objects.filter(pk=tender.pk).update(state="closed")
    tender.refresh_from_db()
    with transaction.atomic():
        move(tender, "open", officer())
    page = open_page(f"/trading/tenders/{tender.number}/", language=language, user=factories.staff(Role.AUDITOR))
    page.locator(f'a[href$="/trading/tenders/{tender.number}/downloads/"]').click()
    expect(page.locator("tbody tr")).to_have_count(3)
    looked_at(page, f"downloads-{language}")
    page.locator("select[name=shared]").select_option("1")
    page.locator("form.filter button").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("海州丙建设有限公司")).to_have_count(0)
