"""Complaints: after an objection or a query, within their days, what they stop and what follows from a decision."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Notification
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.awards import actions, limits, policies
from procurement.awards.actions import ChoiceDraft
from procurement.awards.models import Award, Contract, Remedy, WithdrawnAward
from procurement.awards.standing import NotAdmissible
from procurement.models import Deal
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import (
    agent_of,
    answered,
    awarded,
    candidate,
    contract_of,
    evaluated,
    first,
    objection,
    paper,
    published,
    signed,
    supervisor,
    the_lot,
)
from tests.factories import moment
from tests.tenders.objects import officer

DURING = "2026-12-18 10:00"  # a Friday, the second day of the publicity (until Monday the 21st)
AFTER = "2026-12-22 10:00"
STOPPED = 'class="light s"'

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _during_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment(DURING)):
        yield


@pytest.fixture
def chief():
    return officer()


def at(text: str):
    return driven_clock(moment(text))


def complaint(project, by, **more) -> Remedy:
    return objection(project, by, kind="complaint", **more)


def step(actor, remedy, code, **inputs) -> Remedy:
    return actions.take_remedy_step(actor, remedy.number, code, inputs, state_version=None)


def decision(**more):
    return {
        "outcome": "upheld",
        "consequence": "void",
        "frivolous": "0",
        "answer": "经查，业绩证明系伪造，投诉成立。",
        **more,
    }


def complained(chief, project, by, judge) -> Remedy:
    """Objected, answered, complained, accepted, all on the Friday."""
    answered(objection(project, by), chief)
    return step(judge, complaint(project, by), "accept")


def government(chief) -> Project:
    """Announced on Friday the 18th; the announcement runs until Monday, so queries come until the 30th."""
    project = evaluated(category="government")
    with at("2026-12-17 10:00"):
        actions.report(chief, project.pk, state_version=None)
    return awarded(chief, project).lot.project


# --- complaints -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("category", "word"), [("construction", "异议"), ("government", "质疑")])
def test_a_complaint_comes_after_an_objection_or_a_query(chief, category, word):
    project = published(chief) if category == "construction" else government(chief)
    with pytest.raises(NotAdmissible) as refused:
        complaint(project, candidate(project, 3).bidder)
    assert word in refused.value.message


def test_a_complaint_waits_for_the_answer_or_the_end_of_its_time(chief):
    project = published(chief)
    one = candidate(project, 3).bidder
    prior = objection(project, one)
    with pytest.raises(NotAdmissible) as refused:
        complaint(project, one)
    assert prior.number in refused.value.message
    with at("2026-12-22 09:00"):
        made = complaint(project, one)
    assert (made.prior, made.due_on) == (prior, dt.date(2026, 12, 25))


def test_a_complaint_a_day_late_is_not_taken(chief):
    """Answered on Friday the 18th; ten days end on Monday the 28th."""
    project = published(chief)
    one = candidate(project, 3).bidder
    answered(objection(project, one), chief)
    with at("2026-12-29 00:10"), pytest.raises(NotAdmissible):
        complaint(project, one)
    with at("2026-12-28 23:50"):
        assert complaint(project, one).due_on == dt.date(2026, 12, 31)


def test_government_complaints_run_from_the_end_of_the_time_for_the_answer(chief):
    project = government(chief)
    one = candidate(project, 3).bidder
    answered(objection(project, one, kind="query"), chief)  # due by the 29th
    with at("2027-01-21 00:10"), pytest.raises(NotAdmissible):
        complaint(project, one)
    with at("2027-01-20 12:00"):
        made = complaint(project, one)
    assert made.due_on == dt.date(2027, 1, 27)


def test_a_complaint_is_accepted_and_decided_within_its_limits_by_a_supervisor(chief):
    project = published(chief)
    one, judge = candidate(project, 3).bidder, supervisor()
    answered(objection(project, one), chief)
    made = complaint(project, one)
    for actor in (chief, agent_of(project.buyer)):
        with pytest.raises(NotAllowed):
            step(actor, made, "accept")
    with pytest.raises(NotFound):
        step(agent_of(candidate(project, 1).bidder), made, "accept")
    made = step(judge, made, "accept")
    assert made.due_on == dt.date(2027, 2, 1), "thirty working days"
    with pytest.raises(Stale):
        actions.take_remedy_step(judge, made.number, "decide", decision(), state_version=0)
    made = step(judge, made, "decide", **decision(outcome="rejected", consequence="none", frivolous="1"))
    assert made.state == "decided" and made.frivolous and made.due_on is None
    assert {one.kind for one in Document.objects.filter(kind__startswith="awards.remedy")} == {
        "awards.remedy_answer", "awards.remedy_accept", "awards.remedy_decide"
    }  # fmt: skip
    with pytest.raises(WrongState):
        complaint(project, one)


def test_a_complaint_may_be_refused_with_its_reason(chief):
    project = published(chief)
    one = candidate(project, 3).bidder
    answered(objection(project, one), chief)
    made = complaint(project, one)
    with pytest.raises(Invalid):
        step(supervisor(), made, "refuse", note="")
    made = step(supervisor(), made, "refuse", note="超出异议范围")
    assert (made.state, made.answer) == ("not_accepted", "超出异议范围")


def test_a_supervisor_who_acts_for_a_side_decides_nothing(chief):
    project = published(chief)
    one = candidate(project, 3).bidder
    answered(objection(project, one), chief)
    made = complaint(project, one)
    from portal.people.models import Membership

    person = factories.staff(Role.SUPERVISOR)
    Membership.objects.create(organisation=project.buyer, user=person, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        step(supervisor(person), made, "accept")


def test_a_suspension_stops_the_award_and_ends_by_itself(chief):
    project = published(chief)
    one, judge = candidate(project, 3).bidder, supervisor()
    made = complained(chief, project, one, judge)
    made = step(judge, made, "suspend", days="10", note="需要核查业绩")
    assert made.suspended_until_on == dt.date(2026, 12, 28)
    with at("2026-12-28 10:00"), pytest.raises(WrongState) as refused:
        actions.choose(chief, the_lot(project).pk, first(project))
    assert made.number in refused.value.message
    with pytest.raises(WrongState):
        step(judge, made, "suspend", days="5", note="x")
    with at("2026-12-29 10:00"):
        assert awarded(chief, project)


def test_a_suspension_can_be_ended_early(chief):
    project = published(chief)
    judge = supervisor()
    made = complained(chief, project, candidate(project, 3).bidder, judge)
    step(judge, step(judge, made, "suspend", days="30", note="核查"), "resume")
    with at(AFTER):
        assert awarded(chief, project)


def test_government_procurement_is_suspended_for_thirty_days_at_most(chief):
    project = government(chief)
    one, judge = candidate(project, 3).bidder, supervisor()
    answered(objection(project, one, kind="query"), chief)
    made = step(judge, complaint(project, one), "accept")
    with pytest.raises(Invalid) as refused:
        step(judge, made, "suspend", days="31", note="核查")
    assert "30" in str(refused.value.fields["days"])
    step(judge, made, "suspend", days="30", note="核查")
    contract = contract_of(project)
    from tests.awards.objects import contract_draft

    with pytest.raises(WrongState):
        actions.sign(chief, contract.pk, contract_draft(contract), paper(chief), state_version=0)


def test_a_void_result_frees_the_lot_and_the_next_candidate_is_chosen(chief):
    with at(AFTER):
        project = awarded(chief, published(chief)).lot.project
    one, judge = candidate(project, 3).bidder, supervisor()
    answered(objection(project, one), chief)
    with at("2026-12-23 10:00"):
        made = step(judge, complaint(project, one), "accept")
        made = step(judge, made, "decide", **decision())
    project.refresh_from_db()
    assert project.state == "evaluated" and not Award.objects.exists()
    gone = WithdrawnAward.objects.get()
    assert (gone.ground, gone.price_fen) == ("void", 90_000_000)
    assert Contract.objects.get().state == "void"
    assert Deal.objects.get().status == "announced" and Deal.objects.get().deal_fen is None
    with at("2026-12-24 10:00"):
        actions.choose(
            chief, the_lot(project).pk,
            ChoiceDraft(candidate_id=candidate(project, 2).pk, ground="illegal", note="投诉处理决定认定第一名弄虚作假"),
        )  # fmt: skip
        actions.award(chief, the_lot(project).pk, state_version=None)
    deal = Deal.objects.get()
    assert (deal.status, deal.deal_fen) == ("awarded", 92_000_000)
    assert Contract.objects.filter(state="due").count() == 1


def test_a_void_result_annuls_a_contract_that_was_signed(chief):
    with at(AFTER):
        contract = signed(chief)
    project = contract.lot.project
    one, judge = candidate(project, 3).bidder, supervisor()
    answered(objection(project, one), chief)
    with at("2026-12-23 10:00"):
        made = step(judge, complaint(project, one), "accept")
        step(judge, made, "decide", **decision())
    contract.refresh_from_db()
    assert contract.state == "terminated" and made.number in contract.note
    assert Deal.objects.get().status == "terminated"


def test_repeating_takes_the_tender_back_to_where_it_can_be_declared_as_failed(chief):
    project = published(chief)
    judge = supervisor()
    made = complained(chief, project, candidate(project, 3).bidder, judge)
    step(judge, made, "decide", **decision(consequence="repeat"))
    project.refresh_from_db()
    assert project.state == "opened"


def test_who_complained_is_hidden_from_competitors_and_the_policy_sees_what_the_list_finds(chief):
    project = published(chief)
    remedy = objection(project)
    competitor = agent_of(candidate(project, 1).bidder).user
    people = [
        chief.user, competitor, agent_of(remedy.organisation).user, agent_of(project.buyer).user, factories.citizen(),
        *(factories.staff(role) for role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)),
    ]  # fmt: skip
    for person in people:
        person = User.objects.get(pk=person.pk)
        listed = Remedy.objects.visible_to(person).filter(pk=remedy.pk).exists()
        assert listed == policies.may_see_remedy(person, remedy)
    assert not policies.may_see_remedy(competitor, remedy)
    with pytest.raises(NotFound):
        answered(remedy, agent_of(candidate(project, 1).bidder))


def test_a_stage_is_not_late_while_an_objection_holds_the_tender_up_and_has_its_days_again_afterwards(chief, client):
    project = published(chief)
    remedy = objection(project)
    client.force_login(chief.user)
    page = reverse("awards:project", args=[project.number])
    with at("2026-12-30 10:00"):
        actions.end_publicity()
        assert actions.light_lamps() == 1, "the answer is late, the choice is not"
        assert STOPPED in client.get(page).content.decode()
        assert STOPPED in client.get(reverse("awards:desk")).content.decode()
        answered(remedy, chief)
        assert actions.light_lamps() == 0
        procedure = project.procedure
        assert procedure.due_on == limits.due_of("choose", project, dt.date(2026, 12, 30))
        assert STOPPED not in client.get(page).content.decode()
    with driven_clock(moment("2026-12-30 10:00") + dt.timedelta(days=20)):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)


def test_late_remedies_are_told_once(chief):
    project = published(chief)
    objection(project)
    with at("2026-12-21 10:00"):
        assert actions.light_lamps() == 0
    with at(AFTER):
        assert actions.light_lamps() == 1
        assert actions.light_lamps() == 0
    assert Notification.objects.filter(template="awards.remedy_late").exists()
