"""Bids taken again after an outage, in a browser: the supervisor decides, all read it, a receipt is checked."""

import datetime as dt
import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.core.time import ZONE, driven_clock, now
from portal.people import second_factor
from portal.people.roles import Role
from procurement.bids import actions, proofs
from procurement.bids.models import Outage, PastRoot, TakingAgain
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests import factories
from tests.bids.objects import Officer
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, screenshot, sideways, violations
from tests.browser.test_bids import bid_of, past_deadline
from tests.factories import moment
from tests.tenders.objects import announced, officer

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "截止前半小时网页无法打开，投标人多次反映不能上传。"


@pytest.fixture(autouse=True)
def _around(settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


@pytest.fixture
def tender() -> Project:
    """Closed by the real clock with one bid, after half an hour in which the pages did not answer."""
    officers = [Officer(officer()) for _n in range(3)]
    assert len(officers) == 3
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced(lots=lots)
    Project.objects.update(deadline_at=now() + dt.timedelta(hours=3), state="receiving")
    actions.follow(project.pk)
    project.refresh_from_db()
    bid_of(project)
    past_deadline(project)
    at = now()
    Outage.objects.create(
        kind="web", from_at=at - dt.timedelta(minutes=30), until_at=at, detail="silent", mark="0" * 32
    )
    return project


def looked_at(page: Page, name: str) -> None:
    for width, suffix in ((PHONE, "-phone"), (DESKTOP, "")):
        page.set_viewport_size({"width": width, "height": 900})
        assert (name, width, sideways(page)) == (name, width, 0)
        screenshot(page, f"again-{name}{suffix}")
    assert (name, violations(page)) == (name, [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_supervisor_has_bids_taken_again_and_everybody_can_check_the_old_root(
    open_page: OpenPage, watch: Any, tender: Project, language: str
) -> None:
    watch.allow("422")
    chief = factories.staff(Role.SUPERVISOR)
    page = open_page(f"/trading/tenders/{tender.number}/", language=language, user=chief)
    looked_at(page, f"inner-{language}")
    page.locator(f"a[href$='/{tender.number}/again/']").click()
    looked_at(page, f"page-{language}")
    page.locator("button[value=check]").click()
    expect(page.locator("#error-summary, .govuk-error-summary").first).to_be_visible()
    until = (now() + dt.timedelta(hours=4)).astimezone(ZONE)
    page.locator("[name=deadline_day]").fill(until.date().isoformat())
    page.locator("[name=deadline_time]").fill(until.strftime("%H:%M"))
    page.locator("[name=reason]").fill(REASON)
    page.locator("button[value=check]").click()
    expect(page.locator("button[value=confirm]")).to_be_visible()
    looked_at(page, f"check-{language}")
    page.locator("button[value=confirm]").click()
    expect(page.locator("main")).to_contain_text(REASON)
    made = TakingAgain.objects.get()
    assert made.deadline_after == until.replace(second=0, microsecond=0)
    looked_at(page, f"done-{language}")

    public = open_page(f"/tenders/{tender.number}/", language=language)
    expect(public.locator("main")).to_contain_text(REASON)
    looked_at(public, f"public-{language}")
    opening = open_page(f"/tenders/{tender.number}/opening/", language=language)
    expect(opening.locator("main")).to_contain_text(REASON)
    looked_at(opening, f"opening-{language}")
    receipt = json.dumps(proofs.told(tender.lots.get().bid_book.submissions.get()))
    register = open_page(f"/tenders/{tender.number}/receipts/", language=language)
    register.locator("[name=receipt]").fill(receipt)
    register.locator("main form button").click()
    expect(register.locator("main .act.green")).to_be_visible()
    expect(register.locator("main")).to_contain_text(PastRoot.objects.get().root)
    looked_at(register, f"receipts-{language}")
