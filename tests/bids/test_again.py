"""Bids taken again after an outage at the deadline: on which ground, by whom, within which bounds; what is provable."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement import receipts
from procurement.bids import actions, policies, proofs
from procurement.bids.actions.again import outages_at_deadline, together
from procurement.bids.actions.submitting import Late
from procurement.bids.models import Opening, PastRoot, Submission, TakingAgain
from procurement.bids.writing import paper_of
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Download, Notice, Project
from tests import factories
from tests.bids.objects import (
    DECIDED,
    REASON,
    UNTIL,
    bid,
    book_of,
    close_at,
    closed,
    decide,
    give_parts,
    opened,
    outage,
    receiving,
    three,
)
from tests.factories import moment
from tests.tenders.objects import bidder, changed, officer, with_document

pytestmark = pytest.mark.django_db
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS)


@pytest.fixture
def chief():
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


@pytest.fixture
def taken_again(tender, chief):
    """Two bids, closed, and taken again until eleven."""
    lines = [bid(tender), bid(tender)]
    outage()
    closed(tender)
    made = decide(chief, tender)
    tender.refresh_from_db()
    return made, lines


def test_while_bids_are_taken_again_nobody_changes_what_they_are_held_to(taken_again, tender, officers):
    """How many have bid is public by then: documents and scoring stay, a plain clarification and a later deadline do not."""
    by = officers[0].actor
    with driven_clock(moment("2026-12-14 10:00")), override("en"):
        with pytest.raises(WrongState) as refused:
            tendering.publish_change(
                by, tender.pk, text="改", changes_documents=True, state_version=tender.state_version
            )
        with override("en"):
            assert "stay as they were" in str(refused.value)
        with pytest.raises(WrongState):
            with_document(tender, by)
        with pytest.raises(WrongState):
            changed(tender, by)
        made = tendering.publish_change(
            by, tender.pk, text="停车说明", changes_documents=False, state_version=tender.state_version
        )
    assert made.deadline_after is None
    tender.refresh_from_db()
    assert tender.deadline_at == UNTIL


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_bids_are_taken_again_and_the_old_root_is_that_of_the_first_receipts(tender, chief, officers):
    firms = [bidder() for _n in range(3)]
    first, second = (bid(tender, who) for who in firms[:2])
    ground = outage()
    closed(tender)
    old = book_of(tender).root
    made = decide(chief, tender)
    tender.refresh_from_db()
    opening = Opening.objects.get(project=tender)
    assert (tender.state, tender.deadline_at, opening.state, opening.due_at) == ("receiving", UNTIL, "receiving", UNTIL)
    assert (book_of(tender).root, book_of(tender).closed_at) == ("", None)
    past = PastRoot.objects.get()
    assert (past.root, past.count, past.decision, old != "") == (old, 2, made, True)
    assert (list(made.outages.all()), made.outage_minutes, made.deadline_before) == (
        [ground], 40, moment("2026-12-14 09:30")
    )  # fmt: skip

    third = bid(tender, firms[2], at="2026-12-14 10:30")
    again = bid(tender, firms[0], at="2026-12-14 10:40", price_fen=94_000_000)
    with driven_clock(moment("2026-12-14 10:50")):
        gone = actions.withdraw(firms[1][1], book_of(tender).lot_id, firms[1][0].organisation_id, sender="10.0.0.9")
    assert [one.sequence for one in (first, second, third, again, gone)] == [1, 2, 3, 4, 5]
    assert (third.previous, again.version) == (second.digest, 2)
    fourth = bid(tender, at="2026-12-14 10:55")

    close_at(tender, UNTIL + dt.timedelta(seconds=5))
    book, lines = book_of(tender), [one.receipt for one in Submission.objects.order_by("sequence")]
    assert (tender.state, book.root) == ("closed", receipts.root(lines))
    assert past.root == receipts.root(lines[:2])
    assert proofs.problems_of(book) == []
    assert opened(tender, (officers[0], officers[1]), at="2026-12-14 11:05").state == "opened"
    counted = set(Submission.objects.counting().values_list("pk", flat=True))
    assert counted == {third.pk, again.pk, fourth.pk}
    assert Event.objects.filter(type="opening.close").count() == 2


def test_what_came_too_late_is_taken_after_the_decision_and_not_after_the_new_deadline(tender, chief):
    who = bidder()
    outage()
    with pytest.raises(Late):
        bid(tender, who, at="2026-12-14 09:31")
    closed(tender)
    with pytest.raises(Late):
        bid(tender, who, at="2026-12-14 09:44")
    decide(chief, tender)
    assert bid(tender, who, at="2026-12-14 09:46").sequence == 1
    with pytest.raises(Late):
        bid(tender, at="2026-12-14 11:00")


def test_too_few_bidders_are_no_reason_against_it_before_that_is_declared(tender, chief, officers):
    """The outage may be why there are too few."""
    bid(tender)
    outage()
    closed(tender)
    decide(chief, tender)
    for _n in range(2):
        bid(tender, at="2026-12-14 10:00")
    close_at(tender, UNTIL)
    assert opened(tender, (officers[0], officers[1]), at="2026-12-14 11:05").state == "opened"


def test_the_public_notice_names_the_outages_and_the_reason_and_everything_follows_the_deadline(taken_again, tender):
    made, _lines = taken_again
    notice = Notice.objects.get(pk=made.notice_id)
    assert (notice.kind, notice.deadline_before, notice.deadline_after) == (
        "change", moment("2026-12-14 09:30"), UNTIL
    )  # fmt: skip
    assert REASON in notice.text and "2026-12-14 09:00:00 – 2026-12-14 09:40:00" in notice.text
    with driven_clock(DECIDED):
        for name, words in (
            ("tenders:tender", ["Bids are taken again until", REASON, "11:00"]),
            ("bids:opening", ["Bids are taken again after the deadline of", REASON]),
        ):
            page = Client().get(reverse(name, args=[tender.number]), headers={"Accept-Language": "en"}).content.decode()
            assert [word for word in words if word not in page] == []
        assert "11:00" in Client().get(reverse("tenders:openings")).content.decode()
    assert Project.objects.opening_between(UNTIL, UNTIL).get() == tender


def test_everybody_concerned_gets_the_same_words_and_nobody_else(tender, chief, officers):
    taker, other, outsider = bidder(), bidder(), bidder()
    paper = with_document_of(tender)
    Download.objects.create(
        document=paper, project=tender, organisation=taker[0].organisation, user=taker[1].user, at=DECIDED
    )
    bid(tender, other)
    agent = factories.citizen()
    tender.buyer.memberships.create(user=agent, starts_on=dt.date(2020, 1, 1))
    outage()
    closed(tender)
    decide(chief, tender)
    rows = Notification.objects.filter(template="bids.again")
    told = set(rows.values_list("user", flat=True))
    assert {taker[1].user.pk, other[1].user.pk, agent.pk, *(one.actor.user_id for one in officers)} <= told
    assert not told & {outsider[1].user.pk, chief.user_id}
    assert len({json.dumps([row.context, row.path, row.stream_id], default=str) for row in rows}) == 1
    said = [event.body for event in Event.objects.filter(type__in=("opening.take_again", "tender.take_again"))]
    assert len(said) == 2
    assert not [text for text in said if other[0].organisation.name in text or other[0].organisation.uscc in text]


def with_document_of(tender):
    with driven_clock(moment("2026-11-25 10:00")):  # early enough for the deadline to stay
        return changed(tender, officer())


# --- what refuses it --------------------------------------------------------------------------------------------------


def refused(chief, tender, **more):
    with override("en"), pytest.raises(WrongState) as found:
        decide(chief, tender, **more)
    return found.value.message


def test_not_before_the_books_are_closed(tender, chief):
    outage()
    assert "The books are not closed" in refused(chief, tender)


def test_not_without_an_outage_nor_with_one_long_before_or_too_short(tender, chief):
    closed(tender)
    assert "No outage" in refused(chief, tender)
    outage("2026-12-14 06:00", "2026-12-14 07:29")
    outage("2026-12-14 09:20", "2026-12-14 09:22")
    outage("2026-12-14 09:31", "2026-12-14 09:44")
    outage("2026-12-14 09:20", "2026-12-14 09:20", kind="request", project=receiving(three()))
    assert "No outage" in refused(chief, tender)
    outage("2026-12-14 06:00", "2026-12-14 07:30")
    assert decide(chief, tender, until=moment("2026-12-14 11:15")).outage_minutes == 90


def test_a_request_of_this_tender_that_broke_is_ground_enough(tender, chief):
    closed(tender)
    outage("2026-12-14 09:29", "2026-12-14 09:29", kind="request", project=tender)
    assert decide(chief, tender).outage_seconds == 0


def test_not_while_an_outage_goes_on(tender, chief):
    closed(tender)
    outage()
    running = outage("2026-12-14 09:44", None)
    assert "do not answer at this moment" in refused(chief, tender)
    running.until_at = DECIDED
    running.save()
    decide(chief, tender)


def test_not_once_an_officer_has_entered_a_part(tender, chief, officers):
    bid(tender)
    outage()
    closed(tender)
    with driven_clock(moment("2026-12-14 09:41")):
        give_parts(tender, officers[2])  # the last one takes no outer layer off, and was there all the same
    assert "entered a part" in refused(chief, tender)
    tender.refresh_from_db()
    assert (tender.state, PastRoot.objects.count(), TakingAgain.objects.count()) == ("closed", 0, 0)


def test_not_after_the_opening_nor_after_the_end(tender, chief, officers):
    for _n in range(3):
        bid(tender)
    outage()
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert "entered a part" in refused(chief, tender)
    lapsed, ended = receiving(officers, lots=LOTS), receiving(officers, lots=LOTS)
    for one in (lapsed, ended):
        closed(one)
    with driven_clock(DECIDED):
        actions.lapse(officers[0].actor, lapsed.pk)
        note = {"note": "采购任务取消"}
        tendering.take_step(officer(), ended.pk, "terminate", note, state_version=ended.state_version)
    assert "too few bidders" in refused(chief, lapsed)
    assert "has ended" in refused(chief, ended)


def test_not_for_a_listing_whose_result_comes_from_outside(tender, chief):
    outage()
    closed(tender)
    Project.objects.update(method="listing", category="land")
    assert "listing or an auction" in refused(chief, tender)


def test_nobody_with_a_side_decides(tender, chief, officers):
    outage()
    closed(tender)
    opening = Opening.objects.get(project=tender)
    party, taker, late = (actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR) for _n in range(3))
    tender.buyer.memberships.create(user=party.user, starts_on=dt.date(2020, 1, 1))
    profile, _agent = bidder(agent=taker.user)
    Download.objects.create(
        document=with_document_of_closed(tender), project=tender, organisation=profile.organisation, user=taker.user,
        at=DECIDED,
    )  # fmt: skip
    for actor in (officers[0].actor, party, taker):
        assert not policies.may_take_again(actor.user, opening)
        with pytest.raises(NotAllowed):
            decide(actor, tender)
    assert policies.may_take_again(late.user, opening)
    decide(late, tender)


def with_document_of_closed(tender):
    """A paper of the tender, its row written directly: nothing is added after the deadline."""
    from procurement.tenders.models import Document

    other = receiving(three())
    paper = other.documents.first()
    Document.objects.filter(pk=paper.pk).update(project=tender)
    paper.refresh_from_db()
    return paper


def test_a_supervisor_whose_firm_has_a_bid_even_a_withdrawn_one_does_not_decide(tender):
    person = factories.staff(Role.SUPERVISOR)
    who = bidder(agent=person)
    bid(tender, who)
    with driven_clock(moment("2026-12-02 10:00")):
        actions.withdraw(who[1], book_of(tender).lot_id, who[0].organisation_id, sender="10.0.0.9")
    outage()
    closed(tender)
    assert not policies.may_take_again(person, Opening.objects.get(project=tender))


# --- the bounds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "until", "good"),
    [
        ("2026-12-14 09:40", "2026-12-14 10:44", False),  # 40 minutes out, and at least 60 by the rule
        ("2026-12-14 09:40", "2026-12-14 10:45", True),
        ("2026-12-14 11:00", "2026-12-14 11:44", False),  # 120 minutes out
        ("2026-12-14 11:00", "2026-12-14 11:45", True),
        ("2026-12-14 09:40", "2026-12-19 10:45", True),
        ("2026-12-14 09:40", "2026-12-19 10:46", False),
    ],
)
def test_the_new_deadline_is_at_least_as_far_as_the_outages_were_long_and_bounded(tender, chief, last, until, good):
    closed(tender)
    outage("2026-12-14 09:00", last)
    if good:
        assert decide(chief, tender, until=moment(until)).deadline_after == moment(until)
        return
    with override("en"), pytest.raises(Invalid) as wrong:
        decide(chief, tender, until=moment(until))
    assert set(wrong.value.fields) == {"deadline_at"}
    assert "lies between" in str(wrong.value.fields["deadline_at"])


@pytest.mark.parametrize("reason", ["", "   ", "故" * 501])
def test_a_reason_is_asked_for(tender, chief, reason):
    outage()
    closed(tender)
    with pytest.raises(Invalid) as wrong:
        decide(chief, tender, reason=reason)
    assert set(wrong.value.fields) == {"reason"}


def test_outages_that_overlap_count_once():
    rows = [
        outage("2026-12-14 09:00", "2026-12-14 09:20"),
        outage("2026-12-14 09:10", "2026-12-14 09:30", kind="watch"),
        outage("2026-12-14 09:12", "2026-12-14 09:15", kind="watch"),
        outage("2026-12-14 09:40", "2026-12-14 09:45"),
    ]
    assert together(rows) == 35 * 60
    assert together(rows[::-1]) == 35 * 60


def test_an_outage_is_made_good_once_and_a_new_one_can_follow(taken_again, tender, chief):
    bid(tender, at="2026-12-14 10:30")
    close_at(tender, UNTIL)
    assert "No outage" in refused(chief, tender, at=moment("2026-12-14 11:20"), until=moment("2026-12-14 13:00"))
    outage("2026-12-14 10:50", "2026-12-14 11:10")
    made = decide(chief, tender, at=moment("2026-12-14 11:20"), until=moment("2026-12-14 13:00"))
    assert made.outage_minutes == 20
    bid(tender, at="2026-12-14 12:00")
    close_at(tender, moment("2026-12-14 13:00"))
    assert list(PastRoot.objects.values_list("count", flat=True)) == [2, 3]
    assert proofs.problems_of(book_of(tender)) == []
    assert outages_at_deadline(Opening.objects.get(project=tender)) == []


# --- what stays provable ----------------------------------------------------------------------------------------------


def told(line):
    """The receipt as its file says it."""
    return json.loads(json.dumps(proofs.told(Submission.objects.select_related("book__lot__project").get(pk=line.pk))))


def test_receipts_lead_to_every_root_that_covers_them(taken_again, tender):
    _made, (first, _second) = taken_again
    old = PastRoot.objects.get().root
    books = {book_of(tender).name: book_of(tender)}
    found = told(first)
    assert "root" not in found and [one["root"] for one in found["earlier_roots"]] == [old]
    assert (proofs.check(found, books).code, proofs.check(found, books).root) == ("earlier", old)
    third = bid(tender, at="2026-12-14 10:30")
    assert proofs.check(told(third), books).code == "pending"
    close_at(tender, UNTIL)
    books = {book_of(tender).name: book_of(tender)}
    assert {proofs.check(told(one), books).code for one in (first, third)} == {"valid"}
    assert "earlier_roots" not in told(third)
    for one in (told(first), *told(first)["earlier_roots"]):
        assert receipts.leads_to(first.digest, [tuple(step) for step in one["path"]], one["root"])


def test_anybody_sees_the_old_root_and_not_how_many_came_after_it(taken_again, tender):
    address = reverse("bids:register", args=[tender.number])
    before = Client().get(address).json()["lots"][0]
    bid(tender, at="2026-12-14 10:30")
    after = Client().get(address).json()["lots"][0]
    assert before == after
    (past,) = after["earlier_roots"]
    assert (past["receipts"], after["root"], after["closed_at"], len(after["digests"])) == (2, "", None, 2)
    assert Client().get(reverse("bids:opening", args=[tender.number])).content.decode().count("家投标人") == 0
    close_at(tender, UNTIL)
    last = Client().get(address).json()["lots"][0]
    assert last["digests"][: past["receipts"]] == before["digests"]
    assert (len(last["digests"]), last["earlier_roots"]) == (3, [past])
    page = Client().get(reverse("bids:receipts", args=[tender.number]), headers={"Accept-Language": "en"})
    assert past["root"] in page.content.decode() and last["root"] in page.content.decode()


def test_a_receipt_is_checked_against_the_former_root_on_the_public_page(taken_again, tender):
    _made, (first, _second) = taken_again
    typed = {"receipt": json.dumps(told(first))}
    address = reverse("bids:receipts", args=[tender.number])
    page = Client().post(address, typed, headers={"Accept-Language": "en"})
    assert "it leads to the root of the former deadline" in page.content.decode()
    PastRoot.objects.update(root="a" * 64)
    page = Client().post(address, typed, headers={"Accept-Language": "en"})
    assert "does not lead to the published root" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda: PastRoot.objects.update(root="a" * 64), "is not that of the first 2 receipts"),
        (lambda: PastRoot.objects.update(count=1), "is not that of the first 1 receipts"),
        (lambda: PastRoot.objects.update(count=9), "counts 9 receipts"),
        (lambda: PastRoot.objects.all().delete(), "is missing"),
        (lambda: PastRoot.objects.update(closed_at=moment("2026-11-30 10:00")), "came in while the book was closed"),
        (lambda: TakingAgain.objects.update(decided_at=moment("2026-12-14 10:45")), "came in while the book was closed"),
    ],
)  # fmt: skip
def test_a_tampered_former_root_is_found(taken_again, tender, change, problem):
    bid(tender, at="2026-12-14 10:30")
    close_at(tender, UNTIL)
    said = StringIO()
    call_command("verify_bids", tender.number, stdout=said)
    assert "intact (3 receipts, 1 former root)" in said.getvalue()
    change()
    assert any(problem in one for one in proofs.problems_of(book_of(tender)))
    with pytest.raises(CommandError):
        call_command("verify_bids", tender.number, stdout=StringIO())


def test_the_record_says_that_bids_were_taken_again(taken_again, tender, officers):
    bid(tender, at="2026-12-14 10:30")
    close_at(tender, UNTIL)
    opened(tender, (officers[0], officers[1]), at="2026-12-14 11:05")
    old = PastRoot.objects.get().root
    letters = paper_of(Opening.objects.get(project=tender)).letters
    for code, words in (("zh", "恢复接收投标文件"), ("en", "had bids taken again until")):
        text = str(letters[code])
        assert [one for one in (words, REASON, old) if one not in text] == []
