"""The list of the workbench: tabs against plain Python over random cases, filters, pages, neighbours, queries."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from approvals.cases import actions, desk, dossier
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import light_of
from approvals.cases.models import Case, Proposal
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import Posting, User
from portal.people.roles import Role
from tests.conftest import as_a_test
from tests.factories import accepted, citizen, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db
INPUTS = {
    "text": "请补正", "limit_days": 15, "missing": [], "grounds": "不符合条件", "ground": "hearing", "announced_days": 5,
    "days": 5, "opinion": "同意", "result": "已完成", "document_number": "证001", "way": "window", "proof": "本人签收",
    "reason": "有误", "authority": "",
}  # fmt: skip


def signed_in(client, person: User):
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def fresh(person: User) -> User:
    """The person as the next request would read them."""
    return User.objects.get(pk=person.pk)


def wander(chance: random.Random, case: Case, people: list[User], steps: int) -> None:
    """Some steps or proposals that anybody of the department may take."""
    for _n in range(steps):
        case = Case.objects.get(pk=case.pk)
        person = chance.choice(people)
        waiting = case.proposals.filter(outcome=Proposal.Outcome.WAITING).first()
        try:
            if waiting and dossier.may_confirm(person, waiting, case):
                decision = {"confirm": chance.random() < 0.6, "note": "已核", "state_version": case.state_version}
                actions.decide_proposal(actor_of(person), waiting.pk, **decision)
                continue
            offered = [t for t in CASE.offered(case, person) if t.code not in dossier.APPLICANTS_STEPS]
            if offered:
                step = chance.choices(offered, [{"warning": 1, "primary": 20}.get(t.tone, 6) for t in offered])[0]
                act = actions.propose if step.proposed else actions.take_step
                act(actor_of(person), case.pk, step.code, INPUTS, state_version=case.state_version)
        except DomainError:
            continue


@pytest.fixture(scope="class")
def three_weeks(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[User]]:
    with django_db_blocker.unblock(), as_a_test():
        yield wandered()


@pytest.fixture
def centre(three_weeks: list[User], db: None) -> list[User]:
    """The people as the next request would read them; what a test changes is gone with it."""
    return [fresh(person) for person in three_weeks]


def wandered() -> list[User]:
    """Two departments with people, one of whom works for both, and sixty cases that wandered for three weeks."""
    chance = random.Random(20261120)
    market, water = department(), department("SWJ", name="市水务局")
    people = [staff(role, market) for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)]
    both = staff(Role.CLERK, water)
    Posting.objects.create(user=both, department=market, role=Role.REVIEWER, starts_on=dt.date(2020, 1, 1))
    Posting.objects.create(user=both, department=water, role=Role.DEPARTMENT_HEAD, starts_on=dt.date(2020, 1, 1))
    people.append(both)
    items = [item(dept=market, promised_days=3), item(dept=market, review_steps=0), item(dept=water, promised_days=7)]
    day = dt.date(2026, 11, 2)
    while day <= dt.date(2026, 11, 20):
        if workdays().is_workday(day):
            with driven_clock(moment(f"{day} 10:00")):
                for _n in range(5):
                    wander(chance, submitted(citizen(), chance.choice(items)), people, chance.randrange(12))
                for case in chance.sample(list(Case.objects.filter(ended_on__isnull=True).order_by("pk")), 3):
                    wander(chance, case, people, 2)
        day += dt.timedelta(days=1)
    reviewed = Case.objects.filter(state="in_review", department=market).first()
    with driven_clock(moment("2026-11-20 14:00")):
        actions.take_step(actor_of(people[1]), reviewed.pk, "pass_review", INPUTS, state_version=reviewed.state_version)
    return people


def belongs(tab: str, user: User, case: Case, day: dt.date) -> bool:
    """What a tab holds, said once more in plain Python."""
    is_open = case.submitted_on is not None and case.ended_on is None
    answer, due = case.answer_due_on, case.promised_due_on
    overdue_from = case.overdue_from_on
    states = {
        "submitted": "submitted", "supplement": "supplement", "accepted": "accepted", "review": "in_review",
        "deciding": "deciding", "suspended": "suspended",
    }  # fmt: skip
    if tab in states:
        return case.state == states[tab]
    if tab == "aftercare":
        return case.state in {"approved", "refused", "issued", "delivered"}
    if tab == "ended":
        return not is_open
    if tab == "overdue":
        late = (overdue_from is not None and overdue_from <= day) or (answer is not None and answer < day)
        return is_open and late
    if tab == "today":
        return is_open and day in {answer, due}
    if tab == "proposals":
        waiting = case.proposals.filter(outcome=Proposal.Outcome.WAITING).first()
        return waiting is not None and dossier.may_confirm(user, waiting, case)
    return is_open


class TestThreeWeeks:
    """What only reads the centre; other tests would find its cases in their lists."""

    def test_every_tab_counts_and_lists_what_belongs_there(self, centre):
        with driven_clock(moment("2026-11-20 15:00")):
            seen: set[str] = set()
            for user in centre:
                mine = Case.objects.filter(department__in=user.access.departments())
                tabs = desk.tabs_for(user)
                counts = desk.counts(user, tabs)
                for tab in tabs:
                    expected = {case.pk for case in mine if belongs(tab.code, user, case, today())}
                    listed = [case.pk for case in desk.listed(user, desk.Place(tab))]
                    assert len(listed) == len(set(listed))
                    assert set(listed) == expected, tab.code
                    assert counts.get(tab.code) == (len(expected) if tab.counted else None), tab.code
                    seen |= {tab.code} if expected else set()
            assert seen == {tab.code for tab in desk.TABS}  # none of them was tried on nothing

    def test_the_list_runs_from_the_most_urgent_to_what_has_no_date(self, centre):
        user = centre[0]
        with driven_clock(moment("2026-11-20 15:00")):
            rows = list(desk.listed(user, desk.Place(desk.TABS[0])))
        due = [
            {"submitted": case.answer_due_on, "supplement": case.supplement_due_on}.get(
                case.state, case.promised_due_on
            )
            for case in rows
        ]
        known = [day for day in due if day]
        assert known == sorted(known) and len(known) > 10
        assert due[: len(known)] == known  # those without a date stand last
        assert all(case.is_stopped for case in rows[len(known) :]) and len(rows) > len(known)

    def test_pages_and_neighbours_walk_the_list_without_a_gap(self, centre):
        user = centre[0]
        with driven_clock(moment("2026-11-20 15:00")):
            for tab in (desk.TABS[0], desk.TABS[-1]):
                place = desk.Place(tab)
                whole = [case.pk for case in desk.listed(user, place)]
                assert len(whole) > desk.PAGE or tab.code == "ended"
                paged, cursor = [], ""
                while cursor is not None:
                    page = desk.page_of(desk.listed(user, place), cursor, newest_first=place.newest_first)
                    paged += [case.pk for case in page.rows]
                    cursor = page.next_cursor
                assert paged == whole
                at, walked = place.at_case(desk.listed(user, place).first()), whole[:1]
                while (after := desk.neighbours(user, at)[1]) is not None:
                    before = desk.neighbours(user, at.at_case(after))[0]
                    assert before is not None and before.pk == walked[-1]
                    walked.append(after.pk)
                    at = at.at_case(after)
                assert walked == whole


def test_filters_by_number_name_item_department_and_clerk(client):
    with driven_clock(moment("2026-11-20 10:00")):
        clerk = staff(Role.CLERK)
        other = department("SWJ", name="市水务局")
        Posting.objects.create(user=clerk, department=other, role=Role.CLERK, starts_on=dt.date(2020, 1, 1))
        mine = accepted(actor_of(clerk), citizen(name="欧阳明"), item("SHOP"))
        theirs = submitted(citizen(name="司马光"), item("WELL", dept=other))
        browser = signed_in(client, clerk)

        def found(**query):
            page = browser.get(reverse("cases:desk"), query)
            assert page.status_code == 200
            return {row[0].number for row in page.context["rows"]}

        assert found() == {mine.number, theirs.number}
        assert found(q="欧阳") == {mine.number}
        assert found(q=theirs.number[:20].lower()) == {theirs.number}
        assert found(item=mine.item_id) == {mine.number}
        assert found(department=other.pk) == {theirs.number}
        assert found(mine="1") == {mine.number}
        assert found(q="欧阳", department=other.pk) == set()
        # What makes no sense is left out, and never an error.
        assert found(item="x", department="②", tab="nowhere", cursor="tomorrow") == {mine.number, theirs.number}
        assert found(item="9" * 30, cursor="9999-12-31_" + "9" * 30) == set()
        assert found(q="欧\0阳") == {mine.number}
        assert browser.get("/desk/SP%00/").status_code == 404
        page = browser.get(reverse("cases:desk"), {"q": "欧阳"}).content.decode()
        assert "欧阳明" not in page and "欧阳*" in page  # a list shows no whole names


def test_a_whole_number_opens_the_case_and_a_foreign_one_does_not(client):
    with driven_clock(moment("2026-11-20 10:00")):
        case = accepted(actor_of(staff(Role.CLERK)), on=item(review_steps=0))
        foreign = submitted(on=item(dept=department("SWJ", name="市水务局")))
        clerk = staff(Role.CLERK)
        actions.take_step(actor_of(clerk), case.pk, "approve", {"text": ""}, state_version=case.state_version)
        browser = signed_in(client, clerk)
        answer = browser.get(reverse("cases:desk"), {"q": f" {case.number.lower()} "})
        assert answer.url == reverse("cases:desk-case", args=[case.number])
        page = browser.get(reverse("cases:desk"), {"q": foreign.number})
        assert page.status_code == 200 and not page.context["rows"]


def test_the_list_asks_the_database_as_often_for_fifty_rows_as_for_five(
    client, monkeypatch, django_assert_max_num_queries
):
    with driven_clock(moment("2026-11-20 10:00")):
        clerk = staff(Role.CLERK)
        one, two = item(), item(review_steps=0)
        for n in range(5):
            accepted(actor_of(clerk), on=(one, two)[n % 2])
        browser = signed_in(client, clerk)
        asked = _queries(browser, django_assert_max_num_queries)
        for n in range(45):
            case = accepted(actor_of(clerk), on=(one, two)[n % 2])
            if n % 5 == 0:
                propose = {"grounds": "不符合条件"}
                actions.propose(actor_of(clerk), case.pk, "refuse", propose, state_version=case.state_version)
        monkeypatch.setattr(desk, "PAGE", 100)
        assert _queries(browser, django_assert_max_num_queries) == asked


def _queries(browser, at_most) -> int:
    browser.get(reverse("cases:desk"))  # the process's own caches are filled by whoever comes first
    with at_most(16) as captured:  # six of them count what the panels of upper rooms hang in
        page = browser.get(reverse("cases:desk"))
        assert page.context["rows"]
    return len(captured)


def test_after_the_decision_the_light_shows_the_limit_of_the_delivery():
    with driven_clock(moment("2026-11-02 10:00")):
        clerk = staff(Role.CLERK)
        case = accepted(actor_of(clerk), on=item(review_steps=0))
        case = actions.take_step(actor_of(clerk), case.pk, "approve", {"text": ""}, state_version=case.state_version)
    lights = {}
    for day in ("2026-11-02", "2026-11-13", "2026-11-16", "2026-11-17"):
        with driven_clock(moment(f"{day} 10:00")):
            lights[day] = light_of(case, delivery=10).code
    assert lights == {"2026-11-02": "green", "2026-11-13": "amber", "2026-11-16": "amber", "2026-11-17": "red"}
    assert light_of(case).code == "none"
