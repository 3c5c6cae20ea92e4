"""A tender that asks for signed bids: none without a signature, and each is checked again when it is opened."""

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid
from portal.core.time import driven_clock
from procurement.bidders import actions as bidding
from procurement.bidders.models import Certificate
from procurement.bidders.standing import CertificateOver, CertificateRevoked
from procurement.bids import actions, findings
from procurement.bids.actions.submitting import Signature
from procurement.bids.findings import Fault
from procurement.bids.models import OpenedBid, Submission
from procurement.tenders.actions import LotDraft
from tests.bids.objects import OFFER, book_of, closed, opened, plain, receiving, sealed, stored, three
from tests.bids.test_submitting import certificate
from tests.factories import moment
from tests.tenders.objects import bidder

LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
pytestmark = pytest.mark.django_db


class Firm:
    """A bidder with a proved certificate, whose private key only this object has."""

    def __init__(self, tender, price_fen):
        self.tender, self.who, self.key = tender, bidder(), ed25519.Ed25519PrivateKey.generate()
        profile, agent = self.who
        with driven_clock(moment(OFFER)):
            self.certificate = bidding.add_certificate(agent, profile.pk, certificate(self.key))
            proof = self.sign(self.certificate.challenge)
            bidding.prove_certificate(agent, profile.pk, self.certificate.pk, signature=proof)
        self.envelope = stored(*sealed(book_of(tender), profile, plain(price_fen=price_fen)))

    def sign(self, text):
        return base64.b64encode(self.key.sign(text.encode())).decode()

    def send(self, signed=None):
        profile, agent = self.who
        with driven_clock(moment(OFFER)):
            return actions.submit(
                agent, book_of(self.tender).lot_id, profile.organisation_id, self.envelope, sender="10.0.0.1",
                signed=signed,
            )  # fmt: skip

    def send_signed(self):
        return self.send(Signature(self.certificate.pk, self.sign(self.envelope.sha256)))


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS, signature_required=True)


@pytest.fixture
def firms(tender):
    return [Firm(tender, price) for price in (95_000_000, 94_000_000, 93_000_000)]


def test_a_bid_without_its_signature_is_refused_and_the_sealed_file_can_be_sent_again(firms):
    firm = firms[0]
    with pytest.raises(Invalid) as refused:
        firm.send()
    assert refused.value.code == "not_signed"
    assert not Submission.objects.exists()
    assert firm.send_signed().certificate == firm.certificate


def test_signed_bids_are_opened_and_a_certificate_that_ended_meanwhile_does_no_harm(tender, officers, firms):
    for firm in firms:
        firm.send_signed()
    closed(tender)
    with driven_clock(moment("2026-12-14 09:35")):
        bidding.end_certificate(firms[0].who[1], firms[0].who[0].pk, firms[0].certificate.pk)
    opened(tender, (officers[0], officers[1]))
    assert [one.finding for one in OpenedBid.objects.all()] == ["", "", ""]


def test_a_signature_that_was_changed_in_the_store_is_found_at_the_opening_and_is_the_centres_fault(
    tender, officers, firms
):
    sent = [firm.send_signed() for firm in firms]
    Submission.objects.filter(pk=sent[1].pk).update(certificate_signature=firms[1].sign("something else"))
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    found = {one.submission_id: one.finding for one in OpenedBid.objects.all()}
    assert found == {sent[0].pk: "", sent[1].pk: findings.SIGNATURE_BROKEN, sent[2].pk: ""}
    assert findings.CHECKS[findings.SIGNATURE_BROKEN].fault == Fault.CENTRE


def test_without_the_setting_a_signature_is_the_firms_own_choice(officers):
    firm = Firm(receiving(officers), 95_000_000)
    assert firm.send().certificate is None


def test_a_certificate_that_has_run_out_or_was_revoked_since_signs_no_bid_and_what_was_signed_before_counts(
    tender, officers, firms
):
    before = firms[0].send_signed()
    Certificate.objects.filter(pk=firms[1].certificate.pk).update(valid_until=moment(OFFER) - dt.timedelta(seconds=1))
    with pytest.raises(CertificateOver):
        firms[1].send_signed()
    with driven_clock(moment(OFFER)):
        for firm in (firms[0], firms[2]):
            bidding.enter_revocation(firm.who[1], firm.certificate.pk, reason="asked for by its holder")
    with pytest.raises(CertificateRevoked):
        firms[2].send_signed()
    assert list(Submission.objects.filter(current=True)) == [before]
    for firm in firms[1:]:
        Certificate.objects.filter(pk=firm.certificate.pk).update(
            revoked_at=None, valid_until=moment(OFFER) + dt.timedelta(days=300)
        )
        firm.send_signed()
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert [one.finding for one in OpenedBid.objects.all()] == ["", "", ""]


def test_an_upload_with_a_revoked_certificate_is_refused_before_its_bytes_are_read(tender, firms):
    firm = firms[0]
    with driven_clock(moment(OFFER)):
        bidding.enter_revocation(firm.who[1], firm.certificate.pk, reason="asked for by its holder")
        client = Client()
        client.force_login(firm.who[1].user, backend="portal.people.backends.AccountBackend")
        with override("en"):
            answer = client.post(
                reverse("bids:upload", args=[tender.number, 1]), b"x" * 100, content_type="application/octet-stream",
                headers={
                    "Accept": "application/json", "Accept-Language": "en",
                    "X-Bid-Organisation": str(firm.who[0].organisation_id), "X-Bid-SHA256": firm.envelope.sha256,
                    "X-Bid-Commitment": firm.envelope.commitment, "X-Bid-Certificate": str(firm.certificate.pk),
                    "X-Bid-Signature": firm.sign(firm.envelope.sha256),
                },
            )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "certificate_revoked")
    assert "revoked by its authority" in answer.json()["detail"]
