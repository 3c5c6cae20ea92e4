"""The hotline in a real browser: from the operator's desk to the closed ticket, and a citizen without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hotline.calls import actions as calls
from hotline.calls.models import Draft
from hotline.models import Category, Ticket
from hotline.routing import actions as routing
from portal.core.jobs import run_due_jobs
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, sideways, violations
from tests.browser.patience import soon
from tests.calls import objects

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = "滨河路18号门前的路灯坏了三天，晚上看不见路。"


def look(page: Page) -> None:
    """Nothing for axe to find, nothing that scrolls sideways."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def test_from_the_call_to_the_closed_ticket(open_page: OpenPage) -> None:
    """Operator, dispatcher, department, call-back."""
    operator, department = objects.operator(), factories.department()
    category = Category.objects.create(code="T1", name="路灯照明测试", department=department, operator_dispatches=True)
    call = objects.on_the_line(operator)
    desk = open_page("/hotline/desk/", width=DESKTOP, user=operator)
    expect(desk.locator("#id_phone")).to_have_value(objects.PHONE)
    look(desk)
    desk.fill("#id_title", "滨河路路灯不亮")
    desk.fill("#id_content", CONTENT)
    desk.select_option("#id_category", str(category.pk))
    desk.wait_for_selector("#saved:not(:empty)")
    assert soon(lambda: Draft.objects.filter(call=call).exists(), desk)
    desk.wait_for_selector("[data-fill=department]")
    desk.locator("[data-fill=department]").first.click()
    desk.keyboard.press("Alt+d")
    desk.wait_for_selector(".done-line")
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.department) == ("dispatched", department)
    clerk = factories.staff(Role.CLERK, department)
    head = factories.staff(Role.DEPARTMENT_HEAD, department)
    address = f"/hotline/tickets/{ticket.pk}/"
    for person in (clerk, head, operator):
        page = open_page(address, width=DESKTOP, user=person)
        expect(page.locator("main")).to_contain_text(ticket.number or "")
    _handled(ticket, clerk, head, operator)
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def _handled(ticket: Ticket, clerk: Any, head: Any, operator: Any) -> None:
    """What the department and the call-back do on their own pages, which have tests of their own."""
    from hotline.actions import take_step

    said = {"way": "phone", "contacted": "yes", "resolved": "yes", "satisfied": "yes", "note": ""}
    for person, role, code, inputs in (
        (clerk, Role.CLERK, "sign", {}),
        (clerk, Role.CLERK, "draft", {"text": "路灯已修复。", "measures": ""}),
        (head, Role.DEPARTMENT_HEAD, "approve", {}),
        (operator, Role.HOTLINE_OPERATOR, "call_back", said),
    ):
        ticket.refresh_from_db()
        take_step(actor_of(person, role), ticket.pk, code, inputs, state_version=ticket.state_version)


def test_the_desk_on_a_phone_and_its_keys(open_page: OpenPage) -> None:
    operator = objects.operator()
    page = open_page("/hotline/desk/", width=PHONE, user=operator)
    look(page)
    page = open_page("/hotline/desk/", width=DESKTOP, user=operator, language="en")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_url("**/hotline/desk/keys/")
    look(page)


def test_a_call_opens_the_desk_by_itself(open_page: OpenPage) -> None:
    operator = objects.operator()
    page = open_page("/hotline/desk/", width=DESKTOP, user=operator)
    call = objects.on_the_line(operator)
    page.wait_for_url(f"**/hotline/desk/?call={call.pk}")
    expect(page.locator("#id_phone")).to_have_value(objects.PHONE)


def test_the_desk_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/hotline/desk/", js=False, width=DESKTOP, user=objects.operator())
    page.fill("#id_title", "咨询社保补缴")
    page.fill("#id_content", "想问社保断缴三个月怎么补缴。")
    page.locator("button[formaction]").click()
    expect(page.locator("#id_title")).to_have_value("咨询社保补缴")
    page.fill("#id_answer", "请到人社窗口或网上办理。")
    page.locator("button[value=answer]").click()
    assert soon(lambda: Ticket.objects.filter(state="answered").exists(), page)


def test_rules_are_drafted_tried_and_put_live(open_page: OpenPage) -> None:
    author, second = factories.staff(Role.HOTLINE_DISPATCHER), factories.staff(Role.HOTLINE_DISPATCHER)
    actor, department = actor_of(author, Role.HOTLINE_DISPATCHER), factories.department()
    book = routing.start_draft(actor)
    draft = routing.RuleDraft(name="路灯", words=["路灯"], department_id=department.pk)
    routing.save_rule(actor, book.pk, None, draft, state_version=0)
    book.refresh_from_db()
    routing.try_draft(actor, book.pk, state_version=book.state_version)
    run_due_jobs()
    for width in (PHONE, DESKTOP):
        page = open_page(f"/hotline/rules/{book.number}/", width=width, user=second)
        look(page)
    page.fill("#id_note", "试行")
    page.locator("form[action$='/live/'] button").click()
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_selector(".tag.green")
    look(open_page("/hotline/rules/", width=DESKTOP, user=second))
    look(open_page("/hotline/calls/log/", width=PHONE, user=second))
    assert calls.sweep_drafts() == 0


@pytest.mark.parametrize(
    ("language", "width", "js", "elder"), [("zh", NARROW, False, True), ("en", DESKTOP, True, False)]
)
def test_a_citizen_tells_looks_it_up_and_urges(
    open_page: OpenPage, watch: Watch, language: str, width: int, js: bool, elder: bool
) -> None:
    watch.allow("422")  # the first sending lacks the description
    page = open_page("/12345/", language=language, width=width, js=js, elder=elder)
    if js:
        look(page)
    page.fill("#id_title", "夜间施工扰民")
    page.fill("#id_phone", "13812345678")
    page.locator("#id_consent").check()
    page.locator("form[enctype] .govuk-button:not([data-locate])").last.click()
    expect(page.locator("#id_title")).to_have_value("夜间施工扰民")
    if js:
        look(page)
    page.fill("#id_content", "工地凌晨两点还在施工，连续三天睡不着。")
    page.locator("form[enctype] .govuk-button:not([data-locate])").last.click()
    assert soon(Ticket.objects.exists, page)
    ticket = Ticket.objects.get()
    expect(page.locator("main")).to_contain_text(ticket.query_code)
    if js:
        look(page)
    other = open_page("/12345/track/", language=language, width=width, js=js, elder=elder)
    other.fill("#id_number", ticket.number or "")
    other.fill("#id_code", ticket.query_code)
    other.locator("main form button").click()
    if js:
        look(other)
        assert sideways(other) == 0
    other.locator("form[action$='/urge/'] button").click()
    assert soon(lambda: ticket.urges.count() == 1, other)
