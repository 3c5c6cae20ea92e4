"""What a district's dispatcher never sees: other districts and the city, in lists, exports, searches and figures."""

import datetime as dt
import random
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from hotline import desk as city_desk
from hotline import notices, policies
from hotline.districts import desk
from hotline.districts import policies as district_policies
from hotline.districts.actions.inner import WITH_DISTRICT
from hotline.districts.lifecycle import ASSIGNMENT
from hotline.districts.models import Assignment
from hotline.exports import tickets_asked
from hotline.models import Ticket
from hotline.views.lists import orders_of
from portal.core import statistics
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.districts import objects
from tests.districts.objects import World
from tests.permissions import Cast, named_addresses

pytestmark = pytest.mark.django_db


def fresh(actor: Any) -> User:
    return User.objects.get(pk=actor.user_id)


def everywhere(world: World) -> list[Ticket]:
    """Tickets with the city, a bureau, both districts, and below the first one."""
    made = [
        world.recorded(), world.dispatched(), world.sent(), world.sent(world.other), world.taken(),
        world.assigned().ticket, world.returned().ticket,
    ]  # fmt: skip
    one = world.assigned()
    world.inner(world.worker, one, "sign")
    world.step(world.worker, one.ticket, "draft", text="好")
    return [*made, one.ticket]


def test_policy_and_queryset_agree_for_everybody_and_every_ticket():
    world = World()
    tickets = [Ticket.objects.get(pk=one.pk) for one in everywhere(world)]
    people = [
        world.operator, world.dispatcher, world.clerk, world.runner, world.stranger, world.worker, world.chief,
        objects.person_of(Role.CLERK, world.district), objects.person_of(Role.REVIEWER, world.second),
        objects.person_of(Role.SUPERVISOR, world.district), objects.dispatcher_of(world.street),
    ]  # fmt: skip
    for actor in people:
        user = fresh(actor)
        seen = set(Ticket.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {one.pk for one in tickets if policies.may_see(user, one)}
        inner = list(Assignment.objects.all())
        shown = set(Assignment.objects.visible_to(user).values_list("pk", flat=True))
        assert shown == {one.pk for one in inner if district_policies.may_see_assignment(user, one)}


def test_lists_exports_orders_and_searches_of_a_dispatcher_hold_the_own_district_only():
    world = World()
    everywhere(world)
    user = fresh(world.runner)
    own = set(Ticket.objects.filter(department=world.district).values_list("pk", flat=True))
    seen = set(Ticket.objects.visible_to(user).values_list("pk", flat=True))
    assert seen == own and Ticket.objects.exclude(pk__in=own).exists()
    for tab in city_desk.tabs_for(user):
        assert set(city_desk.listed(user, tab, city_desk.asked_of(QueryDict(""))).values_list("pk", flat=True)) <= own
        found = city_desk.listed(user, tab, city_desk.asked_of(QueryDict("q=噪声")))
        assert set(found.values_list("pk", flat=True)) <= own
    other = QueryDict(f"department={world.other.pk}")
    assert not tickets_asked(user, other).exists()
    assert set(tickets_asked(user, QueryDict("")).values_list("pk", flat=True)) <= own
    for tab in desk.CODES:
        assert set(desk.listed(user, tab).values_list("pk", flat=True)) <= own
    assert not orders_of(user).exclude(department=world.district).exists()
    assert not any(tab.hotline for tab in city_desk.tabs_for(user))


@pytest.mark.once
def test_of_the_doors_of_the_hotline_a_dispatcher_of_a_district_opens_five():
    world, cast = World(), Cast()
    cast._people["hotline_dispatcher"] = fresh(world.runner)
    client = cast.client("hotline_dispatcher")
    rooms = ("hotline:", "calls:", "routing:", "province:", "insight:", "districts:")
    opened = set()
    for name in named_addresses():
        if not name.startswith(rooms):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:  # an address of one thing: its rows stand in the table of permissions
            url = ""
        if url.startswith(("/hotline/", "/staff/")) and client.get(url).status_code == 200:
            opened.add(name)
    assert opened == {"hotline:tickets", "hotline:orders", "hotline:figures", "districts:desk"}


@pytest.mark.once
def test_the_figures_of_a_dispatcher_are_those_of_the_own_district():
    world, cast = World(), Cast()
    everywhere(world)
    statistics.refresh_all()
    cast._people["hotline_dispatcher"] = fresh(world.runner)
    page = cast.client("hotline_dispatcher").get(reverse("hotline:figures")).content.decode()
    assert world.district.name in page and world.other.name not in page and world.department.name not in page


def test_notices_for_the_citys_dispatchers_do_not_go_to_the_districts():
    world = World()
    told = {one.pk for one in notices.dispatchers()}
    assert told == {world.dispatcher.user_id}
    ticket = world.sent()
    assert world.runner.user_id in {one.pk for one in notices.of_department(ticket)}
    assert world.stranger.user_id not in {one.pk for one in notices.of_department(ticket)}


def test_the_cells_say_what_the_rows_say_after_whole_journeys():
    world = World()
    with driven_clock(factories.moment("2026-11-16 09:00")):
        one = world.assigned()
        late = world.assigned(world.taken())
    with driven_clock(factories.moment("2026-11-20 15:00")):
        world.inner(world.worker, one, "sign")
        world.step(world.worker, one.ticket, "draft", text="好")
        world.step(world.chief, one.ticket, "approve")
        world.inner(world.runner, world.returned(late), "uphold", note="")
    statistics.refresh_all()
    assert not list(statistics.differences())
    from hotline.districts import figures

    (row,) = figures.within({world.district.pk}, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert (row.sums["assigned"], row.sums["late_signed"], row.sums["inner_returned"]) == (2, 1, 1)
    assert (row.sums["inner_replied"], row.in_time_rate) == (1, 1)
    (mine,) = figures.by_district(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert (mine.district, mine.dispatched) == (world.district, 2)


def test_a_random_walk_reaches_every_step_of_an_assignment_and_breaks_nothing():
    world, chance, taken = World(), random.Random(7), set()
    people = [world.runner, world.worker, world.chief, world.stranger, world.dispatcher]
    for turn in range(16):
        one = world.assigned(world.taken(title=f"第{turn}件"))
        for _step in range(8):
            one = Assignment.objects.select_related("ticket", "department").get(pk=one.pk)
            ticket = one.ticket
            doer = chance.choice(people)
            offered = [step.code for step in ASSIGNMENT.offered(one, doer.user)]
            code = chance.choice(offered or list(ASSIGNMENT.transitions))
            inputs = {"reason": "说明", "note": "", "ground": "not_ours", "wrongful": chance.choice(("yes", "no"))}
            before = (ticket.due_at, ticket.department_id)
            allowed = code in offered and ticket.state in WITH_DISTRICT
            if allowed and policies.may_see(fresh(doer), ticket) and not (code == "return" and one.returned_at):
                after = world.inner(doer, one, code, **inputs)
                taken.add(code)
            else:
                with pytest.raises(DomainError):
                    world.inner(doer, one, code, **inputs)
                after = one
            ticket.refresh_from_db()
            assert (ticket.due_at, ticket.department_id) == before
            assert (ticket.inner_department_id is not None) == after.is_running
            assert ticket.inner_ready == (after.state == "signed")
        if after.is_running:
            world.step(world.dispatcher, ticket, "reassign", department=str(world.department.pk), reason="改派")
            taken.add("lapse")
    one = world.assigned()
    world.inner(world.worker, one, "sign")
    world.step(world.worker, one.ticket, "draft", text="好")
    world.step(world.chief, one.ticket, "approve")
    one.refresh_from_db()
    taken.add({"done": "reply"}[one.state])
    assert taken == set(ASSIGNMENT.transitions)


@pytest.mark.parametrize("name", ["districts:desk", "districts:platforms"])
@pytest.mark.once
def test_lists_cost_the_same_for_many_as_for_few(name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    world, cast = World(), Cast()
    objects.platform(world.other)
    actor = world.runner if name == "districts:desk" else world.dispatcher
    cast._people["hotline_dispatcher"] = fresh(actor)
    client, url = cast.client("hotline_dispatcher"), reverse(name) + "?tab=below"
    world.assigned()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    for _n in range(5):
        world.assigned()
    objects.platform(objects.district("NEW", name="新区"))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 24
