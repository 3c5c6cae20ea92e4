"""The pages of joint review: board, project, answer, appointment, the builder's side; how many queries they cost."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.projects import actions
from approvals.projects.actions.meetings import Duty
from approvals.projects.models import OpinionRequest, Paper, Project, StagePlan
from portal.core.models import AccessLog, StoredFile
from portal.core.search import document
from portal.people.models import Organisation
from portal.people.roles import Role
from portal.site.demo.papers import sample_pdf
from tests import factories
from tests.projects.objects import at, code_of, draft

pytestmark = pytest.mark.django_db


def browser(user, language="en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def second(user) -> Client:
    """A browser of somebody who needs the second factor."""
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client = browser(user)
    device, _made = TOTPDevice.objects.get_or_create(user_id=user.pk, confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def pdf(name="opinion.pdf"):
    return SimpleUploadedFile(name, sample_pdf("意见"), content_type="application/pdf")


def many(town, count: int) -> None:
    """So many open projects, written at once."""
    firms = [Organisation(uscc=f"91320799{n:010d}", name=f"建设单位{n}") for n in range(20)]
    firms = Organisation.objects.bulk_create(firms)
    day = dt.date(2026, 5, 4)
    Project.objects.bulk_create(
        Project(
            code=code_of(500_000 + n), name=f"第{n}号工程", builder=firms[n % 20], site="临港区", kind="other",
            lead=town.lead, investment_fen=100, registered_on=day, registered_by=town.runner.user, state="under_way",
            stage=("planning", "permit", "acceptance")[n % 3], next_due_on=day + dt.timedelta(days=n % 90),
            amber_on=day + dt.timedelta(days=n % 90 - 2), search=document(names=[f"第{n}号工程"]),
        )
        for n in range(count)
    )  # fmt: skip


def test_the_board_of_two_thousand_projects_costs_ten_queries(town, django_assert_max_num_queries):
    many(town, 2000)
    client = second(town.supervisor.user)
    client.get(reverse("projects:board"))  # the calendar is read once for a process
    with django_assert_max_num_queries(14) as counted:  # four of them are the session's and the frame's
        page = client.get(reverse("projects:board"))
    own = [one["sql"] for one in counted.captured_queries if "projects_" in one["sql"]]
    assert len(own) <= 10, own
    assert page.status_code == 200 and page.context["page"].next_cursor
    more = client.get(reverse("projects:board"), {"cursor": page.context["page"].next_cursor})
    seen = {one.pk for one, *_rest in page.context["rows"]}
    assert not seen & {one.pk for one, *_rest in more.context["rows"]}


def test_the_board_counts_by_stage_and_delay_and_leads_to_the_list(town):
    with at("2026-06-01 10:00"):
        late = town.opened("permit", name="迟延的工程").project
        town.project(name="未启动的工程")
    client = second(town.supervisor.user)
    with at("2026-06-10 10:00"):
        page = client.get(reverse("projects:board"))
        figures = {code: counts for code, _label, counts in page.context["figures"]}
        assert figures["permit"] == {"red": 1, "amber": 0, "green": 0, "none": 0, "every": 1}
        assert figures["none"]["none"] == 1
        listed = client.get(reverse("projects:board"), {"stage": "permit", "lamp": "red"})
        assert [one.pk for one, *_rest in listed.context["rows"]] == [late.pk]
        assert "2 working days late" in listed.content.decode()
        unopened = client.get(reverse("projects:board"), {"stage": "none"}).context["rows"]
        assert [one.name for one, *_rest in unopened] == ["未启动的工程"]
        found = client.get(reverse("projects:board"), {"q": "未启动", "scope": "all"}).context["rows"]
        assert [one.name for one, *_rest in found] == ["未启动的工程"]
        for strange in ({"cursor": "x"}, {"stage": "x"}, {"lamp": "x"}, {"lead": "9" * 30}, {"lead": "-1"}):
            assert client.get(reverse("projects:board"), strange).status_code == 200


def test_a_project_is_registered_on_its_page_and_nothing_typed_is_lost(town):
    client = browser(town.runner.user)
    url = reverse("projects:new")
    assert client.get(url).status_code == 200
    typed = {
        "code": "2408-350200-04-01-99", "name": "滨海医院", "builder_uscc": town.builder.uscc, "site": "海滨路",
        "kind": "government", "investment": "12345.67", "lead": town.lead.pk,
        "contact_name": "孙立", "contact_phone": "13800001234",
    }  # fmt: skip
    wrong = client.post(url, typed)
    assert wrong.status_code == 422 and "滨海医院" in wrong.content.decode()
    done = client.post(url, {**typed, "code": "2408-350200-04-01-990000"})
    assert done.status_code == 302
    made = Project.objects.get()
    assert (made.investment_fen, made.contact_name) == (1_234_567, "孙立")
    assert done["location"] == reverse("projects:project", args=[made.code])
    assert client.post(url, {**typed, "investment": "abc"}).status_code == 422


def test_the_page_of_a_project_costs_a_bounded_number_of_queries(town, django_assert_max_num_queries):
    with at("2026-06-01 10:00"):
        stage = town.opened("acceptance")
        actions.set_appointment(
            town.runner, stage.pk, kind="acceptance", day=dt.date(2026, 6, 5), at=dt.time(9), place="现场",
            invited={town.fire.pk: "王", town.defence.pk: "李"},
        )  # fmt: skip
        actions.hold_meeting(
            town.runner, stage.project_id, held_on=dt.date(2026, 6, 1), place="x", subject="协调", chair="李",
            decisions="由资规局牵头", participants={one.pk: "" for one in (town.lead, town.fire, town.planning)},
            duties=[Duty(town.fire.pk, "出具意见", dt.date(2026, 6, 10))],
        )  # fmt: skip
        client = browser(town.runner.user)
        url = reverse("projects:project", args=[stage.project.code])
        client.get(url)
        with django_assert_max_num_queries(32) as counted:
            page = client.get(url)
        before = len(counted.captured_queries)
        for dept in (town.planning, town.lead):
            actions.ask(town.runner, stage.pk, department_id=dept.pk, kind="consultation", question="有无意见")
        with django_assert_max_num_queries(before):
            client.get(url)
    text = page.content.decode()
    assert "Coordination meetings" in text and "消防救援支队" not in text and "Fire and Rescue Division" in text
    assert 'class="bars"' in text and "style=" not in text


def test_the_contact_person_is_masked_and_the_viewing_is_logged(town):
    stage = town.opened("permit")
    url = reverse("projects:project", args=[stage.project.code])
    asked = browser(town.of(town.fire).user).get(url).content.decode()
    assert "赵建国" not in asked and "13800001234" not in asked and "138****1234" in asked
    assert not AccessLog.objects.exists()
    runner = browser(town.runner.user).get(url).content.decode()
    assert "赵建国" in runner and "13800001234" in runner
    assert AccessLog.objects.get().what == "contact"
    assert (
        "赵建国"
        in browser(town.agent_user).get(reverse("projects:mine-one", args=[stage.project.code])).content.decode()
    )


def test_a_department_answers_on_its_page_and_keeps_what_it_uploaded(town):
    one = town.asked(town.opened("permit"), town.fire)
    client = browser(town.of(town.fire).user)
    listed = client.get(reverse("projects:requests"))
    assert [row.pk for row, _light in listed.context["rows"]] == [one.pk]
    url = reverse("projects:request", args=[one.pk])
    assert "do-answer" in client.get(url).content.decode()
    act = reverse("projects:request-act", args=[one.pk, "answer"])
    wrong = client.post(act, {"answer-verdict": "conditions", "answer-state_version": 0, "answer-papers": [pdf()]})
    assert wrong.status_code == 422 and "opinion.pdf" in wrong.content.decode()
    kept = StoredFile.objects.get()
    done = client.post(
        act, {"answer-verdict": "conditions", "answer-text": "净宽 4 米", "answer-state_version": 0, "kept": [kept.pk]}
    )
    assert done.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.answer) == ("answered", "conditions")
    paper = Paper.objects.get()
    assert paper.request == one
    for person, status in ((town.agent_user, 200), (town.runner.user, 200), (factories.citizen(), 404)):
        assert browser(person).get(reverse("core:file", args=[paper.file_id])).status_code == status
    again = client.post(act, {"answer-verdict": "agree", "answer-state_version": 0})
    assert again.status_code == 422


def test_a_permit_request_offers_only_not_concerned(town):
    one = town.asked(town.opened("permit"), town.building)
    client = browser(town.of(town.building).user)
    page = client.get(reverse("projects:request", args=[one.pk])).content.decode()
    assert 'value="not_concerned"' in page and 'value="agree"' not in page
    forced = client.post(
        reverse("projects:request-act", args=[one.pk, "answer"]), {"answer-verdict": "agree", "answer-state_version": 0}
    )
    assert forced.status_code == 422
    one.refresh_from_db()
    assert one.state == "asked"


def test_a_stage_is_opened_after_seeing_who_is_asked(town):
    project = town.project()
    client = browser(town.runner.user)
    url = reverse("projects:stage-open", args=[project.code, "planning"])
    assert "Natural Resources" in client.get(url).content.decode()
    assert client.post(url, {"state_version": 0, "note": "请依法办理"}).status_code == 302
    assert OpinionRequest.objects.filter(question="请依法办理").count() == 2
    early = reverse("projects:stage-open", args=[project.code, "permit"])
    project.refresh_from_db()
    assert client.post(early, {"state_version": project.state_version}).status_code == 422
    assert client.post(early, {"state_version": project.state_version, "early": "on"}).status_code == 302
    assert client.get(reverse("projects:stage-open", args=[project.code, "cellar"])).status_code == 404
    close = client.post(
        reverse("projects:stage-close", args=[project.code, "planning"]), {"state_version": 0}, follow=True
    )
    assert "permit" in close.content.decode() and close.status_code == 200


def test_an_appointment_from_the_announcement_to_the_mended_point(town):
    with at("2026-06-01 10:00"):
        stage = town.opened("acceptance")
        runner, fire, agent = (browser(user) for user in (town.runner.user, town.of(town.fire).user, town.agent_user))
        url = reverse("projects:appointment-new", args=[stage.project.code, "acceptance"])
        typed = {
            "kind": "acceptance",
            "day": "2026-06-06",
            "at": "09:30",
            "place": "现场",
            f"person_{town.fire.pk}": "王工",
        }
        wrong = runner.post(url, typed)
        assert wrong.status_code == 422 and "2026-06-08" in wrong.content.decode() and "王工" in wrong.content.decode()
        assert runner.post(url, {**typed, "day": "2026-06-05"}).status_code == 302
    visit = stage.appointments.get()
    invitation = visit.invitations.get()
    here = reverse("projects:appointment", args=[visit.pk])
    with at("2026-06-05 12:00"):
        hold = reverse("projects:appointment-act", args=[visit.pk, "hold"])
        assert runner.post(hold, {"hold-state_version": 0}).status_code == 422
        sent = {
            "hold-state_version": 0, f"hold-attendance_{invitation.pk}": "present", f"hold-came_{invitation.pk}": "王工",
        }  # fmt: skip
        assert runner.post(hold, sent).status_code == 302
        assert "Enter the findings" in fire.get(here).content.decode()
        assert "Enter the findings of" not in runner.get(here).content.decode()
        find = reverse("projects:find", args=[visit.pk, invitation.pk])
        prefix = f"find-{invitation.pk}"
        half = {f"{prefix}-finding": "rectify", f"{prefix}-text": "压力不足", f"{prefix}-papers": [pdf("photo.pdf")]}
        wrong = fire.post(find, half)
        assert wrong.status_code == 422 and "photo.pdf" in wrong.content.decode()
        assert runner.post(find, {f"{prefix}-finding": "passed"}).status_code == 403
        whole = {
            f"{prefix}-finding": "rectify", f"{prefix}-text": "压力不足", f"{prefix}-point_1": "更换水泵",
            f"{prefix}-due_1": "2026-06-12", "kept": [StoredFile.objects.get().pk],
        }  # fmt: skip
        assert fire.post(find, whole).status_code == 302
        report = reverse("projects:appointment-act", args=[visit.pk, "report"])
        visit.refresh_from_db()
        sent = {"report-state_version": visit.state_version, "report-conclusion": "整改后通过"}
        assert runner.post(report, sent).status_code == 302
        point = visit.rectifications.get()
        mine = agent.get(reverse("projects:mine-one", args=[stage.project.code])).content.decode()
        assert "更换水泵" in mine and "1 point is to be mended" in mine
        mend = reverse("projects:mend", args=[point.pk])
        assert agent.post(mend, {f"mend-{point.pk}-state_version": 0}).status_code == 422
        assert (
            agent.post(mend, {f"mend-{point.pk}-state_version": 0, f"mend-{point.pk}-text": "已更换"}).status_code
            == 302
        )
        check = reverse("projects:point", args=[point.pk, "verify"])
        assert runner.post(check, {"state_version": 1}).status_code == 403
        assert fire.post(check, {"state_version": 1, "note": ""}).status_code == 302
    point.refresh_from_db()
    assert point.state == "verified"


def test_others_find_nothing(town):
    stage = town.opened("permit")
    one = town.asked(stage, town.fire)
    stranger = browser(factories.staff(Role.REVIEWER, factories.department("OTHER")))
    citizen = browser(factories.citizen())
    code = stage.project.code
    for name, args in (
        ("project", [code]), ("request", [one.pk]), ("stage-open", [code, "planning"]), ("edit", [code]),
        ("meeting", [code]),
    ):  # fmt: skip
        assert stranger.get(reverse(f"projects:{name}", args=args)).status_code == 404
        assert citizen.get(reverse(f"projects:{name}", args=args)).status_code == 403
    assert citizen.get(reverse("projects:mine-one", args=[code])).status_code == 404
    assert list(stranger.get(reverse("projects:board")).context["rows"]) == []
    assert list(citizen.get(reverse("projects:mine")).context["rows"]) == []


def test_the_lists_and_figures_cost_a_bounded_number_of_queries(town, django_assert_max_num_queries):
    for _n in range(3):
        town.opened("permit")
    client = browser(town.of(town.fire).user)
    for name, most in (("requests", 10), ("tasks", 10), ("figures", 12), ("plans", 22), ("board", 14)):
        client.get(reverse(f"projects:{name}"))
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"projects:{name}")).status_code == 200
    agent = browser(town.agent_user)
    agent.get(reverse("projects:mine"))
    with django_assert_max_num_queries(10):
        assert len(agent.get(reverse("projects:mine")).context["rows"]) == 3


def test_a_plan_is_declared_as_a_new_version_and_checked(town):
    client = second(town.supervisor.user)
    url = reverse("projects:plan-new", args=["planning"])
    assert client.get(url).status_code == 200
    day = StagePlan.objects.get(stage="planning")
    sent = {"lead": town.lead.pk, "valid_from": "2199-01-03", "department_1": town.fire.pk, "kind_1": "acceptance"}
    wrong = client.post(url, sent)
    assert wrong.status_code == 422
    assert client.post(url, {**sent, "kind_1": "consultation", "valid_from": "2020-01-01"}).status_code == 422
    assert (
        client.post(
            url, {**sent, "kind_1": "consultation", "department_2": town.fire.pk, "kind_2": "consultation"}
        ).status_code
        == 422
    )
    assert client.post(url, {**sent, "kind_1": "consultation", "days_1": "999"}).status_code == 422
    assert client.post(url, {**sent, "kind_1": "consultation", "item_1": "NONE"}).status_code == 422
    assert client.post(url, {"lead": town.lead.pk, "valid_from": "2199-01-03"}).status_code == 422
    assert StagePlan.objects.count() == 3
    assert client.post(url, {**sent, "kind_1": "consultation", "days_1": "3"}).status_code == 302
    made = StagePlan.objects.get(version=2)
    assert (made.stage, made.lines.get().limit_days, day.version) == ("planning", 3, 1)
    assert "from 3 January 2199" in client.get(reverse("projects:plans")).content.decode()


def test_ending_a_project_asks_for_a_reason(town):
    stage = town.opened("permit")
    client = browser(town.runner.user)
    project = Project.objects.get(pk=stage.project_id)
    url = reverse("projects:step", args=[project.code, "end"])
    assert client.post(url, {"state_version": project.state_version, "reason": " "}).status_code == 422
    assert client.post(url, {"state_version": project.state_version, "reason": "业主放弃"}).status_code == 302
    assert Project.objects.get().state == "ended"
    assert (
        client.post(reverse("projects:step", args=[project.code, "complete"]), {"state_version": "x"}).status_code
        == 302
    )
    assert client.get(reverse("projects:step", args=[project.code, "fly"])).status_code == 404


def test_the_green_channel_on_its_pages(town):
    project = actions.register(town.runner, draft(town.lead, town.builder))
    client = second(town.supervisor.user)
    key = reverse("projects:key", args=[project.code])
    helper = town.of(town.fire).user
    assert client.post(key, {"reason": "省重点", "helper": "nobody"}).status_code == 422
    assert client.post(key, {"reason": "省重点", "helper": helper.username}).status_code == 302
    plan = reverse("projects:milestone", args=[project.code])
    mine = browser(helper)
    assert mine.post(plan, {"name": "开工", "planned_on": "2026-09-01"}).status_code == 302
    made = project.milestones.get()
    assert (
        mine.post(reverse("projects:reach", args=[project.code, made.pk]), {"actual_on": "2199-01-01"}).status_code
        == 422
    )
    assert (
        mine.post(reverse("projects:reach", args=[project.code, made.pk]), {"actual_on": "2026-01-04"}).status_code
        == 302
    )
    assert (
        helper.name in browser(town.agent_user).get(reverse("projects:mine-one", args=[project.code])).content.decode()
    )
    assert browser(town.runner.user).get(key).status_code == 403
