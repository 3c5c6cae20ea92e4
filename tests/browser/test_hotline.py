"""A ticket in a real browser: dispatched, signed for, replied, approved, called back; and the caller without JavaScript."""

import pytest
from playwright.sync_api import Page

from hotline import actions
from hotline.models import Ticket
from portal.core.actors import Actor
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, sideways, violations
from tests.hotline.objects import World

pytestmark = pytest.mark.django_db(transaction=True)


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def test_a_ticket_goes_from_desk_to_desk(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("422")  # an answer is left out once
    world = World()
    ticket = world.recorded()

    def at(actor: Actor, width: int = DESKTOP) -> Page:
        page = open_page(f"/hotline/tickets/{ticket.pk}/", language="en", width=width, user=actor.user)
        look(page)
        return page

    page = at(world.dispatcher)
    press(page, "Dispatch")
    look(page)
    page.select_option("#id_department", str(world.department.pk))
    press(page, "Dispatch")
    assert Ticket.objects.get().state == "dispatched"
    page = at(world.clerk, PHONE)
    press(page, "Sign for")
    press(page, "Write the reply")
    look(page)
    page.fill("#id_text", "已责令整改。")
    press(page, "Write the reply")
    page = at(world.head)
    press(page, "Approve and send")
    page = at(world.operator)
    press(page, "Call back")
    look(page)
    page.check("input[name=contacted][value=yes]")
    press(page, "Save the answers")
    look(page)
    assert (
        Ticket.objects.get().state == "replied"
    )  # the matter's settling was not asked: nothing is lost, nothing saved
    page.check("input[name=resolved][value=yes]")
    page.check("input[name=satisfied][value=yes]")
    press(page, "Save the answers")
    assert Ticket.objects.get().state == "closed"


@pytest.mark.parametrize(("path", "width"), [("/hotline/", DESKTOP), ("/hotline/", PHONE), ("/hotline/orders/", PHONE)])
def test_the_lists_are_readable_on_every_screen(open_page: OpenPage, path: str, width: int) -> None:
    world = World()
    world.signed()
    look(open_page(path, language="en", width=width, user=world.dispatcher.user))


def test_the_caller_answers_the_link_without_javascript(open_page: OpenPage) -> None:
    world = World()
    path = actions.send_link(world.operator, world.replied().pk)
    page = open_page(path, language="en", width=PHONE, js=False)
    for name in ("contacted", "resolved", "satisfied"):
        page.check(f"input[name={name}][value=yes]")
    press(page, "Send your answers")
    assert Ticket.objects.get().state == "closed"
