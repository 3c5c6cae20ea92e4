"""Versions of the rules: drafted, tried on past tickets, put live by a second person; broken rules take themselves out."""

import datetime as dt

import pytest
from django.test import Client

from hotline.actions import Caller, TicketDraft, dispatch, record
from hotline.models import Category, Ticket
from hotline.routing import actions
from hotline.routing.models import Rule, RuleBook
from hotline.routing.suggesting import suggest
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, Stale
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Notification
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def dispatcher() -> Actor:
    return actor_of(factories.staff(Role.HOTLINE_DISPATCHER), Role.HOTLINE_DISPATCHER)


def city_management() -> Department:
    return factories.department("CGJ", name="市城市管理局", name_en="City Management", short_name="城管局")


def with_rule(actor: Actor, **more: object) -> RuleBook:
    book = actions.start_draft(actor)
    values = {"name": "路灯", "words": ["路灯"], "department_id": city_management().pk, **more}
    actions.save_rule(actor, book.pk, None, actions.RuleDraft(**values), state_version=book.state_version)  # type: ignore[arg-type]
    book.refresh_from_db()
    return book


def live_book(**more: object) -> RuleBook:
    book = with_rule(dispatcher(), **more)
    second = dispatcher()
    actions.try_draft(second, book.pk, state_version=book.state_version)
    run_due_jobs()
    return actions.put_live(second, book.pk, state_version=book.state_version, note="试行")


def ticket_at(department: Department, title: str) -> Ticket:
    actor = dispatcher()
    made = record(actor, TicketDraft(title=title, content="请尽快处理，谢谢。", caller=Caller(phone="13800138000")))
    return dispatch(actor, made.pk, department_id=department.pk, state_version=made.state_version)


def test_a_draft_is_tried_on_past_tickets_and_says_how_many_would_have_gone_elsewhere() -> None:
    ticket_at(city_management(), "滨河路路灯不亮")
    ticket_at(factories.department(), "人民路路灯坏了")
    ticket_at(factories.department(), "餐馆卫生差")
    book = with_rule(dispatcher())
    actions.try_draft(dispatcher(), book.pk, state_version=book.state_version)
    run_due_jobs()
    book.refresh_from_db()
    assert book.trial is not None
    assert {key: book.trial[key] for key in ("tried", "same", "elsewhere", "left")} == {
        "tried": 3, "same": 1, "elsewhere": 1, "left": 1,
    }  # fmt: skip
    assert book.trial["examples"][0]["title"] == "人民路路灯坏了"


def test_whoever_changed_the_draft_does_not_put_it_live() -> None:
    author = dispatcher()
    book = with_rule(author)
    actions.try_draft(author, book.pk, state_version=book.state_version)
    run_due_jobs()
    with pytest.raises(NotAllowed):
        actions.put_live(author, book.pk, state_version=book.state_version, note="试行")
    assert actions.put_live(dispatcher(), book.pk, state_version=book.state_version, note="试行").state == "live"


def test_a_draft_is_put_live_only_as_it_was_tried() -> None:
    book = with_rule(dispatcher())
    with pytest.raises(Invalid):
        actions.put_live(dispatcher(), book.pk, state_version=book.state_version, note="试行")
    with pytest.raises(Stale):
        actions.put_live(dispatcher(), book.pk, state_version=book.state_version - 1, note="试行")


def test_the_next_draft_begins_as_a_copy_and_the_former_version_retires() -> None:
    first = live_book()
    book = actions.start_draft(dispatcher())
    assert [one.name for one in book.rules.all()] == ["路灯"]
    assert actions.start_draft(dispatcher()) == book
    other = dispatcher()
    actions.try_draft(other, book.pk, state_version=book.state_version)
    run_due_jobs()
    actions.put_live(other, book.pk, state_version=book.state_version, note="第二版")
    first.refresh_from_db()
    assert first.state == "retired" and RuleBook.objects.filter(state="live").count() == 1


def test_a_rule_of_a_category_takes_what_stands_below_it() -> None:
    parent = Category.objects.create(code="T9", name="市容")
    child = Category.objects.create(code="T901", name="垃圾", parent=parent)
    live_book(words=[], category_id=parent.pk)
    found = suggest(text="小区门口堆了三天", category_id=child.pk)
    assert found is not None and found.department_name == "城管局"


def test_a_rule_that_names_a_closed_department_takes_itself_out_loudly() -> None:
    book = live_book()
    chief = factories.staff(Role.ADMINISTRATOR)
    Department.objects.filter(code="CGJ").update(closed_on=today() - dt.timedelta(days=1))
    assert suggest(text="路灯不亮") is None
    rule = Rule.objects.get(book=book)
    assert rule.disabled_at is not None and "市城市管理局" in rule.disabled_because
    assert Event.objects.filter(type="rulebook.rule_out").count() == 1
    assert Notification.objects.filter(user_id=chief.pk, template="routing.rule_out").count() == 1
    assert suggest(text="路灯不亮") is None  # once is enough
    assert Event.objects.filter(type="rulebook.rule_out").count() == 1


def test_the_closing_of_a_department_takes_its_rules_out_on_the_day() -> None:
    from portal.people.actions.departments import close_department

    live_book()
    chief = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    close_department(chief, city_management().pk, on=today(), successor_id=None)
    run_due_jobs()
    assert Rule.objects.get().disabled_at is not None


@pytest.mark.once
def test_the_desk_asks_the_rules_in_two_queries(django_assert_max_num_queries) -> None:
    live_book()
    category = Category.objects.create(code="T8", name="照明")
    with django_assert_max_num_queries(2):
        assert suggest(text="路灯不亮", category_id=category.pk) is not None


@pytest.mark.once
def test_the_pages_from_the_first_rule_to_the_version_in_use() -> None:
    author, second = Client(), Client()
    author.force_login(factories.staff(Role.HOTLINE_DISPATCHER), backend="portal.people.backends.AccountBackend")
    second.force_login(factories.staff(Role.HOTLINE_DISPATCHER), backend="portal.people.backends.AccountBackend")
    author.post("/hotline/rules/start/")
    typed = {"name": "路灯", "words": "路灯、灯杆", "department": city_management().pk, "state_version": "0"}
    assert author.post("/hotline/rules/1/new/", {**typed, "department": ""}).status_code == 422
    assert author.post("/hotline/rules/1/new/", typed).status_code == 302
    page = author.get("/hotline/rules/1/?text=灯杆倒了").content.decode()
    assert "灯杆" in page and "城管局" in page
    author.post("/hotline/rules/1/try/", {"state_version": "1"})
    run_due_jobs()
    assert author.post("/hotline/rules/1/live/", {"state_version": "1", "note": "试行"}).status_code == 403
    assert second.post("/hotline/rules/1/live/", {"state_version": "1", "note": "试行"}).status_code == 302
    assert RuleBook.objects.get().state == "live"
