"""An evaluation in a real browser: readable at every width in both languages, drafts kept field by field."""

import pytest

from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.evaluation import actions
from procurement.evaluation.models import Candidate, Score
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, OpenPage, Watch, sideways, violations
from tests.evaluation.objects import MOMENT, Committee

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def committee() -> Committee:
    with driven_clock(MOMENT):
        return Committee().seated().scoring()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, committee: Committee, language: str
) -> None:
    member, officer = committee.seats[0].user, factories.staff(Role.PROCUREMENT_OFFICER)
    desk = f"/evaluations/lots/{committee.one().pk}/"
    committee.scored()
    pages = [
        (f"/evaluations/{committee.session.pk}/", member), (desk, member), (f"{desk}comparison/", member),
        (f"/trading/evaluations/{committee.session.pk}/", officer),
        (f"/trading/tenders/{committee.project.number}/", committee.agent.user),
    ]  # fmt: skip
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        for width in (DESKTOP, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert violations(page) == []


def test_a_member_scores_with_drafts_kept_and_everybody_signs(
    open_page: OpenPage, committee: Committee, watch: Watch
) -> None:
    watch.allow("422")
    one = committee.one()
    row, bid = one.lot.sheet.criteria.get(part="technical"), committee.bid(0)
    page = open_page(f"/evaluations/lots/{one.pk}/scores/", language="en", user=committee.seats[0].user)
    field = page.locator(f"#score_{bid.pk}_{row.pk}")
    field.fill("99")
    field.blur()
    page.get_by_text("Give between 0 and").first.wait_for()
    field.fill("31.5")
    field.blur()
    page.get_by_text("Draft saved.").wait_for()
    assert str(Score.objects.get().points) == "31.50"
    for name in [
        f"score_{b.pk}_{c.pk}" for b in one.bids.all() for c in one.lot.sheet.criteria.filter(max_points__gt=0)
    ]:
        page.locator(f"#{name}").fill("18")
    page.get_by_role("button", name="Hand in: final").click()
    page.get_by_text("Only the chair can open your scores again").wait_for()
    for actor in committee.members[1:]:
        actions.hand_in(actor, one.pk, committee.entries((18, 18, 18), 18))
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Close the scoring").click()
    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_label("I agree and sign").check()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("not yet").first.wait_for()
    for actor in committee.members[1:]:
        actions.sign(actor, one.pk, agrees=True)
    assert Candidate.objects.count() == 3
