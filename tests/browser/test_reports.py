"""In a real browser: a report is drawn up, its text changed, laid before the signer and signed by somebody else."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.core.time import driven_clock
from portal.people import second_factor
from portal.supervision.reports import actions
from portal.supervision.reports.models import Report
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.browser.patience import soon
from tests.reports.test_reports import WHOLE, Office

pytestmark = pytest.mark.django_db(transaction=True)
READ = re.compile(r"/reports/\d+/$")


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        yield Office()


def test_from_the_figures_to_the_signature(open_page, office, watch):
    watch.allow("422")
    page = open_page(reverse("reports:new"), language="zh", width=DESKTOP, user=office.writer.user)
    page.fill("[name=first]", "2026-11-01")
    page.fill("[name=last]", "2026-11-20")
    page.click("main form .govuk-button")
    page.wait_for_url(READ)
    expect(page.locator("main")).to_contain_text("本期没有收件和办结。")
    assert not violations(page) and not sideways(page)
    page.click("text=修改文字")
    page.fill("[name=approvals]", "本期收件{收件}件，与{没有的数据}相当。")
    page.click("main form .govuk-button")
    expect(page.locator("main")).to_contain_text("没有名为“没有的数据”的数据")
    page.fill("[name=approvals]", "本期收件{收件}件。")
    page.fill("[name=closing]", "下一步继续压缩承诺时限。")
    page.click("main form .govuk-button")
    page.wait_for_url(READ)
    expect(page.locator("main")).to_contain_text("下一步继续压缩承诺时限。")
    expect(page.locator("main")).to_contain_text("本期收件0件。")
    page.click("aside >> text=送审")
    assert soon(lambda: Report.objects.filter(state="submitted").exists(), page)
    report = Report.objects.get()
    assert report.state == "submitted"
    signing = open_page(
        reverse("reports:report", args=[report.pk]), language="zh", width=DESKTOP, user=office.signer.user
    )
    signing.click("aside >> button:text-is('签发')")
    assert soon(lambda: Report.objects.filter(state="signed").exists(), signing)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_is_read_and_edited_on_a_phone(open_page, office, language):
    report = actions.draw_up(office.writer, **WHOLE)
    for name in ("report", "edit"):
        url = reverse(f"reports:{name}", args=[report.pk])
        page = open_page(url, language=language, width=PHONE, user=office.writer.user)
        expect(page).to_have_url(re.compile(re.escape(url) + "$"))
        assert not violations(page) and not sideways(page)
