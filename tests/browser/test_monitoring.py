"""In a real browser: from the lamp to the order, the unit's reply, its acceptance, and the unit's record."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.people import second_factor
from portal.supervision.monitoring import actions
from portal.supervision.monitoring.models import Sample
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.monitoring.objects import Office, overdue_case
from tests.monitoring.test_samples import refused

pytestmark = pytest.mark.django_db(transaction=True)
ACT = re.compile(r"/monitoring/orders/\d+/$")


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-11-20 10:00")):
        made = Office()
        overdue_case(made)
        yield made


def test_from_the_lamp_to_the_record(open_page, office, watch):
    watch.allow("422")
    page = open_page(reverse("monitoring:lamps"), language="zh", width=DESKTOP, user=office.people["supervisor"])
    expect(page.locator("#live tbody tr")).to_have_count(1)
    assert not violations(page) and not sideways(page)
    page.locator("#live button", has_text="催办").click()
    expect(page.locator("#live")).to_contain_text("今日已催办")
    page.locator("#live tbody a", has_text="督办").click()
    expect(page.locator("input[name=lamp]").first).to_be_checked()
    page.fill("[name=title]", "超期办件督办")
    page.fill("[name=limit_days]", "90")
    page.click("main form .govuk-button")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.fill("[name=text]", "请三日内办结并说明原因。")
    page.fill("[name=limit_days]", "3")
    assert not violations(page)
    page.click("main form .govuk-button")
    expect(page).to_have_url(ACT)
    act = page.url
    head = open_page(act, language="zh", width=PHONE, user=office.people["head"])
    expect(head.locator("main")).to_contain_text("请三日内办结并说明原因。")
    assert not violations(head) and not sideways(head)
    head.locator("summary", has_text="提交回复").click()
    head.fill("[name=reply-reply]", "审核人员请假，未及时移交，现已办结。")
    head.click("details.step button")
    expect(head.locator("main")).to_contain_text("审核人员请假")
    page.goto(act)
    page.locator("aside button", has_text="认可回复").click()
    expect(page.locator(".head .tag")).to_have_text("回复已认可，办结")
    page.goto(page.url.split("/monitoring/")[0] + reverse("monitoring:unit", args=[office.department.code]))
    expect(page.locator("main")).to_contain_text("超期办件督办")
    expect(page.locator("main .tbl").nth(1).locator("tbody tr")).to_have_count(2)  # the order and the reminder
    assert not violations(page) and not sideways(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_read_on_a_phone_and_at_a_desk(open_page, office, language):
    with driven_clock(factories.moment("2026-11-10 10:00")):
        refused(office)
    with driven_clock(factories.moment("2026-11-16 10:00")):
        actions.draw_week(Actor.system("monitoring"), dt.date(2026, 11, 9))
    sample = Sample.objects.get()
    record = office.judge(
        "second", office.proposed(person=office.people["clerk"], measure="points", points=2), "confirm"
    )
    act = office.order()
    user = office.people["supervisor"]
    pages = [
        reverse(f"monitoring:{name}")
        for name in ("lamps", "acts", "accountabilities", "accountability-new", "samples", "units", "alerts")
    ]
    pages += [
        reverse("monitoring:act", args=[act.pk]), reverse("monitoring:accountability", args=[record.pk]),
        reverse("monitoring:sample", args=[sample.pk]), reverse("monitoring:draw", args=[sample.draw_id]),
        reverse("monitoring:unit", args=[office.department.code]),
        reverse("monitoring:act-new") + f"?department={office.department.code}",
        reverse("monitoring:accountability-new") + f"?department={office.department.code}",
    ]  # fmt: skip
    if language == "en":
        pages = pages[:1] + pages[5:9] + pages[11:13]  # English needs one page of each make
    page = open_page(pages[0], language=language, width=PHONE if language == "zh" else DESKTOP, user=user)
    for url in pages:
        page.goto(page.url.split("/monitoring/")[0] + url)
        expect(page.locator("h1")).to_be_visible()
        assert not violations(page), url
        assert not sideways(page), url
        page.set_viewport_size({"width": DESKTOP if language == "zh" else PHONE, "height": 800})
        assert not sideways(page), url
        page.set_viewport_size({"width": PHONE if language == "zh" else DESKTOP, "height": 800})
