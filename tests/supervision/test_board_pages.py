"""The board: its figures come from the cells, and each opens exactly the cases that it counts."""

import pytest
from django.urls import reverse

from approvals.cases import actions
from approvals.cases.figures import NAMES, behind
from approvals.cases.measures import CASE_MEASURES
from portal.core import statistics
from portal.core.models import Notification
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.board import board_of
from portal.supervision.periods import Period, chosen, month_start
from tests.factories import accepted, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_december(settings):
    settings.DEMO = True  # no second factor for the supervisor
    with driven_clock(moment("2026-12-10 10:00")):
        yield


def build() -> None:
    """Cases of two departments in many states, by the real actions."""
    for code in ("SCJG", "GA"):
        dept = department(code, name=code)
        clerk = actor_of(staff(Role.CLERK, dept), Role.CLERK)
        thing = item(dept=dept, review_steps=0, promised_days=5)
        for text, decided in (("2026-12-01", "2026-12-03"), ("2026-12-01", "2026-12-09"), ("2026-12-02", None)):
            with driven_clock(moment(f"{text} 10:00")):
                case = accepted(clerk, on=thing)
            if decided:
                with driven_clock(moment(f"{decided} 10:00")):
                    actions.take_step(clerk, case.pk, "approve", state_version=case.state_version)
        with driven_clock(moment("2026-12-10 09:00")):
            accepted(clerk, on=thing)
            submitted(on=thing)
            other = accepted(clerk, on=thing)
            actions.take_step(actor_of(other.applicant), other.pk, "withdraw", state_version=other.state_version)
    statistics.refresh_all()


def december() -> Period:
    return Period("month", month_start(today()), today())


def login(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def test_every_figure_opens_exactly_the_cases_that_it_counts(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    board = board_of(december(), None, {})
    expected = {
        "today": board.figures["today"],
        "open": board.figures["open"],
        "amber": board.figures["amber"],
        "overdue": board.figures["overdue"],
        "accepted": board.balance["accepted"],
        "concluded": board.balance["concluded"],
        "otherwise": board.balance["otherwise"],
    }
    assert expected["open"] == 4 and expected["overdue"] == 2 and expected["concluded"] == 4
    for name, figure in expected.items():
        page = client.get(board.urls[name])
        assert len(page.context["rows"]) == figure, name


def test_the_balance_balances():
    build()
    balance = board_of(december(), None, {}).balance
    assert balance["start"] + balance["accepted"] - balance["concluded"] - balance["otherwise"] == balance["end"]


def test_the_lists_agree_with_the_cells_for_every_figure():
    build()
    first, last = december().first, today()
    names = [name for name in NAMES if name in CASE_MEASURES.figures and name not in {"open", "open_overdue", "open_stopped"}]
    flows = statistics.period(CASE_MEASURES, "item", first, last)[None]
    assert len(names) > 10
    for name in names:
        assert behind(name, first=first, last=last).count() == flows[name], name
    standing = statistics.standing(CASE_MEASURES, "item", last, figures=("open", "open_overdue", "open_stopped"))[None]
    for name, figure in standing.items():
        assert behind(name, first=last, last=last).count() == figure, name


def test_a_head_sees_the_own_department_only(client):
    build()
    dept, other = department("GA"), department("SCJG")
    login(client, staff(Role.DEPARTMENT_HEAD, dept))
    page = client.get(reverse("supervision:board"), {"department": other.pk})
    assert page.context["board"].figures["open"] == 2
    listed = client.get(reverse("supervision:cases"), {"figure": "open", "department": other.pk})
    assert {case.department_id for case, _light in listed.context["rows"]} == {dept.pk}


def test_clerks_see_no_board(client):
    login(client, staff(Role.CLERK))
    assert client.get(reverse("supervision:board")).status_code == 403


def test_the_board_asks_the_same_few_questions_however_many_cases(client, django_assert_max_num_queries):
    build()
    login(client, staff(Role.SUPERVISOR))
    client.get(reverse("supervision:board"))
    # Twelve for the page, the others for session, account and postings.
    with django_assert_max_num_queries(16):
        client.get(reverse("supervision:board"))


def test_a_reminder_reaches_clerk_and_head_once_a_day(client):
    build()
    head = staff(Role.DEPARTMENT_HEAD, department("GA"))
    login(client, staff(Role.SUPERVISOR))
    case = behind("open_overdue", first=today(), last=today(), departments=[department("GA").pk]).get()
    client.post(reverse("supervision:remind", args=[case.number]))
    client.post(reverse("supervision:remind", args=[case.number]))
    assert Notification.objects.filter(template="supervision.reminder").count() == 2
    assert Notification.objects.filter(template="supervision.reminder", user_id=head.pk).count() == 1


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("week", "2026-12-07"),
        ("month", "2026-12-01"),
        ("quarter", "2026-10-01"),
        ("half", "2026-07-01"),
        ("year", "2026-01-01"),
    ],
)
def test_periods_begin_where_people_expect(code, first):
    period, sensible = chosen({"period": code})
    assert (period.first.isoformat(), period.last, sensible) == (first, today(), True)


def test_a_period_that_ends_before_it_begins_is_said(client):
    login(client, staff(Role.SUPERVISOR))
    page = client.get(reverse("supervision:board"), {"period": "custom", "from": "2026-12-05", "to": "2026-12-01"})
    assert page.status_code == 422 and page.context["period"].code == "month"
