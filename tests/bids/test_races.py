"""Two at once: bids for one lot, the last bid and the closing of the book, two officers who open."""

import datetime as dt
import threading

import pytest
from django.db import connection

from portal.core import files
from portal.core.db import database_now
from portal.core.errors import DomainError
from procurement.bids import actions, proofs
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.actions.submitting import Late
from procurement.bids.models import CentreKey, ConsortiumMember, OpenedBid, Submission
from procurement.bids.opener import open_next
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests.bids.objects import book_of, give_parts, lot_keys, receiving, sealed, stored, three
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
