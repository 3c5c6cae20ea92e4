"""What joint review follows: decided cases, a closed department, a changed calendar; what it gives to the statistics."""

import datetime as dt

import pytest

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.projects import actions
from approvals.projects.models import OpinionRequest, PlanLine, Project, ProjectCase, ProjectParty
from approvals.projects.views.figures import department_rows, stage_rows
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.calendar import override_day
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.statistics import period
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from tests import factories
from tests.projects.objects import Town, at, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(town):
    """A permit stage whose construction permit names an item, and the builder's case for it: (request, case)."""
    item = factories.item("ZJJ-001", dept=town.building, materials=0)
    PlanLine.objects.filter(department=town.building, plan__stage="permit").update(item=item)
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        draft = cases.start_draft(town.agent, item, organisation=town.builder)
        case = cases.take_step(town.agent, draft.pk, "submit", state_version=draft.state_version)
    return town.asked(stage, town.building), case


def decide(town: Town, case: Case, outcome: str = "approve") -> Case:
    clerk, reviewer, head = (town.of(town.building, role) for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD))
    for actor, step in ((clerk, "accept"), (clerk, "forward"), (reviewer, "pass_review"), (head, outcome)):
        case.refresh_from_db()
        case = cases.take_step(actor, case.pk, step, {"opinion": "同意"}, state_version=case.state_version)
    return case


def test_the_decision_of_the_departments_own_case_closes_its_request(town, filed):
    request, case = filed
    with at("2026-06-02 10:00"):
        link = actions.link_case(town.agent, request.project_id, f" {case.number.lower()} ")
        assert link.request == request
        request.refresh_from_db()
        assert request.state == "asked"
    with at("2026-06-03 10:00"):
        decide(town, case)
        work()
    request.refresh_from_db()
    assert (request.state, request.answer, request.answered_on) == ("decided", "agree", dt.date(2026, 6, 3))
    assert (request.late, request.took_days) == (False, 2)


def test_a_case_that_is_decided_when_it_is_named_closes_the_request_at_once(town, filed):
    request, case = filed
    with at("2026-06-10 10:00"):
        decide(town, case)
        actions.link_case(town.agent, request.project_id, case.number)
    request.refresh_from_db()
    assert (request.state, request.late) == ("decided", True)


def test_an_undone_decision_opens_the_request_again(town, filed):
    request, case = filed
    with at("2026-06-03 10:00"):
        actions.link_case(town.agent, request.project_id, case.number)
        case = decide(town, case)
        work()
        cases.take_step(
            town.supervisor,
            case.pk,
            "correct",
            {"reason": "误点"},
            state_version=Case.objects.get(pk=case.pk).state_version,
        )
        work()
    request.refresh_from_db()
    assert (request.state, request.answer, request.ended_on) == ("asked", "", None)


def test_a_withdrawn_case_leaves_the_request_waiting(town, filed):
    request, case = filed
    with at("2026-06-03 10:00"):
        actions.link_case(town.agent, request.project_id, case.number)
        cases.take_step(town.agent, case.pk, "withdraw", {}, state_version=case.state_version)
        work()
    request.refresh_from_db()
    assert request.state == "asked"


def test_only_the_builders_cases_are_named_and_each_once(town, filed):
    request, case = filed
    foreign = factories.submitted(on=case.item)
    with at("2026-06-03 10:00"):
        with pytest.raises(Invalid) as unknown:
            actions.link_case(town.agent, request.project_id, "SP-1")
        assert unknown.value.code == "no_case"
        with pytest.raises(Invalid) as hidden:
            actions.link_case(town.agent, request.project_id, foreign.number)
        assert hidden.value.code == "no_case"  # somebody else's looks like none
        with pytest.raises(Invalid) as other:
            actions.link_case(town.supervisor, request.project_id, foreign.number)
        assert other.value.code == "other_builder"
        with pytest.raises(NotAllowed):
            actions.link_case(town.of(town.fire), request.project_id, case.number)
        stranger = actor_of(factories.citizen(), Role.AGENT)
        with pytest.raises(NotFound):
            actions.link_case(stranger, request.project_id, case.number)
        actions.link_case(town.agent, request.project_id, case.number)
        with pytest.raises(Invalid) as twice:
            actions.link_case(town.agent, request.project_id, case.number)
        assert twice.value.code == "linked"
    assert ProjectCase.objects.count() == 1


def test_what_is_open_with_a_closed_department_goes_to_its_successor(town):
    from approvals.projects import jobs

    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        town.answer(town.asked(stage, town.fire))
    Department.objects.filter(pk=town.defence.pk).update(closed_on=dt.date(2026, 6, 3), successor=town.planning)
    Department.objects.filter(pk=town.building.pk).update(closed_on=dt.date(2026, 6, 3), successor=town.planning)
    with at("2026-06-03 08:00"):
        from portal.core.jobs import enqueue

        for dept in (town.defence, town.building, town.fire):
            enqueue(jobs.FOLLOW_DEPARTMENT, {"stream_id": dept.pk}, key=f"closed:{dept.pk}")
        work()
    waiting = OpinionRequest.objects.waiting().filter(stage=stage)
    assert {(one.department.code, one.kind) for one in waiting} == {("ZRZY", "consultation"), ("ZRZY", "permit")}
    assert OpinionRequest.objects.get(stage=stage, department=town.fire).state == "answered"  # its word stays its own
    assert ProjectParty.objects.filter(department=town.planning).exists()
    one = waiting.get(kind="consultation")
    assert town.answer(one).department == town.planning


def test_a_changed_calendar_moves_what_is_waited_for_and_not_what_was_said(town):
    administrator = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        said = town.answer(town.asked(stage, town.fire))
        visit = actions.set_appointment(
            town.runner, stage.pk, kind="consultation", day=dt.date(2026, 6, 4), at=dt.time(10), place="会议室",
            invited={town.defence.pk: "王工"},
        )  # fmt: skip
        override_day(administrator, dt.date(2026, 6, 4), is_workday=False, reason="台风")
        work()
    waiting = town.asked(stage, town.defence)
    assert waiting.due_on == dt.date(2026, 6, 9)
    said.refresh_from_db()
    assert said.due_on == dt.date(2026, 6, 8)
    assert Project.objects.get().next_due_on == dt.date(2026, 6, 9)
    from portal.core.models import Notification

    assert Notification.objects.filter(template="projects.day_off", user=town.runner.user).exists()
    assert visit.state == "set"


def test_a_department_answers_for_what_it_missed_in_the_figures(town):
    from approvals.projects.measures import ABSENCE_MEASURES, OPINION_MEASURES, STAGE_MEASURES

    with at("2026-06-01 10:00"):
        stage = town.opened("acceptance")
        visit = actions.set_appointment(
            town.runner, stage.pk, kind="acceptance", day=dt.date(2026, 6, 4), at=dt.time(10), place="现场",
            invited={town.fire.pk: "王工"},
        )  # fmt: skip
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
    with at("2026-06-04 12:00"):
        actions.hold(town.runner, visit.pk, {visit.invitations.get().pk: ("absent", "")}, state_version=0)
        actions.issue_report(town.runner, visit.pk, conclusion="通过", state_version=1)
    with at("2026-06-09 08:00"):
        actions.mark_silent_due()
        actions.close_stage(town.runner, stage.pk, state_version=0)
    statistics.refresh_all()
    first, last = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
    rows = period(OPINION_MEASURES, "department", first, last, by="department_id")
    fire, defence, building = rows[town.fire.pk], rows[town.defence.pk], rows[town.building.pk]
    assert (fire["opinions_deemed"], fire["opinions_absent"], fire["opinions_silent"]) == (1, 1, 0)
    assert (defence["opinions_deemed"], defence["opinions_absent"], defence["opinions_silent"]) == (1, 0, 1)
    assert (building["opinions_asked"], building["opinions_on_time"], building["opinions_late"]) == (1, 1, 0)
    absences = period(ABSENCE_MEASURES, "department", first, last)[None]
    assert (absences["invited"], absences["absent"], absences["present"]) == (1, 1, 0)
    stages = period(STAGE_MEASURES, "stage", first, last)[None]
    assert (stages["stages_closed"], stages["serial_days"], stages["span_days"]) == (1, 0 + 3 + 6, 6)
    shown = department_rows(town.supervisor.user, first, last)
    assert {row["department"].code: row["on_time_rate"] for row in shown} == {"ZJJ": 1.0, "XF": 0.0, "RFB": 0.0}
    assert [row["department"].code for row in department_rows(town.of(town.fire).user, first, last)] == ["XF"]
    assert stage_rows(first, last)[-1]["saved"] == 3
    assert not list(statistics.differences())


def test_the_sweep_does_all_of_it_and_is_safe_to_repeat(town):
    from approvals.projects.tasks import sweep

    with at("2026-06-01 10:00"):
        town.opened("permit")
    with at("2026-06-09 08:00"):
        assert sweep() == 6
        assert sweep() == 0
    assert Actor.system("projects").user is None


def test_a_department_that_never_answers_a_permit_has_answered_nothing_in_time(town):
    """A permit is never deemed, so it stays open: all the same the day was missed, once, however late the answer is."""
    with at("2026-06-01 10:00"):
        stage = town.opened("planning")
        waiting = town.asked(stage, town.planning)
        town.answer(town.asked(stage, town.fire))
    first, last = dt.date(2026, 6, 1), dt.date(2026, 6, 30)

    def shares():
        statistics.refresh_all()
        assert not list(statistics.differences())
        rows = department_rows(town.supervisor.user, first, last)
        return {row["department"].code: row["on_time_rate"] for row in rows}

    assert shares() == {"ZRZY": None, "XF": 1.0}  # nothing was due yet
    with at("2026-06-12 08:00"):
        actions.mark_silent_due()
        assert shares() == {"ZRZY": 0.0, "XF": 1.0}
        town.answer(waiting, "not_concerned", "不涉及")
    assert shares() == {"ZRZY": 0.0, "XF": 1.0}


def test_an_answer_on_the_first_late_day_counts_as_missed_before_the_sweep_comes_by(town):
    with at("2026-06-01 10:00"):
        waiting = town.asked(town.opened("planning"), town.planning)
    with at("2026-06-12 00:05"):
        town.answer(waiting, "not_concerned", "不涉及")
    waiting.refresh_from_db()
    assert waiting.late and waiting.silent_on is not None
    statistics.refresh_all()
    rows = department_rows(town.supervisor.user, dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    assert {row["department"].code: row["on_time_rate"] for row in rows}["ZRZY"] == 0.0
