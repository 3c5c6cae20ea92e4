"""A day that an administrator changes moves the due dates of open cases: once, openly, and of open cases alone."""

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils import translation

from approvals.cases import actions
from approvals.cases.models import Case, Proposal
from approvals.cases.models.cells import DepartmentCell
from approvals.cases.timeline import past
from portal.core import calendar
from portal.core.audit import differences
from portal.core.events import events_of
from portal.core.jobs import run_due_jobs
from portal.core.models import Job, JobState, Notification
from portal.core.statistics import differences as wrong_cells
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import accepted, citizen, item, moment, staff, submitted

pytestmark = pytest.mark.django_db

D = dt.date
# Wednesday 2 December 2026: inside ten days from Friday 20 November, which end on Friday 4 December.
CLOSED, DUE, MOVED = D(2026, 12, 2), D(2026, 12, 4), D(2026, 12, 7)


@pytest.fixture
def clerk():
    return actor_of(staff(Role.CLERK), Role.CLERK)


@pytest.fixture
def head():
    return actor_of(staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)


@pytest.fixture
def administrator():
    return actor_of(staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


def at(text: str):
    return driven_clock(moment(text))


def step(actor, case, code, inputs=None):
    return actions.take_step(actor, case.pk, code, inputs or {}, state_version=case.state_version)


def confirmed(case, by, code, inputs, second):
    proposal = actions.propose(by, case.pk, code, inputs, state_version=case.state_version)
    case.refresh_from_db()
    return actions.decide_proposal(second, proposal.pk, confirm=True, note="", state_version=case.state_version)


def close(administrator, day=CLOSED):
    """The centre is closed on that day; the jobs that follow are done."""
    made = calendar.override_day(administrator, day, is_workday=False, reason="台风停业")
    work()
    return made


def work() -> None:
    while run_due_jobs():
        pass
    assert not Job.objects.exclude(state=JobState.DONE).exists(), Job.objects.exclude(state=JobState.DONE).values()


def moves(case: Case) -> list[dict]:
    return [told.data for told in events_of(case) if told.event.type == "case.due_moved"]


def told(case: Case) -> list[dict]:
    """What the applicant was told about moved dates."""
    notices = Notification.objects.filter(
        user=case.applicant, stream="cases.case", stream_id=case.pk, template__contains="moved"
    )
    return [{"template": one.template, **one.context} for one in notices.order_by("pk")]


def test_a_closed_day_moves_the_due_dates_with_one_event_and_one_notice(clerk, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
        assert (case.promised_due_on, case.amber_on, case.overdue_from_on) == (DUE, D(2026, 12, 2), D(2026, 12, 5))
        legal, version = case.legal_due_on, case.state_version
    with at("2026-11-23 10:00"):
        close(administrator)
        case.refresh_from_db()
        assert (case.promised_due_on, case.overdue_from_on) == (MOVED, D(2026, 12, 8))
        assert case.amber_on == D(2026, 12, 3)
        assert (legal, case.legal_due_on) == (D(2026, 12, 18), D(2026, 12, 21))
        assert case.state_version == version + 1  # a page from before is stale
        actions.reflow(CLOSED)  # a second run, as after a lost lease
        work()
    [event] = moves(case)
    assert (event["old"]["promised_due_on"], event["new"]["promised_due_on"]) == ("2026-12-04", "2026-12-07")
    [notice] = told(case)
    assert (notice["template"], notice["number"]) == ("case.due_moved", case.number)
    assert "2026-12-07" in str(notice["due"])
    refresh_all()
    assert list(differences()) == [] and list(wrong_cells()) == []


def test_a_decided_case_keeps_the_days_it_was_decided_by(clerk, administrator):
    with at("2026-11-20 10:00"):
        case = step(clerk, accepted(clerk, on=item(review_steps=0)), "approve")
    before = Case.objects.filter(pk=case.pk).values().get()
    with at("2026-11-23 10:00"):
        close(administrator)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert moves(case) == told(case) == []


def test_a_stopped_case_keeps_its_remaining_days_and_is_due_by_the_new_calendar(clerk, head, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    inputs = {"ground": "inspection", "announced_days": 3, "grounds": "现场核查"}
    with at("2026-11-24 10:00"):
        case = confirmed(case, clerk, "suspend", inputs, head)
        assert case.remaining_days == 8
        close(administrator)
        case.refresh_from_db()
        assert (case.remaining_days, case.promised_due_on, case.overdue_from_on) == (8, None, None)
        assert moves(case) == told(case) == []
    with at("2026-11-27 10:00"):
        case = step(clerk, case, "resume", {"result": "合格"})
    # Eight working days after the 27th, of which 2 December is none any more.
    assert case.promised_due_on == D(2026, 12, 10)


def test_a_withdrawn_closure_moves_the_dates_back(clerk, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    before = Case.objects.filter(pk=case.pk).values().get()
    with at("2026-11-23 10:00"):
        made = close(administrator)
    with at("2026-11-24 10:00"):
        calendar.withdraw_override(administrator, made.pk)
        work()
    after = Case.objects.filter(pk=case.pk).values().get()
    assert {name for name in before if before[name] != after[name]} == {"state_version", "calendar_version"}
    assert [event["new"]["promised_due_on"] for event in moves(case)] == ["2026-12-07", "2026-12-04"]
    assert len(told(case)) == 2


def test_a_worked_weekend_brings_the_due_date_forward(clerk, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    with at("2026-11-23 10:00"):
        calendar.override_day(administrator, D(2026, 11, 28), is_workday=True, reason="加班")
        work()
    case.refresh_from_db()
    assert (case.promised_due_on, case.overdue_from_on) == (D(2026, 12, 3), D(2026, 12, 4))


def amber_notices(case: Case, person) -> int:
    return Notification.objects.filter(user=person, template="case.amber", stream_id=case.pk).count()


def test_the_amber_lamp_goes_out_and_comes_on_again_on_its_new_day(clerk, head, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    with at("2026-12-02 08:00"):
        assert actions.light_lamps() == (1, 0)
        close(administrator)  # today, because of the typhoon
        case.refresh_from_db()
        assert (case.amber_on, case.amber_lit_on) == (D(2026, 12, 3), None)
        assert actions.light_lamps() == (0, 0)
    with at("2026-12-03 08:00"):
        assert actions.light_lamps() == (1, 0)
        work()
    assert amber_notices(case, head.user) == 2  # one for each due date


def test_an_amber_lamp_stays_on_when_as_little_time_is_left_as_before(clerk, head, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    with at("2026-12-02 08:00"):
        assert actions.light_lamps() == (1, 0)
        close(administrator, D(2026, 12, 3))
        case.refresh_from_db()
        assert (case.amber_on, case.amber_lit_on, case.promised_due_on) == (CLOSED, CLOSED, MOVED)
        assert actions.light_lamps() == (0, 0)
    assert amber_notices(case, head.user) == 1


def test_an_overdue_case_keeps_its_overdue_days_when_the_day_it_was_due_is_closed_afterwards(clerk, administrator):
    """By the new dates too it is overdue: it never stopped, so this is one spell, and one red."""
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    with at("2026-12-07 08:00"):
        assert actions.light_lamps() == (1, 1)
    with at("2026-12-08 08:00"):
        close(administrator, DUE)  # the heating failed; entered four days later
        case.refresh_from_db()
    assert (case.promised_due_on, case.overdue_from_on) == (D(2026, 12, 7), D(2026, 12, 5))
    assert not case.overdue_spans.filter(legal=False).exists()
    refresh_all()
    assert DepartmentCell.objects.aggregate(n=Sum("red"))["n"] == 1
    assert list(wrong_cells()) == []


def test_the_limit_for_the_answer_moves_and_the_notice_speaks_of_the_answer(administrator):
    with at("2026-11-20 10:00"):
        case = submitted()
        assert case.answer_due_on == D(2026, 11, 27)
    with at("2026-11-23 10:00"):
        close(administrator, D(2026, 11, 25))
        case.refresh_from_db()
    assert case.answer_due_on == D(2026, 11, 30)
    assert case.promised_due_on is None
    assert len(moves(case)) == 1
    [notice] = told(case)
    assert notice["template"] == "case.answer_moved"
    assert "2026-11-30" in str(notice["due"])


def test_nobody_is_told_of_a_promise_that_stays(clerk, administrator):
    """A day between the promise and the law's limit moves the latter alone: the trail has it, the applicant is spared."""
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
    with at("2026-11-23 10:00"):
        close(administrator, D(2026, 12, 9))
        case.refresh_from_db()
    assert (case.promised_due_on, case.legal_due_on) == (DUE, D(2026, 12, 21))
    assert len(moves(case)) == 1
    assert told(case) == []
    with translation.override("en"):
        assert "legal limit" in past(case, public=True)[-1].title


def test_a_supplement_keeps_the_limit_that_was_told(clerk, administrator):
    person = citizen()
    with at("2026-11-20 10:00"):
        case = step(clerk, submitted(person), "ask_supplement", {"text": "缺平面图", "missing": [], "limit_days": 10})
        limit = case.supplement_due_on
    with at("2026-11-23 10:00"):
        close(administrator)
        case.refresh_from_db()
    assert case.supplement_due_on == limit
    assert moves(case) == told(case) == []


def test_a_waiting_proposal_survives_the_move(clerk, head, administrator):
    with at("2026-11-20 10:00"):
        case = accepted(clerk)
        proposal = actions.propose(clerk, case.pk, "refuse", {"grounds": "场地不符"}, state_version=case.state_version)
    with at("2026-11-23 10:00"):
        close(administrator)
        case.refresh_from_db()
        case = actions.decide_proposal(head, proposal.pk, confirm=True, note="", state_version=case.state_version)
    proposal.refresh_from_db()
    assert (case.state, proposal.outcome) == ("refused", Proposal.Outcome.CONFIRMED)


def test_more_open_cases_than_one_batch_all_move(clerk, administrator, monkeypatch):
    monkeypatch.setattr("approvals.cases.actions.portal.BATCH", 3)
    with at("2026-11-20 10:00"):
        cases = [accepted(clerk) for _n in range(7)]
    with at("2026-11-23 10:00"):
        close(administrator)
    assert set(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("promised_due_on", flat=True)) == {
        MOVED
    }
    assert [len(moves(case)) for case in cases] == [1] * 7
