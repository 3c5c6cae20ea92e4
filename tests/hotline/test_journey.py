"""A ticket from the call to the call-back, and the ways round: what each step leaves behind."""

import datetime as dt
from typing import Any

import pytest

from hotline import actions
from hotline.actions import Answers, sweeps
from hotline.models import Dispatch, Escalation, LateSpan, Mark, Reply, Return, Ticket
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.hotline.objects import World, draft, person

pytestmark = pytest.mark.django_db
MONDAY = factories.moment("2026-03-02 10:00")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def marks(ticket: Ticket) -> list[str]:
    return list(Mark.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True))


def test_a_ticket_goes_from_the_call_to_the_call_back(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = again(world.closed())
    assert ticket.state == "closed"
    assert ticket.satisfied is True
    assert ticket.due_at == factories.moment("2026-03-09 23:59:59")
    assert marks(ticket) == ["dispatched", "replied"]


def test_creating_a_ticket_takes_at_most_twelve_queries(world: World, django_assert_max_num_queries: Any) -> None:
    wanted = draft(title="又一件")
    # Not on the present day: on one day in ten the second serial is passed over, and that costs a step more.
    with driven_clock(factories.moment("2026-11-18 10:00")):
        world.recorded()
        with django_assert_max_num_queries(12):
            actions.record(world.operator, wanted, once_key="k1")


def test_a_form_that_is_sent_twice_makes_one_ticket(world: World) -> None:
    first = actions.record(world.operator, draft(), once_key="k")
    assert actions.record(world.operator, draft(), once_key="k").pk == first.pk


def test_everything_that_is_wrong_is_said_at_once(world: World) -> None:
    wrong = draft(title=" ", content="", kind="song", latitude=91.0, longitude=3.0, caller={"phone": "12"})
    with pytest.raises(Invalid) as refused:
        actions.record(world.operator, wrong)
    assert set(refused.value.fields) == {"title", "content", "kind", "latitude", "phone"}


def test_what_the_hotline_knows_it_answers_itself(world: World) -> None:
    ticket = world.recorded(kind="enquiry")
    ticket = actions.answer_directly(world.operator, ticket.pk, text="您好……", state_version=ticket.state_version)
    assert (ticket.state, ticket.direct, ticket.due_at) == ("answered", True, None)


def test_two_hours_run_by_the_clock_and_working_days_by_the_calendar(world: World) -> None:
    with driven_clock(factories.moment("2026-02-13 16:30")):  # the last working afternoon before Spring Festival
        urgent = world.dispatched(grade="urgent")
        normal = world.dispatched(grade="normal")
    assert urgent.due_at == factories.moment("2026-02-13 18:30")
    assert normal.due_at == factories.moment("2026-02-20 23:59:59")  # seven natural days


def test_giving_a_ticket_to_another_department_does_not_restart_the_clock(world: World) -> None:
    other = factories.department("CGJ", name="城管局")
    with driven_clock(MONDAY):
        ticket = world.dispatched()
    with driven_clock(MONDAY + 2 * DAY):
        moved = world.step(world.dispatcher, ticket, "reassign", department=str(other.pk), reason="属城管职责")
    assert moved.due_at == ticket.due_at
    assert moved.department == other
    assert Dispatch.objects.filter(ticket=ticket, ended_at__isnull=True).count() == 1


def test_a_rejected_return_goes_back_and_is_counted_against_the_department(world: World) -> None:
    ticket = world.dispatched()
    world.step(world.clerk, ticket, "return", ground="not_ours", reason="不归我们管")
    with pytest.raises(NotAllowed):
        world.step(world.clerk, ticket, "reject", reason="x", wrongful="no")
    back = world.step(world.dispatcher, ticket, "reject", reason="属于贵单位职责", wrongful="yes")
    assert (back.state, back.department_id) == ("dispatched", world.department.pk)
    assert Return.objects.get(ticket=ticket).wrongful
    assert marks(ticket) == ["dispatched", "returned", "wrongful"]
    with pytest.raises(WrongState):
        world.step(world.clerk, ticket, "return", ground="not_ours", reason="还是不归我们管")


def test_an_upheld_return_goes_to_another_department_with_its_clock(world: World) -> None:
    ticket = world.dispatched()
    other = factories.department("CGJ", name="城管局")
    world.step(world.clerk, ticket, "return", ground="other_area", reason="不在辖区")
    moved = world.step(world.dispatcher, ticket, "uphold", department=str(other.pk))
    assert (moved.state, moved.department, moved.due_at) == ("dispatched", other, ticket.due_at)
    assert Return.objects.get(ticket=ticket).outcome == "upheld"


def test_a_reply_needs_a_second_person(world: World) -> None:
    head = world.head
    ticket = world.step(head, world.dispatched(), "sign")
    ticket = world.step(head, ticket, "draft", text="已处理")
    with pytest.raises(NotAllowed):
        world.step(head, ticket, "approve")
    other = person(Role.REVIEWER, world.department)
    back = world.step(other, ticket, "send_back", reason="太简单")
    assert (back.state, Reply.objects.get(ticket=ticket).state) == ("signed", "sent_back")


def test_an_extension_needs_a_dispatcher_and_moves_the_limit_once(world: World) -> None:
    until = factories.moment("2026-03-20 23:59:59")
    with driven_clock(MONDAY):
        ticket = world.signed()
        asked = actions.ask(
            world.clerk, ticket.pk, "extension", reason="等待检测", until=until, state_version=ticket.state_version
        )
        with pytest.raises(NotAllowed):
            actions.decide(world.clerk, asked.pk, grant=True, decision="")
        actions.decide(world.dispatcher, asked.pk, grant=True, decision="同意")
        ticket = again(ticket)
        assert ticket.due_at == ticket.first_due_at == until
        with pytest.raises(Invalid):
            actions.ask(
                world.clerk, ticket.pk, "extension", reason="再等等", until=until + DAY,
                state_version=ticket.state_version,
            )  # fmt: skip
    assert marks(ticket)[-1] == "extended"


def test_a_suspension_stops_the_clock_and_ends_by_itself(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.signed()
        until = MONDAY + 3 * DAY
        asked = actions.ask(
            world.clerk, ticket.pk, "suspension", reason="等待鉴定", until=until, state_version=ticket.state_version
        )
        actions.decide(world.dispatcher, asked.pk, grant=True, decision="")
    stopped = again(ticket)
    assert (stopped.state, stopped.due_at) == ("suspended", None)
    with driven_clock(MONDAY + 3 * DAY + HOUR):
        assert sweeps.resume_due() == 1
    assert again(ticket).state == "signed"
    assert again(ticket).due_at == factories.moment("2026-03-12 23:59:59")


def test_days_that_were_late_stay_late_after_an_extension(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.signed()
    with driven_clock(factories.moment("2026-03-12 09:00")):
        until = factories.moment("2026-03-20 23:59:59")
        asked = actions.ask(
            world.clerk, ticket.pk, "extension", reason="迟了", until=until, state_version=ticket.state_version
        )
        actions.decide(world.dispatcher, asked.pk, grant=True, decision="")
    span = LateSpan.objects.get(ticket=ticket)
    assert (span.from_on, span.to_on) == (dt.date(2026, 3, 9), dt.date(2026, 3, 12))


def test_another_urgency_is_counted_from_the_first_dispatch(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.signed()
        asked = actions.ask(
            world.clerk, ticket.pk, "grade", reason="工程量大", grade="long", state_version=ticket.state_version
        )
    with driven_clock(MONDAY + DAY):
        actions.decide(world.dispatcher, asked.pk, grant=True, decision="")
    assert again(ticket).due_at == factories.moment("2026-03-17 23:59:59")


def test_who_is_not_content_gets_a_redo_with_a_new_limit_and_the_first_one_keeps_its_figures(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.replied()
        ticket = actions.call_back(
            world.operator, ticket.pk, Answers(contacted=True, resolved=False, satisfied=False),
            state_version=ticket.state_version,
        )  # fmt: skip
    assert ticket.state == "called_back"
    with driven_clock(MONDAY + DAY):
        ticket = world.step(world.dispatcher, ticket, "redo", reason="没有解决")
    assert (ticket.state, ticket.redone) == ("dispatched", 1)
    assert ticket.first_due_at == factories.moment("2026-03-09 23:59:59")
    assert ticket.due_at == factories.moment("2026-03-10 23:59:59")


def test_after_three_vain_calls_the_ticket_may_be_closed(world: World) -> None:
    ticket = world.replied()
    with pytest.raises(WrongState):
        world.step(world.operator, ticket, "give_up")
    for _attempt in range(3):
        ticket = actions.miss(world.operator, ticket.pk, state_version=again(ticket).state_version)
    closed = world.step(world.operator, ticket, "give_up")
    assert (closed.state, closed.called_back_at) == ("closed", None)


def test_the_link_works_once(world: World) -> None:
    ticket = world.replied()
    token = actions.send_link(world.operator, ticket.pk).rstrip("/").rsplit("/", 1)[-1]
    answers = Answers(contacted=True, resolved=True, satisfied=True)
    assert actions.answer_link(token, answers).state == "closed"
    with pytest.raises(NotFound):
        actions.answer_link(token, answers)


def test_a_judgement_is_left_out_only_by_two_people(world: World) -> None:
    ticket = world.closed()
    asked = actions.ask(
        world.operator, ticket.pk, "exclusion", reason="诉求违法", ground="unlawful", state_version=ticket.state_version
    )
    both = world.operator.user
    assert both is not None
    factories.Posting.objects.create(
        user=both, role=Role.HOTLINE_DISPATCHER, starts_on=dt.date(2020, 1, 1), department=world.department
    )
    alone = actor_of(factories.User.objects.get(pk=both.pk), Role.HOTLINE_DISPATCHER)
    with pytest.raises(NotAllowed):
        actions.decide(alone, asked.pk, grant=True, decision="")
    actions.decide(world.dispatcher, asked.pk, grant=True, decision="同意")
    assert again(ticket).excluded


def test_urging_is_once_a_day_and_counted(world: World) -> None:
    ticket = world.signed()
    actions.urge(world.operator, ticket.pk)
    with pytest.raises(WrongState):
        actions.urge(world.operator, ticket.pk)
    assert again(ticket).urged == 1


def test_a_series_gets_the_answer_of_its_leading_ticket(world: World) -> None:
    leading = world.signed()
    other = world.recorded(caller={"phone": "13800009999"})
    merged = world.step(world.dispatcher, other, "merge", parent=leading.number)
    assert (merged.state, merged.parent_id) == ("merged", leading.pk)
    world.step(world.clerk, leading, "draft", text="已恢复供电")
    world.step(world.head, leading, "approve")
    run_due_jobs()
    assert again(other).state == "replied"
    assert Reply.objects.get(ticket=other).text == "已恢复供电"


def test_a_closed_ticket_is_reopened_at_its_department_and_counted(world: World) -> None:
    ticket = world.closed()
    back = world.step(world.operator, ticket, "reopen", reason="又发生了")
    assert (back.state, back.reopened, back.ended_at) == ("dispatched", 1, None)
    assert back.due_at is not None


def test_the_caller_may_reopen_for_thirty_days(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.closed()
    with driven_clock(MONDAY + 31 * DAY), pytest.raises(WrongState):
        actions.reopen_as_caller(actions.CALLER, ticket.pk, reason="又坏了")
    with driven_clock(MONDAY + 30 * DAY):
        assert actions.reopen_as_caller(actions.CALLER, ticket.pk, reason="又坏了").state == "dispatched"


def test_danger_to_life_is_seen_in_the_words_goes_on_top_and_is_told(world: World) -> None:
    old = world.recorded()
    ticket = world.recorded(title="有人要跳楼", content="天台上有人要轻生", grade="long")
    assert (ticket.life_danger, ticket.grade) == (True, "urgent")
    assert list(Ticket.objects.open().by_urgency()) == [ticket, old]
    run_due_jobs()
    assert Notification.objects.filter(user=world.dispatcher.user, template="ticket.danger").exists()
    sent = actions.dispatch(
        world.dispatcher, ticket.pk, department_id=world.department.pk, state_version=ticket.state_version
    )
    with pytest.raises(WrongState):
        world.step(world.clerk, sent, "return", ground="not_ours", reason="不归我们")


def test_very_many_calls_of_one_number_are_marked_and_none_is_lost(world: World) -> None:
    for _n in range(11):
        last = world.recorded()
    assert last.many
    assert Ticket.objects.count() == 11
    assert not world.recorded(caller={"phone": "13800005555"}).many


def test_the_limit_escalates_once_at_each_share(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.signed(grade="pressing")
    for hours, expected in ((11, 0), (12, 1), (13, 1), (20, 2), (25, 3), (30, 3)):
        with driven_clock(MONDAY + hours * HOUR):
            while sweeps.escalate():
                pass
        assert Escalation.objects.filter(ticket=ticket).count() == expected, hours
    assert list(Escalation.objects.values_list("percent", flat=True)) == [50, 80, 100]
    told = Notification.objects.filter(template="ticket.escalated", user=world.head.user)
    assert told.count() == 3


def test_the_province_s_own_limit_is_told_a_day_before(world: World) -> None:
    with driven_clock(MONDAY):
        world.recorded(channel="province", province_number="SX1", province_due_at=MONDAY + 3 * DAY)
        assert sweeps.remind_of_province() == 0
    with driven_clock(MONDAY + 2 * DAY + HOUR):
        assert sweeps.remind_of_province() == 1
        assert sweeps.remind_of_province() == 0


def test_an_order_that_nobody_answers_turns_red_once(world: World) -> None:
    with driven_clock(MONDAY):
        supervisor = person(Role.SUPERVISOR)
        ticket = world.signed()
        order = actions.issue_order(supervisor, ticket.pk, text="限期办结", due_at=MONDAY + DAY)
        with pytest.raises(NotAllowed):
            actions.answer_order(supervisor, order.pk, text="好")
    with driven_clock(MONDAY + 2 * DAY):
        assert sweeps.light_orders() == 1
        assert sweeps.light_orders() == 0
        actions.answer_order(world.head, order.pk, text="已办结")
    assert marks(ticket)[-1] == "ordered"


def test_tickets_of_a_closed_department_go_back_to_the_hotline_with_their_clock(world: World) -> None:
    with driven_clock(MONDAY):
        drafted = world.step(world.clerk, world.signed(), "draft", text="x")
        world.dispatched()
        world.department.closed_on = dt.date(2026, 3, 3)
        world.department.save()
    with driven_clock(MONDAY + DAY):
        while sweeps.leave_closed_department(world.department.pk):
            pass
    rows = Ticket.objects.all()
    assert {(row.state, row.department_id) for row in rows} == {("recorded", None)}
    assert again(drafted).due_at == factories.moment("2026-03-09 23:59:59")
    with pytest.raises(Invalid):
        actions.dispatch(
            world.dispatcher, drafted.pk, department_id=world.department.pk, state_version=again(drafted).state_version
        )


def test_after_the_retention_time_the_caller_is_forgotten_and_the_ticket_stays(world: World) -> None:
    with driven_clock(MONDAY):
        ticket = world.closed(content="我的电话13800001234，请联系。")
    with driven_clock(MONDAY + 1100 * DAY):
        assert sweeps.anonymise() == 1
    forgotten = again(ticket)
    assert not hasattr(forgotten, "reporter")
    assert "13800001234" not in forgotten.content + forgotten.search
    assert forgotten.satisfied is True


def test_who_saw_yesterday_s_state_is_told_so(world: World) -> None:
    ticket = world.dispatched()
    world.step(world.clerk, ticket, "sign")
    with pytest.raises(Stale):
        actions.take_step(world.clerk, ticket.pk, "return", {}, state_version=ticket.state_version)


def test_people_of_other_departments_do_not_even_find_it(world: World) -> None:
    ticket = world.signed()
    stranger = person(Role.CLERK, factories.department("CGJ", name="城管局"))
    with pytest.raises(NotFound):
        actions.take_step(stranger, ticket.pk, "draft", {"text": "x"}, state_version=ticket.state_version)
