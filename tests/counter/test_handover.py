"""Hand-over between clerks and between departments; a closed department; what must not be handed over."""

import datetime as dt
import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from approvals.cases import actions as case_actions
from approvals.cases import policies
from approvals.cases.models import Case
from approvals.counter import actions
from approvals.counter.actions.handover import substitute_of
from approvals.counter.lifecycle import HANDOVER
from approvals.counter.models import HandOver, HandOverCase
from approvals.counter.policies import may_see_handover
from approvals.counter.querysets import handovers_for
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Notification
from portal.core.notifications.templates import template_of
from portal.core.statistics import differences, refresh_all
from portal.people.actors import actor_of
from portal.people.models import Leave, Posting, User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import signed_in
from tests.counter.objects import as_clerk, clerk_at, department

pytestmark = pytest.mark.django_db


def offer(giver: User, receiver: User, **more) -> HandOver:
    dept = factories.department()
    given = {"department_id": dept.pk, "giver_id": giver.pk, "receiver_id": receiver.pk, "reason": "leave", **more}
    return actions.propose_handover(as_clerk(giver), **given)


def test_all_open_cases_go_to_the_receiver_once_they_accept():
    giver, receiver = clerk_at(), clerk_at()
    cases = [factories.accepted(as_clerk(giver)) for _ in range(3)]
    decided = factories.accepted(as_clerk(giver), on=factories.item(review_steps=0))
    case_actions.take_step(as_clerk(giver), decided.pk, "approve", {"text": ""}, state_version=2)
    handover = offer(giver, receiver, note="注意时限")
    assert Notification.objects.filter(user=receiver, template="handover.proposed").count() == 1
    assert Case.objects.filter(staff=receiver).count() == 0
    due = {case.pk: case.promised_due_on for case in cases}
    actions.decide_handover(as_clerk(receiver), handover.pk, "accept", state_version=0)
    moved = Case.objects.filter(staff=receiver)
    assert {case.pk: case.promised_due_on for case in moved} == due
    assert Event.objects.filter(type="case.handed_over").count() == 3
    assert Notification.objects.filter(user=giver, template="handover.accepted").count() == 1
    refresh_all()
    assert list(differences_of_statistics()) == []


def test_one_case_is_told_without_a_wrong_plural():
    giver, receiver = clerk_at(name="甲"), clerk_at()
    factories.accepted(as_clerk(giver))
    handover = offer(giver, receiver)
    actions.decide_handover(as_clerk(receiver), handover.pk, "accept", state_version=0)
    told = Notification.objects.filter(template__startswith="handover.").order_by("pk")
    with translation.override("en"):
        assert [str(template_of(one.template).subject) % one.context for one in told] == [
            "Cases that 甲 hands over to you: 1", "The hand-over was accepted",
        ]  # fmt: skip
        assert all("1 cases" not in str(template_of(one.template).body) % one.context for one in told)


def differences_of_statistics():

    return differences()


def test_what_was_decided_meanwhile_stays_and_the_list_says_so():
    giver, receiver = clerk_at(), clerk_at()
    first, second = (factories.accepted(as_clerk(giver), on=factories.item(review_steps=0)) for _ in range(2))
    handover = offer(giver, receiver)
    case_actions.take_step(as_clerk(giver), first.pk, "approve", {"text": ""}, state_version=2)
    actions.decide_handover(as_clerk(receiver), handover.pk, "accept", state_version=0)
    moved = dict(HandOverCase.objects.values_list("case", "moved"))
    assert moved == {first.pk: False, second.pk: True}


def test_the_substitute_of_the_posting_is_proposed_unless_away():
    giver, receiver = clerk_at(), clerk_at()
    dept = factories.department()
    Posting.objects.filter(user=giver).update(substitute=receiver)
    factories.accepted(as_clerk(giver))
    page = signed_in(giver).get(reverse("counter:handover-new"))
    assert page.context["form"]["receiver"].value() == str(receiver.pk) and page.context["substitute"] == receiver.name
    today = dt.date.today()
    Leave.objects.create(user=receiver, starts_on=today - dt.timedelta(days=1), ends_on=today + dt.timedelta(days=1))
    assert substitute_of(giver.pk, dept.pk) is None
    with pytest.raises(Invalid) as refused:
        offer(giver, receiver)
    assert "receiver" in refused.value.fields


def test_who_may_offer_and_who_may_accept():
    giver, receiver, third = clerk_at(), clerk_at(), clerk_at()
    head = factories.staff(Role.DEPARTMENT_HEAD)
    case = factories.accepted(as_clerk(giver))
    with pytest.raises(NotAllowed):  # nobody gives away a colleague's cases
        actions.propose_handover(
            as_clerk(third), department_id=case.department_id, giver_id=giver.pk, receiver_id=third.pk, reason="other"
        )
    handover = offer(giver, receiver, numbers=[case.number])
    for person in (giver, receiver, third, head):
        fresh = User.objects.get(pk=person.pk)
        sees = handovers_for(fresh).filter(pk=handover.pk).exists()
        assert sees is may_see_handover(fresh, handover) is (person != third)
    with pytest.raises(NotFound):
        actions.decide_handover(as_clerk(third), handover.pk, "accept", state_version=0)
    with pytest.raises(NotAllowed):
        actions.decide_handover(as_clerk(giver), handover.pk, "accept", state_version=0)
    with pytest.raises(Invalid):
        actions.decide_handover(as_clerk(receiver), handover.pk, "decline", {"answer": ""}, state_version=0)
    with pytest.raises(WrongState):  # one waiting hand-over a case
        offer(giver, third, numbers=[case.number])
    done = actions.decide_handover(actor_of(head, Role.DEPARTMENT_HEAD), handover.pk, "accept", state_version=0)
    assert done.state == "accepted" and Case.objects.get(pk=case.pk).staff == receiver
    with pytest.raises(Stale):
        actions.decide_handover(as_clerk(giver), handover.pk, "take_back", state_version=0)


def test_decided_and_imported_cases_are_refused():
    giver, receiver = clerk_at(), clerk_at()
    decided = factories.accepted(as_clerk(giver), on=factories.item(review_steps=0))
    case_actions.take_step(as_clerk(giver), decided.pk, "approve", {"text": ""}, state_version=2)
    imported = factories.accepted(as_clerk(giver))
    Case.objects.filter(pk=imported.pk).update(imported=True)
    for case in (decided, imported):
        with pytest.raises(WrongState) as refused:
            offer(giver, receiver, numbers=[case.number])
        assert case.number in refused.value.message
    with pytest.raises(Invalid):
        offer(giver, receiver)


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_through_hand_overs_keeps_every_case_with_one_clerk(seed):
    chance = random.Random(seed)
    clerks = [clerk_at() for _ in range(3)]
    cases = [factories.accepted(as_clerk(chance.choice(clerks))) for _ in range(4)]
    for _step in range(25):
        person = chance.choice(clerks)
        waiting = list(HandOver.objects.filter(state="waiting"))
        try:
            if waiting and chance.random() < 0.6:
                one = chance.choice(waiting)
                code = chance.choice(list(HANDOVER.transitions))
                actions.decide_handover(
                    as_clerk(person), one.pk, code, {"answer": "理由"}, state_version=one.state_version
                )
            else:
                case = Case.objects.get(pk=chance.choice(cases).pk)
                numbers = [case.number] if chance.random() < 0.5 else None
                giver = case.staff if numbers else person
                offer(giver, chance.choice(clerks), numbers=numbers)
        except DomainError:
            continue  # refused with a sentence: the rows are looked at after what was done
        for case in cases:
            assert HandOverCase.objects.filter(case=case, waiting=True).count() <= 1
    for line in HandOverCase.objects.select_related("handover"):
        assert line.waiting is (line.handover.state == "waiting")
        assert not line.moved or line.handover.state == "accepted"


def test_the_list_of_hand_overs_costs_the_same_whatever_its_length():
    giver, receiver = clerk_at(), clerk_at()
    client, counted = signed_in(giver), []
    for number in (1, 4):
        for _ in range(number):
            case = factories.accepted(as_clerk(giver))
            offer(giver, receiver, numbers=[case.number])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("counter:handovers")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


# --- between departments ------------------------------------------------------------------------------------------------


def handed_to(code: str, case: Case, clerk: User, reviewer: User) -> Case:
    given = {"department": code, "grounds": "属住建部门职责"}
    proposal = case_actions.propose(as_clerk(clerk), case.pk, "reassign", given, state_version=case.state_version)
    actor = actor_of(reviewer, Role.REVIEWER)
    return case_actions.decide_proposal(actor, proposal.pk, confirm=True, note="", state_version=case.state_version + 1)


def test_a_misfiled_case_goes_to_the_other_department_and_the_clock_runs_on():
    other = department("ZJJ")
    clerk, reviewer, behind = clerk_at(), factories.staff(Role.REVIEWER), clerk_at(dept=other)
    case = factories.accepted(as_clerk(clerk))
    due = case.promised_due_on, case.legal_due_on, case.day_0
    moved = handed_to("ZJJ", case, clerk, reviewer)
    assert (moved.department, moved.state, moved.staff) == (other, "accepted", None)
    assert (moved.promised_due_on, moved.legal_due_on, moved.day_0) == due
    run_due_jobs()
    assert Notification.objects.filter(user=behind, template="case.to_department.reassign").exists()
    assert Notification.objects.filter(user=case.applicant, template="case.reassign").exists()
    assert not policies.may_see(User.objects.get(pk=clerk.pk), moved)
    told = json.loads(Event.objects.get(type="case.reassign").body)["data"]
    assert (told["from_department"], told["to_code"]) == ("SCJG", "ZJJ")


def test_a_closed_department_names_its_successor_or_says_that_there_is_none():
    heir = department("ZJJ")
    closed = department("OLD", name="市房管局", closed_on=dt.date(2026, 1, 1), successor=heir)
    lost = department("GONE", name="市园林局", closed_on=dt.date(2026, 1, 1))
    clerk, reviewer = clerk_at(), factories.staff(Role.REVIEWER)
    case = factories.accepted(as_clerk(clerk))
    for code, words in ((closed.code, heir.name), (lost.code, "")):
        with pytest.raises(Invalid) as refused:
            handed_to(code, case, clerk, reviewer)
        assert words in str(refused.value.fields["department"])
        Case.objects.get(pk=case.pk).proposals.all().delete()
        case = Case.objects.get(pk=case.pk)
    page = signed_in(clerk).get(reverse("cases:step", args=[case.number, "reassign"]))
    offered = [code for code, _name in page.context["form"].fields["department"].choices]
    assert heir.code in offered and closed.code not in offered and case.department.code not in offered


def test_the_clerk_who_confirmed_a_hand_over_is_not_led_to_a_page_that_is_gone():
    department("ZJJ")
    clerk, reviewer = clerk_at(), factories.staff(Role.REVIEWER)
    case = factories.accepted(as_clerk(clerk))
    given = {"department": "ZJJ", "grounds": "属住建部门职责"}
    proposal = case_actions.propose(as_clerk(clerk), case.pk, "reassign", given, state_version=case.state_version)
    answer = signed_in(reviewer).post(
        reverse("cases:proposal", args=[case.number, proposal.pk]),
        {"decision": "confirm", "state_version": str(case.state_version + 1)},
        follow=True,
    )
    assert answer.status_code == 200
