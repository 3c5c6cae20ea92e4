"""Two at once: bids for one lot, the last bid and the closing of the book, officers who open, bidders, supervisors."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection
from nacl.public import PrivateKey

from portal.core import files
from portal.core.db import database_now
from portal.core.errors import DomainError
from portal.core.models import Event
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.bids import actions, own, proofs
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.decrypting import DecryptedTooLate
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.actions.submitting import Late
from procurement.bids.findings import NOT_DECRYPTED
from procurement.bids.models import (
    CentreKey,
    ConsortiumMember,
    OpenedBid,
    Opening,
    OpeningPart,
    Outage,
    OwnLayer,
    PastRoot,
    Submission,
    TakingAgain,
)
from procurement.bids.opener import finish, open_next
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests import factories
from tests.bids.objects import book_of, give_parts, key_of, lot_keys, receiving, sealed, stored, three
from tests.tenders.objects import bidder, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    """By the real clock of the database, for five minutes more."""
    project = receiving(officers, lots=LOTS)
    Project.objects.update(deadline_at=database_now() + dt.timedelta(minutes=5))
    return project


def at_once(*jobs):
    """Run the jobs side by side; what each gave or refused."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            gate.wait()
            results[number] = job()
        except DomainError as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sending(tender, who=None):
    profile, agent = who or bidder()
    book = book_of(tender)
    envelope = stored(*sealed(book, profile))
    return lambda: actions.submit(agent, book.lot_id, profile.organisation_id, envelope, sender="10.0.0.1")


def test_bids_at_once_get_numbers_without_gaps_and_one_chain(tender):
    results = at_once(*(sending(tender) for _n in range(8)))
    assert sorted(one.sequence for one in results) == list(range(1, 9))
    assert proofs.problems_of(book_of(tender)) == []
    assert CentreKey.objects.count() == 1


def test_the_same_upload_twice_at_once_is_one_bid(tender):
    job = sending(tender, bidder())
    one, two = at_once(job, job)
    assert one.pk == two.pk
    assert Submission.objects.count() == 1


def test_two_versions_of_one_firm_at_once_leave_one_that_counts(tender):
    who = bidder()
    at_once(sending(tender, who), sending(tender, who))
    assert sorted(Submission.objects.values_list("version", flat=True)) == [1, 2]
    assert Submission.objects.counting().count() == 1


def test_a_bid_beside_the_closing_of_the_book_is_in_the_root_or_late(tender):
    jobs = [sending(tender) for _n in range(4)]
    for job in jobs[:2]:
        job()
    Project.objects.update(deadline_at=database_now() - dt.timedelta(milliseconds=1))
    tendering.close_due()
    _opening, *results = at_once(lambda: actions.follow(tender.pk), *jobs[2:])
    assert all(isinstance(one, Late) for one in results)
    book = book_of(tender)
    assert book.root
    assert proofs.problems_of(book) == []


def test_two_officers_who_open_at_once_open_each_bid_once(tender, officers):
    for _n in range(4):
        sending(tender)()
    Project.objects.update(deadline_at=database_now() - dt.timedelta(seconds=1))
    tendering.close_due()
    actions.follow(tender.pk)
    for one in officers[:2]:
        give_parts(tender, one)

    def opening(one):
        keys = lot_keys(tender, one)

        def work():
            while open_next(one.actor, tender.pk, keys, seconds=0):
                pass
            return actions.finish(one.actor, tender.pk)

        return work

    one, two = at_once(opening(officers[1]), opening(officers[2]))
    assert OpenedBid.objects.count() == 4
    assert one.state == two.state == "opened"
    tender.refresh_from_db()
    assert tender.state == "opened"


def test_a_member_that_agrees_and_bids_alone_at_once_does_one_of_both(officers):
    project = receiving(officers, lots=LOTS, joint_allowed=True)
    Project.objects.update(deadline_at=database_now() + dt.timedelta(minutes=5))
    (lead, agent), (member, other) = bidder(), bidder()
    parts = [
        MemberDraft(uscc=one.organisation.uscc, work="施工", speciality="市政", grade="first") for one in (lead, member)
    ]
    one = actions.propose_consortium(agent, project.pk, lead.organisation_id, parts)
    paper = files.store(picture(), owner=agent, kind=AGREEMENT_KIND)
    actions.attach_agreement(agent, one.pk, paper.pk)
    organisation = member.organisation_id
    agreeing = lambda: actions.answer_consortium(other, one.pk, organisation, agrees=True)  # noqa: E731
    at_once(agreeing, sending(project, (member, other)))
    bound = ConsortiumMember.objects.get(bidder=member).bound
    assert bound != Submission.objects.filter(bidder=member).exists()


# --- the bidder's own layer -------------------------------------------------------------------------------------------


@pytest.fixture
def window(officers):
    """Three bids with an own layer, uncovered by the officers, by the real clock: (tender, [(who, key, submission)])."""
    project = receiving(officers, lots=LOTS, own_layer=True)
    Project.objects.update(deadline_at=database_now() + dt.timedelta(minutes=5))
    firms = []
    for _n in range(3):
        who, key, book = bidder(), PrivateKey.generate(), book_of(project)
        envelope = stored(*sealed(book, who[0], own=key), key)
        organisation = who[0].organisation_id
        made = actions.submit(who[1], book.lot_id, organisation, envelope, sender="10.0.0.1")
        firms.append((who[1], key, made))
    Project.objects.update(deadline_at=database_now() - dt.timedelta(seconds=1))
    tendering.close_due()
    actions.follow(project.pk)
    for one in officers[:2]:
        give_parts(project, one)
    keys = lot_keys(project, officers[1])
    while open_next(officers[1].actor, project.pk, keys):
        pass
    finish(officers[1].actor, project.pk)
    return project, firms


def test_bidders_who_decrypt_at_once_are_opened_once_each_and_the_window_ends_once(window):
    project, firms = window
    jobs = [
        lambda actor=actor, key=key, made=made: own.hand_in(actor, project.pk, {made.pk: key_of(made, key)})
        for actor, key, made in firms
        for _twice in range(2)
    ]
    results = at_once(*jobs)
    assert {one.state for one in results} <= {"decrypting", "opened"}
    own.carry_on(project.pk)
    assert OpenedBid.objects.filter(finding="").count() == 3
    assert Opening.objects.get().state == "opened"
    assert Event.objects.filter(type="opening.conclude").count() == 1


def test_a_key_beside_the_end_of_the_window_counts_or_is_too_late_and_never_both(window):
    project, firms = window
    for actor, key, made in firms[:2]:
        own.hand_in(actor, project.pk, {made.pk: key_of(made, key)})
    Opening.objects.update(decrypt_until=database_now() + dt.timedelta(milliseconds=60))
    actor, key, made = firms[2]
    text = key_of(made, key)

    def sweeping():
        for _turn in range(20):
            own.carry_on(project.pk)
            time.sleep(0.01)

    _none, answer = at_once(sweeping, lambda: own.hand_in(actor, project.pk, {made.pk: text}))
    own.carry_on(project.pk)
    late = isinstance(answer, DecryptedTooLate)
    assert Opening.objects.get().state == "opened"
    assert OpenedBid.objects.get(submission=made).finding == (NOT_DECRYPTED if late else "")
    assert (OwnLayer.objects.get(submission=made).given_at is None) == late


def test_two_sweeps_at_once_end_a_window_once(window):
    project, _firms = window
    Opening.objects.update(decrypt_until=database_now())
    at_once(*[lambda: own.carry_on(project.pk)] * 4)
    assert OpenedBid.objects.filter(finding=NOT_DECRYPTED).count() == 3
    assert Event.objects.filter(type="opening.conclude").count() == 1


# --- bids taken again -------------------------------------------------------------------------------------------------


@pytest.fixture
def touched(tender):
    """Two bids, the deadline just over, an outage of half an hour before it that has ended."""
    for _n in range(2):
        sending(tender)()
    at = database_now()
    Project.objects.update(deadline_at=at - dt.timedelta(milliseconds=1))
    Outage.objects.create(
        kind="web", from_at=at - dt.timedelta(minutes=30), until_at=at, detail="silent", mark="0" * 32
    )
    return tender


def deciding(tender):
    chief = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    until = database_now() + dt.timedelta(hours=2)
    return lambda: actions.take_bids_again(chief, tender.pk, until, "截止前门户故障")


def test_a_decision_beside_a_part_of_the_key_takes_bids_again_or_opens_and_never_both(touched, officers):
    tendering.close_due()
    actions.follow(touched.pk)
    for _turn in range(6):
        decided, given = at_once(deciding(touched), lambda: give_parts(touched, officers[0]))
        again = isinstance(decided, TakingAgain)
        assert again == isinstance(given, DomainError)
        touched.refresh_from_db()
        opening = Opening.objects.get()
        assert (touched.state, opening.state) == (("receiving",) * 2 if again else ("closed",) * 2)
        assert OpeningPart.objects.exists() == (not again)
        assert opening.openers.filter(present_at__isnull=False).exists() == (not again)
        if not again:
            break
        _closed_once_more(touched)


def _closed_once_more(tender):
    """Past the new deadline, with an outage of its own."""
    at = database_now()
    Project.objects.update(deadline_at=at - dt.timedelta(milliseconds=1))
    Outage.objects.create(
        kind="watch", from_at=at - dt.timedelta(minutes=9), until_at=at, mark=f"{Outage.objects.count():032d}"
    )
    tendering.close_due()
    actions.follow(tender.pk)


def test_a_decision_beside_the_sweep_that_closes_the_books_finds_them_closed_or_waits(touched):
    def sweeping():
        for _turn in range(10):
            tendering.close_due()
            actions.follow(touched.pk)

    decided, _none, _none = at_once(deciding(touched), sweeping, sweeping)
    if isinstance(decided, DomainError):
        assert decided.code == "wrong_state"
        decided = deciding(touched)()
    sweeping()
    touched.refresh_from_db()
    book = book_of(touched)
    assert (touched.state, Opening.objects.get().state, book.closed_at) == ("receiving", "receiving", None)
    assert list(PastRoot.objects.values_list("decision", "count")) == [(decided.pk, 2)]
    assert proofs.problems_of(book) == []


def test_two_decisions_at_once_are_one(touched):
    tendering.close_due()
    actions.follow(touched.pk)
    results = at_once(deciding(touched), deciding(touched))
    assert sorted(isinstance(one, TakingAgain) for one in results) == [False, True]
    assert (TakingAgain.objects.count(), PastRoot.objects.count()) == (1, 1)


def test_bids_beside_the_decision_are_late_or_stand_behind_the_old_root(touched):
    tendering.close_due()
    actions.follow(touched.pk)
    decided, *results = at_once(deciding(touched), *[sending(touched) for _n in range(4)])
    assert isinstance(decided, TakingAgain)
    assert all(isinstance(one, Submission | Late) for one in results)
    assert sending(touched)().sequence == 3 + sum(isinstance(one, Submission) for one in results)
    assert PastRoot.objects.get().count == 2
    assert proofs.problems_of(book_of(touched)) == []
