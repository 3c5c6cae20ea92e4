"""Administrators manage departments, staff and postings; substitutes stand in; the last administrator stays."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from portal.core import jobs
from portal.core.errors import DomainError, Invalid, NotAllowed, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock, today
from portal.people.actions import departments, postings, staff
from portal.people.actions.departments import DepartmentDraft
from portal.people.actions.postings import PostingDraft
from portal.people.actions.staff import StaffDraft
from portal.people.actors import actor_of
from portal.people.closing import open_in
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
# Actions are durable; a test's own transaction is taken for theirs.


@pytest.fixture
def administrator():
    return factories.staff(Role.ADMINISTRATOR, username="admin")


@pytest.fixture
def chief(administrator):
    return actor_of(administrator, Role.ADMINISTRATOR)


def fresh(user):
    """As the next request has the person: nothing cached."""
    return User.objects.get(pk=user.pk)


# --- departments ------------------------------------------------------------------------------------------------------


def test_departments_stand_in_a_tree_of_four_levels(chief):
    above = None
    for level in Department.Level.values:
        draft = DepartmentDraft(code=f"d-{level}", name=f"局{level}", level=level, parent_id=above and above.pk)
        above = departments.make_department(chief, draft)
    assert (above.code, above.parent.parent.parent.level) == ("D-VILLAGE", "city")
    assert [told.event.type for told in events_of(above)] == ["department.made"]


@pytest.mark.parametrize(
    ("field", "change"),
    [("code", {"code": "a b"}), ("code", {"code": "scjg"}), ("name", {"name": " "}), ("parent", {"level": "city"})],
)
def test_a_department_that_makes_no_sense_is_refused_field_by_field(chief, field, change):
    village = factories.department("CUN", level="village")
    factories.department("SCJG")
    draft = {"code": "NEW", "name": "新局", "level": "village", "parent_id": village.pk, **change}
    with pytest.raises(Invalid) as refused:
        departments.make_department(chief, DepartmentDraft(**draft))
    assert set(refused.value.fields) == {field}


def test_a_department_never_stands_below_itself(chief):
    upper = factories.department("UP")
    lower = factories.department("DOWN", parent=upper)
    with pytest.raises(Invalid) as refused:
        departments.change_department(chief, upper.pk, DepartmentDraft(code="UP", name="上", parent_id=lower.pk))
    assert "parent" in refused.value.fields


def test_nobody_but_an_administrator_changes_a_department():
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    with pytest.raises(NotAllowed):
        departments.make_department(clerk, DepartmentDraft(code="X1", name="局"))


def test_closing_with_open_cases_says_how_many_and_asks_for_the_successor(chief):
    old = factories.department("OLD")
    factories.submitted(on=factories.item(dept=old))
    assert {count.key: count.number for count in open_in(old.pk)} == {"cases": 1, "items": 1}
    with pytest.raises(Invalid) as refused:
        departments.close_department(chief, old.pk, on=today())
    assert refused.value.code == "open_work" and "2" in refused.value.fields["successor"]
    assert Department.objects.get(pk=old.pk).closed_on is None


@pytest.mark.django_db(transaction=True)
def test_on_the_day_of_the_closing_open_cases_items_and_people_go_to_the_successor(chief):
    old, new = factories.department("OLD"), factories.department("NEW")
    item = factories.item(dept=old)
    clerk = factories.staff(Role.CLERK, old)
    case, decided = factories.submitted(on=item), factories.submitted(on=item)
    Case.objects.filter(pk=decided.pk).update(state="withdrawn", ended_on=today())
    day = today() + dt.timedelta(days=2)
    departments.close_department(chief, old.pk, on=day, successor_id=new.pk)
    jobs.run_due_jobs(50)
    assert Case.objects.get(pk=case.pk).department == old  # the day has not come
    assert fresh(clerk).access.departments(Role.CLERK) == {old.pk}
    with driven_clock(factories.moment(f"{day} 08:00")):
        jobs.run_due_jobs(50)
        assert Case.objects.get(pk=case.pk).department == new
        assert Case.objects.get(pk=decided.pk).department == old
        item.refresh_from_db()
        assert item.department == new
        assert fresh(clerk).access.departments(Role.CLERK) == {new.pk}
    assert "case.moved" in [told.event.type for told in events_of(case)]


@pytest.mark.django_db(transaction=True)
def test_a_closing_that_was_taken_back_moves_nothing(chief):
    old, new = factories.department("OLD"), factories.department("NEW")
    case = factories.submitted(on=factories.item(dept=old))
    departments.close_department(chief, old.pk, on=today() + dt.timedelta(days=1), successor_id=new.pk)
    departments.reopen_department(chief, old.pk)
    with driven_clock(factories.moment(f"{today() + dt.timedelta(days=3)} 08:00")):
        jobs.run_due_jobs(50)
    assert Case.objects.get(pk=case.pk).department == old


def test_a_department_with_open_ones_below_is_not_closed(chief):
    upper = factories.department("UP")
    factories.department("DOWN", parent=upper)
    with pytest.raises(Invalid, match="."):
        departments.close_department(chief, upper.pk, on=today())


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_a_new_person_signs_in_with_the_one_time_password_and_chooses_another_first(chief, client):
    person, password = staff.make_staff(chief, StaffDraft(username="Wang.Fang", name="王芳", phone="13800138000"))
    sign_in = {"username": "wang.fang", "password": password}
    client.post(reverse("people:sign-in"), sign_in)
    for page in ("people:profile", "site:landing", "cases:mine"):
        assert client.get(reverse(page))["Location"] == reverse("people:password")
    same = {"old_password": password, "new_password": password, "again": password}
    assert client.post(reverse("people:password"), same).status_code == 422
    change = {"old_password": password, "new_password": "lan-hua-1987", "again": "lan-hua-1987"}
    assert client.post(reverse("people:password"), change).status_code == 302
    assert client.get(reverse("people:profile")).status_code == 200
    assert password not in str([told.data for told in events_of(person)])


def test_a_one_time_password_that_nobody_fetched_is_worth_nothing(chief, client):
    _person, password = staff.make_staff(chief, StaffDraft(username="late", name="迟到"))
    with driven_clock(factories.moment(f"{today() + dt.timedelta(days=8)} 09:00")):
        answer = client.post(reverse("people:sign-in"), {"username": "late", "password": password})
    assert answer.status_code == 422


def test_two_people_of_the_same_phone_are_two_accounts(chief):
    first, _p = staff.make_staff(chief, StaffDraft(username="first", name="甲方", phone="13800138000"))
    second, _p = staff.make_staff(chief, StaffDraft(username="second", name="乙方", phone="138 0013 8000"))
    assert first.phone == second.phone == "13800138000"


def test_a_locked_account_is_out_at_once_and_back_after_unlocking(chief):
    clerk = factories.user("clerk1", password="lan-hua-1987")
    Posting.objects.create(user=clerk, department=factories.department(), role=Role.CLERK, starts_on=today())
    browser = Client()
    browser.post(reverse("people:sign-in"), {"username": "clerk1", "password": "lan-hua-1987"})
    assert browser.get(reverse("cases:desk")).status_code == 200
    staff.lock_staff(chief, clerk.pk, reason="调查")
    assert browser.get(reverse("cases:desk")).status_code == 302
    sign_in = {"username": "clerk1", "password": "lan-hua-1987"}
    assert browser.post(reverse("people:sign-in"), sign_in).status_code == 422
    staff.unlock_staff(chief, clerk.pk)
    assert browser.post(reverse("people:sign-in"), sign_in).status_code == 302


def test_unlocking_forgets_failed_attempts(chief, client):
    factories.staff(Role.CLERK, username="clerk1", password="lan-hua-1987")
    for _ in range(6):
        client.post(reverse("people:sign-in"), {"username": "clerk1", "password": "wrong-password"})
    right = {"username": "clerk1", "password": "lan-hua-1987"}
    assert client.post(reverse("people:sign-in"), right).status_code == 429
    staff.unlock_staff(chief, User.objects.get(username="clerk1").pk)
    assert client.post(reverse("people:sign-in"), right).status_code == 302


def test_deactivating_ends_the_postings_and_keeps_them_on_record(chief):
    clerk = factories.staff(Role.CLERK)
    staff.deactivate_staff(chief, clerk.pk, reason="离职")
    posting = Posting.objects.get(user=clerk)
    assert posting.has_ended and [told.event.type for told in events_of(posting)] == ["posting.ended"]
    assert fresh(clerk).access.roles == {"citizen"}


def test_the_second_factor_is_reset_by_another_administrator(chief, administrator):
    clerk = factories.staff(Role.CLERK)
    for person in (clerk, administrator):
        TOTPDevice.objects.create(user_id=person.pk, confirmed=True)
    staff.reset_second_factor(chief, clerk.pk)
    with pytest.raises(Invalid):
        staff.reset_second_factor(chief, administrator.pk)
    assert list(TOTPDevice.objects.values_list("user_id", flat=True)) == [administrator.pk]


def test_a_citizens_account_is_none_of_the_administrators_business(chief):
    with pytest.raises(DomainError) as refused:
        staff.give_one_time_password(chief, factories.citizen().pk)
    assert refused.value.code == "not_found"


# --- the last administrator ---------------------------------------------------------------------------------------------


def goodbyes(chief, user):
    posting = Posting.objects.get(user=user)
    return [
        lambda: postings.end_posting(chief, posting.pk),
        lambda: postings.end_posting(chief, posting.pk, on=today() + dt.timedelta(days=30)),
        lambda: staff.deactivate_staff(chief, user.pk, reason="x"),
        lambda: staff.lock_staff(chief, user.pk, reason="x"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_last_administrator_stays(chief, administrator):
    for leave in goodbyes(chief, administrator):
        with pytest.raises(DomainError) as refused:
            leave()
        assert refused.value.code == "last_administrator"
    assert fresh(administrator).access.has(Role.ADMINISTRATOR)


@pytest.mark.django_db(transaction=True)
def test_a_second_administrator_with_an_end_does_not_count(chief, administrator):
    other = factories.staff(Role.ADMINISTRATOR)
    Posting.objects.filter(user=other).update(ends_on=today() + dt.timedelta(days=1))
    with pytest.raises(DomainError):
        goodbyes(chief, administrator)[0]()
    Posting.objects.filter(user=other).update(ends_on=None)
    goodbyes(chief, administrator)[0]()
    assert not fresh(administrator).access.has(Role.ADMINISTRATOR)


def test_the_page_says_in_words_why_the_last_administrator_stays(administrator, client):
    client.force_login(administrator, backend="portal.people.backends.AccountBackend")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.people.second_factor.is_due", lambda _request: False)
        url = reverse("people:posting-end", args=[Posting.objects.get(user=administrator).pk])
        answer = client.post(url, {"when": "now"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 409 and "Post another administrator first" in answer.content.decode()


# --- postings -----------------------------------------------------------------------------------------------------------


def draft(user, **more):
    values = {"role": Role.CLERK, "starts_on": today(), "department_id": factories.department().pk, **more}
    return PostingDraft(user_id=user.pk, **values)


def test_a_posting_that_ends_during_the_day_is_gone_with_the_next_click(chief):
    clerk, browser = factories.staff(Role.CLERK), Client()
    browser.force_login(clerk, backend="portal.people.backends.AccountBackend")
    assert browser.get(reverse("cases:desk")).status_code == 200
    posting = Posting.objects.get(user=clerk)
    ended = postings.end_posting(chief, posting.pk)
    assert ended.ends_on == today() and ended.ended_at is not None
    assert browser.get(reverse("cases:desk")).status_code == 403
    with pytest.raises(WrongState):
        postings.end_posting(chief, posting.pk)
    assert Posting.objects.in_force(today() - dt.timedelta(days=1)).filter(pk=posting.pk).exists()


def test_the_last_day_of_a_posting_is_a_working_day(chief):
    clerk = factories.staff(Role.CLERK)
    postings.end_posting(chief, Posting.objects.get(user=clerk).pk, on=today())
    assert fresh(clerk).access.has(Role.CLERK)
    with driven_clock(factories.moment(f"{today() + dt.timedelta(days=1)} 00:01")):
        assert not fresh(clerk).access.has(Role.CLERK)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("starts_on", {"starts_on": dt.date(2001, 1, 1)}),
        ("ends_on", {"ends_on": dt.date(2001, 1, 1)}),
        ("department", {"department_id": None}),
        ("department", {"role": Role.AUDITOR}),
        ("role", {"role": Role.CITIZEN}),
    ],
)
def test_a_posting_that_makes_no_sense_is_refused(chief, field, change):
    with pytest.raises(Invalid) as refused:
        postings.make_posting(chief, draft(factories.user(), **change))
    assert set(refused.value.fields) == {field}


def test_the_same_role_in_the_same_days_is_posted_once(chief):
    person = factories.user()
    first = postings.make_posting(chief, draft(person, ends_on=today() + dt.timedelta(days=5)))
    with pytest.raises(Invalid):
        postings.make_posting(chief, draft(person, starts_on=today() + dt.timedelta(days=5)))
    postings.make_posting(chief, draft(person, starts_on=today() + dt.timedelta(days=6)))
    assert Posting.objects.filter(user=person).count() == 2 and first.pk


# --- substitutes --------------------------------------------------------------------------------------------------------


def test_the_substitute_holds_the_role_while_the_colleague_is_on_leave_and_events_say_so(chief):
    holder, other = factories.user(name="张三丰"), factories.user(name="李四光")
    case = factories.submitted()
    postings.make_posting(chief, draft(holder, substitute_id=other.pk))
    assert not fresh(other).access.has(Role.CLERK)
    leave = postings.take_leave(
        chief, user_id=holder.pk, kind="annual", starts_on=today(), ends_on=today() + dt.timedelta(days=3)
    )
    stand_in = fresh(other)
    assert stand_in.access.has(Role.CLERK, case.department_id)
    taken = case_actions.take_step(actor_of(stand_in, Role.CLERK), case.pk, "accept", state_version=case.state_version)
    said = events_of(taken)[-1].actor_name
    assert said.startswith("李四光") and "张三丰" in said
    postings.cancel_leave(chief, leave.pk)
    assert not fresh(other).access.has(Role.CLERK)


def test_nobody_is_called_a_substitute_in_a_role_of_their_own(chief):
    holder, other = factories.user(name="张三丰"), factories.user(name="李四光")
    here, there = factories.department(), factories.department("GAJ")
    postings.make_posting(chief, draft(holder, substitute_id=other.pk, department_id=there.pk))
    postings.make_posting(chief, draft(other, department_id=here.pk))
    postings.take_leave(chief, user_id=holder.pk, kind="sick", starts_on=today(), ends_on=today())
    person = fresh(other)
    assert person.access.departments(Role.CLERK) == {here.pk, there.pk}
    assert actor_of(person, Role.CLERK, department_id=here.pk).name == "李四光"
    assert "张三丰" in actor_of(person, Role.CLERK, department_id=there.pk).name


def test_what_a_person_may_be_costs_one_query(django_assert_num_queries):
    clerk = factories.staff(Role.CLERK)
    with django_assert_num_queries(1):
        assert clerk.access.has(Role.CLERK)


# --- lists --------------------------------------------------------------------------------------------------------------

LISTS = ["people:departments", "people:staff", "people:postings", "people:organisations", "hall:windows"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_long(name, client, administrator, settings, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settings.DEMO = True
    client.force_login(administrator, backend="portal.people.backends.AccountBackend")
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        assert client.get(reverse(name)).status_code == 200
    _fill()
    with django_assert_max_num_queries(len(few.captured_queries) + 1):
        page = client.get(reverse(name))
    assert page.context["page"].next_cursor if name != "people:organisations" else True


def _fill():
    from hall.models import Window

    for number in range(30):
        made = factories.department(f"D{number:02d}")
        factories.staff(Role.CLERK, made)
        Window.objects.create(code=f"W{number:02d}", name="窗口", department=made)


def test_the_cursor_walks_through_the_whole_list_once(client, administrator, settings):
    settings.DEMO = True
    client.force_login(administrator, backend="portal.people.backends.AccountBackend")
    _fill()
    for name, column in (("people:staff", "username"), ("people:postings", "pk"), ("people:departments", "code")):
        found, query = [], ""
        while True:
            page = client.get(reverse(name) + query).context["page"]
            found += [getattr(row, column) for row in page.rows]
            if page.next_cursor is None:
                break
            query = f"?cursor={page.next_cursor}"
        assert len(found) == len(set(found)) >= 30
    assert client.get(reverse("people:staff") + "?cursor=nonsense").status_code == 200


def test_search_and_filters_find_people(client, administrator, settings):
    settings.DEMO = True
    client.force_login(administrator, backend="portal.people.backends.AccountBackend")
    factories.staff(Role.REVIEWER, username="wang.fang", name="王芳", phone="13900139000")
    factories.citizen("citizen1", phone="13900139000")
    for query in ("?q=王芳", "?q=wang", "?q=139 0013 9000", "?role=reviewer"):
        rows = client.get(reverse("people:staff") + query).context["page"].rows
        assert [person.username for person in rows] == ["wang.fang"], query
    assert client.get(reverse("people:staff") + "?q=nobody").context["page"].rows == []
