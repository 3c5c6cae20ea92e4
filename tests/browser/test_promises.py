"""In a real browser: the simulator, a proposal and the head's decision; the public ledger on a phone."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.cases.models import Case
from approvals.promises.models import Proposal
from approvals.reform import actions as reform
from portal.core.time import today
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.browser.patience import soon
from tests.promises.crew import Crew

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew():
    return Crew()


def history(crew: Crew) -> None:
    """A hundred cases that took three days, one that took eleven."""
    day = today() - dt.timedelta(days=1)
    Case.objects.bulk_create(
        Case(
            item=crew.item, department_id=crew.item.department_id, number=f"B-{n}", submitted_on=day, accepted_on=day,
            decided_on=day, ended_on=day, kind="promise", outcome="approved", state="closed",
            elapsed_days=11 if n == 100 else 3,
        )
        for n in range(101)
    )  # fmt: skip


def test_from_the_simulator_to_the_draft_of_a_version(open_page, crew, watch):
    watch.allow("422")
    history(crew)
    page = open_page(
        reverse("promises:simulator", args=[crew.item.pk]), language="en", width=DESKTOP, user=crew.reviewer_user
    )
    assert violations(page) == []
    expect(page.locator(".kpis").first).to_contain_text("3 working days")
    page.locator("#s-days").fill("2")
    page.get_by_role("button", name="Calculate").click()
    expect(page.locator(".kpis").first).to_contain_text("101")
    page.get_by_label("New promise (working days)").fill("20")
    page.get_by_label("What it rests on").fill("99 % took three days")
    page.get_by_role("button", name="Send to the head of the department").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("promises already")
    expect(page.get_by_label("What it rests on")).to_have_value("99 % took three days")
    page.get_by_label("New promise (working days)").fill("4")
    page.get_by_role("button", name="Send to the head of the department").click()
    assert soon(Proposal.objects.exists, page)
    proposal = Proposal.objects.get()
    assert (proposal.days, proposal.cases, proposal.late_cases) == (4, 101, 1)

    page = open_page(reverse("promises:proposal", args=[proposal.pk]), width=PHONE, js=False, user=crew.head_user)
    assert sideways(page) == 0
    page.locator("#do-take_over ~ form button, section[aria-labelledby=do-take_over] button").first.click()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version.promised_days) == ("drafted", 4)


def test_the_public_ledger_on_a_phone(open_page, crew):
    request = reform.propose(crew.head, crew.item.pk, reform.Wanted("cancel", today(), "国发〔2026〕9号"))
    reform.decide(crew.supervisor, request.pk, "confirm", state_version=0)
    page = open_page(reverse("reform:public"), language="en", width=PHONE)
    assert violations(page) == []
    assert sideways(page) == 0
    expect(page.locator("main")).to_contain_text("国发〔2026〕9号")
    page.locator("a[href*='figure=cancelled']").click()
    expect(page.get_by_role("main")).to_contain_text(
        re.compile(f"{re.escape(crew.item.name)}|{re.escape(crew.item.name_en)}")
    )
