"""Joint appointments: days and notice, who came, absence as consent, findings, the report, points to be mended; meetings."""

import datetime as dt

import pytest

from approvals.projects import actions
from approvals.projects.actions.appointments import Point
from approvals.projects.actions.meetings import Duty
from approvals.projects.models import Appointment, Invitation, MeetingTask, OpinionRequest, Project, Rectification
from approvals.projects.standing import StageWaits
from portal.core.documents import make_now
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Notification
from portal.people.roles import Role
from tests.projects.objects import at

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.date(2026, 6, 5), dt.time(9, 30)


def announced(town, *invited, stage="acceptance", kind="acceptance", **more):
    """An appointment on Friday 5 June, announced on Monday."""
    with at("2026-06-01 10:00"):
        opened = town.opened(stage)
        people = {dept.pk: f"{dept.short_name}王工" for dept in invited or (town.fire, town.defence)}
        values = {"kind": kind, "day": DAY, "at": HOUR, "place": "项目现场", "invited": people, **more}
        return actions.set_appointment(town.runner, opened.pk, **values)


def entered(town, visit, **said):
    """Who came, by the departments' codes."""
    rows = {one.department.code: one for one in visit.invitations.all()}
    attendance = {rows[code].pk: (how, "到场王工" if how == "present" else "") for code, how in said.items()}
    return actions.hold(town.runner, visit.pk, attendance, state_version=0)


@pytest.mark.parametrize("day,code", [("2026-06-06", "day_off"), ("2026-06-19", "day_off"), ("2026-06-02", "short_notice"),
                                      ("2026-05-29", "short_notice")])  # fmt: skip
def test_an_appointment_lies_on_a_working_day_with_notice(town, day, code):
    """A Saturday, the Dragon Boat Festival, tomorrow, and a day that has passed."""
    with pytest.raises(Invalid) as refused:
        announced(town, day=dt.date.fromisoformat(day))
    assert refused.value.code == code
    assert not Appointment.objects.exists()


def test_the_refusal_of_a_day_off_names_the_next_working_day(town):
    with pytest.raises(Invalid) as refused:
        announced(town, day=dt.date(2026, 6, 6))
    assert "2026-06-08" in str(refused.value.fields["day"])


@pytest.mark.parametrize(
    "change,field",
    [({"kind": "x"}, "kind"), ({"place": " "}, "place"), ({"invited": {}}, "departments"), ({"at": dt.time(22)}, "at"),
     ({"invited": {999999: "王工"}}, "departments"), ({"day": dt.date(2199, 1, 3)}, "day")],
)  # fmt: skip
def test_what_is_wrong_with_an_appointment_is_said_field_by_field(town, change, field):
    with pytest.raises(Invalid) as refused:
        announced(town, **change)
    assert field in refused.value.fields


def test_each_invited_department_has_a_named_person(town):
    with pytest.raises(Invalid) as refused:
        announced(town, invited={town.fire.pk: " "})
    assert refused.value.code == "unnamed"


def test_only_who_runs_the_project_announces(town):
    visit = announced(town)
    stage = visit.stage
    for actor in (town.of(town.fire), town.agent):
        with pytest.raises(NotAllowed):
            actions.set_appointment(
                actor, stage.pk, kind="acceptance", day=DAY, at=HOUR, place="x", invited={town.fire.pk: "王"}
            )
        with pytest.raises(NotAllowed):
            actions.cancel(actor, visit.pk, reason="x", state_version=0)


def test_everybody_invited_and_the_builder_hear_of_it_and_of_every_change(town):
    fire, defence = town.of(town.fire).user, town.of(town.defence).user
    visit = announced(town)
    with at("2026-06-02 10:00"):
        with pytest.raises(Invalid):
            actions.postpone(town.runner, visit.pk, day=dt.date(2026, 6, 13), at=HOUR, reason="暴雨", state_version=0)
        with pytest.raises(Invalid):
            actions.postpone(town.runner, visit.pk, day=dt.date(2026, 6, 12), at=HOUR, reason=" ", state_version=0)
        moved = actions.postpone(
            town.runner, visit.pk, day=dt.date(2026, 6, 12), at=HOUR, reason="暴雨", state_version=0
        )
        assert (moved.on, moved.postponed, moved.state) == (dt.date(2026, 6, 12), 1, "set")
        with pytest.raises(Stale):
            actions.cancel(town.runner, visit.pk, reason="项目停工", state_version=0)
        actions.cancel(town.runner, visit.pk, reason="项目停工", state_version=moved.state_version)
    for person in (fire, defence, town.agent_user):
        told = set(Notification.objects.filter(user=person).values_list("template", flat=True))
        assert {"projects.appointed", "projects.postponed", "projects.cancelled"} <= told


def test_an_absent_department_at_a_joint_acceptance_whose_permit_still_must_be_decided(town):
    """Fire stays away: consent, marked and counted. Construction stays away too: its permit is waited for all the same."""
    visit = announced(town, town.fire, town.defence, town.building)
    stage = visit.stage
    with at("2026-06-05 12:00"):
        held = entered(town, visit, XF="absent", RFB="present", ZJJ="absent")
    assert held.state == "held"
    fire, defence, permit = (town.asked(stage, dept) for dept in (town.fire, town.defence, town.building))
    assert (fire.state, fire.answer, fire.by_absence) == ("deemed", "agree", True)
    assert defence.state == "asked"  # was there: its finding is its answer
    assert (permit.state, permit.answer) == ("asked", "")
    assert visit.invitations.get(department=town.building).consented_by_absence
    with at("2026-06-05 14:00"):
        actions.find(town.of(town.defence), visit.invitations.get(department=town.defence).pk, finding="passed")
        defence.refresh_from_db()
        assert (defence.state, defence.answer, defence.late) == ("answered", "agree", False)
        actions.issue_report(town.runner, visit.pk, conclusion="验收通过", state_version=held.state_version)
        with pytest.raises(StageWaits) as refused:
            actions.close_stage(town.runner, stage.pk, state_version=0)
    assert refused.value.code == "permit_open"
    paper = Document.objects.get(kind="projects.report")
    assert "缺席默认规则视为同意" in paper.data and "不代替依法应当作出的行政许可决定" in paper.data
    assert "住房和城乡建设局" in paper.data and paper.number.endswith("号")


def test_the_report_is_a_paper_that_can_be_set(town):
    visit = announced(town)
    with at("2026-06-05 12:00"):
        held = entered(town, visit, XF="absent", RFB="excused")
        done = actions.issue_report(
            town.runner, visit.pk, conclusion="同意通过。\n请尽快办理备案。", state_version=held.state_version
        )
        assert done.state == "reported"
        assert make_now(Document.objects.filter(pk=done.report_id), sign=False) == 1
    paper = Document.objects.get()
    assert paper.making == "ready" and paper.pages
    readers = (town.agent_user, town.of(town.fire).user, town.runner.user)
    assert all(Document.objects.visible_to(person).exists() for person in readers)


def test_absence_never_confirms_a_preliminary_opinion(town):
    with at("2026-06-01 10:00"):
        town.opened("planning")
        project = Project.objects.get()
        early = actions.open_stage(town.runner, project.pk, "permit", early=True, state_version=project.state_version)
        visit = actions.set_appointment(
            town.runner, early.pk, kind="consultation", day=DAY, at=HOUR, place="会议室", invited={town.fire.pk: "王"}
        )
    with at("2026-06-05 12:00"):
        entered(town, visit, XF="absent")
    assert town.asked(early, town.fire).state == "asked"


def test_who_is_excused_answers_in_writing(town):
    visit = announced(town)
    with at("2026-06-05 12:00"):
        entered(town, visit, XF="excused", RFB="absent")
        fire = town.asked(visit.stage, town.fire)
        assert fire.state == "asked"
        assert town.answer(fire).state == "answered"


def test_attendance_is_entered_whole_and_not_before_the_day(town):
    visit = announced(town)
    with at("2026-06-04 12:00"), pytest.raises(WrongState) as refused:
        entered(town, visit, XF="present", RFB="absent")
    assert refused.value.code == "too_early"
    with at("2026-06-05 12:00"):
        with pytest.raises(Invalid) as missing:
            entered(town, visit, XF="present")
        assert len(missing.value.fields) == 1
        first = visit.invitations.first()
        with pytest.raises(Invalid):
            actions.hold(
                town.runner, visit.pk, {one.pk: ("present", " ") for one in visit.invitations.all()}, state_version=0
            )
        with pytest.raises(NotAllowed):
            actions.hold(town.of(town.fire), visit.pk, {first.pk: ("present", "王")}, state_version=0)
    assert not Invitation.objects.exclude(attendance="").exists()


def test_each_department_enters_its_own_findings_once(town):
    visit = announced(town)
    fire = visit.invitations.get(department=town.fire)
    with pytest.raises(WrongState):
        actions.find(town.of(town.fire), fire.pk, finding="passed")
    with at("2026-06-05 12:00"):
        held = entered(town, visit, XF="present", RFB="absent")
        for other in (town.of(town.defence), town.runner, town.supervisor, town.agent):
            with pytest.raises(NotAllowed):
                actions.find(other, fire.pk, finding="passed")
        with pytest.raises(WrongState):
            actions.find(town.of(town.defence), visit.invitations.get(department=town.defence).pk, finding="passed")
        point = Point(town.fire.pk, "消火栓压力不足", dt.date(2026, 6, 20))
        for values, field in (
            ({"finding": "x"}, "finding"), ({"finding": "failed"}, "text"),
            ({"finding": "rectify", "text": "见事项"}, "points"),
            ({"finding": "rectify", "text": "见", "points": [Point(1, "x", dt.date(2026, 6, 5))]}, "points"),
            ({"finding": "rectify", "text": "见", "points": [Point(1, " ", dt.date(2026, 6, 20))]}, "points"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                actions.find(town.of(town.fire), fire.pk, **values)
            assert field in refused.value.fields
        with pytest.raises(Invalid):
            actions.find(town.of(town.fire, Role.CLERK), fire.pk, finding="failed", text="不合格")
        with pytest.raises(WrongState) as early:
            actions.issue_report(town.runner, visit.pk, conclusion="通过", state_version=held.state_version)
        assert early.value.code == "findings_missing"
        actions.find(town.of(town.fire), fire.pk, finding="rectify", text="整改后合格", points=[point])
        with pytest.raises(Stale):
            actions.find(town.of(town.fire), fire.pk, finding="passed")
    assert town.asked(visit.stage, town.fire).answer == "conditions"
    assert Rectification.objects.get().text == "消火栓压力不足"


def test_points_are_mended_by_the_builder_and_checked_by_who_found_them(town):
    visit = announced(town)
    stage = visit.stage
    with at("2026-06-05 12:00"):
        held = entered(town, visit, XF="present", RFB="absent")
        fire = visit.invitations.get(department=town.fire)
        points = [Point(town.fire.pk, "消火栓压力不足", dt.date(2026, 6, 12))]
        actions.find(town.of(town.fire), fire.pk, finding="rectify", text="整改", points=points)
        actions.issue_report(town.runner, visit.pk, conclusion="整改后通过", state_version=held.state_version)
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
        with pytest.raises(StageWaits) as refused:
            actions.close_stage(town.runner, stage.pk, state_version=0)
        assert refused.value.code == "points_open"
    point = Rectification.objects.get()
    with at("2026-06-15 08:00"):
        assert (actions.light_points(), actions.light_points()) == (1, 0)
        with pytest.raises(NotAllowed):
            actions.mend(town.of(town.fire), point.pk, text="x", state_version=0)
        with pytest.raises(Invalid):
            actions.mend(town.agent, point.pk, text=" ", state_version=0)
        done = actions.mend(town.agent, point.pk, text="已更换水泵", state_version=0)
        for other in (town.of(town.defence), town.runner, town.agent):
            with pytest.raises(NotAllowed):
                actions.check_point(other, point.pk, "verify", state_version=done.state_version)
        back = actions.check_point(
            town.of(town.fire), point.pk, "again", note="压力仍不足", state_version=done.state_version
        )
        assert back.state == "open"
        done = actions.mend(town.agent, point.pk, text="已加压", state_version=back.state_version)
        actions.check_point(town.of(town.fire), point.pk, "verify", state_version=done.state_version)
        assert actions.close_stage(town.runner, stage.pk, state_version=0).state == "closed"
    told = set(Notification.objects.filter(user=town.agent_user).values_list("template", flat=True))
    assert {"projects.points", "projects.point_late", "projects.again", "projects.checked"} <= told


def test_a_stage_with_an_appointment_to_come_stays_open(town):
    visit = announced(town)
    stage = visit.stage
    with at("2026-06-02 10:00"):
        for dept in (town.fire, town.defence):
            town.answer(town.asked(stage, dept))
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
        with pytest.raises(StageWaits) as refused:
            actions.close_stage(town.runner, stage.pk, state_version=0)
    assert refused.value.code == "appointment_open"


# --- coordination meetings -----------------------------------------------------------------------------------------------


def met(town, project, **change):
    values = {
        "held_on": dt.date(2026, 6, 1), "place": "政务中心三楼", "subject": "管线迁改协调", "chair": "李主任",
        "decisions": "由资规局牵头", "participants": {one.pk: "" for one in (town.lead, town.fire, town.planning)},
        "duties": [Duty(town.fire.pk, "出具消防设计意见", dt.date(2026, 6, 10))], **change,
    }  # fmt: skip
    return actions.hold_meeting(town.runner, project.pk, **values)


def test_a_meeting_hands_out_who_does_what_by_when(town):
    with at("2026-06-01 16:00"):
        project = town.project()
        for change, field in (
            ({"held_on": dt.date(2026, 6, 2)}, "held_on"), ({"decisions": " "}, "decisions"),
            ({"participants": {town.lead.pk: "", town.fire.pk: ""}}, "participants"),
            ({"duties": [Duty(0, "x", dt.date(2026, 6, 10))]}, "tasks"),
            ({"duties": [Duty(town.fire.pk, "x", dt.date(2026, 6, 1))]}, "tasks"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                met(town, project, **change)
            assert field in refused.value.fields
        meeting = met(town, project)
        with pytest.raises(NotAllowed):
            actions.hold_meeting(
                town.of(town.fire), project.pk, held_on=dt.date(2026, 6, 1), place="x", subject="x", chair="x",
                decisions="x", participants={},
            )  # fmt: skip
    task = MeetingTask.objects.get(meeting=meeting)
    with at("2026-06-11 08:00"):
        assert (actions.light_tasks(), actions.light_tasks()) == (1, 0)
        for other in (town.of(town.planning), town.runner):
            with pytest.raises(NotAllowed):
                actions.finish_task(other, task.pk, text="x", state_version=0)
        with pytest.raises(NotFound):
            actions.finish_task(town.of(town.building), task.pk, text="x", state_version=0)
        done = actions.finish_task(town.of(town.fire), task.pk, text="意见已出具", state_version=0)
        assert done.state == "done"
        with pytest.raises(Stale):
            actions.finish_task(town.of(town.fire), task.pk, text="x", state_version=0)
    assert OpinionRequest.objects.count() == 0
