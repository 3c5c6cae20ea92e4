"""The bidder's own layer in real browsers: three firms with a key of their own, of whom one comes too late."""

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.core.time import driven_clock, now
from portal.people import second_factor
from portal.people.roles import Role
from procurement.bids import actions, tasks
from procurement.bids.models import OpenedBid, Opening, Submission, WindowDecision
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests import factories
from tests.bids.objects import Officer
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, sideways, violations
from tests.browser.test_bids import fill_bid, key_file, past_deadline
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _around(settings, tmp_path, monkeypatch):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


@pytest.fixture
def officers() -> list[Officer]:
    return sorted((Officer(officer()) for _n in range(3)), key=lambda one: str(one.actor.user_id))


@pytest.fixture
def tender(officers: list[Officer]) -> Project:
    """Taking bids with an own layer by the real clock, for some hours more."""
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced(lots=lots, own_layer=True)
    Project.objects.update(deadline_at=now() + dt.timedelta(hours=3), state="receiving")
    actions.follow(project.pk)
    project.refresh_from_db()
    return project


def looked_at(page: Page) -> None:
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert (page.url, width, sideways(page)) == (page.url, width, 0)
        assert violations(page) == []


def sealed_in_the_browser(open_page: OpenPage, tender: Project, user, tmp_path: Path, *, look: bool = False) -> Path:
    """Make a key, save its file, and send a bid that is sealed to it; gives the file."""
    paper = tmp_path / "投标文件.pdf"
    paper.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 300)
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=user)
    if look:
        looked_at(page)
    page.get_by_label("Passphrase, at least ten characters").fill(PASSPHRASE)
    page.get_by_label("Passphrase, once more").fill(PASSPHRASE)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make the key and save the file").click()
    file = tmp_path / f"{user.pk}.json"
    saved.value.save_as(file)
    expect(page.get_by_role("status").filter(has_text="Your key was made")).to_be_visible()
    fill_bid(page, paper)
    page.get_by_role("button", name="Seal and send").click()
    expect(page.get_by_role("status").filter(has_text="Choose your key file")).to_be_visible()
    page.get_by_label("Your key file").set_input_files(file)
    page.get_by_label("Passphrase of the key file").fill("not the passphrase")
    page.get_by_role("button", name="Seal and send").click()
    expect(page.get_by_role("status").filter(has_text="not the one of this key file")).to_be_visible()
    page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
    page.get_by_role("button", name="Seal and send").click()
    expect(page.get_by_role("heading", name="Receipt of a sealed bid")).to_be_visible()
    return file


def officers_part(open_page: OpenPage, tender: Project, pair: list[Officer], tmp_path: Path) -> None:
    for one in pair:
        desk = open_page(f"/tenders/{tender.number}/opening/", language="en", user=one.actor.user)
        desk.get_by_label("Your key file").set_input_files(key_file(one, tmp_path))
        desk.get_by_label("Passphrase").fill(PASSPHRASE)
        desk.get_by_role("button", name="Enter my part and open").click()


def decrypt(page: Page, file: Path, passphrase: str = PASSPHRASE) -> None:
    page.get_by_label("The key file of your bid").set_input_files(file)
    page.get_by_label("Passphrase of the key file").fill(passphrase)
    page.get_by_role("button", name="Decrypt my bid").click()


def test_three_firms_decrypt_their_bids_and_who_comes_too_late_hears_why(
    open_page: OpenPage, tender: Project, officers: list[Officer], tmp_path, watch
) -> None:
    firms = [bidder(name) for name in ("海州路桥工程有限公司", "港城市政建设有限公司", "云台建筑安装有限公司")]
    files = [
        sealed_in_the_browser(open_page, tender, agent.user, tmp_path, look=n == 0) for n, (_firm, agent) in enumerate(firms)
    ]  # fmt: skip
    assert {one.own_key == "" for one in Submission.objects.all()} == {False}
    past_deadline(tender)
    officers_part(open_page, tender, [officers[2], officers[0]], tmp_path)
    watching = open_page(f"/tenders/{tender.number}/opening/", language="en")
    expect(watching.get_by_text("waits for its bidder")).to_have_count(3, timeout=20_000)
    assert not OpenedBid.objects.exists()

    pages = [open_page(f"/tenders/{tender.number}/opening/", language="en", user=agent.user) for _f, agent in firms]
    looked_at(pages[0])
    decrypt(pages[0], files[1])
    expect(pages[0].get_by_role("status").filter(has_text="the key file of another bid")).to_be_visible()
    decrypt(pages[0], files[0], "not the passphrase")
    expect(pages[0].get_by_role("status").filter(has_text="not the one of this key file")).to_be_visible()
    for n in (0, 1):
        decrypt(pages[n], files[n])
        expect(pages[n].get_by_role("status").filter(has_text="Your bid is decrypted")).to_be_visible()
    expect(watching.get_by_text("waits for its bidder")).to_have_count(1, timeout=20_000)

    chief = open_page(f"/tenders/{tender.number}/opening/", language="en", user=factories.staff(Role.SUPERVISOR))
    looked_at(chief)
    chief.get_by_label("Lengthen by, in minutes").fill("30")
    chief.get_by_label("Reason").fill("机房断电二十分钟")
    chief.get_by_role("button", name="Decide").click()
    expect(chief.get_by_text("Window lengthened by 30 minutes")).to_be_visible()
    assert WindowDecision.objects.get().minutes == 30

    Opening.objects.update(decrypt_until=now() - dt.timedelta(seconds=1))
    watch.allow("status of 409")
    decrypt(pages[2], files[2])
    expect(pages[2].get_by_role("status").filter(has_text="The decryption window ended at")).to_be_visible()
    tasks.advance()
    expect(watching.get_by_text("Not decrypted in time")).to_be_visible(timeout=20_000)
    tender.refresh_from_db()
    assert tender.state == "opened"
    assert OpenedBid.objects.in_order(tender.lots.get()).count() == 2
    assert OpenedBid.objects.get(bidder=firms[2][0]).finding == "not_decrypted"
