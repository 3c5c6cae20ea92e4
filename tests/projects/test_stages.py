"""Projects and their stages: registering, asking side by side, silence, preliminary opinions, closing, time saved."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from approvals.projects import actions
from approvals.projects.models import OpinionRequest, Project, ProjectParty, Stage
from approvals.projects.standing import StageWaits
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from tests import factories
from tests.projects.objects import at, bureau, code_of, draft, firm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "code",
    ["", "2413-350200-04-01-123456", "2400-350200-04-01-123456", "240-350200-04-01-123456", "2408-35020-04-01-123456",
     "2408-350200-04-01-12345X", "x" * 40],
)  # fmt: skip
def test_a_project_code_has_the_form_of_the_national_platform(town, code):
    with pytest.raises(Invalid) as refused:
        town.project(code=code)
    assert "2408-350200-04-01-123456" in str(refused.value.fields["code"])


def test_a_code_is_read_as_people_write_it_and_registered_once(town):
    made = town.project(code=" 2408－350200－04－01－123456 ")
    assert made.code == "2408-350200-04-01-123456"
    with pytest.raises(Invalid) as refused:
        town.project(code="2408-350200-04-01-123456")
    assert "already" in str(refused.value.fields["code"])


def test_what_is_wrong_with_a_project_is_said_field_by_field(town):
    wrong = draft(
        town.lead, town.builder, code=code_of(1), name=" ", site="", investment_fen=-1, kind="x", builder_uscc="9",
        lead_id=0, contact_phone="12",
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.register(town.runner, wrong)
    assert set(refused.value.fields) == {
        "name", "site", "investment", "kind", "builder_uscc", "lead", "contact_phone",
    }  # fmt: skip
    assert not Project.objects.exists()


def test_a_department_registers_what_it_leads_and_nobody_a_project_of_the_own_firm(town):
    with pytest.raises(NotAllowed):
        actions.register(town.of(town.fire), draft(town.lead, town.builder))
    with pytest.raises(NotAllowed):
        actions.register(town.agent, draft(town.lead, town.builder))
    own = firm(town.of(town.lead, Role.DEPARTMENT_HEAD).user)
    with pytest.raises(NotAllowed):
        actions.register(town.of(town.lead, Role.DEPARTMENT_HEAD), draft(town.lead, own))
    assert actions.register(town.supervisor, draft(town.lead, town.builder)).lead == town.lead


def test_the_contact_person_is_sealed_in_the_database(town):
    made = town.project()
    assert Project.objects.get(pk=made.pk).contact_name == "赵建国"
    stored = Project.objects.filter(pk=made.pk).extra(select={"raw": "contact_name"}).values_list("raw", flat=True)[0]
    assert "赵建国" not in stored


def test_opening_a_stage_asks_all_departments_on_one_day(town):
    with at("2026-06-01 10:00"):  # a Monday
        stage = town.opened("permit")
        rows = list(OpinionRequest.objects.filter(stage=stage).order_by("pk"))
    assert [one.department.code for one in rows] == ["ZJJ", "XF", "RFB"]
    assert {one.asked_on for one in rows} == {dt.date(2026, 6, 1)}
    assert {one.due_on for one in rows} == {dt.date(2026, 6, 8)}  # five working days
    assert {one.amber_on for one in rows} == {dt.date(2026, 6, 4)}
    project = Project.objects.get()
    assert (project.state, project.stage, project.next_due_on) == ("under_way", "permit", dt.date(2026, 6, 8))
    assert ProjectParty.objects.filter(project=project).count() == 4
    assert not OpinionRequest.objects.filter(preliminary=True).exists()


def test_a_stage_is_opened_once_by_who_runs_the_project_and_by_a_plan(town):
    stage = town.opened()
    project = stage.project
    project.refresh_from_db()
    with pytest.raises(WrongState):
        actions.open_stage(town.runner, project.pk, "planning", state_version=project.state_version)
    with pytest.raises(Stale):
        actions.open_stage(town.runner, project.pk, "permit", early=True, state_version=0)
    with pytest.raises(NotAllowed):
        actions.open_stage(town.of(town.fire), project.pk, "permit", early=True, state_version=project.state_version)
    with pytest.raises(NotFound):
        actions.open_stage(town.of(bureau("ZJJ")), project.pk, "permit", state_version=project.state_version)
    stage.plan.lines.all().delete()
    other = town.project()
    with pytest.raises(WrongState, match="No plan"):
        actions.open_stage(town.runner, other.pk, "planning", state_version=0)


def test_a_department_answers_for_itself_and_nobody_else_does(town):
    one = town.asked(town.opened("permit"), town.fire)
    for other in (town.of(town.defence), town.runner, town.supervisor, town.agent):
        with pytest.raises(NotAllowed):
            actions.answer(other, one.pk, verdict="agree", state_version=0)
    stranger = actor_of(factories.staff(Role.REVIEWER, factories.department("OTHER")), Role.REVIEWER)
    with pytest.raises(NotFound):
        actions.answer(stranger, one.pk, verdict="agree", state_version=0)
    done = town.answer(one, "conditions", "消防车道净宽不小于 4 米")
    assert (done.state, done.answer, done.late, done.took_days) == ("answered", "conditions", False, 0)
    with pytest.raises(Stale):
        actions.answer(town.of(town.fire), one.pk, verdict="agree", state_version=0)
    with pytest.raises(WrongState):
        town.answer(one)


def test_a_member_of_the_department_who_acts_for_the_builder_does_not_answer(town):
    one = town.asked(town.opened("permit"), town.fire)
    both = town.of(town.fire, Role.DEPARTMENT_HEAD).user
    town.builder.memberships.create(user=both, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        town.answer(one, role=Role.DEPARTMENT_HEAD)


def test_a_no_and_conditions_need_grounds_and_a_clerk_says_no_not_alone(town):
    one = town.asked(town.opened("permit"), town.fire)
    for verdict in ("conditions", "disagree", "not_concerned"):
        with pytest.raises(Invalid) as refused:
            town.answer(one, verdict, " ")
        assert "text" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        town.answer(one, "perhaps")
    assert "verdict" in refused.value.fields
    with pytest.raises(Invalid, match="") as refused:
        town.answer(one, "disagree", "间距不足", role=Role.CLERK)
    assert refused.value.code == "no_needs_second_pair"
    assert town.answer(one, "agree", "", role=Role.CLERK).state == "answered"


def test_an_opinion_never_replaces_a_permit_decision(town):
    permit = town.asked(town.opened("permit"), town.building)
    for verdict in ("agree", "conditions", "disagree"):
        with pytest.raises(WrongState) as refused:
            town.answer(permit, verdict, "同意")
        assert refused.value.code == "own_decision"
    with pytest.raises(WrongState):
        actions.withdraw_request(town.runner, permit.pk, reason="不再需要", state_version=0)
    assert town.answer(permit, "not_concerned", "本项目不需办理").state == "answered"


def test_a_project_whose_departments_never_answer(town):
    """Silence counts as consent to a consultation, is counted, and leaves the permit waited for: visibly, for ever."""
    for dept in (town.building, town.fire, town.defence):
        town.of(dept)  # there is somebody to be told
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
    with at("2026-06-04 09:00"):
        assert actions.light_amber() == 3
        assert actions.light_amber() == 0
    with at("2026-06-08 23:00"):
        assert actions.mark_silent_due() == 0  # the day itself is still theirs
    with at("2026-06-09 00:10"):
        assert actions.mark_silent_due() == 3
        assert actions.mark_silent_due() == 0
    fire, permit = town.asked(stage, town.fire), town.asked(stage, town.building)
    assert (fire.state, fire.answer, fire.by_absence, fire.silent_on) == ("deemed", "agree", False, dt.date(2026, 6, 9))
    assert (permit.state, permit.answer, permit.silent_on) == ("asked", "", dt.date(2026, 6, 9))
    with at("2026-09-01 09:00"):
        with pytest.raises(StageWaits) as refused:
            actions.close_stage(town.runner, stage.pk, state_version=0)
        assert refused.value.code == "permit_open"
        assert refused.value.params["department"] == town.building.display_name
        project = Project.objects.get()
        assert project.next_due_on == dt.date(2026, 6, 8)
        assert Project.objects.with_lamp("red").get() == project
    with pytest.raises(WrongState):
        town.answer(fire)  # too late: silence has spoken
    templates = set(Notification.objects.values_list("template", flat=True))
    assert {"projects.asked", "projects.amber", "projects.deemed", "projects.silent"} <= templates


def test_a_stage_closes_by_the_consent_of_silent_departments(town):
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
    with at("2026-06-09 01:00"):
        actions.mark_silent_due()
        closed = actions.close_stage(town.runner, stage.pk, state_version=0)
    assert closed.state == "closed"


def test_the_stage_after_is_opened_early_only_for_preliminary_opinions(town):
    stage = town.opened("planning")
    project = Project.objects.get()
    with pytest.raises(Invalid) as refused:
        actions.open_stage(town.runner, project.pk, "permit", state_version=project.state_version)
    assert "early" in refused.value.fields
    early = actions.open_stage(town.runner, project.pk, "permit", early=True, state_version=project.state_version)
    rows = OpinionRequest.objects.filter(stage=early)
    assert early.early and all(one.preliminary for one in rows) and rows.count() == 3
    project.refresh_from_db()
    with pytest.raises(WrongState, match="ahead of its time"):
        actions.open_stage(town.runner, project.pk, "acceptance", early=True, state_version=project.state_version)
    assert project.stage == "planning" and stage.pk


def test_a_preliminary_opinion_is_confirmed_after_its_precondition_or_lapses(town):
    with at("2026-06-01 10:00"):
        first = town.opened("planning")
        project = Project.objects.get()
        early = actions.open_stage(town.runner, project.pk, "permit", early=True, state_version=project.state_version)
        fire, defence = town.asked(early, town.fire), town.asked(early, town.defence)
        permit = town.asked(early, town.building)
        assert town.answer(fire).state == "preliminary"
        assert (
            town.answer(permit, "agree", "原则同意").state == "preliminary"
        )  # as a word beforehand, not as the permit
        fire.refresh_from_db()
        with pytest.raises(WrongState) as refused:
            actions.confirm(town.of(town.fire), fire.pk, verdict="agree", state_version=fire.state_version)
        assert refused.value.code == "precondition"
    with at("2026-06-09 00:10"):
        actions.mark_silent_due()
    defence.refresh_from_db()
    assert (defence.state, defence.silent_on) == ("asked", dt.date(2026, 6, 9))  # silence is no consent beforehand
    with at("2026-06-09 10:00"):
        late = town.answer(defence)
        assert (late.state, late.late) == ("preliminary", True)
        town.answer(town.asked(first, town.planning), "not_concerned", "不涉及")
        actions.close_stage(town.runner, first.pk, state_version=0)
        done = actions.confirm(
            town.of(town.fire), fire.pk, verdict="conditions", text="按图施工", state_version=fire.state_version
        )
        assert (done.state, done.answer, done.preliminary) == ("answered", "conditions", True)
        permit.refresh_from_db()
        with pytest.raises(WrongState):  # a permit is confirmed by its case alone
            actions.confirm(town.of(town.building), permit.pk, verdict="agree", state_version=permit.state_version)
    with at("2026-12-01 10:00"):
        assert actions.lapse_due() == 2
        defence.refresh_from_db()
        assert defence.state == "lapsed"
        with pytest.raises(StageWaits):
            actions.close_stage(town.runner, early.pk, state_version=0)
        again = actions.ask_again(town.runner, defence.pk)
        assert (again.state, again.preliminary, again.replaces_id) == ("asked", False, defence.pk)
        with pytest.raises(WrongState):
            actions.ask_again(town.runner, defence.pk)


def test_after_a_no_the_department_is_asked_again_and_the_old_word_stays(town):
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
        town.answer(town.asked(stage, town.defence))
        no = town.answer(town.asked(stage, town.fire), "disagree", "防火间距不足")
        with pytest.raises(StageWaits) as refused:
            actions.close_stage(town.runner, stage.pk, state_version=0)
        assert refused.value.code == "opinion_bad"
        anew = actions.ask_again(town.runner, no.pk, question="已调整总平面")
        town.answer(anew)
        assert actions.close_stage(town.runner, stage.pk, state_version=0).state == "closed"
    no.refresh_from_db()
    assert (no.state, no.answer) == ("answered", "disagree")


def test_one_more_department_is_asked_within_the_rules(town):
    stage = town.opened("planning")
    ask = {"department_id": town.defence.pk, "kind": "consultation", "question": "是否涉及人防工程？"}
    for change, field in (
        ({"department_id": 0}, "department"), ({"kind": "x"}, "kind"), ({"question": " "}, "question"),
        ({"item_code": "NONE"}, "item_code"), ({"limit_days": 0}, "limit_days"), ({"limit_days": 99}, "limit_days"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            actions.ask(town.runner, stage.pk, **{**ask, **change})
        assert field in refused.value.fields
    made = actions.ask(town.runner, stage.pk, **ask, precondition="地勘报告完成后")
    assert made.preliminary and made.precondition == "地勘报告完成后"
    with pytest.raises(Invalid):
        actions.ask(town.runner, stage.pk, **ask)
    with pytest.raises(NotAllowed):
        actions.ask(town.of(town.fire), stage.pk, **ask)
    gone = actions.withdraw_request(town.runner, made.pk, reason="不涉及", state_version=0)
    assert gone.state == "withdrawn"


def test_a_closed_department_is_asked_through_its_successor(town):
    Department.objects.filter(pk=town.fire.pk).update(closed_on=dt.date(2026, 1, 1), successor=town.defence)
    stage = town.opened("planning")
    assert set(stage.requests.values_list("department__code", flat=True)) == {"ZRZY", "RFB"}
    Department.objects.filter(pk=town.planning.pk).update(closed_on=dt.date(2026, 1, 1))
    other = town.project()
    with pytest.raises(Invalid, match="") as refused:
        actions.open_stage(town.runner, other.pk, "planning", state_version=0)
    assert refused.value.code == "department_closed"
    assert not Stage.objects.filter(project=other).exists()


def test_what_side_by_side_saved_is_counted_from_the_real_days(town):
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
    with at("2026-06-03 10:00"):
        town.answer(town.asked(stage, town.fire))  # 2 working days
    with at("2026-06-05 10:00"):
        town.answer(town.asked(stage, town.defence))  # 4
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")  # 4
        closed = actions.close_stage(town.runner, stage.pk, state_version=0)
    assert (closed.serial_days, closed.span_days, closed.saved_days) == (10, 4, 6)
    project = Project.objects.get()
    assert (project.serial_days, project.span_days, project.next_due_on) == (10, 4, None)


@pytest.mark.parametrize(("days", "words"), [(1, "1 working day."), (2, "2 working days.")])
def test_one_working_day_is_said_in_the_singular(days, words):
    saved = {"serial": days, "span": 1, "days": days - 1}
    with translation.override("en"):
        said = render_to_string("projects/_saved.html", {"saved": saved})
    assert f"One department after the other: {words} Side by side: 1." in said


def test_a_project_is_complete_after_its_acceptance_and_ended_with_everything_that_waits(town):
    with at("2026-06-01 10:00"):
        stage = town.opened("acceptance")
        project = Project.objects.get()
        with pytest.raises(StageWaits):
            actions.complete(town.runner, project.pk, state_version=project.state_version)
        for dept in (town.fire, town.defence):
            town.answer(town.asked(stage, dept))
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
        actions.close_stage(town.runner, stage.pk, state_version=0)
        project.refresh_from_db()
        assert actions.complete(town.runner, project.pk, state_version=project.state_version).state == "completed"
        other = town.opened("permit").project
        other.refresh_from_db()
        with pytest.raises(Invalid):
            actions.end_project(town.runner, other.pk, reason=" ", state_version=other.state_version)
        ended = actions.end_project(town.runner, other.pk, reason="业主放弃建设", state_version=other.state_version)
    assert (ended.state, ended.next_due_on) == ("ended", None)
    assert set(OpinionRequest.objects.filter(project=other).values_list("state", flat=True)) == {"withdrawn"}
    assert other.stages.get(code="permit").state == "ended"
    with at("2026-08-01 10:00"):
        assert actions.mark_silent_due() == 0


def test_a_file_is_corrected_while_the_project_is_open(town):
    project = town.project()
    new = draft(town.lead, town.builder, name="滨海新城小学新建工程", contact_phone="")
    done = actions.correct_project(town.runner, project.pk, new, state_version=0)
    assert (done.name, done.contact_phone, done.code) == ("滨海新城小学新建工程", "", project.code)
    with pytest.raises(Stale):
        actions.correct_project(town.runner, project.pk, new, state_version=0)
    with pytest.raises(NotFound):
        actions.correct_project(town.of(town.fire), project.pk, new, state_version=1)
    with pytest.raises(NotAllowed):
        actions.correct_project(town.agent, project.pk, new, state_version=1)


def test_the_green_channel_has_a_named_person_and_milestones(town):
    project = town.project()
    helper = town.of(town.fire).user
    with pytest.raises(NotAllowed):
        actions.mark_key(town.runner, project.pk, reason="省重点", helper_id=helper.pk)
    for reason, person, field in (
        (" ", helper.pk, "reason"),
        ("省重点", 0, "helper"),
        ("省重点", town.agent_user.pk, "helper"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.mark_key(town.supervisor, project.pk, reason=reason, helper_id=person)
        assert field in refused.value.fields
    with pytest.raises(WrongState):
        actions.add_milestone(town.runner, project.pk, name="开工", planned_on=dt.date(2026, 9, 1))
    key = actions.mark_key(town.supervisor, project.pk, reason="省重点项目", helper_id=helper.pk)
    assert key.key and key.helper == helper
    made = actions.add_milestone(town.of(town.fire), project.pk, name="开工", planned_on=dt.date(2026, 9, 1))
    with pytest.raises(Invalid):
        actions.add_milestone(town.runner, project.pk, name="开工", planned_on=dt.date(2026, 9, 1))
    with at("2026-09-05 10:00"):
        with pytest.raises(Invalid):
            actions.reach_milestone(town.runner, project.pk, made.pk, actual_on=dt.date(2026, 9, 6))
        done = actions.reach_milestone(town.runner, project.pk, made.pk, actual_on=dt.date(2026, 9, 4))
        with pytest.raises(WrongState):
            actions.reach_milestone(town.runner, project.pk, made.pk, actual_on=dt.date(2026, 9, 4))
    assert done.actual_on == dt.date(2026, 9, 4)
