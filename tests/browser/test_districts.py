"""Whole journeys of the hotline, every step clicked: from the telephone to the closed ticket with a redo on the way, and
a district that passes a ticket on to its street; and how a platform is set up."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hotline.calls.figures import report
from hotline.calls.models import Extension
from hotline.districts.models import Platform
from hotline.models import Category, Ticket
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.jobs import run_due_jobs
from portal.core.time import now, today
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, sideways, violations
from tests.browser.patience import soon, source
from tests.districts.objects import World

pytestmark = pytest.mark.django_db(transaction=True)


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def work() -> None:
    while run_due_jobs():
        pass


class Hall:
    """Opens the page of the ticket for somebody, and looks at it."""

    def __init__(self, open_page: OpenPage, ticket: Ticket) -> None:
        self.open_page, self.ticket = open_page, ticket

    def at(self, actor: Actor, width: int = DESKTOP) -> Page:
        page = self.open_page(f"/hotline/tickets/{self.ticket.pk}/", language="en", width=width, user=actor.user)
        look(page)
        return page

    @property
    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state


def test_the_telephone_rings_and_the_call_is_answered_from_the_desk(open_page: OpenPage, settings: Any) -> None:
    """Offered → answered → the desk opens with the number → recorded and answered; one given up; the figures."""
    settings.DEMO = True
    world = World()
    operator: Any = world.operator.user
    Extension.objects.create(code="801", user=operator, since=now())
    telephone = open_page("/hotline/demo-telephone/", language="en", user=world.dispatcher.user)
    look(telephone)
    desk = open_page("/hotline/desk/", language="en", user=operator)
    for number in ("13912345678", "13912345679"):
        telephone.fill("#id_number", number)
        telephone.select_option("#id_extension", "801")
        press(telephone, "Ring")
        work()
    telephone.get_by_role("button", name="Give up").first.click()
    telephone.wait_for_load_state()
    work()
    telephone.locator("tbody tr").last.get_by_role("button", name="Answer").click()
    telephone.wait_for_load_state()
    work()
    desk.wait_for_url("**/hotline/desk/?call=*")
    expect(desk.locator("#id_phone")).to_have_value("13912345678")
    desk.fill("#id_title", "How to get a residence permit")
    desk.fill("#id_content", "The caller asks what papers are needed and where to go.")
    desk.fill("#id_answer", "At the police station of the place, with the identity card and a proof of residence.")
    desk.locator("button[value=answer]").click()
    desk.wait_for_selector(".done-line")
    telephone.get_by_role("button", name="Hang up").first.click()
    telephone.wait_for_load_state()
    work()
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.direct, ticket.calls.get().state) == ("answered", True, "ended")
    statistics.refresh_all()
    total = report(today(), today()).total
    assert (total.offered, total.answered, total.rate) == (2, 1, 0.5)


def test_from_the_operator_to_the_closed_ticket_with_a_redo_all_clicked(open_page: OpenPage) -> None:
    world = World()
    Category.objects.filter(code="0204").update(words="streetlight", department=world.department)
    desk = open_page("/hotline/desk/", language="en", user=world.operator.user)
    desk.fill("#id_title", "The streetlight in Binhe Road is out")
    desk.fill("#id_content", "The streetlight in front of number 18 has been dark for three days.")
    desk.fill("#id_phone", "13812345678")
    desk.get_by_role("button", name="Record for the dispatcher").click()
    desk.wait_for_selector(".done-line")
    hall = Hall(open_page, Ticket.objects.get())
    page = hall.at(world.dispatcher)
    press(page, "Dispatch")
    page.select_option("#id_department", str(world.department.pk))
    press(page, "Dispatch")
    for turn in range(2):
        page = hall.at(world.clerk, PHONE)
        press(page, "Sign for")
        press(page, "Write the reply")
        page.fill("#id_text", "The lamp has been replaced.")
        press(page, "Write the reply")
        expect(page.get_by_role("button", name="Approve and send")).to_have_count(0)
        page = hall.at(world.head)
        press(page, "Approve and send")
        page = hall.at(world.operator)
        press(page, "Call back")
        for question, answer in (("contacted", "yes"), ("resolved", "yes" if turn else "no"), ("satisfied", "yes")):
            page.check(f"input[name={question}][value={answer}]")
        press(page, "Save the answers")
        if not turn:
            assert hall.state == "called_back"
            page = hall.at(world.dispatcher)
            press(page, "Send back for redo")
            page.fill("#id_reason", "Still dark.")
            press(page, "Send back for redo")
    assert hall.state == "closed"
    ticket = Ticket.objects.get()
    assert (ticket.redone, ticket.resolved, ticket.category.code) == (1, True, "0204")


def test_a_district_passes_on_decides_a_return_and_its_street_answers(open_page: OpenPage) -> None:
    world = World()
    hall = Hall(open_page, world.sent())
    page = open_page("/hotline/district/", language="en", user=world.runner.user)
    look(page)
    page.get_by_role("link", name=str(hall.ticket.number)).click()
    press(page, "Sign for")
    press(page, "Pass on within the district")
    look(page)
    page.select_option("#id_department", str(world.second.pk))
    page.fill("#id_note", "Please look today.")
    press(page, "Pass on within the district")
    other = factories.staff(Role.CLERK, world.second)
    page = open_page(f"/hotline/tickets/{hall.ticket.pk}/", language="en", width=PHONE, user=other)
    press(page, "Return")
    page.check("input[name=ground][value=not_ours]")
    page.fill("#id_reason", "The other street's.")
    press(page, "Return")
    page = hall.at(world.runner)
    press(page, "Accept the return")
    look(page)
    press(page, "Accept the return")
    press(page, "Pass on within the district")
    page.select_option("#id_department", str(world.street.pk))
    press(page, "Pass on within the district")
    page = hall.at(world.worker, PHONE)
    press(page, "Sign for")
    press(page, "Write the reply")
    page.fill("#id_text", "Cleared.")
    press(page, "Write the reply")
    press(hall.at(world.chief), "Approve and send")
    assert hall.state == "replied"
    expect(hall.at(world.dispatcher).locator("main")).to_contain_text("Passed on within the district")
    look(open_page("/hotline/district/?tab=all", width=NARROW, user=world.runner.user))


def test_an_administrator_sets_a_platform_up_and_sees_its_secret_once(open_page: OpenPage, settings: Any) -> None:
    settings.DEMO = True  # lifts the second factor, which has its own tests
    world = World()
    admin = factories.staff(Role.ADMINISTRATOR)
    page = open_page("/hotline/districts/", language="en", user=admin)
    look(page)
    press(page, "Set up a platform")
    page.select_option("#id_district", str(world.district.pk))
    page.check("input[name=kind][value=outside]")
    page.fill("#id_url", "https://platform.example/in")
    look(page)
    press(page, "Save")
    secret = Platform.objects.get().secret
    assert soon(lambda: secret in page.content(), page)
    look(page)
    page = open_page(f"/hotline/districts/{Platform.objects.get().pk}/", width=PHONE, user=admin)
    look(page)
    assert secret not in source(page)
    look(open_page("/hotline/districts/", width=NARROW, user=world.dispatcher.user))
