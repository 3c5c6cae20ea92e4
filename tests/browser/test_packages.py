"""In a real browser: from the guide to the page of all parts, on a phone without JavaScript; the desk and the editor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.packages import actions
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.packages.crew import CONTENT, GOOD, Crew, again, cases, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew():
    return Crew()


def url(name, *args):
    return reverse(f"packages:{name}", args=args)


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
