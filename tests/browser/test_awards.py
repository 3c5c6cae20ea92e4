"""Awards in a real browser: readable at every width in both languages; the award waits for the answer to an objection."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from portal.core.time import driven_clock, today
from portal.people.roles import Role
from procurement.awards import actions
from procurement.awards.models import Award, Procedure, Remedy
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import agent_of, candidate, evaluated, objection, published, signed
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations
from tests.factories import moment
from tests.tenders.objects import officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def public() -> Project:
    """Candidates that are public today, by the real clock."""
    chief = officer()
    project = published(chief)
    Procedure.objects.update(published_on=today(), public_until_on=today() + dt.timedelta(days=3))
    return project


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, public: Project, language: str) -> None:
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    chief = officer(person)
    remedy = objection(public)
    with driven_clock(moment("2026-12-22 10:00")):
        contract = signed(chief, published(chief, evaluated()))
        actions.add_milestone(chief, contract.pk, name="路面工程", due_on=dt.date(2027, 6, 30))
        actions.add_payment(chief, contract.pk, name="进度款", amount_fen=100, due_on=dt.date(2027, 6, 30))
    pages = [
        (f"/tenders/{public.number}/result/", None), ("/remedies/", None), ("/trading/awards/", person),
        (f"/trading/awards/{public.number}/", person), (f"/trading/contracts/{contract.pk}/", person),
        (f"/trading/remedies/{remedy.number}/", person),
    ]  # fmt: skip
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
        assert (path, violations(page)) == (path, [])


def test_a_firm_objects_and_the_award_waits_for_the_answer(open_page: OpenPage, public: Project) -> None:
    agent = agent_of(candidate(public, 3).bidder)
    page = open_page(f"/tenders/{public.number}/result/", language="en", user=agent.user)
    page.get_by_role("link", name="Raise an objection").click()
    page.get_by_label("The result").check()
    page.get_by_label("Facts and legal grounds").fill("第一中标候选人业绩证明材料不实，请核查。")
    page.get_by_label("What you ask for").fill("重新评审")
    page.get_by_role("button", name="File").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Objection: {public.title}")
    remedy_number = page.get_by_text(re.compile(r"^YY-\d+-JYZX-")).first.inner_text()
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    page = open_page(f"/trading/awards/{public.number}/", language="en", user=person)
    expect(page.get_by_text("The tender stands still.").locator("..")).to_contain_text(remedy_number)
    page.get_by_role("link", name=remedy_number).click()
    page.get_by_label("Outcome").select_option("rejected")
    page.get_by_label("Consequence").select_option("none")
    page.get_by_label("Answer, with the facts and the legal grounds").fill("经核查，业绩材料真实。")
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("heading", level=2, name="Answer").wait_for()
    assert Remedy.objects.get().state == "answered"
    Procedure.objects.update(
        public_until_on=today() - dt.timedelta(days=1), published_on=today() - dt.timedelta(days=5)
    )
    page = open_page(f"/trading/awards/{public.number}/", language="en", user=person)
    page.get_by_role("link", name="Choose the winner").click()
    page.get_by_label("No. 1").check()
    page.get_by_role("button", name="Choose").click()
    page.get_by_role("button", name="Award and announce").click()
    page.get_by_role("heading", level=3, name="Award").wait_for()
    assert Award.objects.get().bidder == candidate(public).bidder
