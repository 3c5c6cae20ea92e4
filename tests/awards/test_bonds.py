"""Bonds and consortia behind the award: lots that fail, members that are kept out, whose bond is the winner's."""

import datetime as dt

import pytest

from portal.core import files
from portal.core.errors import Invalid
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from procurement.awards import actions
from procurement.awards.models import Award
from procurement.bidders.actions import RestrictionDraft, restrict
from procurement.bidders.models import Bidder
from procurement.bidders.standing import Blocked
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.actions.keys import centre_key
from procurement.bids.models import Book, Consortium, ConsortiumMember, OpenedBid, Submission
from procurement.evaluation.models import Candidate
from procurement.tenders import actions as tendering
from procurement.tenders.models import Bond, Notice, Project
from tests import factories
from tests.awards.objects import (
    awarded,
    candidate,
    contract_draft,
    contract_of,
    evaluated,
    first,
    paper,
    published,
    the_lot,
)
from tests.factories import moment
from tests.tenders.objects import bidder, officer, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-12-22 10:00")):
        yield


@pytest.fixture
def chief():
    return officer()


def bond(project: Project, who: Bidder, lot: int = 1, state: str = "held") -> Bond:
    return Bond.objects.create(
        lot=the_lot(project, lot), organisation=who.organisation, kind="transfer", amount_fen=2_000_000,
        reference=f"GH{who.pk}", state=state, held_on=dt.date(2026, 12, 1) if state == "held" else None,
        declared_at=moment("2026-12-01 10:00"),
    )  # fmt: skip


def told(one: Bond) -> tuple[str, str, dt.date | None]:
    one.refresh_from_db()
    return one.state, one.ground, one.due_on


def joint(project: Project, lead: Bidder) -> Bidder:
    """The lead's bid is that of a consortium; gives its other member."""
    member, at = bidder()[0], moment("2026-12-01 10:00")
    who = factories.user()
    agreement = files.store(picture("联合体协议书.png"), owner=actor_of(who, "agent"), kind=AGREEMENT_KIND)
    made = Consortium.objects.create(
        project=project, lead=lead, state="formed", made_by=who, made_at=at, formed_at=at, agreement=agreement
    )
    for one in (lead, member):
        ConsortiumMember.objects.create(
            consortium=made, project=project, bidder=one, is_lead=one == lead, work="主体工程", speciality="市政",
            grade="first", agreed_at=at, agreed_by=who, bound=True,
        )  # fmt: skip
    book = Book.objects.create(lot=the_lot(project), public="0" * 64, made_at=at)
    sent = Submission.objects.create(
        book=book, bidder=lead, version=1, act="submitted", current=True, size=1, received_at=at, sequence=1,
        previous="0" * 64, digest="1" * 64, key=centre_key()[0], sent_by=who, consortium=made,
    )  # fmt: skip
    OpenedBid.objects.filter(lot=book.lot, bidder=lead).update(submission=sent)
    return member


def blacklisted(chief, firm: Bidder) -> None:
    draft = RestrictionDraft(
        uscc=firm.organisation.uscc, name=firm.organisation.name, kind="blacklist", ground="串通投标",
        source="海建罚〔2026〕9号", authority="海州市住建局", starts_on=dt.date(2026, 12, 15), ends_on=None,
        appeal="可申请行政复议",
    )  # fmt: skip
    restrict(chief, draft)


def reported(chief) -> Project:
    project = evaluated(category="government")
    with driven_clock(moment("2026-12-17 10:00")):
        actions.report(chief, project.pk, state_version=None)
    return project


# --- a lot that fails -------------------------------------------------------------------------------------------------


def test_the_bonds_of_a_lot_without_candidates_go_back_when_the_others_are_awarded(chief):
    project = evaluated(lots=2)
    losers = [bond(project, candidate(project, rank).bidder, lot=2) for rank in (1, 2)]
    waiting = bond(project, candidate(project, 3).bidder, lot=2, state="declared")
    winner = bond(project, candidate(project, 1).bidder)
    Candidate.objects.filter(lot__project=project, lot__number=2).delete()
    project = published(chief, project)
    actions.choose(chief, the_lot(project).pk, first(project))
    actions.award(chief, the_lot(project).pk, state_version=None)
    assert {told(one) for one in losers} == {("due_back", "ended", dt.date(2026, 12, 27))}
    assert told(winner)[0] == "held"
    with driven_clock(moment("2026-12-24 10:00")):
        tendering.settle_bond(chief, waiting.pk, "confirm", {"evidence": "流水 0002"}, state_version=0)
    assert told(waiting) == ("due_back", "ended", dt.date(2026, 12, 29))
    with driven_clock(moment("2026-12-30 10:00")):
        assert tendering.light_lamps() == 3


# --- who stands behind the winner -------------------------------------------------------------------------------------


def test_a_consortium_is_neither_chosen_nor_awarded_once_a_member_is_kept_out(chief):
    project = evaluated()
    member = joint(project, candidate(project).bidder)
    project = published(chief, project)
    actions.choose(chief, the_lot(project).pk, first(project))
    blacklisted(chief, member)
    with pytest.raises(Blocked) as refused:
        actions.award(chief, the_lot(project).pk, state_version=None)
    assert member.organisation.name in refused.value.message
    with pytest.raises(Blocked):
        actions.choose(chief, the_lot(project).pk, first(project))
    assert not Award.objects.exists()
    second = first(project, candidate_id=candidate(project, 2).pk, ground="illegal", note="联合体成员被列入黑名单")
    actions.choose(chief, the_lot(project).pk, second)
    assert actions.award(chief, the_lot(project).pk, state_version=None).bidder == candidate(project, 2).bidder


def test_the_publicity_says_which_candidate_cannot_be_awarded(chief):
    project = evaluated()
    member = joint(project, candidate(project).bidder)
    blacklisted(chief, member)
    published(chief, project)
    text = Notice.objects.get(project=project, kind="candidates").text
    lead = candidate(project).bidder.organisation.name
    assert f"不得确定为中标人的候选人：{lead}。" in text


def test_the_publicity_of_candidates_that_may_all_be_awarded_says_nothing_of_it(chief):
    project = published(chief)
    assert "不得确定为中标人" not in Notice.objects.get(project=project, kind="candidates").text


def test_the_bond_that_a_member_gave_is_the_winners_until_the_contract(chief):
    project = reported(chief)
    members = bond(project, joint(project, candidate(project).bidder))
    loser = bond(project, candidate(project, 2).bidder)
    awarded(chief, project)
    assert told(loser)[:2] == ("due_back", "lost")
    assert told(members)[0] == "held"
    contract = contract_of(project)
    actions.sign(chief, contract.pk, contract_draft(contract), paper(chief), state_version=0)
    assert told(members)[:2] == ("due_back", "contract")


def test_the_bond_that_a_member_gave_is_forfeited_when_the_consortium_does_not_sign(chief):
    project = reported(chief)
    members = bond(project, joint(project, candidate(project).bidder))
    awarded(chief, project)
    inputs = {"note": "放弃中标"}
    actions.take_contract_step(chief, contract_of(project).pk, "refuse", inputs, state_version=None)
    assert told(members)[0] == "forfeited"


# --- the highest price that counts ------------------------------------------------------------------------------------


def _over_the_budget(project: Project) -> None:
    project.lots.update(control_price_fen=None)
    Candidate.objects.filter(pk=candidate(project).pk).update(price_fen=100_000_001)


def test_without_a_control_price_the_budget_binds_the_award_of_government_procurement(chief):
    project = reported(chief)
    _over_the_budget(project)
    over = Candidate.objects.get(lot__project=project, rank=1)
    actions.choose(chief, the_lot(project).pk, first(project, candidate_id=over.pk))
    with pytest.raises(Invalid) as refused:
        actions.award(chief, the_lot(project).pk, state_version=None)
    assert "1,000,000" in refused.value.message


def test_an_estimate_is_no_limit_under_the_tendering_law(chief):
    project = published(chief)
    _over_the_budget(project)
    over = Candidate.objects.get(lot__project=project, rank=1)
    actions.choose(chief, the_lot(project).pk, first(project, candidate_id=over.pk))
    assert actions.award(chief, the_lot(project).pk, state_version=None).price_fen == 100_000_001
