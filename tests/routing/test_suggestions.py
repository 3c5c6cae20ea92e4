"""Web tickets come pre-filled with what the rules say; one click dispatches, and how often it was taken is counted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hotline.actions import CALLER, Caller, TicketDraft, dispatch, record
from hotline.models import Category, Ticket
from hotline.routing.judging import asked, category_of, filled
from hotline.routing.measures import by_book
from hotline.routing.models import Judged, RuleBook
from portal.core import statistics
from portal.core.jobs import run_due_jobs
from portal.people.models import User
from tests import factories
from tests.permissions import Cast
from tests.routing.test_books import city_management, dispatcher, live_book

pytestmark = pytest.mark.django_db


def sent(title: str = "滨河路路灯不亮", **more: Any) -> Ticket:
    """By the website, without a category."""
    caller = Caller(phone="13800138000", name="李")
    return record(CALLER, TicketDraft(title=title, content="晚上很黑。", channel="web", caller=caller, **more))


def work() -> None:
    while run_due_jobs():
        pass


def with_words() -> Category:
    lights = Category.objects.get(code="0204")
    lights.words = "路灯 灯杆"
    lights.save()
    return lights


def browser() -> tuple[Client, User]:
    cast = Cast()
    return cast.client("hotline_dispatcher"), cast.person("hotline_dispatcher")


def test_category_and_department_are_filled_in_from_words_and_rules(django_assert_max_num_queries):
    lights, _book = with_words(), live_book()
    ticket = sent()
    with django_assert_max_num_queries(4):
        values = filled(ticket)
    assert values == {"category": lights.pk, "department": city_management().pk}
    assert category_of("没有这样的词") is None


def test_a_rule_of_a_category_counts_for_a_ticket_that_the_words_put_under_it():
    lights = with_words()
    live_book(words=[], category_id=lights.pk, name="照明")
    said, values = asked(sent())
    assert said is not None and (said.rule, values["department"]) == ("照明", city_management().pk)


@pytest.mark.once
def test_one_click_dispatches_with_category_and_department_and_is_counted_as_taken():
    lights, book = with_words(), live_book()
    ticket = sent()
    client, _user = browser()
    page = client.get(reverse("hotline:ticket", args=[ticket.pk])).content.decode()
    assert f'name="department" value="{city_management().pk}"' in page
    assert f'name="category" value="{lights.pk}"' in page
    click = {
        "state_version": ticket.state_version, "department": city_management().pk, "category": lights.pk,
        "grade": ticket.grade,
    }  # fmt: skip
    assert client.post(reverse("hotline:step", args=[ticket.pk, "dispatch"]), click).status_code == 302
    work()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.category, ticket.department) == ("dispatched", lights, city_management())
    judged = Judged.objects.get()
    assert (judged.taken, judged.book, judged.channel) == (True, book, "web")
    statistics.refresh_all()
    assert not list(statistics.differences())
    assert by_book([book.pk])[book.pk]["own"] == {"suggested": 1, "taken": 1, "share": 1.0}


@pytest.mark.once
def test_the_form_of_the_dispatch_begins_with_the_suggestion_and_the_dispatcher_decides():
    with_words()
    book, other = live_book(), factories.department("ZJJ", name="市住建局")
    ticket = sent()
    client, _user = browser()
    page = client.get(reverse("hotline:step", args=[ticket.pk, "dispatch"])).content.decode()
    assert f'<option value="{city_management().pk}" selected' in page
    dispatch(dispatcher(), ticket.pk, department_id=other.pk, state_version=ticket.state_version)
    work()
    assert Judged.objects.get().taken is False
    statistics.refresh_all()
    assert by_book([book.pk])[book.pk]["all"] == {"suggested": 1, "taken": 0, "share": 0.0}


def test_a_dispatch_is_judged_once_and_a_second_department_is_no_suggestion():
    live_book()
    ticket = sent()
    ticket = dispatch(dispatcher(), ticket.pk, department_id=city_management().pk, state_version=ticket.state_version)
    work()
    from hotline.routing.judging import judge

    judge({"event": Judged.objects.get().event_id, "stream_id": ticket.pk}, None)  # type: ignore[arg-type]
    assert Judged.objects.count() == 1


def test_without_rules_in_use_nothing_is_filled_in_or_judged():
    ticket = sent()
    assert filled(ticket) == {}
    dispatch(dispatcher(), ticket.pk, department_id=city_management().pk, state_version=ticket.state_version)
    work()
    assert not Judged.objects.exists() and not RuleBook.objects.exists()


def test_a_closed_category_is_refused_when_dispatching():
    from hotline.actions import take_step
    from portal.core.errors import Invalid
    from portal.core.time import today

    ticket, lights = sent(), with_words()
    lights.closed_on = today()
    lights.save()
    inputs = {"department": str(city_management().pk), "category": str(lights.pk)}
    with pytest.raises(Invalid) as refused:
        take_step(dispatcher(), ticket.pk, "dispatch", inputs, state_version=ticket.state_version)
    assert "category" in refused.value.fields


@pytest.mark.once
def test_the_page_of_versions_costs_the_same_for_many_as_for_few():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    live_book()
    client, _user = browser()
    url = reverse("routing:books")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    live_book(name="再一条")
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few) + 1 <= 30
