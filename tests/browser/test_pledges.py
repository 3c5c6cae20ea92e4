"""In a real browser: a material left for later and a signed commitment, the decision at once, the portal's own decision."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.pledges.models import Commitment, PromisedMaterial
from portal.core.time import now, today
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.instant.objects import Counter
from tests.pledges.objects import Lane, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_promise_and_the_signature_to_the_check(open_page, watch):
    watch.allow("422")
    lane = Lane(promised_days=10)
    lane.now = now()  # the server keeps its own time
    lane.person.set_password("Haizhou-2026")
    lane.person.save()
    lane.text()
    case = lane.draft()
    day = (today() + dt.timedelta(days=3)).isoformat()
    page = open_page(
        reverse("cases:draft-materials", args=[case.pk]), language="en", width=PHONE, js=False, user=lane.person
    )
    page.get_by_role("link", name=re.compile("Bring it later")).click()
    assert sideways(page) == 0
    page.get_by_role("checkbox").check()
    page.get_by_label("I bring it by").fill("2026-01-05")
    page.get_by_role("button", name="Promise it").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("after today")
    page.get_by_label("I bring it by").fill(day)
    page.get_by_role("button", name="Promise it").click()
    assert PromisedMaterial.objects.get(case=case).due_on.isoformat() == day

    page = open_page(reverse("pledges:sign", args=[case.pk]), language="en", width=DESKTOP, user=lane.person)
    assert violations(page) == []
    page.get_by_label("Your name").fill("王丽娟")
    page.get_by_label("Password of your account").fill("wrong")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Sign the commitment").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("not right")
    page.get_by_label("Password of your account").fill("Haizhou-2026")
    page.get_by_role("button", name="Sign the commitment").click()
    assert Commitment.objects.get(case=case).signed_with == "password"
    lane.file(case)
    work()

    promise = PromisedMaterial.objects.get(case=case)
    page = open_page(reverse("pledges:mine"), language="en", width=PHONE, user=lane.person)
    assert violations(page) == []
    assert sideways(page) == 0
    page = open_page(reverse("pledges:material", args=[promise.pk]), width=DESKTOP, user=lane.clerk.user)
    assert violations(page) == []
    page.locator("section[aria-labelledby=do-bring] button").click()
    page.locator("section[aria-labelledby=do-settle] button").click()
    promise.refresh_from_db()
    assert promise.state == "settled"
    commitment = Commitment.objects.get(case=case)
    page = open_page(reverse("pledges:check", args=[commitment.pk]), language="en", width=DESKTOP, user=lane.clerk.user)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Accept and approve").click()
    assert violations(page) == []
    commitment.refresh_from_db()
    assert commitment.state == "checking"


def test_the_portal_says_why_it_left_a_filing_to_a_person(open_page, watch):
    watch.allow("422")
    counter = Counter()
    counter.now = now()
    rules = counter.rules()
    case = counter.file()
    page = open_page(reverse("cases:detail", args=[case.number]), language="en", width=PHONE, user=counter.person)
    expect(page.locator("section[aria-labelledby=instant]")).to_contain_text("No such certificate is held.")
    assert sideways(page) == 0
    page = open_page(
        reverse("instant:item", args=[counter.item.code]), language="en", width=DESKTOP, user=counter.head.user
    )
    assert violations(page) == []
    expect(page.locator("main")).to_contain_text(rules.ground)
    page.locator("[name=check-2]").select_option("age")
    page.locator("[name=value-2]").fill("old")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("18-60")
    expect(page.locator("[name=value-2]")).to_have_value("old")
