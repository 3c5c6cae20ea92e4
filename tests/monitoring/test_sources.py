"""Each source lights on its day and goes dark with the work, whatever the room calls it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from approvals.cases import actions as case_actions
from approvals.cases.models import Case, CaseStop
from approvals.projects.models import Meeting, MeetingTask
from approvals.promises import actions as promise_actions
from hall.attendance.models import EmptyPost
from hall.board.models import Board, BoardRow, Objection
from hall.ratings.models import Grievance, Rectification
from hotline import actions as hotline_actions
from hotline.actions import sweeps
from hotline.districts.models import Assignment
from hotline.models import Dispatch, Order, Ticket
from portal.core.lamps import APPS, LampScope, lamp_sources, stream
from portal.core.time import now
from portal.people.roles import Role
from procurement.awards.models import Contract, Payment, Procedure, Remedy
from procurement.tenders.models import Bond
from tests import factories
from tests.attendance import objects as attendance
from tests.awards import objects as awards
from tests.hotline import objects as hotline
from tests.monitoring.objects import FRIDAY, Office, at, burning, lamps, overdue_case
from tests.patrols import objects as patrols
from tests.pledges.objects import Lane
from tests.projects import objects as projects
from tests.promises.crew import Crew
from tests.ratings.conftest import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with at(FRIDAY):
        yield


@pytest.fixture
def office() -> Office:
    return Office()


def follow(source: str, *days: tuple[str, str]) -> None:
    """On each day the source burns in the named colour, or in none for ""."""
    for day, colour in days:
        with at(day):
            assert burning(source) == ([colour] if colour else []), day


def test_a_decision_turns_amber_then_red_and_dark_with_the_decision(office):
    case = overdue_case(office, dt.date(2026, 11, 9))
    follow("cases.decision", ("2026-11-10", ""), ("2026-11-12", "amber"), ("2026-11-13", "red"))
    (lamp,) = lamps(source="cases.decision")
    assert (lamp.number, lamp.since, lamp.department_id) == (case.number, dt.date(2026, 11, 12), office.department.pk)
    assert lamp.title and lamp.url.endswith(f"{case.number}/")
    Case.objects.filter(pk=case.pk).update(ended_on=dt.date(2026, 11, 20), outcome="withdrawn", state="withdrawn")
    follow("cases.decision", ("2026-11-20", ""))


def test_an_application_that_nobody_answers_is_red_after_its_day(office):
    with at("2026-11-09"):
        case = factories.submitted(on=factories.item(dept=office.department))
    due = case.answer_due_on
    follow("cases.answer", ("2026-11-10", ""), (due.isoformat(), "amber"))
    with at((due + dt.timedelta(days=3)).isoformat()):
        assert burning("cases.answer") == ["red"]
        case_actions.take_step(office.actor("clerk"), case.pk, "accept", state_version=case.state_version)
        assert burning("cases.answer") == []


def test_a_stop_burns_past_its_announced_end(office):
    case = overdue_case(office, dt.date(2026, 11, 18), promised_days=10)
    stop = CaseStop.objects.create(
        case=case, ground="hearing", from_on=dt.date(2026, 11, 18), announced_end_on=dt.date(2026, 11, 24)
    )
    follow("cases.stop", ("2026-11-24", ""), ("2026-11-25", "amber"))
    stop.to_on = dt.date(2026, 11, 25)
    stop.save()
    follow("cases.stop", ("2026-11-26", ""))


def test_a_result_is_delivered_within_ten_working_days(office):
    case = overdue_case(office, dt.date(2026, 11, 2))
    Case.objects.filter(pk=case.pk).update(
        state="approved", outcome="approved", decided_on=dt.date(2026, 11, 2), ended_on=dt.date(2026, 11, 2)
    )
    follow("cases.delivery", ("2026-11-16", ""), ("2026-11-17", "red"))
    with at("2026-11-20"):
        assert lamps(source="cases.delivery")[0].since == dt.date(2026, 11, 16)  # the tenth working day
    Case.objects.filter(pk=case.pk).update(state="delivered")
    follow("cases.delivery", ("2026-11-20", ""))


def test_an_opinion_and_a_task_of_a_project(office):
    town = projects.Town()
    town.plans()
    with at("2026-11-09"):
        stage = town.opened()
        one = town.asked(stage, town.fire)
    follow("projects.opinion", ("2026-11-09", ""))
    with at((one.due_on + dt.timedelta(days=1)).isoformat()):
        assert "red" in burning("projects.opinion")
        assert one.pk in {lamp.key for lamp in lamps(source="projects.opinion", departments=[town.fire.pk])}
    meeting = Meeting.objects.create(
        project=stage.project, held_on=dt.date(2026, 11, 9), place="会议室", subject="协调会", chair="王主任",
        decisions="同意", written_by=office.people["clerk"], written_at=now(),
    )  # fmt: skip
    task = MeetingTask.objects.create(
        meeting=meeting, project=stage.project, department=town.fire, text="补充消防方案", due_on=dt.date(2026, 11, 18)
    )
    follow("projects.task", ("2026-11-17", ""), ("2026-11-18", "amber"), ("2026-11-19", "red"))
    MeetingTask.objects.filter(pk=task.pk).update(state="done")
    follow("projects.task", ("2026-11-19", ""))


def test_a_promise_that_was_sent_back():
    crew = Crew()
    with at("2026-06-01"):
        finding = promise_actions.open_round(crew.supervisor, name="一轮").findings.get()
    follow("promises.rework", ("2026-06-01", ""), (finding.amber_on.isoformat(), "amber"), ("2026-06-16", "red"))
    with at("2026-06-16"):
        promise_actions.reply(crew.head, finding.pk, kind="keep", text="需现场核验", state_version=0)
        assert burning("promises.rework") == []


def test_a_promised_material_burns_after_its_day():
    desk = Lane()
    with at("2026-06-01"):
        desk.promised("2026-06-10")
    follow("pledges.material", ("2026-06-09", ""), ("2026-06-10", "amber"), ("2026-06-11", "red"))


def test_a_commitment_is_checked_by_its_day():
    desk = Lane()
    with at("2026-06-01"):
        one = desk.decided()
    one.refresh_from_db()
    late = (one.due_on + dt.timedelta(days=1)).isoformat()
    follow("pledges.check", ("2026-06-01", ""), (one.due_on.isoformat(), "amber"), (late, "red"))


def test_a_ticket_is_escalated_then_overdue_and_dark_with_the_reply():
    world = hotline.World()
    with at("2026-11-16"):
        ticket = world.signed()
    due = ticket.due_at
    with at("2026-11-17"):
        assert burning("hotline.reply") == []
    Ticket.objects.filter(pk=ticket.pk).update(escalate_at=due - (due - ticket.anchor_at) / 5, escalated=50)
    with at((due - dt.timedelta(hours=20)).strftime("%Y-%m-%d %H:%M")):
        while sweeps.escalate():
            pass
        assert burning("hotline.reply") == ["amber"]
        assert lamps(source="hotline.reply")[0].since == now().date()
    with at((due + dt.timedelta(days=1)).strftime("%Y-%m-%d %H:%M")):
        assert burning("hotline.reply") == ["red"]
        world.step(world.clerk, ticket, "draft", text="已处理")
        world.step(world.head, ticket, "approve")
        assert burning("hotline.reply") == []


def test_a_ticket_that_nobody_signs_for_burns_from_half_of_its_limit():
    world = hotline.World()
    ticket = world.dispatched()
    assert burning("hotline.sign") == []
    Ticket.objects.filter(pk=ticket.pk).update(escalated=50)
    assert burning("hotline.sign") == ["amber"]
    world.step(world.clerk, ticket, "sign")
    assert burning("hotline.sign") == []


def test_an_order_of_the_hotline_burns_in_its_last_day_and_afterwards():
    world = hotline.World()
    ticket = world.signed()
    hotline_actions.issue_order(
        world.dispatcher, ticket.pk, text="限期办结", due_at=factories.moment("2026-11-24 12:00")
    )
    follow("hotline.order", ("2026-11-23 10:00", ""), ("2026-11-23 13:00", "amber"), ("2026-11-24 13:00", "red"))
    order = Order.objects.get()
    hotline_actions.answer_order(world.head, order.pk, text="已办结")
    follow("hotline.order", ("2026-11-24 13:00", ""))


def test_an_assignment_within_a_district_burns_when_it_is_not_signed_for(office):
    world = hotline.World()
    ticket = world.dispatched()
    one = Assignment.objects.create(
        ticket=ticket, dispatch=Dispatch.objects.filter(ticket=ticket).first(), district=world.department,
        department=office.other, assigned_at=now(), assigned_on=now().date(),
        sign_due_at=factories.moment("2026-11-21 12:00"), reply_due_at=factories.moment("2026-11-26 12:00"),
    )  # fmt: skip
    follow("hotline.district", ("2026-11-21 11:00", ""), ("2026-11-21 13:00", "red"))
    Assignment.objects.filter(pk=one.pk).update(state="signed")
    follow("hotline.district", ("2026-11-21 13:00", ""), ("2026-11-26 13:00", "red"))


def make_town(office: Office) -> Town:
    window = attendance.window("A01", office.department)
    manager = factories.staff(Role.HALL_MANAGER)
    people = office.people
    return Town(
        office.department, window, people["clerk"], people["head"], manager, people["supervisor"], factories.citizen()
    )


def test_a_bad_rating_its_appeal_and_a_grievance(office):
    town = make_town(office)
    town.rated(1)
    work = Rectification.objects.get()
    late = (work.due_on + dt.timedelta(days=1)).isoformat()
    follow("ratings.rectification", (work.opened_on.isoformat(), ""), (work.due_on.isoformat(), "amber"), (late, "red"))
    Rectification.objects.filter(pk=work.pk).update(state="appealed")
    follow("ratings.rectification", (late, ""))
    follow("ratings.appeal", (late, "amber"))
    Grievance.objects.create(
        number="TC-1", query_code="x", topic="hall", text="等候太久", made_at=now(), made_on=now().date(),
        due_on=dt.date(2026, 11, 25), department=office.department,
    )  # fmt: skip
    follow("ratings.grievance", ("2026-11-24", ""), ("2026-11-25", "amber"), ("2026-11-26", "red"))
    Grievance.objects.update(replied_on=dt.date(2026, 11, 26))
    follow("ratings.grievance", ("2026-11-26", ""))


def test_a_finding_of_a_patrol(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    manager = patrols.manager()
    office, finding = Office(), patrols.found(manager)
    late = (finding.due_on + dt.timedelta(days=1)).isoformat()
    follow("patrols.finding", ("2026-11-20", ""), (finding.due_on.isoformat(), "amber"), (late, "red"))
    patrols.rectified(finding, office.actor("head"))
    follow("patrols.finding", (late, ""))


def test_a_post_left_empty_burns_red_while_it_lasts_and_amber_until_it_is_explained(office):
    with at("2026-11-20 08:00"):
        person = attendance.clerk("B07", office.department)
        shift = attendance.planned(person)
    post = EmptyPost.objects.create(
        window=attendance.window("B07"), department=office.department, staff=person, shift=shift, kind="absent",
        day=dt.date(2026, 11, 20), from_at=factories.moment("2026-11-20 09:00"),
    )  # fmt: skip
    assert burning("attendance.post") == ["red"]
    EmptyPost.objects.filter(pk=post.pk).update(until_at=factories.moment("2026-11-20 09:30"))
    assert burning("attendance.post") == ["amber"]
    EmptyPost.objects.filter(pk=post.pk).update(state="explained")
    assert burning("attendance.post") == []


def test_an_objection_to_the_board_waits(office):
    board = Board.objects.create(
        month=dt.date(2026, 10, 1), weights={}, minimum_sample=1, objections_until=dt.date(2026, 11, 30)
    )
    row = BoardRow.objects.create(
        board=board, kind="department", subject_id=1, code="SCJG", name="市场监管局", points=7000, sample=20,
        department_id=office.department.pk,
    )  # fmt: skip
    one = Objection.objects.create(row=row, text="扣分有误", made_by=office.people["head"])
    (lamp,) = lamps(source="board.objection")
    assert (lamp.colour, lamp.department_id, lamp.url) == ("amber", office.department.pk, f"/boards/rows/{row.pk}/")
    Objection.objects.filter(pk=one.pk).update(outcome="granted", answer="同意")
    assert burning("board.objection") == []


TRADING: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "bonds.refund": lambda project, _more: Bond.objects.create(
        lot=project.lots.first(), organisation=project.buyer, kind="transfer", amount_fen=1, reference="BZJ-1",
        state="due_back", declared_at=now(), due_on=dt.date(2026, 11, 25),
    ),
    "contracts.limit": lambda project, _more: Contract.objects.create(
        lot=project.lots.first(), bidder=awards.candidate(project).bidder, number="HT-1", award_fen=1,
        notified_on=dt.date(2026, 11, 1), due_on=dt.date(2026, 11, 25), created_at=now(),
    ),
    "awards.stage": lambda project, _more: Procedure.objects.create(
        project=project, stage="publish", evaluated_on=dt.date(2026, 11, 20), due_on=dt.date(2026, 11, 25),
        updated_at=now(),
    ),
    "remedies.limit": lambda project, _more: Remedy.objects.create(
        number="YY-1", kind="objection", stage="result", project=project, organisation=project.buyer,
        filed_by=project.registered_by, facts="x", claim="y", filed_at=now(), filed_on=dt.date(2026, 11, 20),
        due_on=dt.date(2026, 11, 25),
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", sorted(TRADING))
def test_the_limits_of_trading(source, office):
    project = awards.evaluated()
    row = TRADING[source](project, {})
    follow(source, ("2026-11-24", ""), ("2026-11-25", "amber"), ("2026-11-26", "red"))
    with at("2026-11-26"):
        (lamp,) = lamps(source=source)
        assert (lamp.owner, lamp.department_id) == (project.buyer.name, None)
        assert lamps(source=source, departments=[office.department.pk]) == []  # no unit's head sees it
        assert lamp.url
    states = {"bonds.refund": "returned", "contracts.limit": "completed", "remedies.limit": "withdrawn"}
    type(row).objects.filter(pk=row.pk).update(
        **({"state": states[source]} if source in states else {"due_on": None, "stage": "done"})
    ) if source != "contracts.limit" else row.delete()
    follow(source, ("2026-11-26", ""))


def test_a_payment_to_a_contractor_leads_to_its_contract(office):
    project = awards.evaluated()
    contract = Contract.objects.create(
        lot=project.lots.first(), bidder=awards.candidate(project).bidder, number="HT-1", award_fen=1, state="void",
        notified_on=dt.date(2026, 11, 1), created_at=now(),
    )  # fmt: skip
    one = Payment.objects.create(contract=contract, name="预付款", amount_fen=1, due_on=dt.date(2026, 11, 25))
    assert burning("contracts.payment") == []  # the contract does not run
    rows = Payment.objects.filter(pk=one.pk)
    assert one.contract_id == contract.pk and rows.exists()


def test_supervision_burns_itself_while_a_unit_owes_a_reply(office):
    act = office.order()
    follow("supervision.order", ("2026-11-24", ""), ("2026-11-25", "amber"), ("2026-11-26", "red"))
    office.step("head", act, "reply", reply="已办结，原因如下。")
    follow("supervision.order", ("2026-11-26", ""))


def test_every_source_has_its_place_and_reads_alone():
    for code, source in lamp_sources().items():
        assert source.app in APPS and str(source.title)
        assert stream(LampScope(source=code)) == ([], None)
        assert stream(LampScope(source=code, person="无此人", departments=[1])) == ([], None)
    assert {one.app for one in lamp_sources().values()} == set(APPS)


def test_no_lamp_burns_in_two_colours(office):
    for day in (2, 9, 16, 17, 18):
        overdue_case(office, dt.date(2026, 11, day))
    office.order()
    found = [one.ident for one in lamps()]
    assert len(found) == len(set(found)) > 3
