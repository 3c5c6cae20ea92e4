"""Two at once: on PostgreSQL, with real connections."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection

from portal.core import db
from portal.core.errors import DomainError, WrongState
from portal.core.time import driven_clock
from procurement.evaluation import actions, offers
from procurement.evaluation.actions import Entry
from procurement.evaluation.actions.negotiating import OfferLate
from procurement.evaluation.models import Candidate, FinalOffer, Negotiation, Scorecard, Session
from procurement.tenders.models import Project
from tests.evaluation.objects import LOWEST, MOMENT, Committee

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def together(jobs):
    """Run all jobs at once; their results or domain errors in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            with driven_clock(MOMENT):
                start.wait(timeout=120)
                results[number] = job()
        except DomainError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def refused(results) -> int:
    return sum(isinstance(one, DomainError) for one in results)


def test_all_members_hand_in_at_once_and_each_twice():
    with driven_clock(MOMENT):
        committee = Committee().seated().scoring()
        pk, entries = committee.one().pk, committee.entries((30, 32, 34))
    jobs = [lambda actor=actor: actions.hand_in(actor, pk, entries) for actor in committee.members * 2]
    assert refused(together(jobs)) == 3
    assert Scorecard.objects.filter(handed_in_at__isnull=False).count() == 3


def test_the_chair_closes_while_a_member_who_was_opened_again_saves():
    with driven_clock(MOMENT):
        committee = Committee().seated().scoring().scored()
        one, entry = committee.one(), committee.entries((30, 32, 34))[0]
    late = Entry(entry.bid_id, entry.criterion_id, Decimal(40))

    def reopen_and_save():
        actions.reopen_card(committee.chair, one.pk, committee.seats[1].pk, reason="更正")
        return actions.hand_in(committee.members[1], one.pk, [late])

    def close():
        return actions.close_scoring(committee.chair, one.pk, state_version=one.state_version)

    together([reopen_and_save, close])
    with driven_clock(MOMENT):
        if committee.one().state == "scoring":
            committee.step("close_scoring")
    bid = committee.bid(0)
    given = [card.scores.get(bid=bid, criterion=entry.criterion_id).points for card in Scorecard.objects.all()]
    # What was reckoned is what the cards say, whoever came first.
    assert bid.points == (sum(given) / 3 + 15).quantize(Decimal("0.01"))


def test_the_last_signatures_conclude_once_and_two_begin_one_session():
    with driven_clock(MOMENT):
        committee = Committee()
    begun = together([lambda: actions.begin(committee.agent, committee.project.pk)] * 4)
    assert refused(begun) == 3 and Session.objects.count() == 1
    with driven_clock(MOMENT):
        committee.session = Session.objects.get()
        for actor in committee.members:
            committee.declare(actor)
        committee.elect()
        committee.scoring().scored()
        committee.step("close_scoring")
    pk = committee.one().pk
    signed = together([lambda actor=actor: actions.sign(actor, pk, agrees=True) for actor in committee.members * 2])
    assert refused(signed) == 3
    assert Candidate.objects.count() == 3
    assert Project.objects.get(pk=committee.project.pk).state == "evaluated"


def test_an_offer_at_the_very_end_is_taken_and_counts_or_is_refused():
    """By the database's own clock, with no clock driven: offers, a leaving and the opening meet at the end of a round."""
    with driven_clock(MOMENT):
        committee = Committee((900_000,) * 4, LOWEST, category="government", method="negotiation").seated().reviewed()
        committee.step("proceed")
        actions.open_offers(committee.chair, committee.one().pk)
    one, bids = committee.one(), [committee.bid(n) for n in range(4)]
    start, results = threading.Barrier(5), {}
    end = db.database_now() + dt.timedelta(seconds=3)
    Negotiation.objects.update(opened_at=end - dt.timedelta(hours=1), due_at=end)

    def bidder(n):
        agent, taken, fen = committee.bidders[n][1], 0, 89_000_000
        start.wait(timeout=60)
        while True:
            try:
                actions.offer(agent, bids[n].pk, fen)
            except DomainError as refused:
                return taken, refused
            taken, fen = fen, fen - 1

    def chair():
        start.wait(timeout=60)
        while True:
            try:
                return actions.close_offers(committee.chair, one.pk, state_version=one.state_version)
            except WrongState:
                continue

    def run(name, job):
        try:
            results[name] = job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, lambda n=n: bidder(n))) for n in range(4)]
    threads.append(threading.Thread(target=run, args=("chair", chair)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert results["chair"].state == "clarifying"
    for n in range(4):
        taken, refused = results[n]
        assert isinstance(refused, (OfferLate, WrongState)) and taken
        assert committee.bid(n).price_fen == taken  # the last offer with a receipt is the one that counts
    rows = FinalOffer.objects.all()
    assert all(row.received_at < end for row in rows)
    assert list(rows.values_list("sequence", flat=True)) == list(range(1, rows.count() + 1))
    assert list(offers.problems()) == []


def test_the_last_votes_settle_a_rejection_once():
    with driven_clock(MOMENT):
        committee = Committee((900_000, 950_000, 940_000, 930_000)).seated().reviewed(failing=[1])
        committee.answered(1)
    rejection = committee.bid(1).rejections.get()
    jobs = [
        lambda actor=actor: actions.vote(actor, rejection.pk, reject=True, reason="无公章")
        for actor in committee.members
    ]
    assert refused(together(jobs)) == 0
    rejection.refresh_from_db()
    assert rejection.outcome == "confirmed" and committee.bid(1).rejected
