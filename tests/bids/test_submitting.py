"""Bids come in: receipts in order, the deadline by the database's clock, versions, withdrawal, who may not, uploads."""

import base64
import datetime as dt
import json
import os
import time
from hashlib import sha256
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.core import db
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.files import sweep_orphans
from portal.core.models import DatedRule, Event
from portal.core.rules import forget
from portal.core.time import driven_clock
from portal.people.models import Membership
from procurement.bidders import actions as bidding
from procurement.bidders.actions import RestrictionDraft, restrict
from procurement.bidders.standing import Blocked
from procurement.bids import actions, incoming, proofs, vault
from procurement.bids.actions.submitting import Late, Signature
from procurement.bids.models import Book, OfficerKey, Opening, Submission
from procurement.bids.rules import UPLOAD_MB
from procurement.bids.tasks import sweep
from procurement.bids.vault import Envelope, TooLarge
from procurement.receipts import leads_to
from procurement.tenders import actions as tendering
from procurement.tenders.models import Project
from tests.bidders.objects import certificate
from tests.bids.objects import (
    DEADLINE,
    OFFER,
    Officer,
    bid,
    book_of,
    closed,
    receiving,
    sealed,
    stored,
    three,
)
from tests.factories import moment
from tests.tenders.objects import announced, bidder, firm, officer

pytestmark = pytest.mark.django_db
TAKING = "2026-12-01 10:00"


@pytest.fixture
def tender():
    return receiving()


def envelope_of(tender, profile):
    content, commitment = sealed(book_of(tender), profile)
    return stored(content, commitment)


def send(tender, who, envelope=None, **more):
    profile, agent = who
    lot = tender.lots.get()
    return actions.submit(
        agent, lot.pk, profile.organisation_id, envelope or envelope_of(tender, profile), sender="10.0.0.1", **more
    )


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_receipts_are_numbered_without_gaps_chained_and_signed(tender):
    who = bidder()
    for n in range(3):
        bid(tender, at=f"2026-12-0{n + 1} 10:00")
    bid(tender, who, at="2026-12-04 10:00")
    with driven_clock(moment("2026-12-05 10:00")):
        actions.withdraw(who[1], tender.lots.get().pk, who[0].organisation_id, sender="")
    lines = list(Submission.objects.order_by("sequence"))
    assert [one.sequence for one in lines] == [1, 2, 3, 4, 5]
    assert [one.previous for one in lines[1:]] == [one.digest for one in lines[:-1]]
    assert proofs.problems_of(book_of(tender)) == []


def test_the_same_bid_sent_twice_gives_the_same_receipt_also_after_the_deadline(tender):
    who = bidder()
    envelope = envelope_of(tender, who[0])
    with driven_clock(moment(TAKING)):
        first = send(tender, who, envelope)
        assert send(tender, who, envelope) == first
    with driven_clock(moment(DEADLINE) + dt.timedelta(seconds=2)):
        assert send(tender, who, envelope) == first
    assert Submission.objects.count() == 1


def test_a_new_version_takes_the_place_of_the_last_which_stays_and_is_marked(tender):
    who = bidder()
    old, new = bid(tender, who), bid(tender, who, at="2026-12-02 10:00", price_fen=94_000_000)
    old.refresh_from_db()
    assert (old.version, old.current, new.version, new.current) == (1, False, 2, True)
    assert os.path.exists(vault.default_storage.path(vault.blob_path(old.sha256)))


def test_a_withdrawn_bid_can_be_followed_by_another_one(tender):
    who = bidder()
    bid(tender, who)
    lot = tender.lots.get().pk
    with driven_clock(moment("2026-12-02 10:00")):
        gone = actions.withdraw(who[1], lot, who[0].organisation_id, sender="")
        assert actions.withdraw(who[1], lot, who[0].organisation_id, sender="") == gone  # pressed twice
    assert not Submission.objects.counting().exists()
    assert bid(tender, who, at="2026-12-03 10:00").version == 3


def test_nothing_to_withdraw_is_said(tender):
    profile, agent = bidder()
    with driven_clock(moment(TAKING)), pytest.raises(WrongState):
        actions.withdraw(agent, tender.lots.get().pk, profile.organisation_id, sender="")


def test_the_event_of_a_bid_names_no_bidder(tender):
    one = bid(tender)
    event = Event.objects.get(type="bid.submitted")
    assert one.digest in event.body
    assert one.bidder.organisation.name not in event.body
    assert str(one.sent_by.name) not in event.body


# --- the deadline -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_a_bid_one_second_late_is_late(tender, seconds, taken):
    who = bidder()
    envelope = envelope_of(tender, who[0])
    with driven_clock(moment(DEADLINE) + dt.timedelta(seconds=seconds)):
        if taken:
            assert send(tender, who, envelope).sequence == 1
            return
        with pytest.raises(Late) as refused:
            send(tender, who, envelope)
    assert f"09:30:0{seconds}" in refused.value.message
    assert Submission.objects.count() == 0


def test_the_databases_clock_decides_and_not_the_portals(tender, monkeypatch):
    """The web server's clock runs an hour behind; the bid is late all the same."""
    who = bidder()
    envelope = envelope_of(tender, who[0])
    Project.objects.filter(pk=tender.pk).update(deadline_at=db.database_now() - dt.timedelta(seconds=1))
    monkeypatch.setattr("portal.core.time.timezone.now", lambda: dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    with pytest.raises(Late):
        send(tender, who, envelope)
    Project.objects.filter(pk=tender.pk).update(deadline_at=db.database_now() + dt.timedelta(minutes=5))
    assert send(tender, who, envelope).current


def test_withdrawing_after_the_deadline_is_late(tender):
    who = bidder()
    bid(tender, who)
    with driven_clock(moment(DEADLINE)), pytest.raises(Late):
        actions.withdraw(who[1], tender.lots.get().pk, who[0].organisation_id, sender="")


def test_a_moved_deadline_takes_bids_until_the_new_one(tender):
    Project.objects.filter(pk=tender.pk).update(deadline_at=moment("2026-12-21 09:30"))
    with driven_clock(moment("2026-12-15 10:00")):
        assert send(tender, bidder()).current
        assert actions.follow(tender.pk).due_at == moment("2026-12-21 09:30")


# --- who may not ------------------------------------------------------------------------------------------------------


def test_a_restricted_firm_is_refused_with_the_ground(tender):
    who = bidder()
    draft = RestrictionDraft(
        uscc=who[0].organisation.uscc, name="失信公司", kind="blacklist", ground="串通投标", source="海建罚〔2026〕第12号",
        authority="住建局", starts_on=dt.date(2026, 11, 30), ends_on=None, appeal="复议",
    )  # fmt: skip
    with driven_clock(moment("2026-11-30 10:00")):
        restrict(officer(), draft)
    with driven_clock(moment(TAKING)), pytest.raises(Blocked) as refused:
        send(tender, who)
    assert "海建罚〔2026〕第12号" in refused.value.message


def test_others_firms_look_like_missing_ones(tender):
    profile, _agent = bidder()
    _other, stranger = bidder()
    with driven_clock(moment(TAKING)), pytest.raises(NotFound):
        send(tender, (profile, stranger))


def test_a_firm_without_a_bidders_profile_bids_not(tender):
    organisation, agent = firm()
    with driven_clock(moment(TAKING)), pytest.raises(NotFound):
        actions.submit(agent, tender.lots.get().pk, organisation.pk, Envelope("a" * 64, 500, "b" * 64), sender="")


def test_the_buyers_own_people_do_not_bid(tender):
    profile, agent = bidder()
    Membership.objects.create(organisation=tender.buyer, user=agent.user, starts_on=dt.date(2020, 1, 1))
    with driven_clock(moment(TAKING)), pytest.raises(NotAllowed):
        send(tender, (profile, agent))


@pytest.mark.parametrize(
    "envelope",
    [Envelope("a" * 64, 10, "b" * 64), Envelope("a" * 64, 5000, ""), Envelope("A" * 64, 5000, "b" * 64)],
    ids=["too small", "no commitment", "no hash"],
)
def test_what_is_no_envelope_is_refused(tender, envelope):
    with driven_clock(moment(TAKING)), pytest.raises(Invalid):
        send(tender, bidder(), envelope)


# --- keys and officers ------------------------------------------------------------------------------------------------


def test_without_three_officers_with_keys_a_tender_takes_no_bids_and_the_officers_are_told():
    Officer(), Officer(), Officer(proved=False)
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced()
    with driven_clock(moment(OFFER)):
        tendering.receive_due()
        assert actions.follow(project.pk) is None
        assert not Book.objects.exists()
        Officer()
        actions.follow(project.pk)  # what the sweep does as soon as the third one has a key
    assert Opening.objects.get().state == "receiving"
    assert Book.objects.count() == 1


def test_officers_are_named_before_and_not_after_the_keys_are_sealed():
    people = [Officer() for _n in range(4)]
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced()
        chief = officer()
        wanted = [one.actor.user_id for one in people[1:]]
        for wrong in ([], wanted[:2], [*wanted, people[0].actor.user_id], [*wanted[:2], chief.user_id]):
            with pytest.raises(Invalid):
                actions.name_openers(chief, project.pk, wrong)
        opening = actions.name_openers(chief, project.pk, wanted)
    assert sorted(one.user_id for one in opening.openers.all()) == sorted(wanted)
    with driven_clock(moment(OFFER)):
        tendering.receive_due()
        actions.follow(project.pk)
        with pytest.raises(WrongState):
            actions.name_openers(chief, project.pk, wanted)
    assert set(Book.objects.get().boxes) == {
        "|".join(sorted(pair))
        for pair in [(str(wanted[a]), str(wanted[b])) for a, b in ((0, 1), (0, 2), (1, 2))]
    }  # fmt: skip


def test_an_officer_of_the_buyer_is_not_among_the_default_three():
    party = Officer()
    three()
    buyer, _agent = firm("海州市交通运输局")
    Membership.objects.create(organisation=buyer, user=party.actor.user, starts_on=dt.date(2020, 1, 1))
    project = receiving([party], buyer=buyer)
    assert party.actor.user_id not in [one.user_id for one in project.opening.openers.all()]


def test_a_key_is_proved_by_reading_the_box_and_replaced_with_a_reason():
    one = Officer(proved=False)
    with pytest.raises(Invalid):
        actions.prove_key(one.actor, one.key.pk, "0" * 64)
    with pytest.raises(NotFound):
        actions.prove_key(officer(), one.key.pk, one.key.challenge)
    actions.prove_key(one.actor, one.key.pk, one.key.challenge)
    with pytest.raises(WrongState):
        Officer(one.actor)  # a second one while the first is in use
    with pytest.raises(Invalid):
        actions.end_key(one.actor, one.key.pk, " ")
    actions.end_key(one.actor, one.key.pk, "电脑更换")
    Officer(one.actor)
    assert OfficerKey.objects.filter(user=one.actor.user_id).count() == 2


@pytest.mark.parametrize("public", ["", "zz" * 32, "ab" * 31, "00" * 32, "01" + "00" * 31])
def test_what_is_no_key_is_refused(public):
    with pytest.raises(Invalid):
        actions.register_key(officer(), public)


def test_a_key_is_for_officers_only():
    with pytest.raises(NotAllowed):
        actions.register_key(bidder()[1], "ab" * 32)


# --- roots ------------------------------------------------------------------------------------------------------------


def test_the_root_is_published_at_the_deadline_and_every_receipt_leads_to_it(tender):
    lines = [bid(tender) for _n in range(5)]
    assert proofs.proof_of(lines[0]) is None
    closed(tender)
    for one in Submission.objects.select_related("book__lot__project", "bidder__organisation", "key"):
        proof = proofs.proof_of(one)
        assert leads_to(one.digest, proof.path, one.book.root)
        told = json.loads(json.dumps(proofs.told(one), default=str))
        assert proofs.check(told, {one.book.name: one.book}).code == "valid"


def test_a_receipt_that_was_changed_by_a_byte_is_not_ours(tender):
    one = bid(tender)
    closed(tender)
    one.book.refresh_from_db()
    told = proofs.told(Submission.objects.select_related("book__lot__project", "bidder__organisation", "key").get())
    books = {one.book.name: book_of(tender)}
    for change, code in [
        ({"size": told["size"] + 1}, "unsigned"), ({"received_at": "2026-12-01T02:00:01+00:00"}, "unsigned"),
        ({"signature": "00"}, "unsigned"), ({"received_at": "yesterday"}, "unreadable"), ({"sequence": "1"}, "unreadable"),
        ({"sequence": True}, "unreadable"), ({"received_at": "2026-12-01T02:00:00"}, "unreadable"),
    ]:  # fmt: skip
        assert proofs.check({**told, **change}, books).code == code
    for nothing in (None, [], "x", {}, {"lot": 1}):
        assert proofs.check(nothing, books).code == "unreadable"
    assert proofs.check(told, {}).code == "unknown"


def test_no_bid_enters_a_closed_book(tender):
    who = bidder()
    envelope = envelope_of(tender, who[0])
    closed(tender)
    Project.objects.filter(pk=tender.pk).update(deadline_at=moment("2027-01-01 09:30"), state="receiving")
    with driven_clock(moment("2026-12-15 10:00")), pytest.raises(Late):
        send(tender, who, envelope)


def test_verify_bids_names_what_was_tampered_with(tender, capsys):
    one, two = bid(tender), bid(tender)
    closed(tender)
    call_command("verify_bids", tender.number)
    assert "intact (2 receipts)" in capsys.readouterr().out
    Submission.objects.filter(pk=two.pk).update(size=5)
    os.unlink(vault.default_storage.path(vault.blob_path(one.sha256)))
    with pytest.raises(CommandError):
        call_command("verify_bids")
    out = capsys.readouterr().out
    assert "receipt 2 does not give its digest" in out
    assert "the envelope of receipt 1 is lost" in out
    with pytest.raises(CommandError):
        call_command("verify_bids", "JY-0")


# --- certificates -----------------------------------------------------------------------------------------------------


def test_a_bidders_certificate_signs_the_sealed_file_and_a_wrong_signature_is_refused(tender):
    who = bidder()
    key = ed25519.Ed25519PrivateKey.generate()
    with driven_clock(moment(TAKING)):
        kept = bidding.add_certificate(who[1], who[0].pk, certificate(key))
        proof = base64.b64encode(key.sign(kept.challenge.encode())).decode()
        bidding.prove_certificate(who[1], who[0].pk, kept.pk, signature=proof)
    envelope = envelope_of(tender, who[0])
    good = base64.b64encode(key.sign(envelope.sha256.encode())).decode()
    with driven_clock(moment(TAKING)):
        with pytest.raises(Invalid):
            send(tender, who, envelope, signed=Signature(kept.pk, proof))
        with pytest.raises(Invalid):
            send(tender, who, envelope, signed=Signature(0, good))
        assert send(tender, who, envelope, signed=Signature(kept.pk, good)).certificate == kept


# --- uploads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def who():
    return bidder()


def upload(tender, who, content, commitment, **headers):
    profile, agent = who
    client = Client()
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    given = {
        "X-Bid-Organisation": str(profile.organisation_id), "X-Bid-SHA256": sha256(content).hexdigest(),
        "X-Bid-Commitment": commitment, "Accept": "application/json", **headers,
    }  # fmt: skip
    url = reverse("bids:upload", args=[tender.number, 1])
    return client.post(url, content, content_type="application/octet-stream", headers=given)


def test_an_upload_answers_with_the_receipt_and_again_with_the_same(tender, who):
    content, commitment = sealed(book_of(tender), who[0])
    with driven_clock(moment(TAKING)):
        answer, again = upload(tender, who, content, commitment), upload(tender, who, content, commitment)
    assert answer.status_code == 201
    assert answer.json()["receipt"]["sequence"] == 1
    assert again.json() == answer.json()
    assert Submission.objects.get().sender != ""


def test_an_upload_that_was_changed_on_the_way_is_not_accepted(tender, who):
    content, commitment = sealed(book_of(tender), who[0])
    with driven_clock(moment(TAKING)):
        answer = upload(tender, who, content, commitment, **{"X-Bid-SHA256": "a" * 64})
    assert (answer.status_code, answer.json()["code"]) == (422, "garbled")
    assert not Submission.objects.exists()


def test_an_upload_that_broke_off_is_not_half_accepted_and_leaves_nothing(tender, who, settings):
    content, commitment = sealed(book_of(tender), who[0])
    profile, agent = who
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(content)), "wsgi.input": BytesIO(content[:-100]),
        "HTTP_X_BID_ORGANISATION": str(profile.organisation_id), "HTTP_X_BID_SHA256": sha256(content).hexdigest(),
        "HTTP_X_BID_COMMITMENT": commitment, "REMOTE_ADDR": "10.0.0.1",
    }  # fmt: skip
    with driven_clock(moment(TAKING)), pytest.raises(incoming.Interrupted) as refused:
        incoming.receive(WSGIRequest(environ), agent, tender.lots.get())
    assert refused.value.status == 400
    assert not Submission.objects.exists()
    assert list((settings.DATA_DIR / "incoming").glob("*")) == []


def test_an_upload_after_the_deadline_hears_why(tender, who):
    content, commitment = sealed(book_of(tender), who[0])
    with driven_clock(moment(DEADLINE) + dt.timedelta(seconds=1)):
        answer = upload(tender, who, content, commitment)
    assert (answer.status_code, answer.json()["code"]) == (409, "late")


def test_an_upload_over_the_rule_is_refused_before_it_is_written(tender, who):
    DatedRule.objects.filter(code=UPLOAD_MB).update(value=1)
    forget()
    content, commitment = sealed(book_of(tender), who[0], files={"a.pdf": bytes(2 * 1024 * 1024)})
    with driven_clock(moment(TAKING)):
        answer = upload(tender, who, content, commitment)
    assert (answer.status_code, answer.json()["code"]) == (413, "bid_too_large")
    pieces = iter([bytes(700_000), bytes(700_000)])
    with pytest.raises(TooLarge):  # one that announces less than it sends
        vault.take_in(lambda _n: next(pieces, b""), limit_bytes=1_000_000)


@pytest.mark.parametrize("headers", [{"X-Bid-Organisation": "x"}, {"X-Bid-Organisation": "9" * 40}])
def test_an_upload_with_senseless_headers_is_refused(tender, who, headers):
    with driven_clock(moment(TAKING)):
        answer = upload(tender, who, b"x" * 200, "a" * 64, **headers)
    assert answer.status_code == 422


def test_a_lot_without_a_key_says_so(who):
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced()
    answer = upload(project, who, b"x" * 200, "a" * 64)
    assert answer.json()["code"] == "not_taking_bids"


def test_the_sweep_removes_old_drafts_only_and_the_store_keeps_envelopes(tender, settings):
    one = bid(tender)
    folder = settings.DATA_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    for name, age in (("bid-old", 2 * 86_400), ("bid-new", 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    assert sweep() == 1
    assert [path.name for path in folder.iterdir()] == ["bid-new"]
    path = vault.default_storage.path(vault.blob_path(one.sha256))
    os.utime(path, (0, 0))
    sweep_orphans()
    assert os.path.exists(path)
