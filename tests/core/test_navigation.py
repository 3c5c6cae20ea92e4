"""The staff's bar: single links while they fit, menus when there are many; and the count of unread notes in the head."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

from portal.core import registries
from portal.core.context import BAR_HOLDS, ShownLink, menus_of, unread_notes
from portal.core.models import Notification
from portal.core.registries import HALL, HANDLING, SYSTEM
from portal.core.time import now
from portal.people.roles import Role
from tests.factories import department, staff


def links(*groups: str, current: int | None = None) -> list[ShownLink]:
    return [ShownLink(f"L{n}", f"/l{n}/", n == current, group) for n, group in enumerate(groups)]


def test_few_links_stand_side_by_side_whatever_their_groups() -> None:
    menus = menus_of(links(*[SYSTEM] * BAR_HOLDS))
    assert [(menu.label, len(menu.links)) for menu in menus] == [("", 1)] * BAR_HOLDS


def test_many_links_move_into_the_menus_of_their_groups_and_none_is_lost() -> None:
    many = links(SYSTEM, HANDLING, SYSTEM, "", HALL, HANDLING, HANDLING, current=2)
    menus = menus_of(many)
    assert [[link.label for link in menu.links] for menu in menus] == [["L3"], ["L1", "L5", "L6"], ["L4"], ["L0", "L2"]]
    assert [bool(menu.label) for menu in menus] == [False, True, False, True], "one link alone needs no menu"
    assert [menu.current for menu in menus] == [False, False, False, True]


def test_a_menu_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        registries.register_nav(registries.STAFF, "X", "site:help", group="nowhere")


@pytest.mark.django_db
def test_an_administrators_page_shows_every_link_once(client: Any, settings: Any) -> None:
    settings.DEMO = True
    person = staff(Role.ADMINISTRATOR)
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    html = client.get(reverse("core:rules")).content.decode()
    assert html.count("nav-menu") >= 2
    bar = html[html.index("nav-wrap") : html.index("</nav>")]
    for link in registries.nav_for(registries.STAFF, person.access.roles):
        assert bar.count(f'href="{reverse(link.url_name)}"') == 1
    assert bar.count('aria-current="page"') == 1


def note(person: Any, **more: Any) -> None:
    Notification.objects.create(user=person, template="t", created_at=now(), **more)


@pytest.mark.django_db
def test_the_unread_notes_are_counted_once_for_each_request(django_assert_num_queries: Any) -> None:
    person = staff(Role.CLERK, department("GA"))
    note(person)
    note(person)
    note(person, read_at=now())
    note(staff(Role.CLERK, department("SCJG")))
    request = RequestFactory().get("/")
    request.user = person
    with django_assert_num_queries(1):
        assert (unread_notes(request), unread_notes(request)) == (2, 2)
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    with django_assert_num_queries(0):
        assert unread_notes(request) == 0


@pytest.mark.django_db
def test_the_head_says_how_many_notes_are_unread_and_nothing_when_none_is(client: Any) -> None:
    person = staff(Role.CLERK, department("GA"))
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    assert 'class="unread"' not in client.get(reverse("site:help")).content.decode()
    note(person)
    assert 'class="unread"' in client.get(reverse("site:help")).content.decode()
