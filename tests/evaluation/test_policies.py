"""Policy and query say the same for everybody, whatever state things are in."""

import pytest

from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.evaluation import actions, policies
from procurement.evaluation.models import Clarification, EvaluatedBid, Evaluation, Session
from procurement.experts.models import Panel, PanelMember
from procurement.tenders.models import Project
from tests import factories
from tests.evaluation.objects import LOWEST, MOMENT, Committee, sheet_draft
from tests.evaluation.test_reviews import qualify
from tests.tenders.objects import firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> list[User]:
    """Five tenders in different stages, and everybody who has to do with them, or nothing at all."""
    with driven_clock(MOMENT):
        running = Committee().seated()
        actions.ask(running.chair, running.one().pk, running.bid(0).pk, "工期？")
        bought = Committee(category="government", draft=sheet_draft(object="goods")).seated()
        qualify(bought, failing=0)
        done, public, broken = (Committee(draft=LOWEST).seated() for _n in range(3))
        for committee in (done, public):
            committee.reviewed()
            committee.step("proceed")
            committee.signed()
        talking = Committee((900_000,) * 4, LOWEST, category="government", method="negotiation").seated()
        talking.reviewed(failing=[3])
        talking.answered(3)
        talking.voted(3, reject=True)
        talking.step("proceed")
        actions.leave(talking.bidders[2][1], talking.bid(2).pk)
        Project.objects.filter(pk=public.project.pk).update(state="publicity")
        Panel.objects.filter(pk=broken.panel.pk).update(complete_at=None)
        states = ("called", "declined", "replaced")
        for seat, state in zip(running.seats, states, strict=True):
            twin = PanelMember(panel=done.panel, user=seat.user, expert=seat.expert, state=state)
            twin.save()
    staff = [factories.staff(role) for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.CLERK)]
    both = factories.user()
    firm(agent=both)
    PanelMember.objects.create(panel=public.panel, user=both, state="attending")
    people = [committee.agent.user for committee in (running, bought, done, public, broken)]
    people += [seat.user for committee in (running, bought, done, public, broken) for seat in committee.seats]
    people += [agent.user for committee in (running, bought, talking) for _who, agent in committee.bidders]
    return [User.objects.get(pk=one.pk) for one in (*people, *staff, both, factories.user())]


def test_policies_and_querysets_say_the_same(world):
    rows = (
        (Session, "seated", policies.is_seated), (Session, "visible_to", policies.may_follow),
        (Evaluation, "seated", policies.may_sit), (Evaluation, "visible_to", policies.may_see),
        (Evaluation, "reported_to", policies.may_read_report),
        (EvaluatedBid, "negotiated_by", policies.may_offer),
        (Clarification, "own", policies.may_answer), (Clarification, "visible_to", policies.may_see_clarification),
    )  # fmt: skip
    for model, name, policy in rows:
        answers = set()
        for user in world:
            allowed = {one.pk for one in model.objects.all() if policy(user, one)}
            found = set(getattr(model.objects, name)(user).values_list("pk", flat=True))
            assert allowed == found, (model, name, user)
            answers.add(bool(found))
        assert answers == {True, False}, (model, name)


def test_the_papers_of_reports_follow_the_same_rule(world):
    from portal.core import documents
    from portal.core.models import Document

    papers = list(Document.objects.filter(stream="evaluation.evaluation"))
    assert len(papers) == 2
    for user in world:
        evaluations = Evaluation.objects.reported_to(user)
        allowed = {one.stream_id for one in papers if documents.may_read(user, one)}
        assert allowed == set(evaluations.filter(pk__in=[one.stream_id for one in papers]).values_list("pk", flat=True))


def test_bids_are_read_by_members_who_declared_and_by_a_buyer_that_qualifies():
    with driven_clock(MOMENT):
        committee = Committee().begun()
        bought = Committee(category="government", draft=sheet_draft(object="goods")).begun()
        member = committee.chair.user
        assert not policies.reads_bids(member, committee.project)
        committee.declare(committee.chair)
        assert policies.reads_bids(member, committee.project)
        actions.declare(
            committee.members[1], committee.session.pk, nothing_to_avoid=False, discipline=True, reason="亲属"
        )
    assert not policies.reads_bids(committee.members[1].user, committee.project)
    assert not policies.reads_bids(committee.agent.user, committee.project)
    assert policies.reads_bids(bought.agent.user, bought.project)
