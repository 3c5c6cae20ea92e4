"""At the window in a real browser: a package is taken in, a commitment is signed on paper; the figures of certificates."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.certificates.models import Certificate
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from portal.core import statistics
from portal.core.time import driven_clock
from tests.browser.conftest import DESKTOP, PHONE, screenshot, sideways, violations
from tests.certificates.objects import Office
from tests.packages.crew import CONTENT, GOOD
from tests.packages.test_given import Holder
from tests.packages.test_window import Window
from tests.pledges.test_on_paper import Paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True  # no second factor
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def looked_at(page: Any, name: str) -> None:
    screenshot(page, name)
    assert (name, violations(page)) == (name, [])
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert (name, sideways(page)) == (name, 0)
    screenshot(page, f"{name}-phone")
    page.set_viewport_size({"width": DESKTOP, "height": 900})


def test_a_clerk_takes_a_package_in(open_page, watch) -> None:
    watch.allow("422")
    window = Window()
    page = open_page(reverse("counter:intake-item", args=[window.intake.pk]), language="en", user=window.clerk_user)
    page.get_by_role("link", name="A child is born").click()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Show what applies").click()
    expect(page.get_by_role("heading", name="These items apply")).to_be_visible()
    looked_at(page, "depth-window-guide")
    page.get_by_role("button", name="Begin the filing").click()
    expect(page.get_by_role("heading", name="Your package")).to_be_visible()
    filing = PackageFiling.objects.get()
    page.get_by_role("link", name="Continue").or_(page.get_by_role("button", name="Continue")).click()
    for task in Draft(filing).tasks():
        if task.is_page:
            for one in Draft(filing).form.definition.section(task.code).fields:
                page.locator(f"[name={one.code}]").fill(GOOD[one.code.rpartition("_")[0]])
            page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("h1")).to_have_text("Materials")
    for one in Draft(filing).materials:
        page.locator(f"[name=kept-{one.code}]").select_option("copy")
    looked_at(page, "depth-window-papers")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("h1")).to_have_text("Check your answers")
    page.get_by_label("Signed on the tablet").check()
    looked_at(page, "depth-window-check")
    page.get_by_role("button", name="Submit all parts").click()
    expect(page.get_by_role("heading", name="All parts have been filed")).to_be_visible()
    filing.refresh_from_db()
    expect(page.locator("main")).to_contain_text(filing.query_code)
    looked_at(page, "depth-window-done")


def test_a_holder_gives_a_certificate_for_all_parts(open_page) -> None:
    holder = Holder()
    filing = holder.begin()
    page = open_page(reverse("packages:draft-papers", args=[filing.pk]), language="en", width=PHONE, user=holder.person)
    page.get_by_role("link", name="Use this certificate").click()
    expect(page.locator("h1")).to_have_text("Use a certificate")
    looked_at(page, "depth-give")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Give the certificate").click()
    expect(page.get_by_text("Your certificate", exact=True)).to_be_visible()
    looked_at(page, "depth-given")


def test_a_commitment_is_signed_on_paper(open_page, tmp_path) -> None:
    paper, scan = Paper(), tmp_path / "scan.pdf"
    scan.write_bytes(CONTENT)
    page = open_page(reverse("counter:intake", args=[paper.intake.pk]), language="en", user=paper.clerk.user)
    page.get_by_role("link", name="Commitment on paper").click()
    looked_at(page, "depth-certify")
    page.get_by_label("Scan of the signed paper").set_input_files(scan)
    page.get_by_label("Signed by").fill(paper.name)
    page.get_by_label("The person has read the text").check()
    page.get_by_role("button", name="Certify the signature").click()
    expect(page.get_by_role("heading", name="The commitment is signed")).to_be_visible()
    looked_at(page, "depth-certified")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_figures_of_certificates_lead_to_their_rows(open_page, language) -> None:
    office = Office()
    office.issue()
    with driven_clock(office.now):
        statistics.refresh_all()
    address = reverse("certificates:overview") + "?first=2026-01-01&last=2026-12-31"
    page = open_page(address, language=language, user=office.clerk.user)
    looked_at(page, f"depth-figures-{language}")
    page.locator("tbody a").first.click()
    expect(page.locator("tbody")).to_contain_text(Certificate.objects.get().number)
    looked_at(page, f"depth-behind-{language}")
