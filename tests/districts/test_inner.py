"""Dispatching within a district: who may, what the city sees, whose clock it is, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from hotline import actions as hotline_actions
from hotline.districts import actions
from hotline.districts.models import Assignment
from hotline.models import Mark, Ticket
from hotline.timeline import entries_of
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.districts import objects
from tests.districts.objects import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Any:
    with override("en"):
        yield World()


def test_a_district_signs_passes_on_and_the_street_answers_the_caller(world):
    one = world.assigned()
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert (ticket.state, ticket.department, ticket.inner_department) == ("signed", world.district, world.street)
    with pytest.raises(NotAllowed):
        world.step(world.worker, ticket, "draft", text="未签收")
    world.inner(world.worker, one, "sign")
    world.step(world.worker, ticket, "draft", text="已清理。")
    world.step(world.chief, ticket, "approve")
    ticket.refresh_from_db()
    one.refresh_from_db()
    assert (ticket.state, one.state) == ("replied", "done")
    assert ticket.inner_department == world.street and one.replied_at is not None
    told = [entry.title for entry in entries_of(ticket)]
    assert "Passed on within the district" in told and "Signed for within the district" in told
    assert "Passed on within the district" not in [entry.title for entry in entries_of(ticket, public=True)]


def test_the_clock_is_the_citys_and_nothing_within_the_district_moves_it(world):
    with driven_clock(factories.moment("2026-11-16 09:00")):
        ticket = world.taken()
    due = ticket.due_at
    with driven_clock(factories.moment("2026-11-17 09:00")):
        one = world.assigned(ticket)
    assert one.sign_due_at < one.reply_due_at < due
    with driven_clock(factories.moment("2026-11-18 09:00")):
        world.inner(world.runner, world.returned(one), "uphold", note="")
        world.assigned(ticket, world.second)
    ticket.refresh_from_db()
    assert ticket.due_at == due and ticket.dispatches.count() == 1


def test_the_district_decides_returns_and_passes_the_ticket_on_anew(world):
    one = world.returned()
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert not ticket.inner_ready and ticket.state == "signed"  # the city sees one host that handles it
    world.inner(world.runner, one, "uphold", note="转给另一街道")
    other = world.assigned(ticket, world.second)
    assert other.department == world.second
    assert not ticket.__class__.objects.visible_to(world.worker.user).filter(pk=ticket.pk).exists()


def test_a_rejected_return_stays_and_a_second_one_is_refused(world):
    one = world.inner(world.runner, world.returned(), "reject", reason="属地就是你街道", wrongful="yes")
    assert (one.state, one.wrongful) == ("assigned", True)
    world.inner(world.worker, one, "sign")
    with pytest.raises(WrongState) as refused:
        world.inner(world.worker, one, "return", ground="not_ours", reason="再退")
    assert "rejected already" in refused.value.message


def test_danger_to_life_is_not_returned_within_the_district(world):
    one = world.assigned(world.taken(title="燃气泄漏", content="楼道里燃气泄漏，有人昏迷"))
    assert one.ticket.life_danger
    with pytest.raises(WrongState) as refused:
        world.inner(world.worker, one, "return", ground="not_ours", reason="不归我管")
    assert "call your district" in refused.value.message


@pytest.mark.parametrize("place", ["outside", "district", "other", "closed", "nowhere"])
def test_a_district_passes_on_to_its_own_departments_only(world, place):
    ticket = world.taken()
    closed = objects.street("OLD", world.district, closed_on=dt.date(2026, 1, 1))
    pk = {
        "outside": world.department.pk, "district": world.district.pk, "other": world.other.pk, "closed": closed.pk,
        "nowhere": 0,
    }[place]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.assign(world.runner, ticket.pk, department_id=pk, state_version=ticket.state_version)
    assert str(refused.value.fields["department"]) == "Choose a department of your own district."


def test_passing_on_needs_a_signature_a_free_ticket_and_the_present_state(world):
    ticket = world.sent()
    with pytest.raises(WrongState) as refused:
        actions.assign(world.runner, ticket.pk, department_id=world.street.pk, state_version=ticket.state_version)
    assert "Sign for the ticket first" in refused.value.message
    ticket = world.step(world.runner, ticket, "sign")
    with pytest.raises(Stale):
        actions.assign(world.runner, ticket.pk, department_id=world.street.pk, state_version=0)
    world.assigned(ticket)
    ticket.refresh_from_db()
    with pytest.raises(WrongState) as refused:
        actions.assign(world.runner, ticket.pk, department_id=world.second.pk, state_version=ticket.state_version)
    assert "Take it back first" in refused.value.message


def test_nobody_else_dispatches_within_a_district(world):
    ticket = world.taken()
    for actor in (world.dispatcher, world.operator, objects.person_of(Role.DEPARTMENT_HEAD, world.district)):
        with pytest.raises(NotAllowed):
            actions.assign(actor, ticket.pk, department_id=world.street.pk, state_version=ticket.state_version)
    for actor in (world.stranger, world.worker):
        with pytest.raises(NotFound):
            actions.assign(actor, ticket.pk, department_id=world.street.pk, state_version=ticket.state_version)


def test_a_dispatcher_of_a_district_never_acts_for_the_city(world):
    ticket = world.sent()
    for code, inputs in (
        ("reassign", {"department": str(world.street.pk), "reason": "x"}),
        ("redo", {"reason": "x"}),
        ("merge", {"parent": "x"}),
    ):
        with pytest.raises((NotAllowed, WrongState)):
            world.step(world.runner, ticket, code, **inputs)
    with pytest.raises(NotAllowed):
        hotline_actions.record(world.runner, objects.HotlineWorld.recorded.__globals__["draft"]())
    elsewhere = world.dispatched()
    with pytest.raises(NotFound):
        world.step(world.runner, elsewhere, "sign")


def test_the_street_cannot_return_to_the_city_over_the_districts_head(world):
    one = world.assigned()
    world.inner(world.worker, one, "sign")
    with pytest.raises(NotAllowed):
        world.step(world.worker, one.ticket, "return", ground="not_ours", reason="x")
    with pytest.raises(NotAllowed):
        hotline_actions.ask(
            world.worker, one.ticket_id, "extension", reason="x", until=one.ticket.due_at + dt.timedelta(days=1),
            state_version=Ticket.objects.get(pk=one.ticket_id).state_version,
        )  # fmt: skip


def test_the_district_takes_back_and_returns_to_the_city_and_the_street_is_out(world):
    one = world.assigned()
    with pytest.raises(NotAllowed):
        world.step(world.runner, one.ticket, "return", ground="not_ours", reason="不属本区")
    world.inner(world.runner, one, "take_back", reason="不属本区")
    world.step(world.runner, one.ticket, "return", ground="other_area", reason="不属本区")
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert (ticket.state, ticket.inner_department) == ("returned", None)
    assert Mark.objects.get(ticket=ticket, kind="returned").department_id == world.district.pk


def test_when_the_city_takes_the_ticket_away_the_inner_assignment_ends_with_it(world):
    one = world.assigned()
    world.step(world.dispatcher, one.ticket, "reassign", department=str(world.department.pk), reason="改派")
    one.refresh_from_db()
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert (one.state, ticket.inner_department_id) == ("ended", None)
    with pytest.raises(NotFound):
        world.inner(world.worker, one, "sign")
    with pytest.raises(WrongState):
        world.inner(world.dispatcher, one, "sign")


def test_a_redo_comes_to_the_district_which_passes_it_on_anew(world):
    one = world.assigned()
    world.inner(world.worker, one, "sign")
    world.step(world.worker, one.ticket, "draft", text="已处理。")
    world.step(world.chief, one.ticket, "approve")
    world.step(world.dispatcher, one.ticket, "redo", reason="没有解决")
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert (ticket.state, ticket.department, ticket.inner_department) == ("dispatched", world.district, None)
    world.step(world.runner, ticket, "sign")
    assert world.assigned(ticket).dispatch.round == 2


def test_a_late_signature_of_the_district_is_counted_once(world):
    with driven_clock(factories.moment("2026-11-16 09:00")):
        ticket = world.sent()
    with driven_clock(factories.moment("2026-11-20 09:00")):
        world.step(world.runner, ticket, "sign")
    assert Mark.objects.filter(ticket=ticket, kind="late_sign", department_id=world.district.pk).count() == 1


def test_one_assignment_runs_at_a_time(world):
    from django.db import IntegrityError, transaction

    one = world.assigned()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            ticket=one.ticket, dispatch=one.dispatch, district=world.district, department=world.second,
            assigned_at=one.assigned_at, assigned_on=one.assigned_on,
        )  # fmt: skip


def test_an_operator_posted_below_the_city_sees_nothing_of_the_hotline(world):
    person = factories.staff(Role.HOTLINE_OPERATOR, world.district)
    world.sent()
    assert person.access.roles == {"citizen"}
    assert not Ticket.objects.visible_to(person).exists()
