"""Tenders in a real browser: readable at every width in both languages; a firm finds a tender, takes it, gives its bond."""

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.core.time import driven_clock, local_date, now, today
from portal.people.roles import Role
from procurement.tenders import actions, periods
from procurement.tenders.models import Bond, Download, Project
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.tenders.objects import bidder, officer, picture, registered, with_document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def tender() -> Project:
    """Announced today by the real clock, with its documents on offer from now on."""
    chief = officer()
    project = registered(chief)
    with_document(project, chief)
    actions.take_step(chief, project.pk, "pass", {"opinion": "文件齐备"}, state_version=project.state_version)
    project.refresh_from_db()
    days = periods.earliest(project)
    schedule = periods.Schedule(
        documents_from_on=days["documents_from_on"],
        documents_until_on=days["documents_until_on"],
        deadline_at=factories.moment(f"{days['deadline_day']} 09:30"),
    )
    actions.announce(chief, project.pk, schedule, place="开标一室", state_version=project.state_version)
    Project.objects.update(documents_from_on=today())
    project.refresh_from_db()
    return project


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, tender: Project, language: str) -> None:
    chief = factories.staff(Role.PROCUREMENT_OFFICER)
    pages = [
        ("/tenders/", None), (f"/tenders/{tender.number}/", None), ("/tenders/openings/", None),
        (f"/trading/tenders/{tender.number}/", chief), ("/trading/tenders/new/", chief), ("/trading/bonds/old/", chief),
    ]  # fmt: skip
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert violations(page) == []


def test_a_firm_finds_the_tender_takes_the_documents_and_gives_its_bond(open_page: OpenPage, tender: Project) -> None:
    profile, agent = bidder("海州路桥工程有限公司")
    page = open_page("/tenders/", language="en", user=agent.user)
    page.get_by_role("link", name=tender.title).click()
    page.get_by_role("heading", level=1, name=tender.title).wait_for()
    with page.expect_download():
        page.get_by_role("button", name="Download").click()
    assert Download.objects.get().organisation == profile.organisation
    page.get_by_role("link", name="Give").click()
    page.get_by_label("Bank transfer").check()
    page.get_by_label("Reference or guarantee number").fill("ZZ0001")
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("heading", level=1, name="Bid bond").wait_for()
    assert Bond.objects.get().amount_fen == 2_000_000


def test_a_day_that_comes_too_early_is_refused_with_its_rule(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("422")
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    chief = officer(person)
    with driven_clock(now()):
        project = registered(chief)
        with_document(project, chief)
        actions.take_step(chief, project.pk, "pass", {"opinion": "文件齐备"}, state_version=project.state_version)
    page = open_page(f"/trading/tenders/{project.number}/announce/", language="en", user=person)
    page.get_by_label("Bid deadline and opening, day").fill(str(periods.earliest(project)["documents_until_on"]))
    page.get_by_role("button", name="Announce").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Tendering Law of the PRC, article 24")
    expect(page.get_by_label("Place of the opening")).not_to_have_value("")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_change_with_a_wrong_day_keeps_its_file_and_is_published_with_it(
    open_page: OpenPage, tender: Project, watch: Watch, tmp_path: Path, language: str
) -> None:
    watch.allow("422")
    paper = tmp_path / "plan.png"
    paper.write_bytes(picture().read())
    page = open_page(
        f"/trading/tenders/{tender.number}/documents/",
        language=language,
        user=factories.staff(Role.PROCUREMENT_OFFICER),
    )
    page.locator('[name="text"]').fill("图纸已更正")
    page.locator('[name="papers"]').set_input_files(paper)
    deadline = local_date(tender.deadline_at)
    page.locator('[name="deadline_day"]').fill(str(deadline + dt.timedelta(days=5 - deadline.weekday())))  # a Saturday
    page.locator(".card.narrow button.govuk-button").click()
    expect(page.get_by_label("plan.png")).to_be_checked()
    expect(page.locator('[name="text"]')).to_have_value("图纸已更正")
    for width in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page)) == (width, 0)
        assert violations(page) == []
        screenshot(page, f"tender_change_{language}_{width}")
    page.locator('[name="deadline_day"]').fill("")
    page.locator(".card.narrow button.govuk-button").click()
    page.wait_for_url(f"**/trading/tenders/{tender.number}/")
    assert tender.documents.filter(kind="change").count() == 1
    assert tender.notices.filter(text="图纸已更正").count() == 1
