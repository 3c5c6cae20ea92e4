"""Signed bids in a real browser: a certificate of the demonstration's authority, its key file, and a bid signed with it."""

import base64
import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, expect

from portal.core.time import driven_clock, now
from procurement.bidders import actions as bidding
from procurement.bidders.models import Certificate
from procurement.bids import actions
from procurement.bids.models import OpenedBid, Submission
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests.bidders.objects import Authority
from tests.bids.objects import Officer, opened
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, sideways, violations
from tests.browser.test_bids import fill_bid, past_deadline
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = True


@pytest.fixture
def officers() -> list[Officer]:
    return sorted((Officer(officer()) for _n in range(3)), key=lambda one: str(one.actor.user_id))


@pytest.fixture
def tender(officers: list[Officer]) -> Project:
    """Taking signed bids only, by the real clock, for some hours more."""
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced(lots=lots, signature_required=True)
    Project.objects.update(deadline_at=now() + dt.timedelta(hours=3), state="receiving")
    actions.follow(project.pk)
    project.refresh_from_db()
    return project


def looked_at(page: Page) -> None:
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert (page.url, width, sideways(page)) == (page.url, width, 0)
        assert violations(page) == []


def certified(open_page: OpenPage, profile, user, folder: Path, *, look: bool = False) -> Path:
    """Ask the authority, save the key file, try it; gives the file."""
    page = open_page(f"/my/bidding/{profile.organisation_id}/", language="en", user=user)
    page.get_by_role("link", name="Get one from the demonstration's authority").click()
    if look:
        looked_at(page)
    page.get_by_label("Passphrase, at least ten characters").fill(PASSPHRASE)
    page.get_by_label("Passphrase, once more").fill("something else")
    ask = page.get_by_role("button", name="Make the key, save its file and ask for the certificate")
    ask.click()
    expect(page.get_by_role("status").filter(has_text="The two passphrases are not the same.")).to_be_visible()
    page.get_by_label("Passphrase, once more").fill(PASSPHRASE)
    with page.expect_download() as saved:
        ask.click()
    file = folder / f"certificate-{user.pk}-{Certificate.objects.count()}.json"
    saved.value.save_as(file)
    page.get_by_role("heading", name="Show that the key is yours").wait_for()
    if look:
        looked_at(page)
    sign(page, file, "not the passphrase")
    page.get_by_role("button", name="Sign and check").click()
    expect(
        page.get_by_role("status").filter(has_text="passphrase of your certificate’s key file is not right")
    ).to_be_visible()
    sign(page, file)
    page.get_by_role("button", name="Sign and check").click()
    expect(page.get_by_text("The certificate can be used now.")).to_be_visible()
    return file


def sign(page: Page, file: Path, passphrase: str = PASSPHRASE) -> None:
    page.get_by_label("Key file of the certificate").set_input_files(file)
    page.get_by_label("Passphrase of the certificate's key file").fill(passphrase)


def send(page: Page, says: str = "") -> None:
    page.get_by_role("button", name="Seal and send").click()
    if says:
        expect(page.get_by_role("status").filter(has_text=says)).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="Receipt of a sealed bid")).to_be_visible()


def test_three_firms_get_certificates_and_sign_their_bids_in_the_page(
    open_page: OpenPage, tender: Project, officers: list[Officer], tmp_path
) -> None:
    paper = tmp_path / "投标文件.pdf"
    paper.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 300)
    firms = [bidder(name) for name in ("海州路桥工程有限公司", "港城市政建设有限公司", "云台建筑安装有限公司")]
    strange: Path | None = None
    for n, (profile, agent) in enumerate(firms):
        file = certified(open_page, profile, agent.user, tmp_path, look=n == 0)
        assert "PRIVATE" not in file.read_text() and json.loads(file.read_text())["kind"] == "haizhou-demo-certificate"
        page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user)
        if n == 0:
            looked_at(page)
        fill_bid(page, paper)
        send(page, "Choose the key file of your certificate.")
        sign(page, strange or paper)
        send(page, "belongs to another certificate" if strange else "This is not a key file of a certificate.")
        sign(page, file, "not the passphrase")
        send(page, "passphrase of your certificate’s key file is not right")
        assert not Submission.objects.filter(bidder=profile).exists()
        sign(page, file)
        send(page)
        sent = Submission.objects.get(bidder=profile)
        assert sent.certificate is not None and sent.certificate.bidder == profile and sent.certificate_signature
        strange = file
    past_deadline(tender)
    opened(tender, (officers[0], officers[1]), at=str(now()))
    assert [one.finding for one in OpenedBid.objects.order_by("pk")] == [""] * 3


def test_a_certificate_that_is_revoked_or_runs_out_while_the_page_is_open_is_refused_in_words(
    open_page: OpenPage, tender: Project, tmp_path, watch
) -> None:
    paper = tmp_path / "bid.pdf"
    paper.write_bytes(b"%PDF-1.7")
    profile, agent = bidder()
    file = certified(open_page, profile, agent.user, tmp_path)
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user)
    fill_bid(page, paper)
    sign(page, file)
    watch.allow("status of 422")
    Certificate.objects.update(valid_until=now() - dt.timedelta(minutes=1))
    send(page, "cannot sign now. Please sign with one that holds today.")
    Certificate.objects.update(valid_until=now() + dt.timedelta(days=9))
    desk = open_page(f"/my/bidding/{profile.organisation_id}/authority/", language="en", user=agent.user)
    desk.get_by_role("button", name="Revoke").click()
    expect(desk.get_by_text("The certificate is revoked.")).to_be_visible()
    send(page, "was revoked by its authority on")
    expect(page.get_by_label("Project leader")).to_have_value("王工")
    assert not Submission.objects.exists()
    page.reload()
    expect(page.get_by_text("your firm has no certificate here that holds today")).to_be_visible()


def test_without_a_signer_the_signature_is_pasted_and_no_key_file_is_asked_for(
    open_page: OpenPage, tender: Project, settings
) -> None:
    settings.DEMO = False
    (profile, agent), authority, key = bidder(), Authority(), Ed25519PrivateKey.generate()
    authority.entered(starts_on=dt.date(2020, 1, 1))
    with driven_clock(moment("2026-11-20 10:00")):
        one = bidding.add_certificate(agent, profile.pk, authority.issue(key, days=36_525))
        proof = base64.b64encode(key.sign(one.challenge.encode())).decode()
        bidding.prove_certificate(agent, profile.pk, one.pk, signature=proof)
    page = open_page(f"/tenders/{tender.number}/lots/1/bid/", language="en", user=agent.user)
    expect(page.get_by_label("Signature (Base64)")).to_be_visible()
    expect(page.get_by_label("Key file of the certificate")).to_have_count(0)
