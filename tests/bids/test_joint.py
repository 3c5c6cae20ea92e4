"""Joint bids: who may form a consortium, what binds its members, and what the opening makes of it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core import files
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.bidders import actions as bidding
from procurement.bidders.actions import RestrictionDraft
from procurement.bidders.standing import Blocked, NoLegalPerson
from procurement.bids import actions, findings, policies
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.joint import AGREEMENT_KIND, BidsJointly, NotFormed
from procurement.bids.joint import counted_grades
from procurement.bids.models import Consortium, ConsortiumMember, OpenedBid, Submission
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Bond
from tests import factories
from tests.bids.objects import FRIDAY, bid, closed, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import bidder, head, officer, picture

pytestmark = pytest.mark.django_db
TAKING = "2026-12-01 09:00"
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS, joint_allowed=True)


def part(profile, speciality="市政公用工程施工总承包", grade="first", work="主体工程施工"):
    return MemberDraft(uscc=profile.organisation.uscc, work=work, speciality=speciality, grade=grade)


def proposed(tender, firms, **of_second):
    (lead, agent), *rest = firms
    drafts = [part(lead), *(part(one, **{"grade": "second", **of_second}) for one, _agent in rest)]
    with driven_clock(moment(TAKING)):
        return actions.propose_consortium(agent, tender.pk, lead.organisation_id, drafts)


def with_agreement(tender, firms):
    one = proposed(tender, firms)
    agent = firms[0][1]
    with driven_clock(moment(TAKING)):
        stored = files.store(picture("联合体协议书.png"), owner=agent, kind=AGREEMENT_KIND)
        return actions.attach_agreement(agent, one.pk, stored.pk)


def formed(tender, firms):
    one = with_agreement(tender, firms)
    with driven_clock(moment(TAKING)):
        for profile, agent in firms[1:]:
            one = actions.answer_consortium(agent, one.pk, profile.organisation_id, agrees=True)
    return one


@pytest.fixture
def firms():
    return [bidder("海州市政工程有限公司"), bidder("海州园林绿化有限公司")]


# --- forming ----------------------------------------------------------------------------------------------------------


def test_a_consortium_bids_once_its_agreement_is_there_and_every_member_agreed(tender, firms):
    one = with_agreement(tender, firms)
    assert one.state == "forming"
    assert Notification.objects.filter(template="bids.consortium_asked", user=firms[1][1].user_id).exists()
    with pytest.raises(NotFormed) as waits:
        bid(tender, firms[0])
    assert "海州园林绿化有限公司" in waits.value.message
    with driven_clock(moment(TAKING)):
        one = actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=True)
    assert one.state == "formed"
    sent = bid(tender, firms[0])
    assert sent.consortium == one
    assert sent.bidder == firms[0][0]


def test_where_the_notice_admits_no_joint_bids_none_is_formed(officers, firms):
    plain = receiving(officers, lots=LOTS)
    with pytest.raises(WrongState):
        proposed(plain, firms)


def test_after_the_deadline_nothing_is_formed(tender, firms):
    one = with_agreement(tender, firms)
    with driven_clock(moment("2026-12-14 09:30")), pytest.raises(WrongState):
        actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=True)
    with driven_clock(moment("2026-12-14 09:30")), pytest.raises(WrongState):
        actions.dissolve_consortium(firms[0][1], one.pk)


def test_a_member_that_cannot_be_is_refused_beside_its_code(tender, firms):
    lead, agent = firms[0]
    buyer = tender.buyer
    for uscc in ("wrong", lead.organisation.uscc, buyer.uscc):
        with pytest.raises(Invalid) as refused, driven_clock(moment(TAKING)):
            actions.propose_consortium(
                agent, tender.pk, lead.organisation_id,
                [part(lead), MemberDraft(uscc=uscc, work="绿化", speciality="园林绿化", grade="none")],
            )  # fmt: skip
        assert set(refused.value.fields) == {"member2"}
    with pytest.raises(Invalid) as refused, driven_clock(moment(TAKING)):
        actions.propose_consortium(agent, tender.pk, lead.organisation_id, [part(lead, work=" "), part(firms[1][0])])
    assert set(refused.value.fields) == {"member1"}
    for drafts in ([part(lead)], [part(lead), *(part(bidder()[0]) for _n in range(4))]):
        with pytest.raises(Invalid), driven_clock(moment(TAKING)):
            actions.propose_consortium(agent, tender.pk, lead.organisation_id, drafts)
    assert not Consortium.objects.exists()


def restrict(profile, on):
    draft = RestrictionDraft(
        uscc=profile.organisation.uscc, name=profile.organisation.name, kind="blacklist", ground="串通投标",
        source="海建罚〔2026〕第12号", authority="住建局", starts_on=on, ends_on=None, appeal="复议",
    )  # fmt: skip
    with driven_clock(moment(TAKING)):
        bidding.restrict(officer(), draft)


def test_a_restricted_firm_joins_no_consortium_and_ends_the_bidding_of_its_own(tender, firms):
    third = bidder()
    restrict(third[0], dt.date(2026, 12, 1))
    with pytest.raises(Blocked):
        proposed(tender, [firms[0], third])
    formed(tender, firms)
    restrict(firms[1][0], dt.date(2026, 12, 1))
    with pytest.raises(Blocked):
        bid(tender, firms[0])


def test_a_member_bids_neither_alone_nor_in_a_second_consortium(tender, firms):
    formed(tender, firms)
    with pytest.raises(BidsJointly) as refused:
        bid(tender, firms[1])
    assert "海州市政工程有限公司" in refused.value.message
    other = with_agreement(tender, [bidder(), firms[1]])
    with pytest.raises(BidsJointly), driven_clock(moment(TAKING)):
        actions.answer_consortium(firms[1][1], other.pk, firms[1][0].organisation_id, agrees=True)
    with pytest.raises(BidsJointly):
        proposed(tender, [firms[0], bidder()])


def test_who_has_a_bid_of_its_own_withdraws_it_before_joining(tender, firms):
    bid(tender, firms[1])
    one = with_agreement(tender, firms)
    with pytest.raises(WrongState), driven_clock(moment(TAKING)):
        actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=True)
    with driven_clock(moment(TAKING)):
        lot = tender.lots.get().pk
        actions.withdraw(firms[1][1], lot, firms[1][0].organisation_id, sender="10.0.0.1")
        assert (
            actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=True).state == "formed"
        )


def test_who_declines_ends_the_proposal_and_frees_the_leading_firm(tender, firms):
    one = with_agreement(tender, firms)
    with driven_clock(moment(TAKING)):
        one = actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=False)
    assert (one.state, "海州园林绿化有限公司" in one.note) == ("dissolved", True)
    assert bid(tender, firms[0]).consortium is None


def test_a_consortium_with_a_bid_is_dissolved_only_after_the_bid_was_withdrawn(tender, firms):
    one = formed(tender, firms)
    bid(tender, firms[0])
    with driven_clock(moment("2026-12-02 09:00")):
        with pytest.raises(WrongState):
            actions.dissolve_consortium(firms[0][1], one.pk)
        actions.withdraw(firms[0][1], tender.lots.get().pk, firms[0][0].organisation_id, sender="10.0.0.1")
        assert actions.dissolve_consortium(firms[0][1], one.pk).state == "dissolved"
    assert bid(tender, firms[1]).consortium is None


def test_strangers_and_members_without_the_lead_have_no_hand_in_it(tender, firms):
    one = proposed(tender, firms)
    stranger, agent = bidder()
    with driven_clock(moment(TAKING)):
        for call in (
            lambda: actions.answer_consortium(agent, one.pk, stranger.organisation_id, agrees=True),
            lambda: actions.dissolve_consortium(firms[1][1], one.pk),
            lambda: actions.attach_agreement(firms[1][1], one.pk, 1),
        ):
            with pytest.raises(NotFound):
                call()
        with pytest.raises(WrongState):
            actions.answer_consortium(firms[1][1], one.pk, firms[1][0].organisation_id, agrees=True)


# --- what counts --------------------------------------------------------------------------------------------------------


def test_of_one_speciality_the_lower_grade_counts_and_different_ones_stand_beside_each_other(tender, firms):
    one = proposed(tender, firms)
    counted = counted_grades(one.members.select_related("bidder__organisation"))
    assert [(each.speciality, each.grade, each.of) for each in counted] == [
        ("市政公用工程施工总承包", "second", "海州园林绿化有限公司")
    ]
    with driven_clock(moment(TAKING)):
        actions.dissolve_consortium(firms[0][1], one.pk)
    other = proposed(tender, firms, speciality="园林绿化", grade="none")
    found = [
        (each.speciality, each.grade) for each in counted_grades(other.members.select_related("bidder__organisation"))
    ]
    assert found == [("市政公用工程施工总承包", "first"), ("园林绿化", "none")]


# --- the opening --------------------------------------------------------------------------------------------------------


def found(submission):
    return OpenedBid.objects.get(submission=submission)


def test_the_opening_shows_the_members_and_the_grade_that_counts(tender, firms, officers):
    one = formed(tender, firms)
    sent = bid(tender, firms[0])
    for _n in range(2):
        bid(tender)
    page = reverse("bids:opening", args=[tender.number])
    assert "海州园林绿化有限公司" not in Client().get(page).content.decode()
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert found(sent).finding == ""
    shown = Client().get(page).content.decode()
    assert "海州园林绿化有限公司" in shown
    assert "市政公用工程施工总承包 二级" in shown or "Second grade" in shown
    assert one.submissions.get() == sent


def test_a_member_that_is_listed_before_the_opening_takes_the_consortium_with_it(tender, firms, officers):
    formed(tender, firms)
    sent = bid(tender, firms[0])
    for _n in range(2):
        bid(tender)
    restrict(firms[1][0], dt.date(2026, 12, 10))
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert found(sent).finding == "restricted"


def test_a_legal_person_shared_with_another_bidder_is_found_and_one_shared_inside_is_not(tender, firms, officers):
    number = factories.resident_number(77)
    third = bidder("海州第三建设有限公司")
    with driven_clock(moment(FRIDAY)):
        for profile, agent in (*firms, third):
            bidding.add_person(agent, profile.pk, kind="legal_person", name="李四", identity=number)
    formed(tender, firms)
    joint, other = bid(tender, firms[0]), bid(tender)
    bid(tender)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert [found(one).finding for one in (joint, other)] == ["", ""]
    again = receiving(officers, lots=LOTS, joint_allowed=True)
    formed(again, firms)
    joint, shared = bid(again, firms[0]), bid(again, third)
    bid(again)
    closed(again)
    opened(again, (officers[0], officers[1]))
    assert [found(one).finding for one in (joint, shared)] == ["same_legal_person"] * 2


def test_the_bond_of_one_member_holds_for_the_consortium(officers, firms):
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=1_000_000)]
    tender = receiving(officers, lots=lots, joint_allowed=True)
    formed(tender, firms)
    Bond.objects.create(
        lot=tender.lots.get(), organisation=firms[1][0].organisation, kind="transfer", amount_fen=1_000_000,
        reference="ZZ1", declared_at=moment(TAKING),
    )  # fmt: skip
    sent = bid(tender, firms[0])
    for _n in range(2):
        bid(tender)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert found(sent).finding == ""
    with driven_clock(moment("2026-12-14 11:00")):
        false = Bond.objects.get()
        tendering.settle_bond(officer(), false.pk, "reject", {"note": "保函系伪造"}, state_version=0)
        assert actions.judge_anew(false.pk) == 1
    assert found(sent).finding == "no_bond"


def test_a_firm_behind_two_bids_makes_both_void_however_it_came_about(tender, firms, officers):
    one = formed(tender, firms)
    joint = bid(tender, firms[0])
    ConsortiumMember.objects.filter(bidder=firms[1][0]).update(bound=False)  # the guard is lifted by hand
    alone = bid(tender, firms[1])
    other = bid(tender)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert [found(each).finding for each in (joint, alone, other)] == ["alone_and_joint", "alone_and_joint", ""]
    assert "海州园林绿化有限公司" in findings.sentence("alone_and_joint", found(joint).facts)
    assert Submission.objects.filter(consortium=one).count() == 1


# --- who sees it --------------------------------------------------------------------------------------------------------


def test_policy_and_queryset_see_the_same_consortia(tender, firms, officers):
    formed(tender, firms)
    proposed(tender, [bidder(), bidder()])
    people = [agent.user for _profile, agent in firms]
    people += [factories.citizen(), officers[0].actor.user, factories.staff(Role.SUPERVISOR)]

    def check():
        for person in people:
            person = User.objects.get(pk=person.pk)
            seen = set(Consortium.objects.visible_to(person).values_list("pk", flat=True))
            rows = Consortium.objects.select_related("project__opening")
            assert seen == {one.pk for one in rows if policies.may_see_consortium(person, one)}
        return Consortium.objects.visible_to(officers[0].actor.user).count()

    assert check() == 0  # before the opening the trading centre knows of none
    bid(tender, firms[0])
    for _n in range(2):
        bid(tender)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert check() == 1


def test_the_pages_lead_from_the_proposal_to_the_consent(tender, firms):
    def signed_in(agent):
        client = Client()
        client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
        return client

    lead, member = signed_in(firms[0][1]), signed_in(firms[1][1])
    path = reverse("bids:joint", args=[tender.number])
    typed = {
        "lead": firms[0][0].organisation_id, "work1": "主体工程", "speciality1": "市政公用工程施工总承包", "grade1": "first",
        "uscc2": "wrong", "work2": "绿化", "speciality2": "园林绿化", "grade2": "none",
    }  # fmt: skip
    with driven_clock(moment(TAKING)):
        answer = lead.post(path, typed)
        assert answer.status_code == 422
        assert 'value="wrong"' in answer.content.decode()
        made = lead.post(path, {**typed, "uscc2": firms[1][0].organisation.uscc})
        one = Consortium.objects.get()
        assert made.url == reverse("bids:consortium", args=[one.pk])
        assert lead.post(reverse("bids:agreement", args=[one.pk]), {}).status_code == 422
        lead.post(reverse("bids:agreement", args=[one.pk]), {"agreement": picture("协议书.png")})
        page = member.get(reverse("bids:consortium", args=[one.pk])).content.decode()
        assert 'name="answer" value="agree"' in page
        assert member.get(reverse("tenders:mine")).content.decode().count(made.url) == 1
        member.post(
            reverse("bids:consortium-answer", args=[one.pk]),
            {"organisation": firms[1][0].organisation_id, "answer": "agree"},
        )
        one.refresh_from_db()
        assert one.state == "formed"
        assert member.get(reverse("core:file", args=[one.agreement_id])).status_code == 200
        assert signed_in(bidder()[1]).get(reverse("bids:consortium", args=[one.pk])).status_code == 404
        shown = lead.get(reverse("bids:consortium", args=[one.pk])).content.decode()
        assert reverse("bids:bid", args=[tender.number, 1]) in shown
        lead.post(reverse("bids:dissolve", args=[one.pk]))
        one.refresh_from_db()
        assert one.state == "dissolved"


# --- other members ----------------------------------------------------------------------------------------------------


def revised(one, firms, at=TAKING):
    drafts = [part(firms[0][0]), *(part(profile, grade="second") for profile, _agent in firms[1:])]
    with driven_clock(moment(at)):
        return actions.revise_consortium(firms[0][1], one.pk, drafts)


def told_of(agent):
    """How the firm's person learned that the consortium is another one."""
    ends = ["bids.consortium_ended", "bids.consortium_replaced", "bids.consortium_left_out"]
    return list(Notification.objects.filter(user=agent.user_id, template__in=ends).values_list("template", flat=True))


def test_members_change_by_the_next_version_which_everybody_agrees_to_anew(tender, firms):
    one = formed(tender, firms)
    third = bidder("海州照明工程有限公司")
    made = revised(one, [firms[0], third])
    one.refresh_from_db()
    assert (one.state, made.state, made.version, made.replaces) == ("dissolved", "forming", 2, one)
    assert made.agreement is None  # the old one names other members
    assert one.agreement is not None
    told = {agent.user_id: told_of(agent) for _profile, agent in firms[:2]}
    assert told == {
        firms[0][1].user_id: ["bids.consortium_replaced"],
        firms[1][1].user_id: ["bids.consortium_left_out"],
    }
    assert bid(tender, firms[1]).consortium is None  # who left is free to bid alone
    with pytest.raises(NotFormed):
        bid(tender, firms[0])
    with driven_clock(moment(TAKING)):
        stored = files.store(picture("第二版协议书.png"), owner=firms[0][1], kind=AGREEMENT_KIND)
        actions.attach_agreement(firms[0][1], made.pk, stored.pk)
        actions.answer_consortium(third[1], made.pk, third[0].organisation_id, agrees=True)
    assert bid(tender, firms[0]).consortium == made


def test_members_do_not_change_under_a_bid_until_it_is_withdrawn(tender, firms):
    one = formed(tender, firms)
    sent = bid(tender, firms[0])
    third = bidder()
    with pytest.raises(WrongState) as refused:
        revised(one, [firms[0], firms[1], third])
    with override("en"):
        assert "Withdraw the bid first" in str(refused.value.message)
    with driven_clock(moment("2026-12-02 09:00")):
        actions.withdraw(firms[0][1], sent.book.lot_id, firms[0][0].organisation_id, sender="10.0.0.1")
    assert revised(one, [firms[0], firms[1], third], "2026-12-02 09:10").members.count() == 3


def test_members_do_not_change_after_the_deadline_nor_by_a_member_nor_twice(tender, firms):
    one = formed(tender, firms)
    third = bidder()
    with pytest.raises(WrongState):
        revised(one, [firms[0], third], "2026-12-14 09:30")
    with driven_clock(moment(TAKING)), pytest.raises(NotFound):
        actions.revise_consortium(firms[1][1], one.pk, [part(firms[0][0]), part(third[0])])
    revised(one, [firms[0], third])
    with pytest.raises(WrongState):
        revised(one, [firms[0], firms[1]])


def test_what_is_wrong_with_a_new_version_leaves_the_present_one(tender, firms):
    one = formed(tender, firms)
    with pytest.raises(Invalid):
        revised(one, [firms[0], firms[0]])
    one.refresh_from_db()
    assert one.state == "formed"
    assert ConsortiumMember.objects.filter(consortium=one, bound=True).count() == 2


def test_the_form_of_a_new_version_shows_the_present_members(tender, firms):
    one = formed(tender, firms)
    client = Client()
    client.force_login(firms[0][1].user, backend="portal.people.backends.AccountBackend")
    with driven_clock(moment(TAKING)):
        page = client.get(reverse("bids:consortium-members", args=[one.pk])).content.decode()
    assert firms[1][0].organisation.uscc in page


def test_a_consortium_does_not_bid_while_one_member_has_named_no_legal_person(tender):
    pair = [bidder("海州市政工程有限公司"), bidder("海州园林绿化有限公司", with_head=False)]
    formed(tender, pair)
    with pytest.raises(NoLegalPerson) as refused:
        bid(tender, pair[0])
    assert refused.value.params["name"] == "海州园林绿化有限公司"
    head(pair[1][0])
    assert bid(tender, pair[0]).consortium is not None
