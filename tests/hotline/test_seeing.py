"""Who sees which tickets: the policy and the queryset are one rule; lists, exports and figures keep to it."""

import itertools
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hotline import actions, desk
from hotline.exports import tickets_asked
from hotline.models import Ticket
from hotline.policies import may_see
from hotline.views.lists import orders_of
from portal.core.models import AccessLog
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.hotline.objects import World, draft, person
from tests.permissions import Cast

pytestmark = pytest.mark.django_db


def people(world: World) -> list[User]:
    other = factories.department("CGJ", name="城管局")
    made = [world.operator, world.dispatcher, world.clerk, world.head]
    made += [person(role, other) for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)]
    made += [person(role) for role in (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.HALL_MANAGER)]
    users = [actor.user for actor in made if actor.user is not None]
    return [User.objects.get(pk=one.pk) for one in (*users, factories.citizen(), factories.citizen())]


def tickets(world: World, citizen: User) -> list[Ticket]:
    from portal.people.actors import actor_of

    other = factories.department("CGJ", name="城管局")
    mine = actions.record(actor_of(citizen), draft(channel="web"))
    helped = world.signed()
    actions.ask_assistance(world.clerk, helped.pk, department_id=other.pk, note="请协助")
    returned = world.step(world.clerk, world.dispatched(), "return", ground="unclear", reason="?")
    made = [mine, helped, returned, world.recorded(secret=True), world.closed(), world.replied()]
    taken = world.step(world.dispatcher, world.step(world.clerk, world.dispatched(), "return", ground="unclear",
                                                    reason="?"), "take_back")  # fmt: skip
    return [Ticket.objects.get(pk=one.pk) for one in (*made, taken)]


def test_the_policy_says_what_the_queryset_finds() -> None:
    world = World()
    everybody = people(world)
    made = tickets(world, everybody[-1])
    for user, ticket in itertools.product(everybody, made):
        found = Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
        assert found == may_see(user, ticket), (user, ticket.state)


def test_lists_exports_and_orders_hold_only_what_may_be_seen() -> None:
    world = World()
    everybody = people(world)
    tickets(world, everybody[-1])
    with_order = world.signed()
    actions.issue_order(person(Role.SUPERVISOR), with_order.pk, text="办", due_at=factories.moment("2099-01-01 10:00"))
    for user in everybody:
        seen = set(Ticket.objects.visible_to(user).values_list("pk", flat=True))
        for tab in desk.tabs_for(user):
            listed = desk.listed(user, tab, dict.fromkeys(desk.FILTERS, ""))
            assert set(listed.values_list("pk", flat=True)) <= seen
        from django.http import QueryDict

        assert set(tickets_asked(user, QueryDict("")).values_list("pk", flat=True)) <= seen
        assert set(orders_of(user).values_list("ticket_id", flat=True)) <= seen


def _client(world: World, role: str) -> Client:
    cast = Cast()
    actor = getattr(world, role)
    kind = {"operator": "hotline_operator", "dispatcher": "hotline_dispatcher", "clerk": "clerk"}[role]
    cast._people[kind] = actor.user
    return cast.client(kind)


@pytest.mark.once
def test_the_list_takes_at_most_eight_queries_of_its_own(django_assert_max_num_queries: Any) -> None:
    world = World()
    for _n in range(3):
        world.signed()
    client = _client(world, "dispatcher")
    client.get(reverse("hotline:tickets"))
    cache.clear()
    user = User.objects.get(pk=world.dispatcher.user_id)
    assert user.access
    with django_assert_max_num_queries(8):
        tabs = desk.tabs_for(user)
        desk.counts(user, tabs)
        list(desk.listed(user, tabs[0], desk.asked_of(__import__("django.http", fromlist=["QueryDict"]).QueryDict(""))))


@pytest.mark.once
def test_the_page_of_the_list_does_not_grow_with_its_rows(django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    world = World()
    world.signed()
    client = _client(world, "dispatcher")
    client.get(reverse("hotline:tickets"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("hotline:tickets"))
    for _n in range(6):
        world.signed()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("hotline:tickets"))
    assert len(many) == len(few)


@pytest.mark.once
def test_the_caller_is_masked_until_somebody_asks_and_that_is_on_record() -> None:
    world = World()
    ticket = world.signed()
    client = _client(world, "clerk")
    page = client.get(reverse("hotline:ticket", args=[ticket.pk])).content.decode()
    assert "13800001234" not in page
    assert "138****1234" in page
    assert not AccessLog.objects.filter(stream="hotline.ticket").exists()
    page = client.post(reverse("hotline:reveal", args=[ticket.pk])).content.decode()
    assert "13800001234" in page
    assert AccessLog.objects.get(stream="hotline.ticket").what == "caller"


@pytest.mark.once
def test_a_secret_caller_stays_secret_for_the_department() -> None:
    world = World()
    ticket = world.signed(secret=True)
    client = _client(world, "clerk")
    page = client.get(reverse("hotline:ticket", args=[ticket.pk])).content.decode()
    assert "138****1234" not in page
    assert client.post(reverse("hotline:reveal", args=[ticket.pk])).status_code == 403


@pytest.mark.once
def test_a_step_with_a_mistake_keeps_what_was_typed() -> None:
    world = World()
    ticket = world.dispatched()
    client = _client(world, "clerk")
    url = reverse("hotline:step", args=[ticket.pk, "return"])
    sent = client.post(url, {"state_version": ticket.state_version, "ground": "", "reason": "说来话长"})
    assert sent.status_code == 422
    assert "说来话长" in sent.content.decode()
    done = client.post(url, {"state_version": ticket.state_version, "ground": "unclear", "reason": "说来话长"})
    assert done.status_code == 302
    late = client.post(url, {"state_version": ticket.state_version, "ground": "unclear", "reason": "又一次"})
    assert late.status_code == 409
    assert "又一次" in late.content.decode()


@pytest.mark.once
def test_the_figures_page_reads_cells_only(django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from hotline.measures import figures
    from portal.core.statistics.blocks import Scope
    from portal.core.time import today

    world = World()
    world.replied()
    with CaptureQueriesContext(connection) as made:
        figures(Scope(today().replace(day=1), today(), today(), by="department"))
    assert len(made) <= 5  # and the departments' names


@pytest.mark.once
def test_the_caller_answers_by_the_link_without_signing_in() -> None:
    world = World()
    ticket = world.replied()
    path = actions.send_link(world.operator, ticket.pk)
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path, {"contacted": "yes"}).status_code == 422
    done = client.post(path, {"contacted": "yes", "resolved": "yes", "satisfied": "yes"})
    assert done.status_code == 200
    assert Ticket.objects.get(pk=ticket.pk).state == "closed"
    assert client.get(path).status_code == 404


def test_who_oversees_is_led_from_the_call_backs_to_the_ticket_and_not_to_the_call() -> None:
    ticket, cast = World().replied(), Cast()
    call, page = (reverse(f"hotline:{name}", args=[ticket.pk]) for name in ("call-back", "ticket"))
    for role, leads, refused in ((Role.HOTLINE_DISPATCHER, call, page), (Role.SUPERVISOR, page, call)):
        client = cast.client(role)
        text = client.get(reverse("hotline:call-backs")).content.decode()
        assert f'href="{leads}"' in text
        assert f'href="{refused}"' not in text
        assert client.get(leads).status_code == 200
