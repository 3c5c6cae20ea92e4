"""Sealed bids in a real browser: an officer makes a key, a firm seals a bid, two officers open it in two browsers."""

import datetime as dt
import json
from hashlib import sha256

import pytest
from playwright.sync_api import Page, expect

from portal.core import files
from portal.core.time import driven_clock, now
from procurement.bids import actions, demo
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.models import OfficerKey, OpenedBid, Submission
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests.bids.objects import Officer, book_of, opened, plain, sealed, stored
from tests.browser.conftest import DESKTOP, NARROW, OpenPage, screenshot, sideways, violations
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer, picture, registered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def officers() -> list[Officer]:
    return sorted((Officer(officer()) for _n in range(3)), key=lambda one: str(one.actor.user_id))


@pytest.fixture
def tender(officers: list[Officer]) -> Project:
    """Taking bids by the real clock, for some hours more."""
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced(lots=lots)
    Project.objects.update(deadline_at=now() + dt.timedelta(hours=3), state="receiving")
    actions.follow(project.pk)
    project.refresh_from_db()
    return project


def bid_of(project: Project, **fields) -> Submission:
    profile, agent = bidder()
    book = book_of(project)
    content, commitment = sealed(book, profile, plain(**fields))
    return actions.submit(agent, book.lot_id, profile.organisation_id, stored(content, commitment), sender="10.0.0.1")


def past_deadline(project: Project) -> None:
    Project.objects.update(deadline_at=now() - dt.timedelta(seconds=1))
    tendering.close_due()
    actions.follow(project.pk)


def key_file(one: Officer, tmp_path) -> str:
    path = tmp_path / f"{one.actor.user_id}.json"
    path.write_text(json.dumps(demo.packed(one.private, "correct horse battery")))
    return str(path)


def test_an_officer_makes_a_key_saves_the_file_and_tries_it(open_page: OpenPage, tmp_path) -> None:
    chief = officer()
    page = open_page("/trading/keys/", language="en", user=chief.user)
    page.get_by_label("Passphrase, at least ten characters").fill("correct horse battery")
    page.get_by_label("Passphrase, once more").fill("correct horse battery")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make the key and save the file").click()
    file = tmp_path / "key.json"
    saved.value.save_as(file)
    page.get_by_role("heading", name="Your present key").wait_for()
    key = OfficerKey.objects.get(user=chief.user)
    assert key.proved_at is not None
    assert key.public in file.read_text()
    page.get_by_label("Your key file").set_input_files(file)
    page.get_by_label("Passphrase").fill("wrong passphrase")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("status").filter(has_text="not the one of this key file")).to_be_visible()
    page.get_by_label("Passphrase").fill("correct horse battery")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("status").filter(has_text="are right")).to_be_visible()


def fill_bid(page: Page, path, price: str = "950,000.00") -> None:
    page.get_by_label("Price in yuan", exact=True).fill(price)
    page.get_by_label("Price in yuan, once more").fill(price)
    page.get_by_label("Period in days").fill("120")
    page.get_by_label("Quality offered").fill("合格")
    page.get_by_label("Project leader").fill("王工")
    page.get_by_label("Documents of the bid").set_input_files(path)


def test_a_firm_seals_a_bid_and_two_officers_open_it_in_their_browsers(
    open_page: OpenPage, tender: Project, officers: list[Officer], tmp_path
) -> None:
    paper = tmp_path / "投标文件.pdf"
    paper.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20_000)  # five megabytes: more than one batch of frames
    profile, agent = bidder("海州路桥工程有限公司")
    page = open_page(f"/tenders/{tender.number}/", language="en", user=agent.user)
    page.get_by_role("link", name="Bid for lot 1").click()
    fill_bid(page, paper)
    expect(page.locator("[data-capitals]")).to_have_text("玖拾伍万元整")
    page.get_by_role("button", name="Seal and send").click()
    page.get_by_role("heading", name="Receipt of a sealed bid").wait_for()
    sent = Submission.objects.get(bidder=profile)
    assert sent.current
    for _n in range(2):
        bid_of(tender)
    past_deadline(tender)

    first, second = officers[1], officers[2]
    pages = []
    for one in (second, first):  # whoever comes first: the pages wait for one another
        desk = open_page(f"/tenders/{tender.number}/opening/", language="en", user=one.actor.user)
        desk.get_by_label("Your key file").set_input_files(key_file(one, tmp_path))
        desk.get_by_label("Passphrase").fill("correct horse battery")
        desk.get_by_role("button", name="Enter my part and open").click()
        pages.append(desk)
    watching = open_page(f"/tenders/{tender.number}/opening/", language="en")
    watching.get_by_text("CNY 950,000").first.wait_for()
    tender.refresh_from_db()
    assert tender.state == "opened"
    found = OpenedBid.objects.get(bidder=profile)
    assert (found.finding, found.price_fen, found.fields["leader"]) == ("", 95_000_000, "王工")
    file = found.files.get().file
    assert (file.size, file.name) == (paper.stat().st_size, "投标文件.pdf")
    assert file.sha256 == sha256(paper.read_bytes()).hexdigest()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, tender: Project, officers: list[Officer], language: str
) -> None:
    one = bid_of(tender, price_fen=98_000_001)
    desk, agent = officers[0].actor.user, one.sent_by
    pages = [(f"/tenders/{tender.number}/lots/1/bid/", agent), (f"/my/bids/{one.pk}/", agent), ("/trading/keys/", desk)]
    look(open_page, pages, language)
    for _n in range(2):
        bid_of(tender)
    past_deadline(tender)
    look(open_page, [(f"/tenders/{tender.number}/opening/", desk)], language)
    opened(tender, (officers[0], officers[1]), at=str(now()))
    pages = [
        (f"/tenders/{tender.number}/opening/", agent), (f"/tenders/{tender.number}/receipts/", None),
        ("/trading/openings/", desk), ("/my/bids/", agent),
    ]  # fmt: skip
    look(open_page, pages, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_joint_bids_and_invitations_are_readable_by_all(
    open_page: OpenPage, officers: list[Officer], language: str
) -> None:
    with driven_clock(moment("2026-11-20 10:00")):
        chief, project = officer(), announced(joint_allowed=True)
        inner = registered(chief, method="invited")
        tendering.invite(chief, inner.pk, bidder()[0].organisation.uscc)
    Project.objects.filter(pk=project.pk).update(deadline_at=now() + dt.timedelta(hours=3), state="receiving")
    (lead, agent), (member, other) = bidder(), bidder()
    parts = [
        MemberDraft(uscc=one.organisation.uscc, work="主体工程施工", speciality="市政公用工程施工总承包", grade=grade)
        for one, grade in ((lead, "first"), (member, "second"))
    ]
    one = actions.propose_consortium(agent, project.pk, lead.organisation_id, parts)
    stored_paper = files.store(picture(), owner=agent, kind=AGREEMENT_KIND)
    actions.attach_agreement(agent, one.pk, stored_paper.pk)
    pages = [
        (f"/tenders/{project.number}/joint/", agent.user), (f"/my/consortia/{one.pk}/", other.user),
        (f"/my/consortia/{one.pk}/", agent.user), (f"/trading/tenders/{inner.number}/invitations/", chief.user),
        (f"/trading/tenders/{inner.number}/", chief.user), (f"/tenders/{project.number}/", agent.user),
    ]  # fmt: skip
    look(open_page, pages, language)


def look(open_page: OpenPage, pages: list, language: str) -> None:
    for path, user in pages:
        page = open_page(path, language=language, user=user)
        for width in (DESKTOP, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert (path, width, sideways(page)) == (path, width, 0)
            assert (path, violations(page)) == (path, [])


def test_without_javascript_the_page_says_that_bidding_needs_it(open_page: OpenPage, tender: Project) -> None:
    _profile, agent = bidder()
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user, js=False)
    expect(page.get_by_text("A bid is sealed by your browser, and that needs JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Seal and send")).to_be_disabled()


@pytest.mark.parametrize("width", [DESKTOP, NARROW])
def test_a_firm_without_a_legal_person_is_led_to_its_profile_instead_of_the_form(
    open_page: OpenPage, tender: Project, width: int
) -> None:
    _profile, agent = bidder(with_head=False)
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user)
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.get_by_text("No legal person of your firm is entered yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Seal and send")).to_have_count(0)
    assert sideways(page) == 0
    screenshot(page, f"bid-no-head-{width}")
    page.get_by_role("link", name="Enter the legal person").click()
    expect(page.get_by_role("heading", name="People behind the bidder")).to_be_in_viewport()


def test_two_different_prices_and_a_price_over_the_limit_are_said_before_sealing(
    open_page: OpenPage, tender: Project, tmp_path
) -> None:
    paper = tmp_path / "bid.pdf"
    paper.write_bytes(b"%PDF-1.7")
    _profile, agent = bidder()
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user)
    fill_bid(page, paper, price="980,000.01")
    expect(page.get_by_text("over the control price. At the opening")).to_be_visible()
    page.get_by_label("Price in yuan, once more").fill("98,000.01")
    page.get_by_role("button", name="Seal and send").click()
    expect(page.get_by_text("The two prices are not the same.")).to_be_visible()
    expect(page.get_by_label("Project leader")).to_have_value("王工")
    assert not Submission.objects.exists()
