"""In a real browser: a supervisor reads the ranking, drills down and asks; the head answers; everybody reads the board."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from portal.core.time import driven_clock
from portal.people import second_factor
from portal.supervision.scores import actions
from portal.supervision.scores.models import Measure, Row, Scheme
from tests.browser.conftest import DESKTOP, PHONE, sideways, violations
from tests.scores.objects import NOW, WEEK, decided, department, head_of, ratings, supervisor, tickets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


class Town:
    """Two ranked weeks of five departments, a supervisor, and the head of the one that came last."""

    def __init__(self) -> None:
        names = ("GSJ", "RSJ", "ZJJ", "WJW")
        self.last = department("SCJG")
        for week in (WEEK.replace(day=2), WEEK):
            decided(self.last, week, early=4, on_day=2, late=4)
            ratings(self.last, week, given=20, satisfied=18, rectification_due=2, rectified_in_time=1)
            for n, code in enumerate(names):
                decided(department(code), week, early=10 - n, on_day=n)
                ratings(department(code), week, given=30, satisfied=30 - n)
                tickets(department(code), week, due=20, on_time=20 - n, judged=10, satisfied=9)
            self.edition = actions.compute(actions.rankings.PORTAL, week)[0]
        tickets(department("JTJ"), WEEK, due=10, on_time=10)
        self.supervisor, self.head = supervisor(), head_of(self.last)
        self.row = Row.objects.get(edition=self.edition, span="week", department=self.last)

    def publish(self) -> None:
        actions.take_edition_step(self.supervisor, self.edition.pk, "publish", {}, state_version=0)


@pytest.fixture
def town():
    with driven_clock(NOW):
        yield Town()


def test_from_the_ranking_to_an_accepted_suggestion(open_page, town):
    page = open_page(reverse("scores:ranking"), language="en", width=DESKTOP, user=town.supervisor.user)
    expect(page.locator("h1")).to_contain_text("2026-W46")
    assert not violations(page) and not sideways(page)
    page.click(f"a[href='{reverse('scores:row', args=[town.row.pk])}']")
    expect(page.locator("main")).to_contain_text("does not get beyond 5%")
    assert not violations(page) and not sideways(page)
    page.click(f"a[href='{reverse('scores:behind', args=[town.row.pk, 'overdue'])}']")
    expect(page.locator("h1")).to_contain_text("Applications decided after the promised day")
    page.go_back()
    page.click(f"a[href='{reverse('scores:ask', args=[town.row.pk, 'overdue'])}']")
    page.fill("[name=asked]", "请说明超期办结的原因，并提出整改措施。")
    page.click("main form .govuk-button")
    expect(page.locator("main")).to_contain_text("请说明超期办结的原因")
    asked = page.url

    head = open_page(asked, language="en", width=DESKTOP, user=town.head.user)
    head.click("main a:has-text('Answer')")
    head.fill("[name=answer]", "审查人员轮岗造成积压，已调整排班。")
    head.fill("[name=text-1]", "每日晨会清点临期件，专人督办。")
    head.fill("[name=due-1]", str(timezone.localdate() + dt.timedelta(days=30)))  # the server's clock is not driven
    assert not violations(head) and not sideways(head)
    head.click("main form .govuk-button")
    expect(head.locator("main")).to_contain_text("每日晨会清点临期件")

    page.goto(asked)
    page.click("aside button:text-is('Accept')")
    expect(page.locator("main")).to_contain_text("Accepted, being carried out")
    head.goto(reverse("scores:measure", args=[Measure.objects.get().pk]))
    head.fill("[name=note]", "已连续两周无新增超期件。")
    head.click("main form .govuk-button")
    expect(head.locator("main")).to_contain_text("已连续两周无新增超期件。")
    assert not violations(head) and not sideways(head)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_staff_pages_are_read_on_a_phone(open_page, town, language):
    user = town.supervisor.user
    scheme = actions.new_draft(town.supervisor)
    proposal = actions.ask(town.supervisor, town.row.pk, "overdue", text="请说明原因。", days=5)
    addresses = [
        reverse("scores:ranking"), reverse("scores:row", args=[town.row.pk]), reverse("scores:versions"),
        reverse("scores:version", args=[Scheme.objects.get(number=1).pk]), reverse("scores:proposals"),
        reverse("scores:version-edit", args=[scheme.pk]), reverse("scores:version-try", args=[scheme.pk]),
        reverse("scores:proposal", args=[proposal.pk]), reverse("scores:editions"),
    ]  # fmt: skip
    page = open_page(addresses[0], language=language, width=PHONE, user=user)
    for address in addresses:
        page.goto(address)
        expect(page).to_have_url(re.compile(re.escape(address) + "$"))
        assert (violations(page), sideways(page)) == ([], 0), address


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_everybody_reads_the_public_board(open_page, town, language, width):
    town.publish()
    page = open_page(reverse("scores:public"), language=language, width=width)
    expect(page.locator(".ranks tbody tr")).to_have_count(5)
    assert not violations(page) and not sideways(page)
    page.locator(".ranks summary").first.click()
    expect(page.locator(".ranks details[open] dl").first).to_be_visible()
    assert not violations(page) and not sideways(page)
