"""Experts and conduct in a real browser: readable at every width, a seed made in the browser, a call answered."""

import re

import pytest
from playwright.sync_api import expect

from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.conduct import actions as judging
from procurement.experts.models import Draw, Expert, PanelMember
from procurement.tenders.models import Project
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations
from tests.browser.patience import source
from tests.conduct.objects import draft
from tests.experts.objects import buyer_agent, frozen, pool, tender
from tests.tenders.objects import credit_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Supervisors would be asked for it first; it has its own tests."""
    monkeypatch.setattr("portal.people.second_factor.is_due", lambda _request: False)


@pytest.fixture
def draw() -> Draw:
    """A frozen pool for an evaluation of next week, by the real clock."""
    from datetime import timedelta

    pool(18)
    Expert.objects.update(
        valid_until=now().date() + timedelta(days=400), check_due_on=now().date() + timedelta(days=300)
    )
    project = tender()
    Project.objects.filter(pk=project.pk).update(deadline_at=now() + timedelta(days=6))
    project.refresh_from_db()
    return frozen(project, evaluates_at=now() + timedelta(days=7))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, draw: Draw, language: str) -> None:
    chief, watcher = factories.staff(Role.PROCUREMENT_OFFICER), factories.staff(Role.SUPERVISOR)
    listed = judging.propose(actor_of(chief, Role.PROCUREMENT_OFFICER), draft(uscc=credit_code(88), name="外地某公司"))
    pages = [
        ("/trading/experts/", chief), (f"/trading/draws/{draw.pk}/", watcher),
        (f"/tenders/{draw.project.number}/experts/", None), (f"/trading/decisions/{listed.pk}/", watcher),
        ("/my/expert/", Expert.objects.first().user), ("/trading/lists/", None),
    ]  # fmt: skip
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        expect(page).to_have_url(re.compile(re.escape(path) + "$"))
        for width in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert violations(page) == []


def test_two_parties_make_their_seeds_in_the_browser_and_a_drawn_expert_answers(
    open_page: OpenPage, draw: Draw, watch: Watch
) -> None:
    path = f"/trading/draws/{draw.pk}/"
    seeds = {}
    people = {"tenderer": buyer_agent(draw.project).user, "supervisor": factories.staff(Role.SUPERVISOR)}
    for party, user in people.items():
        page = open_page(path, language="en", user=user)
        page.get_by_role("button", name="Make a seed").click()
        expect(page.locator("[name=commitment]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
        seeds[party] = page.get_by_label("Your seed: keep it").input_value()
        page.get_by_role("button", name="Seal", exact=True).click()
        page.get_by_text("Saved.").wait_for()
        assert seeds[party] not in source(page)
    for party, user in people.items():
        page = open_page(path, language="en", user=user)
        page.get_by_label("Seed", exact=True).fill(seeds[party])
        page.get_by_role("button", name="Reveal", exact=True).click()
        page.get_by_text("Saved.").wait_for()
    seat = PanelMember.objects.select_related("user").first()
    page = open_page(f"/my/calls/{seat.pk}/", language="en", user=seat.user, js=False)
    page.get_by_label("I shall come").check()
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_text("Your answer has been recorded.").wait_for()
    seat.refresh_from_db()
    assert seat.state == "accepted" and re.fullmatch("[0-9a-f]{64}", seeds["tenderer"])
