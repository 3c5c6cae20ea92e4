"""A single source from its publicity to its contract: one supplier, and a group that the buyer names (MOF order 74)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.awards import actions as awarding
from procurement.awards.actions import ChoiceDraft
from procurement.bidders.agents import people_of
from procurement.bids import actions as bidding
from procurement.evaluation import actions as evaluating
from procurement.evaluation.actions import Finding
from procurement.evaluation.models import EvaluatedBid, Evaluation, Session
from procurement.experts import actions as experts
from procurement.experts.actions import PlanDraft
from procurement.experts.models import Draw, Panel
from procurement.models import Deal, Method
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import agent_of, contract_draft, contract_of, paper
from tests.bids.objects import FRIDAY, OFFER, bid, closed, opened, three
from tests.evaluation.objects import LOWEST
from tests.experts.objects import pool
from tests.experts.objects import tender as plain
from tests.factories import moment
from tests.tenders.objects import bidder, firm, officer, registered, schedule, with_document

pytestmark = pytest.mark.django_db
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
EVE, AT = "2026-12-11 10:00", "2026-12-14 14:00"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def people(project: Project, number: int = 3) -> list[int]:
    """Accounts that act for the buyer."""
    while len(people_of(project.buyer_id)) < number:
        Membership.objects.create(organisation=project.buyer, user=factories.citizen(), starts_on=dt.date(2020, 1, 1))
    return [one.pk for one in people_of(project.buyer_id)[:number]]


def plan(project: Project, size: int, **more) -> PlanDraft:
    values = {
        "evaluates_at": moment(AT), "size": size, "places": [], "main_venue": "谈判一室",
        "representatives": people(project, size),
    }  # fmt: skip
    return PlanDraft(**{**values, **more})


def test_a_single_source_goes_from_its_publicity_to_a_signed_contract():
    keys, chief = three(), officer()
    buyer, agent = firm("海州市卫生健康委员会")
    with driven_clock(moment(FRIDAY)):
        project = registered(chief, buyer, category="government", method="single", lots=LOTS)
        with_document(project, chief)
        lot = project.lots.get()
        evaluating.write_sheet(agent, lot.pk, LOWEST, state_version=project.state_version)
        project.refresh_from_db()
        project = tendering.take_step(
            chief, project.pk, "pass", {"opinion": "单一来源论证意见齐备"}, state_version=project.state_version
        )
        with pytest.raises(Invalid) as early:  # publicity of five working days
            tendering.announce(
                chief, project.pk, schedule(until="2026-11-26", deadline="2026-11-26 09:30"), place="开标一室",
                state_version=project.state_version,
            )  # fmt: skip
        assert "deadline_at" in early.value.fields
        project = tendering.announce(
            chief, project.pk, schedule(), place="开标一室", state_version=project.state_version
        )
    with driven_clock(moment(OFFER)):
        tendering.receive_due()
        bidding.follow(project.pk)
    supplier = bidder()
    bid(project, supplier, price_fen=95_000_000)
    with driven_clock(moment(EVE)):
        group = experts.freeze(chief, project.pk, plan(project, 2))
        assert group.named and group.state == "drawn"
        for seat in group.members.all():
            experts.answer(actor_of(seat.user), seat.pk, "accept", state_version=seat.state_version)
    closed(project)
    opened(project, (keys[0], keys[1]))
    with driven_clock(moment(AT)):
        for seat in group.members.all():
            experts.check_in(chief, seat.pk, venue="main", state_version=seat.state_version)
        assert Panel.objects.get(project=project).complete_at is not None
        session = evaluating.begin(agent, project.pk)
        _negotiated(session, group)
        run_due_jobs()
        project.refresh_from_db()
        assert project.state == "evaluated"
        awarding.report(chief, project.pk, state_version=None)
        candidate = lot.candidates.get()
        assert (candidate.rank, candidate.bidder) == (1, supplier[0])
        awarding.choose(agent_of(buyer), lot.pk, ChoiceDraft(candidate_id=candidate.pk, ground="first"))
        awarding.award(chief, lot.pk, state_version=None)
        contract = contract_of(project)
        awarding.sign(chief, contract.pk, contract_draft(contract), paper(chief), state_version=0)
    project.refresh_from_db()
    assert project.state == "contracted"
    deal = Deal.objects.get(external_id=f"{project.number}/1")
    assert (deal.status, deal.deal_fen, deal.winner) == ("awarded", 95_000_000, supplier[0].organisation.name)


def _negotiated(session: Session, group: Draw) -> None:
    """The group declares, elects one of its own, finds the supplier in order, and signs."""
    seats = list(group.members.order_by("pk"))
    members = [actor_of(one.user, "evaluator") for one in seats]
    for actor in members:
        evaluating.declare(actor, session.pk, nothing_to_avoid=True, discipline=True)
    for actor in members:
        evaluating.vote_for_chair(actor, session.pk, seats[0].pk)
    one = Evaluation.objects.get(session=session)
    assert one.state == "reviewing"  # the group alone judges, also what elsewhere the buyer reviews
    for actor in members:
        found = [
            Finding(each.pk, criterion.pk, passed=True)
            for each in one.bids.all()
            for criterion in one.lot.sheet.criteria.filter(part__in=evaluating.reviewing.committee_parts(one))
        ]
        evaluating.judge(actor, one.pk, found)
    for step in ("close_reviews", "proceed"):
        one.refresh_from_db()
        getattr(evaluating, step)(members[0], one.pk, state_version=one.state_version)
    for actor in members:
        evaluating.sign(actor, one.pk, agrees=True)
    assert EvaluatedBid.objects.get(evaluation=one).place == 1


# --- how the group is put together --------------------------------------------------------------------------------------


def single(**more) -> Project:
    return plain(category="government", method=Method.SINGLE, **more)


def test_the_buyer_names_who_negotiates_and_nobody_is_drawn():
    project = single()
    with driven_clock(moment(EVE)):
        group = experts.freeze(officer(), project.pk, plan(project, 2))
    assert [one.state for one in group.members.all()] == ["called", "called"]
    assert not group.seeds.exists() and group.pool["candidates"] == []


def test_one_alone_does_not_negotiate_and_the_refusal_names_order_74():
    project = single()
    with driven_clock(moment(EVE)), override("en"), pytest.raises(Invalid) as refused:
        experts.freeze(officer(), project.pk, plan(project, 1))
    with override("en"):
        assert "article 41" in str(refused.value.fields["size"])


def test_a_large_single_source_needs_no_committee_of_seven():
    project = single(budget_fen=2_000_000_000)
    with driven_clock(moment(EVE)):
        assert experts.freeze(officer(), project.pk, plan(project, 2)).size == 2


def test_experts_can_be_drawn_beside_those_whom_the_buyer_names():
    pool()
    project = single()
    with driven_clock(moment(EVE)):
        more = {"places": [("A02", 1)], "representatives": people(project, 1)}
        draw = experts.freeze(officer(), project.pk, plan(project, 2, **more))
    assert draw.state == "frozen" and not draw.named


def test_other_ways_of_buying_still_need_experts():
    project = plain(category="government", method="negotiation")
    with driven_clock(moment(EVE)), pytest.raises(Invalid) as refused:
        experts.freeze(officer(), project.pk, plan(project, 3))
    assert {"places", "representatives"} <= refused.value.fields.keys()


def test_the_officer_names_them_on_the_page_and_everybody_reads_that_nobody_was_drawn():
    project = single()
    chosen = people(project, 2)
    client, user = Client(headers={"Accept-Language": "en"}), factories.staff(Role.PROCUREMENT_OFFICER)
    client.force_login(user)
    url = reverse("experts:plan", args=[project.number])
    with driven_clock(moment(EVE)), override("en"):
        assert "the buyer says who" in client.get(url).content.decode()
        posted = client.post(
            url, {"evaluates_day": "2026-12-14", "evaluates_time": "14:00", "size": "2", "main_venue": "谈判一室",
                  "representatives": [str(pk) for pk in chosen]},
        )  # fmt: skip
        assert posted.status_code == 302, posted.content.decode()
        draw = Draw.objects.get(project=project)
        inside = client.get(reverse("experts:draw", args=[draw.pk])).content.decode()
        assert "nobody was drawn" in inside and "Pool and seeds" not in inside
        for address in ("experts:proof", "tenders:tender"):
            outside = Client(headers={"Accept-Language": "en"}).get(reverse(address, args=[project.number]))
            assert "nobody was drawn" in outside.content.decode(), address
