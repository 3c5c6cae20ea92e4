"""Firms behind a joint bid: what one shares with a firm behind another bid is a sign; within one consortium it is none."""

import pytest

from portal.core.models import StoredFile
from procurement.bids.models import Consortium, ConsortiumMember
from procurement.oversight import facts
from procurement.tenders.models import Bond, Project
from tests import factories
from tests.oversight.objects import OPENED, bidder, bids, opened, person, screened, uploaded

pytestmark = pytest.mark.django_db


def joint(bid, *members):
    """Puts a consortium behind an opened bid: its bidder leads, the others are members."""
    project = bid.lot.project
    paper = StoredFile.objects.create(
        sha256="1" * 64, size=1, name="协议.pdf", mime="application/pdf", kind="bids.agreement", owner_name="",
        created_at=OPENED,
    )  # fmt: skip
    one = Consortium.objects.create(
        project=project, lead=bid.bidder, state="formed", agreement=paper, made_by=factories.user(), made_at=OPENED,
        formed_at=OPENED,
    )  # fmt: skip
    for firm in (bid.bidder, *members):
        ConsortiumMember.objects.create(
            consortium=one, project=project, bidder=firm, is_lead=firm == bid.bidder, work="主体", speciality="市政",
            grade="first", agreed_at=OPENED, bound=True,
        )  # fmt: skip
    uploaded(bid, f"10.1.0.{bid.pk % 250}", consortium=one)
    return one


def behind(firm, kind, serial, **more):
    """Somebody behind a firm that has no bid of its own."""

    class Of:
        bidder = firm

    return person(Of, kind, serial, **more)


def named(sign):
    return {one.name for one in sign.firms.all()}


@pytest.mark.parametrize(
    ("kind", "code"), [("legal_person", "same_head"), ("project_leader", "same_staff"), ("shareholder", "same_owner")]
)
def test_a_person_behind_a_member_ties_the_consortium_to_another_bid(kind, code):
    lot, member = opened(), bidder("江海隧道工程有限公司")
    one, other, *_rest = bids(lot)
    joint(one, member)
    share = {"share_bp": 6000} if kind == "shareholder" else {}
    behind(member, kind, 4001, **share)
    person(other, kind, 4001, **share)
    found = screened(lot)
    assert set(found) == {code}
    sign = found[code]
    # The member is named, and so is the bidder whose bid it stands behind.
    assert named(sign) == {member.organisation.name, one.bidder.organisation.name, other.bidder.organisation.name}
    told = {each["firm"] for each in sign.figures["evidence"]}
    assert told == {member.organisation.name, other.bidder.organisation.name}
    assert sign.figures["bidders"] == 2


def test_members_of_two_consortia_are_compared_too():
    lot, first, second = opened(), bidder(), bidder()
    one, other, *_rest = bids(lot)
    joint(one, first)
    joint(other, second)
    behind(first, "legal_person", 4001)
    behind(second, "legal_person", 4001)
    assert set(screened(lot)) == {"same_head"}


def test_a_telephone_of_a_member_is_compared():
    lot, member = opened(), bidder()
    one, other, *_rest = bids(lot)
    member.phone = other.bidder.phone
    member.save()
    joint(one, member)
    assert set(screened(lot)) == {"same_phone"}


def test_a_bidder_that_owns_a_member_of_another_bid_is_found():
    lot, member = opened(), bidder()
    one, other, *_rest = bids(lot)
    joint(one, member)
    behind(member, "shareholder", 0, identity=other.bidder.organisation.uscc, share_bp=7000)
    assert screened(lot)["same_owner"].basis == "barred"


def test_what_the_members_of_one_consortium_share_is_no_sign():
    lot, member = opened(), bidder()
    one, *_rest = bids(lot)
    member.phone = one.bidder.phone
    member.save()
    joint(one, member)
    for kind in ("legal_person", "shareholder", "project_leader"):
        person(one, kind, 4001, **({"share_bp": 6000} if kind == "shareholder" else {}))
        behind(member, kind, 4001, **({"share_bp": 6000} if kind == "shareholder" else {}))
    assert not screened(lot)


def test_a_bond_that_a_member_paid_from_the_account_of_another_bidder_is_a_finding():
    lot, member = opened(), bidder()
    one, other, *_rest = bids(lot)
    joint(one, member)
    member.bank_account = other.bidder.bank_account
    member.save()
    for n, firm in enumerate((member, other.bidder)):
        Bond.objects.create(
            lot=lot, organisation=firm.organisation, kind="transfer", amount_fen=2_000_000, reference=f"ZZ{n}",
            state="held", declared_at=OPENED, held_on=OPENED.date(), bank_account=firm.bank_account,
        )  # fmt: skip
    assert set(screened(lot)) == {"same_account"}


def test_consortia_cost_the_same_few_queries_for_one_and_ten(django_assert_num_queries, django_assert_max_num_queries):
    def tender():
        member, lot = bidder(), opened()
        joint(bids(lot)[0], member)
        behind(member, "manager", 4100 + lot.pk)

    tender()
    with django_assert_max_num_queries(15) as first:
        facts.load(Project.objects.all())
    for _n in range(9):
        tender()
    with django_assert_num_queries(len(first)):
        facts.load(Project.objects.all())
