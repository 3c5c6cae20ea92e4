"""The board: its figures come from the cells, and each opens exactly the cases that it counts."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from approvals.cases import actions
from approvals.cases.figures import NAMES, behind
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from portal.core import statistics
from portal.core.exports import exports
from portal.core.models import DirtyKey, Notification
from portal.core.registries import home_figures
from portal.core.tasks import beat_tick
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision.board import Board, board_of
from portal.supervision.figures import Balance
from portal.supervision.filters import Asked, Scope
from portal.supervision.freshness import Freshness, freshness
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


def asked_for(period: Period, **more: object) -> Asked:
    """The whole centre, as a supervisor sees it."""
    return Asked(Scope({one.pk: one for one in Department.objects.all()}, None), period, **more)


def centre_board(period: Period) -> Board:
    return board_of(asked_for(period))


def login(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def listed(client, url: str) -> int:
    """How many cases stand on the list behind an address."""
    return len(client.get(url).context["rows"])


def test_every_figure_opens_exactly_the_cases_that_it_counts(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    board = centre_board(december())
    counts = {figure.code: (int(figure.value), figure.url) for figure in board.main if figure.value.isdecimal()}
    assert counts["open"][0] == 4 and counts["concluded"][0] == 4
    for name, (count, url) in counts.items():
        assert listed(client, url) == count, name
    for lamp in board.lamps:
        assert listed(client, lamp.url) == lamp.count, lamp.code
    assert {lamp.code: lamp.count for lamp in board.lamps}["open_overdue"] == 2
    for part in (part for one in board.compositions for part in one.parts):
        assert listed(client, part.url) == part.count, part.label
    for row in board.departments.rows:
        assert (listed(client, row.concluded_url), listed(client, row.overdue_url)) == (row.concluded, row.overdue)
    for row in board.items.rows:
        assert (listed(client, row.concluded_url), listed(client, row.overdue_url)) == (row.concluded, row.overdue)
    for _label, count, url in board.distribution.buckets:
        assert listed(client, url) == count
    for _label, cells in board.trend.links:
        for count, url in cells:
            assert listed(client, url) == count, url


def test_the_balance_balances():
    build()
    balance = centre_board(december()).balance
    assert balance.start + balance.accepted - balance.concluded - balance.otherwise == balance.end == 4


def test_the_lists_agree_with_the_cells_for_every_figure():
    build()
    first, last = december().first, today()
    names = [
        name for name in NAMES if name in CASE_MEASURES.figures and name not in {"open", "open_overdue", "open_stopped"}
    ]
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
    assert page.context["board"].main[3].value == "2"
    listed = client.get(reverse("supervision:cases"), {"figure": "open", "department": other.pk})
    assert {case.department_id for case, _light in listed.context["rows"]} == {dept.pk}


def test_clerks_see_no_board(client):
    login(client, staff(Role.CLERK))
    assert client.get(reverse("supervision:board")).status_code == 403


def test_the_board_asks_the_same_few_questions_however_many_cases(client, django_assert_max_num_queries):
    build()
    login(client, staff(Role.SUPERVISOR))
    client.get(reverse("supervision:board"))
    # Seven for the page, the others for session, account, postings and unread notes.
    with django_assert_max_num_queries(11):
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
        ("today", "2026-12-10"),
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
    assert page.status_code == 422 and page.context["asked"].period.code == "month"
    assert "2026-12-05" in page.content.decode() and "2026-12-01" in page.content.decode(), "what was typed is kept"


def many(count: int) -> None:
    """So many more open cases, a third of them late: three by the real actions, the others are copies of them."""
    dept = department("SCJG", name="SCJG")
    clerk = actor_of(staff(Role.CLERK, dept), Role.CLERK)
    thing, made = item(dept=dept, review_steps=0, promised_days=5), []
    for day in ("2026-12-01", "2026-12-08", "2026-12-09"):
        with driven_clock(moment(f"{day} 10:00")):
            made.append(accepted(clerk, on=thing))
    for n in range(count - 3):
        copy = Case.objects.get(pk=made[n % 3].pk)
        copy.pk, copy.number = None, f"{copy.number}-{n}"
        copy.save(force_insert=True)
    statistics.rebuild(CASE_MEASURES)


def queries_of(client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_ten_cases_and_three_hundred_cost_the_same_queries(client):
    many(10)
    login(client, staff(Role.SUPERVISOR))
    board, listed = reverse("supervision:board"), reverse("supervision:cases")
    client.get(board)
    few, few_listed = queries_of(client, board), queries_of(client, listed)
    many(290)
    lots, lots_listed = queries_of(client, board), queries_of(client, listed)
    assert len(lots) == len(few)
    assert len(lots_listed) <= len(few_listed) + 1  # a list longer than a page asks the cells for its count
    ours = [
        sql
        for sql in lots
        if not any(table in sql for table in ("session", "people_user", "people_posting", "core_notification"))
    ]
    assert len(ours) <= 12, ours


def test_a_long_list_says_its_count_on_every_page(client):
    many(70)
    login(client, staff(Role.SUPERVISOR))
    seen, query = [], {"figure": "open"}
    while query:
        page = client.get(reverse("supervision:cases"), query)
        assert page.context["page"].count == 70
        seen += [case.pk for case, _light in page.context["rows"]]
        query = {"figure": "open", "cursor": page.context["page"].next} if page.context["page"].next else None
    assert len(seen) == len(set(seen)) == 70


def test_a_list_narrows_by_item_channel_and_state(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    case = behind("unfinished", first=today(), last=today()).filter(state="submitted").first()
    query = {"figure": "unfinished", "item": case.item.code, "state": "submitted", "channel": "online"}
    page = client.get(reverse("supervision:cases"), query)
    assert [found.pk for found, _light in page.context["rows"]] == [case.pk]
    assert page.context["page"].count == 1
    none = client.get(reverse("supervision:cases"), {**query, "channel": "post"})
    assert none.context["rows"] == []
    assert client.get(reverse("supervision:cases"), {"figure": "open", "item": "nowhere"}).status_code == 404
    assert client.get(reverse("supervision:cases"), {"figure": "nonsense"}).status_code == 404


def test_both_ends_of_the_balance_open_their_cases(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    last_week = Period("custom", moment("2026-12-02 09:00").date(), moment("2026-12-04 09:00").date())
    board = centre_board(last_week)
    assert board.balance == Balance(start=4, accepted=2, concluded=2, otherwise=0, end=4)
    for end in ("start", "end"):
        assert listed(client, board.urls[end]) == getattr(board.balance, end)


def test_a_reminder_leads_back_to_the_page_of_its_button_and_nowhere_else(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    case = behind("open_overdue", first=today(), last=today()).first()
    url, page = reverse("supervision:remind", args=[case.number]), reverse("supervision:board") + "?period=week"
    assert client.post(url, {"next": page}).url == page
    assert client.post(url, {"next": "https://example.org/"}).url == reverse("supervision:board")
    row = next(row for row in client.get(page).context["board"].urgent if row.case.pk == case.pk)
    assert (row.reminded.times, row.reminded.today) == (1, True)
    with driven_clock(moment("2026-12-11 09:00")):
        client.post(url)
        row = next(row for row in client.get(page).context["board"].urgent if row.case.pk == case.pk)
    assert row.reminded.times == 2


def test_changed_dates_make_a_period_of_their_own():
    same = {"period": "month", "from": "2026-12-01", "to": "2026-12-10"}
    assert chosen(same)[0].code == "month"
    period, sensible = chosen({**same, "from": "2026-11-01"})
    assert (period.code, period.first.isoformat(), sensible) == ("custom", "2026-11-01", True)


def test_figures_that_nobody_refreshes_are_called_stale():
    cache.clear()
    build()
    assert not freshness().pending
    submitted(on=item())
    assert DirtyKey.objects.exists()
    first = freshness()
    assert (first.pending, first.stale, first.as_of) == (True, False, moment("2026-12-10 10:00"))
    with driven_clock(moment("2026-12-10 10:03")):
        later = freshness()
        assert (later.stale, later.as_of) == (True, moment("2026-12-10 10:00"))
        statistics.refresh_all()
        assert freshness() == Freshness(moment("2026-12-10 10:03"))


def test_a_silent_beat_makes_waiting_figures_stale_at_once():
    cache.clear()
    with driven_clock(moment("2026-12-10 09:30")):
        beat_tick()
    submitted(on=item())
    assert freshness() == Freshness(moment("2026-12-10 09:30"), pending=True, stale=True)


def test_the_home_page_tells_what_was_accepted_and_how_much_in_time(client):
    cache.clear()
    with translation.override("en"):
        before = {str(figure.label) for figure in home_figures()}
    assert not before & {"Applications accepted today", "Decided on time this year"}
    cache.clear()
    build()
    with translation.override("en"):
        shown = {str(figure.label): figure.value for figure in home_figures()}
    assert shown["Applications accepted today"] == "4"
    assert shown["Applications accepted this month"] == "10"
    assert shown["Decided on time this year"] == "50.0%"
    cache.clear()


def test_the_page_of_a_department_is_the_board_narrowed_and_tells_the_load(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    page = client.get(reverse("supervision:department", args=["GA"]), {"period": "month"})
    assert page.context["board"].main[3].value == "2"
    load = page.context["load"]
    assert [(row.open, row.concluded) for row in load.people if row.concluded] == [(2, 2)]
    for row in (*load.people, *load.windows):
        assert listed(client, row.urls["open"]) == row.open
        assert listed(client, row.urls["concluded"]) == row.concluded
        assert listed(client, row.urls["accepted"]) == row.accepted
    assert client.get(reverse("supervision:department", args=["NO"])).status_code == 404


def test_a_head_opens_the_own_department_alone(client):
    build()
    login(client, staff(Role.DEPARTMENT_HEAD, department("GA")))
    assert client.get(reverse("supervision:department", args=["GA"])).status_code == 200
    assert client.get(reverse("supervision:department", args=["SCJG"])).status_code == 404


def test_a_head_sees_of_an_item_what_the_own_department_did(client):
    build()
    case = Case.objects.filter(department__code="SCJG").first()
    url = reverse("supervision:item", args=[case.item.code])
    login(client, staff(Role.SUPERVISOR))
    page = client.get(url)
    assert (page.context["board"].main[3].value, page.context["board"].items.rows) == ("2", [])
    login(client, staff(Role.DEPARTMENT_HEAD, department("GA")))
    assert client.get(url).context["board"].main[3].value == "0"
    assert client.get(reverse("supervision:item", args=["nowhere"])).status_code == 404


def test_the_filters_narrow_every_figure_alike(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    thing = Case.objects.filter(department__code="GA").first().item
    query = {"period": "month", "item": thing.code, "channel": "online", "kind": "promise"}
    page = client.get(reverse("supervision:board"), query)
    assert [figure.value for figure in page.context["board"].main[:4]] == ["6", "5", "2", "2"]
    for figure in page.context["board"].main[:4]:
        assert listed(client, figure.url) == int(figure.value)
    by_name = client.get(reverse("supervision:board"), {**query, "item": thing.name})
    assert by_name.context["asked"].scope.item == thing
    nothing = client.get(reverse("supervision:board"), {**query, "kind": "immediate"})
    assert [figure.value for figure in nothing.context["board"].main] == ["0", "0", "0", "0", "—", "—"]


def test_an_item_that_does_not_exist_is_said_and_kept_in_the_field(client):
    login(client, staff(Role.SUPERVISOR))
    page = client.get(reverse("supervision:board"), {"item": "没有这个事项"})
    assert page.status_code == 422
    assert 'value="没有这个事项"' in page.content.decode()


def test_with_every_filter_set_the_page_asks_no_more_than_twelve_questions(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    thing = Case.objects.filter(department__code="GA").first().item
    query = f"?item={thing.code}&channel=online&kind=promise&department={department('GA').pk}&compare=last_year"
    url = reverse("supervision:board") + query
    client.get(url)
    names = ("session", "people_user", "people_posting", "core_notification")
    ours = [sql for sql in queries_of(client, url) if not any(name in sql for name in names)]
    assert len(ours) <= 12, ours


def test_the_board_reads_the_cells_of_its_period_and_no_older_ones(client):
    """What the page costs follows the period, not the years gone by."""
    build()
    login(client, staff(Role.SUPERVISOR))
    url = reverse("supervision:board") + "?period=month"
    asked = queries_of(client, url)
    read = [sql for sql in asked if 'FROM "cases_itemcell"' in sql or 'FROM "cases_departmentcell"' in sql]
    assert len(read) == 1, "all that is asked of the cells is asked in one statement"
    cells = read[0].split(" UNION ALL ")
    assert len(cells) == 5
    assert sum("cases_itemcell" in sql for sql in cells) == 1, "only the ranking of items needs the larger cells"
    assert all("2026-1" in sql and ("BETWEEN" in sql or '"day" >' in sql) for sql in cells)


def test_the_list_of_a_figure_can_be_exported_with_its_filters(client):
    build()
    login(client, staff(Role.SUPERVISOR))
    page = client.get(reverse("supervision:cases"), {"figure": "concluded", "from": "2026-12-01", "to": "2026-12-31"})
    assert reverse("core:export-new") in page.content.decode()
    params = QueryDict("figure=concluded&from=2026-12-01&to=2026-12-31")
    export = exports()["supervision.cases"]
    head = staff(Role.DEPARTMENT_HEAD, department("GA"))
    assert export.queryset(staff(Role.SUPERVISOR), params).count() == 4
    assert {case.department_id for case in export.queryset(head, params)} == {department("GA").pk}
    with translation.override("en"):
        assert export.described(head, params)[0] == ("Figure", "Concluded")
