"""In a real browser: from the guide to the page of all parts, on a phone without JavaScript; the desk and the editor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.cases.catalogue_memory import forget
from approvals.catalogue.models import Material
from approvals.packages import actions
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from approvals.pledges.models import PromisedMaterial
from portal.core.time import driven_clock
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, screenshot, sideways, violations
from tests.packages.crew import CONTENT, GOOD, Crew, again, cases, fill, work
from tests.packages.test_on_paper import Paper
from tests.packages.test_signing import text
from tests.packages.test_window import Window

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew():
    return Crew()


def url(name, *args):
    return reverse(f"packages:{name}", args=args)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_part_is_committed_to_before_the_package_is_filed(open_page, width):
    with driven_clock(factories.moment("2026-06-01 09:00")):
        crew = Crew()
        Material._base_manager.filter(version__item=crew.items[0], code="birthcert").update(committable=True)
        Material._base_manager.filter(version__item=crew.items[1], code="birthcert").update(required=False)
        forget()
        text(crew, crew.items[0])
        crew.person.set_password("Haizhou-2026")
        crew.person.save()
        filing = crew.begin()
    page = open_page(url("draft-papers", filing.pk), language="en", width=width, user=crew.person)
    screenshot(page, f"commitment-offered-{width}")
    assert sideways(page) == 0 and violations(page) == []
    page.get_by_role("link", name="Read and sign").click()
    expect(page.locator("main")).to_contain_text("It counts for this part of the package alone.")
    page.get_by_label("I have read all of this").check()
    page.get_by_label("Your name").fill("李四")
    page.get_by_label("Password of your account").fill("Haizhou-2026")
    screenshot(page, f"commitment-read-{width}")
    assert sideways(page) == 0 and violations(page) == []
    page.get_by_role("button", name="Sign the commitment").click()
    expect(page.locator("main")).to_contain_text("Covered by your commitment")
    screenshot(page, f"commitment-signed-{width}")
    assert sideways(page) == 0 and filing.signatures.get().signed_name == "李四"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_at_the_window_a_part_is_committed_to_on_paper(open_page, watch, tmp_path, width):
    watch.allow("422")
    with driven_clock(factories.moment("2026-06-01 09:00")):
        paper = Paper()
        paper.without_certificate()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(CONTENT)
    page = open_page(url("draft-papers", paper.filing.pk), language="en", width=width, user=paper.clerk_user)
    screenshot(page, f"paper-offered-{width}")
    assert sideways(page) == 0 and violations(page) == []
    page.get_by_role("link", name="Print and certify").click()
    expect(page.locator("main")).to_contain_text(f"It is signed by {paper.person.name}.")
    page.get_by_label("Signed by").fill("别人")
    page.get_by_label("Scan of the signed paper").set_input_files(scan)
    page.get_by_label("The person has read the text").check()
    page.get_by_role("button", name="Certify the signature").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text(f"The paper has to be signed by {paper.person.name}.")
    expect(page.get_by_label("Signed by")).to_have_value("别人")  # nothing that was typed is lost
    screenshot(page, f"paper-refused-{width}")
    assert sideways(page) == 0 and violations(page) == []
    page.get_by_label("Signed by").fill(paper.person.name)
    page.get_by_label("Scan of the signed paper").set_input_files(scan)
    page.get_by_role("button", name="Certify the signature").click()
    expect(page.locator("main")).to_contain_text("Covered by the commitment")
    page.get_by_role("link", name="Look at it").click()
    expect(page.locator("main")).to_contain_text("The commitment is signed")
    screenshot(page, f"paper-signed-{width}")
    assert sideways(page) == 0 and violations(page) == []
    page.get_by_role("button", name="Take the signature back").click()
    expect(page.locator("main")).to_contain_text("Required, missing")


def test_a_package_is_filed_on_a_phone_without_javascript(open_page, crew, watch, tmp_path):
    watch.allow("422")
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(CONTENT)
    page = open_page(url("package", "birth"), language="en", width=PHONE, js=False, user=crew.person)
    assert sideways(page) == 0
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Show what applies to me").click()
    expect(page.locator("main")).to_contain_text("It applies because you answered")
    assert sideways(page) == 0
    page.get_by_role("button", name="Begin the filing").click()
    filing = PackageFiling.objects.get()
    page.get_by_role("button", name="Continue").click()
    for task in Draft(filing).tasks():
        if task.is_page:
            for one in Draft(filing).form.definition.section(task.code).fields:
                page.locator(f"[name={one.code}]").fill(GOOD[one.code.rpartition("_")[0]])
            page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Save and continue").click()  # nothing is there yet
    expect(page.locator(".govuk-error-summary")).to_contain_text("is required. Please upload it.")
    expect(page.locator("input[type=file]").first).to_be_attached()
    for box in page.locator("input[type=file]").all():
        box.set_input_files(paper)
    page.get_by_role("button", name="Save and continue").click()
    assert sideways(page) == 0
    page.get_by_label("I declare that").check()
    page.get_by_role("button", name="Submit all parts").click()
    filing = again(filing)
    expect(page.locator("main")).to_contain_text(filing.number)
    assert len(cases(filing)) == 3 and sideways(page) == 0


def test_the_pages_have_no_violations_and_fit_on_a_phone(open_page, crew):
    filing = crew.filed()
    work()
    draft = actions.begin(crew.actor, crew.package.pk, {"card": "yes"})
    own = [url("filing", filing.number), url("draft", draft.pk), url("draft-papers", draft.pk), url("list")]
    for address in own:
        page = open_page(address, language="en", width=DESKTOP, user=crew.person)
        assert violations(page) == [], address
        page = open_page(address, language="en", width=320, user=crew.person)
        assert sideways(page) == 0, address
    for address in (url("desk"), url("desk-filing", filing.number), url("admin-package", crew.package.pk)):
        page = open_page(address, language="en", width=DESKTOP, user=crew.head_user)
        assert violations(page) == [], address
        page = open_page(address, width=PHONE, user=crew.head_user)
        assert sideways(page) == 0, address


def test_at_the_window_for_somebody_else_with_a_material_that_follows(open_page, watch, tmp_path):
    """From the guide with the person to the slip: a principal, the power of attorney, a promise in the person's words."""
    watch.allow("422")
    window = Window()
    Material._base_manager.filter(code="birthcert").update(tolerable=True)
    forget()
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(CONTENT)
    address = f"{url('window', window.intake.pk, 'birth')}?q-card=yes"
    page = open_page(address, language="en", width=DESKTOP, user=window.clerk_user)
    page.get_by_label("Somebody else (with a power of attorney)").check()
    page.get_by_label("Name of the applicant").fill("王秀英")
    page.get_by_label("Identity number of the applicant").fill("1")
    page.get_by_label("Telephone of the applicant").fill("13711112222")
    page.get_by_label("Parent or child").check()
    page.get_by_role("button", name="Begin the filing").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.get_by_label("Name of the applicant")).to_have_value("王秀英")  # nothing that was typed is lost
    page.get_by_label("Identity number of the applicant").fill(factories.resident_number(900))
    page.get_by_role("button", name="Begin the filing").click()
    expect(page.locator("main")).to_contain_text("Your package")
    filing = fill(window.clerk, PackageFiling.objects.get())
    missing = next(one for one in Draft(filing).materials if one.material.code == "birthcert")
    for one in filing.papers.filter(key=missing.key):
        actions.remove_paper(window.clerk, filing.pk, one.pk)
    page = open_page(url("draft-papers", filing.pk), language="en", width=DESKTOP, user=window.clerk_user)
    page.get_by_role("link", name="Bring it later").click()
    assert violations(page) == []
    page.get_by_label("The applicant promises to bring").check()
    page.get_by_role("button", name="Promise it").click()
    expect(page.locator("main")).to_contain_text("Required, follows later")
    page.locator("input[type=file][name=material-power-of-attorney]").set_input_files(paper)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("main")).to_contain_text("Filed by, with a power of attorney")
    page.get_by_label("Signed on the printed summary").check()
    page.get_by_role("button", name="Submit all parts").click()
    expect(page.locator("main")).to_contain_text("All parts have been filed")
    expect(page.locator("main")).to_contain_text("王秀英")
    assert sorted(PromisedMaterial.objects.values_list("at_window", flat=True)) == [True, True]
    assert all(case.principal.name == "王秀英" for case in cases(again(filing)))


def test_a_promise_on_a_phone_in_chinese(open_page, crew):
    """No word of English, nothing wider than the screen, without JavaScript."""
    Material._base_manager.filter(code="birthcert").update(tolerable=True)
    forget()
    filing = crew.begin()
    key = next(one.key for one in Draft(filing).materials if one.material.code == "birthcert")
    page = open_page(url("draft-later", filing.pk, key), width=PHONE, js=False, user=crew.person)
    assert sideways(page) == 0
    expect(page.get_by_role("heading", name="以后补交")).to_be_visible()
    page.locator("[name=agreed]").check()
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("出生医学证明")
    assert sideways(page) == 0
    assert filing.papers.get().follows_by is not None
