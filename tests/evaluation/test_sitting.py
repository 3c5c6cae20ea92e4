"""The committee sits down: who may begin, what is missing, declarations, the chair."""

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from procurement.evaluation import actions
from procurement.evaluation.models import Evaluation, Session
from procurement.experts.models import Expert, Panel, PanelMember
from procurement.tenders.models import Project
from tests import factories
from tests.evaluation.objects import MOMENT, Committee, opened_bid, seat
from tests.tenders.objects import firm, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with driven_clock(MOMENT):
        yield


def test_the_evaluation_begins_with_the_bids_that_were_opened_in_good_order():
    committee = Committee()
    opened_bid(committee.project.lots.get(), 1, finding="late")
    committee.begun()
    assert committee.one().bids.count() == 3
    assert {one.user_id for one in committee.seats} <= set(
        Notification.objects.filter(template="evaluation.begun").values_list("user", flat=True)
    )


def test_strangers_learn_nothing_and_a_second_beginning_is_refused():
    committee = Committee()
    _firm, stranger = firm()
    with pytest.raises(NotFound):
        actions.begin(stranger, committee.project.pk)
    with pytest.raises(NotFound):
        actions.begin(committee.chair, committee.project.pk)
    actions.begin(officer(), committee.project.pk)
    with pytest.raises(WrongState):
        actions.begin(committee.agent, committee.project.pk)


@pytest.mark.parametrize("missing", ["panel", "called", "complete", "sheet", "state", "sale"])
def test_the_evaluation_does_not_begin_while_something_is_missing(missing):
    committee = Committee()
    if missing == "panel":
        committee.panel.delete()
    elif missing == "called":
        seat(committee.panel, state="called")
    elif missing == "complete":
        Panel.objects.update(complete_at=None)
    elif missing == "sheet":
        committee.project.lots.get().sheet.delete()
    else:
        changed = {"state": "closed"} if missing == "state" else {"category": "land", "method": "listing"}
        Project.objects.update(**changed)
    with pytest.raises(WrongState) as refused:
        committee.begun()
    assert str(refused.value)
    assert not Session.objects.exists()


def test_a_lot_without_a_good_bid_has_failed_at_once_and_the_others_go_on():
    committee = Committee(lots=2)
    committee.project.lots.get(number=2).opened_bids.update(finding="broken")
    committee.begun()
    assert (committee.one(2).state, committee.one(2).failure) == ("failed", "no_bids")
    assert committee.one(1).state == "reviewing"
    committee.project.refresh_from_db()
    assert committee.project.state == "opened"


def test_a_tender_without_any_good_bid_is_over_at_once():
    committee = Committee(prices=(1,))
    committee.project.lots.get().opened_bids.update(finding="broken")
    committee.begun()
    committee.project.refresh_from_db()
    assert committee.project.state == "evaluated" and committee.session.ended_at is not None


# --- declarations -----------------------------------------------------------------------------------------------------


def test_nobody_works_before_declaring():
    committee = Committee().begun()
    with pytest.raises(NotAllowed) as refused:
        committee.judge(committee.chair)
    assert str(refused.value)
    with pytest.raises(Invalid) as unfinished:
        actions.declare(committee.chair, committee.session.pk, nothing_to_avoid=True, discipline=False)
    assert set(unfinished.value.fields) == {"discipline"}
    committee.declare(committee.chair)
    with pytest.raises(WrongState):
        committee.declare(committee.chair)


def test_who_has_a_ground_to_avoid_names_it_and_is_out():
    committee = Committee().begun()
    with pytest.raises(Invalid) as refused:
        actions.declare(committee.chair, committee.session.pk, nothing_to_avoid=False, discipline=True, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    chief = officer()
    actions.declare(committee.chair, committee.session.pk, nothing_to_avoid=False, discipline=True, reason="曾任职")
    told = Notification.objects.get(user=chief.user, template="evaluation.avoiding")
    assert "曾任职" not in str(told.context) and committee.chair.name not in str(told.context)
    with pytest.raises(NotAllowed):
        committee.judge(committee.chair)
    for actor in committee.members[1:]:
        committee.declare(actor)
    with pytest.raises(WrongState):
        actions.vote_for_chair(committee.members[1], committee.session.pk, committee.seats[1].pk)


def test_a_member_who_acts_for_a_bidder_is_refused_also_when_that_begins_later():
    committee = Committee().begun()
    _bidder, agent = committee.bidders[0]
    inside = seat(committee.panel, user=agent.user)
    with pytest.raises(NotAllowed) as refused:
        actions.declare(
            actor_of(inside.user, "evaluator"), committee.session.pk, nothing_to_avoid=True, discipline=True
        )
    assert str(refused.value)
    inside.delete()
    committee.seats = committee.seats[:3]
    for actor in committee.members:
        committee.declare(actor)
    firm_of_bidder = committee.bidders[1][0].organisation
    from portal.people.models import Membership

    Membership.objects.create(organisation=firm_of_bidder, user=committee.chair.user, starts_on=MOMENT.date())
    with pytest.raises(NotAllowed):
        committee.judge(committee.chair)


@pytest.mark.parametrize("state", ["called", "declined", "replaced"])
def test_only_attending_members_see_the_desk(state):
    committee = Committee().begun()
    PanelMember.objects.filter(pk=committee.seats[1].pk).update(state=state)
    with pytest.raises(NotFound):
        committee.declare(committee.members[1])
    with pytest.raises(NotFound):
        committee.judge(committee.members[1])


# --- the chair --------------------------------------------------------------------------------------------------------


def test_more_than_half_of_all_members_elect_the_chair_and_never_the_buyers_representative():
    committee = Committee().begun()
    for actor in committee.members:
        committee.declare(actor)
    pk = committee.session.pk
    with pytest.raises(Invalid) as refused:
        actions.vote_for_chair(committee.chair, pk, committee.seats[2].pk)
    assert "代表" in str(refused.value.fields["member"]) or refused.value.fields["member"]
    with pytest.raises(Invalid):
        actions.vote_for_chair(committee.chair, pk, 999_999)
    assert actions.vote_for_chair(committee.members[0], pk, committee.seats[1].pk).chair is None
    assert actions.vote_for_chair(committee.members[0], pk, committee.seats[0].pk).chair is None
    assert actions.vote_for_chair(committee.members[1], pk, committee.seats[0].pk).chair == committee.seats[0]
    with pytest.raises(WrongState):
        actions.vote_for_chair(committee.members[2], pk, committee.seats[1].pk)


def test_when_the_chair_leaves_everybody_votes_anew():
    committee = Committee().seated()
    PanelMember.objects.filter(pk=committee.seats[0].pk).update(state="replaced")
    committee.seats[0] = seat(committee.panel)
    committee.declare(committee.members[0])
    committee.elect(1)
    assert committee.session.chair == committee.seats[1]
    assert committee.session.votes.count() == 2


def test_only_the_chair_takes_the_steps_of_the_committee():
    committee = Committee().seated()
    for actor in committee.members:
        committee.judge(actor)
    one = committee.one()
    with pytest.raises(NotAllowed):
        actions.close_reviews(committee.members[1], one.pk, state_version=one.state_version)
    assert actions.close_reviews(committee.chair, one.pk, state_version=one.state_version).state == "clarifying"


def test_a_stopped_tender_stops_its_evaluation():
    committee = Committee().seated()
    Project.objects.update(state="terminated")
    with pytest.raises(WrongState):
        committee.judge(committee.chair)


def test_nothing_is_said_about_what_does_not_exist():
    committee = Committee().seated()
    stranger = actor_of(factories.user(), "evaluator")
    Expert.objects.create(user=stranger.user, name="外人")
    for actor, pk in ((committee.chair, 999_999), (stranger, committee.one().pk)):
        with pytest.raises(NotFound):
            actions.judge(actor, pk, [])
    assert Evaluation.objects.count() == 1
