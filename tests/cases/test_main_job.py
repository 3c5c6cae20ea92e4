"""From filing to decision, by the real actions on a driven clock."""

import datetime as dt

import pytest

from approvals.cases import actions
from approvals.cases.models import Case, Proposal
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import accepted, citizen, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db

# 2026-11-20 is a Friday without holidays near it.
FRIDAY = moment("2026-11-20 10:00")
D = dt.date


@pytest.fixture
def clerk():
    return actor_of(staff(Role.CLERK), Role.CLERK)


@pytest.fixture
def reviewer():
    return actor_of(staff(Role.REVIEWER), Role.REVIEWER)


@pytest.fixture
def head():
    return actor_of(staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)


@pytest.fixture
def supervisor():
    return actor_of(staff(Role.SUPERVISOR), Role.SUPERVISOR)


def at(text: str):
    return driven_clock(moment(text))


def step(actor, case, code, inputs=None):
    return actions.take_step(actor, case.pk, code, inputs or {}, state_version=case.state_version)


def proposed(case, by, code, inputs, confirmed_by):
    proposal = actions.propose(by, case.pk, code, inputs, state_version=case.state_version)
    case.refresh_from_db()
    return actions.decide_proposal(confirmed_by, proposal.pk, confirm=True, note="", state_version=case.state_version)


def test_a_case_goes_from_filing_to_delivery(clerk, reviewer, head):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    assert (case.state, case.day_0, case.promised_due_on) == ("accepted", D(2026, 11, 20), D(2026, 12, 4))
    with at("2026-11-25 10:00"):
        case = step(clerk, case, "forward", {"opinion": "材料齐全"})
        case = step(reviewer, case, "pass_review", {"opinion": "符合条件"})
        assert case.state == "deciding"
        case = step(head, case, "approve", {"text": "准予许可"})
    assert (case.outcome, case.decided_on, case.elapsed_days) == ("approved", D(2026, 11, 25), 3)
    case = step(clerk, case, "issue", {"document_number": "HZ-1"})
    case = step(clerk, case, "deliver", {"way": "window", "proof": "本人领取"})
    case = step(clerk, case, "close")
    assert [told.event.type for told in events_of(case)] == [
        "case.submit", "case.accept", "case.forward", "case.pass_review", "case.approve", "case.issue",
        "case.deliver", "case.close",
    ]  # fmt: skip


def test_a_filing_after_closing_time_is_received_on_the_next_working_day():
    with at("2026-11-20 17:00"):
        case = submitted()
    assert (case.submitted_on, case.received_on) == (D(2026, 11, 20), D(2026, 11, 23))
    assert case.answer_due_on == D(2026, 11, 30)


def test_an_immediate_item_is_due_on_its_day_and_decided_by_the_clerk(clerk):
    with at("2026-11-20 10:00"):
        case = accepted(clerk, on=item(kind="immediate"))
        assert case.promised_due_on == D(2026, 11, 20)
        case = step(clerk, case, "approve")
    assert (case.elapsed_days, case.kind) == (0, "immediate")


def test_nobody_answers_and_the_law_accepts_from_the_day_of_receipt():
    with at("2026-11-02 10:00"):
        case = submitted(on=item(promised_days=3))
    with at("2026-11-09 23:00"):
        assert actions.deem_accepted() == 0
    with at("2026-11-10 00:10"):
        assert actions.deem_accepted() == 1
        assert actions.deem_accepted() == 0
    case.refresh_from_db()
    assert case.deemed and case.state == "accepted"
    # Counted from receipt: the short promise was over before anybody looked, openly.
    assert (case.day_0, case.promised_due_on) == (D(2026, 11, 2), D(2026, 11, 5))
    assert case.overdue_from_on == D(2026, 11, 10)
    assert case.answered_on > case.first_answer_due_on


def test_after_a_supplement_the_case_counts_from_the_day_it_was_complete(clerk):
    person = citizen()
    with at("2026-11-02 10:00"):
        case = submitted(person)
        case = step(clerk, case, "ask_supplement", {"text": "缺平面图", "missing": [], "limit_days": 5})
    assert case.supplement_due_on == D(2026, 11, 9) and case.answered_on == D(2026, 11, 2)
    with at("2026-11-05 10:00"):
        case = step(actor_of(person), case, "resubmit")
        assert case.answer_due_on == D(2026, 11, 12)
    with at("2026-11-06 10:00"):
        case = step(clerk, case, "accept")
    assert (case.accepted_on, case.day_0) == (D(2026, 11, 6), D(2026, 11, 5))


def test_a_second_supplement_notice_needs_a_supervisor(clerk, supervisor):
    person = citizen()
    inputs = {"text": "缺平面图", "missing": [], "limit_days": 5}
    with at("2026-11-02 10:00"):
        case = step(clerk, submitted(person), "ask_supplement", inputs)
        case = step(actor_of(person), case, "resubmit")
        with pytest.raises(WrongState):
            step(clerk, case, "ask_supplement", inputs)
        case = step(supervisor, case, "allow_second_notice", {"reason": "新法规"})
        case = step(clerk, case, "ask_supplement", inputs)
    assert case.supplement_notices == 2


def test_a_supplement_that_does_not_come_is_returned_and_not_a_decision(clerk):
    with at("2026-11-02 10:00"):
        case = step(clerk, submitted(), "ask_supplement", {"text": "缺平面图", "missing": [], "limit_days": 5})
    with at("2026-11-09 20:00"):
        assert actions.return_unsupplemented() == 0
    with at("2026-11-10 00:05"):
        assert actions.return_unsupplemented() == 1
    case.refresh_from_db()
    assert (case.state, case.outcome, case.decided_on) == ("returned", "returned", None)


def test_no_needs_a_second_pair_of_eyes(clerk, reviewer):
    with driven_clock(FRIDAY):
        case = submitted()
        with pytest.raises(WrongState):
            step(clerk, case, "not_accept", {"grounds": "不属于本机关职权"})
        both = actor_of(clerk.user, Role.CLERK)
        proposal = actions.propose(
            both, case.pk, "not_accept", {"grounds": "不属于本机关职权"}, state_version=case.state_version
        )
        case.refresh_from_db()
        assert case.state == "submitted"
        with pytest.raises(NotAllowed):
            actions.decide_proposal(clerk, proposal.pk, confirm=True, note="", state_version=case.state_version)
        case = actions.decide_proposal(reviewer, proposal.pk, confirm=True, note="", state_version=case.state_version)
    assert case.state == "not_accepted"
    assert events_of(case)[-1].data["proposed_by"] == clerk.name


def test_whoever_proposed_never_confirms_even_as_reviewer(reviewer):
    with driven_clock(FRIDAY):
        case = submitted()
        proposal = actions.propose(
            reviewer, case.pk, "not_accept", {"grounds": "不属于"}, state_version=case.state_version
        )
        case.refresh_from_db()
        with pytest.raises(NotAllowed):
            actions.decide_proposal(reviewer, proposal.pk, confirm=True, note="", state_version=case.state_version)


def test_sending_a_proposal_back_needs_a_reason_and_changes_nothing(clerk, head):
    with driven_clock(FRIDAY):
        case = accepted(clerk)
        proposal = actions.propose(clerk, case.pk, "refuse", {"grounds": "场地不符"}, state_version=case.state_version)
        case.refresh_from_db()
        with pytest.raises(Invalid):
            actions.decide_proposal(head, proposal.pk, confirm=False, note=" ", state_version=case.state_version)
        case = actions.decide_proposal(
            head, proposal.pk, confirm=False, note="请再核实", state_version=case.state_version
        )
    proposal.refresh_from_db()
    assert (case.state, proposal.outcome) == ("accepted", Proposal.Outcome.REJECTED)


def test_a_suspended_case_is_due_later_by_the_working_days_of_the_stop(clerk, reviewer):
    with at("2026-11-02 10:00"):
        case = accepted(clerk)
    due = case.promised_due_on
    with at("2026-11-04 10:00"):
        case = proposed(
            case, clerk, "suspend", {"ground": "inspection", "announced_days": 5, "grounds": "现场核查"}, reviewer
        )
    assert (case.promised_due_on, case.legal_due_on, case.remaining_days) == (None, None, 8)
    assert case.overdue_from_on is None
    with at("2026-11-11 10:00"):
        case = step(clerk, case, "resume", {"result": "合格"})
    assert (due, case.promised_due_on) == (D(2026, 11, 16), D(2026, 11, 23))
    assert case.state == "accepted"


def test_an_extension_happens_once_and_within_the_law(clerk, head):
    with at("2026-11-02 10:00"):
        case = accepted(clerk)
        proposal = actions.propose(
            clerk, case.pk, "extend", {"days": 11, "grounds": "案情复杂"}, state_version=case.state_version
        )
        case.refresh_from_db()
        with pytest.raises(Invalid) as wrong:
            actions.decide_proposal(head, proposal.pk, confirm=True, note="", state_version=case.state_version)
        assert "days" in wrong.value.fields
        actions.decide_proposal(head, proposal.pk, confirm=False, note="最多十日", state_version=case.state_version)
        case.refresh_from_db()
        case = proposed(case, clerk, "extend", {"days": 10, "grounds": "案情复杂"}, head)
        assert (case.promised_due_on, case.legal_due_on) == (D(2026, 11, 30), D(2026, 12, 14))
        with pytest.raises(WrongState):
            actions.propose(clerk, case.pk, "extend", {"days": 1, "grounds": "再延"}, state_version=case.state_version)


def test_an_overdue_case_that_is_extended_keeps_its_overdue_days(clerk, head):
    with at("2026-11-02 10:00"):
        case = accepted(clerk, on=item(promised_days=3))
    assert case.overdue_from_on == D(2026, 11, 6)
    with at("2026-11-09 10:00"):
        case = proposed(case, clerk, "extend", {"days": 5, "grounds": "案情复杂"}, head)
    assert case.overdue_from_on == D(2026, 11, 13)
    span = case.overdue_spans.get()
    assert (span.from_on, span.to_on) == (D(2026, 11, 6), D(2026, 11, 9))


def test_two_clerks_on_one_case_the_slower_one_is_told(clerk):
    other = actor_of(staff(Role.CLERK), Role.CLERK)
    with driven_clock(FRIDAY):
        case = submitted()
        seen = case.state_version
        actions.take_step(clerk, case.pk, "accept", state_version=seen)
        with pytest.raises(Stale):
            actions.take_step(other, case.pk, "accept", state_version=seen)
    assert len(events_of(case)) == 2


def test_other_peoples_cases_are_not_found():
    with driven_clock(FRIDAY):
        case = submitted()
        stranger = actor_of(citizen())
        elsewhere = actor_of(staff(Role.CLERK, department("GA", name="市公安局")), Role.CLERK)
        for actor in (stranger, elsewhere):
            with pytest.raises(NotFound):
                step(actor, case, "accept")


def test_a_clerk_does_not_handle_the_own_application(clerk):
    with driven_clock(FRIDAY):
        case = submitted(clerk.user)
        with pytest.raises(NotAllowed):
            step(clerk, case, "accept")


def test_a_wrong_click_is_undone_by_the_supervisor_with_everything_it_changed(clerk, reviewer, head, supervisor):
    with at("2026-11-02 10:00"):
        case = step(clerk, accepted(clerk), "forward")
        case = step(reviewer, case, "pass_review", {"opinion": "符合"})
        before = Case.objects.filter(pk=case.pk).values().get()
        case = step(head, case, "approve")
        with pytest.raises(NotAllowed):
            step(head, case, "correct", {"reason": "点错了"})
        case = step(supervisor, case, "correct", {"reason": "点错了"})
    after = Case.objects.filter(pk=case.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"state_version", "last_step"}
    with at("2026-11-03 10:00"), pytest.raises(WrongState):
        step(supervisor, case, "correct", {"reason": "再点"})


def test_a_withdrawal_is_possible_until_the_decision(clerk):
    person = citizen()
    with driven_clock(FRIDAY):
        case = accepted(clerk, person, item(review_steps=0))
        case = step(clerk, case, "approve")
        with pytest.raises(WrongState):
            step(actor_of(person), case, "withdraw")
        other = accepted(clerk, person)
        other = step(actor_of(person), other, "withdraw", {"reason": "计划有变"})
    assert (other.state, other.decided_on, other.ended_on) == ("withdrawn", None, D(2026, 11, 20))


def test_lamps_go_on_once(clerk):
    with at("2026-11-02 10:00"):
        case = accepted(clerk)  # ten days, due on the 16th, amber when two days are left
        assert case.amber_on == D(2026, 11, 12)
        assert actions.light_lamps() == (0, 0)
    with at("2026-11-12 08:00"):
        assert actions.light_lamps() == (1, 0)
        assert actions.light_lamps() == (0, 0)
    with at("2026-11-17 08:00"):
        assert actions.light_lamps() == (0, 1)
        assert actions.light_lamps() == (0, 0)


def test_filing_and_accepting_take_a_dozen_queries(clerk, django_assert_max_num_queries):
    """With number, event, the marks for the figures and the job that tells the applicant; two more frame the test.

    The paper of the step takes four more (is it there, its number, its row, the job of its PDF), and reads the materials.
    Filing asks once whether a certificate that was given as material has ended since.
    """
    with at("2026-11-20 10:00"):
        accepted(clerk)  # calendar and rules are known now
        person, permit = citizen(), item()
        actor = actor_of(person)
        draft = actions.start_draft(actor, permit)
        with django_assert_max_num_queries(12 + 2 + 5 + 1):
            case = actions.take_step(actor, draft.pk, "submit", state_version=draft.state_version)
        with django_assert_max_num_queries(12 + 2 + 5):  # four for the paper, one for the job that asks for a fee
            step(clerk, case, "accept")
