"""Windows: made, changed, closed, and who serves at them."""

import datetime as dt

import pytest

from hall import actions
from hall.actions import WindowDraft
from hall.models import Window, WindowDuty
from portal.core import jobs
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock, today
from portal.people.actions import departments, postings
from portal.people.actors import actor_of
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


@pytest.fixture
def window(chief):
    draft = WindowDraft(code="a01", name="企业登记", department_id=factories.department().pk)
    return actions.make_window(chief, draft)


@pytest.fixture
def posting():
    return Posting.objects.get(user=factories.staff(Role.CLERK))


def test_a_hall_manager_manages_windows_and_a_clerk_does_not(window):
    manager = actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)
    draft = WindowDraft(code="A02", name="综合受理", kind="comprehensive")
    assert actions.make_window(manager, draft).department is None
    with pytest.raises(NotAllowed):
        actions.make_window(actor_of(factories.staff(Role.CLERK), Role.CLERK), draft)


@pytest.mark.parametrize(
    ("field", "change"),
    [("code", {"code": "A01"}), ("code", {"code": "窗"}), ("name", {"name": ""}), ("department", {})],
)
def test_a_window_that_makes_no_sense_is_refused(chief, window, field, change):
    values = {"code": "A09", "name": "窗口", **change}
    if field != "department":
        values["department_id"] = factories.department().pk
    with pytest.raises(Invalid) as refused:
        actions.make_window(chief, WindowDraft(**values))
    assert set(refused.value.fields) == {field}


def test_who_serves_at_a_window_is_kept_on_record(chief, window, posting):
    duty = actions.put_at_window(chief, window.pk, posting.pk, starts_on=today())
    assert list(WindowDuty.objects.in_force()) == [duty]
    with pytest.raises(Invalid):
        actions.put_at_window(chief, window.pk, posting.pk, starts_on=today() + dt.timedelta(days=1))
    actions.end_duty(chief, duty.pk)
    assert not WindowDuty.objects.in_force().exists() and WindowDuty.objects.count() == 1
    with pytest.raises(WrongState):
        actions.end_duty(chief, duty.pk)
    types = [told.event.type for told in events_of(window)]
    assert types == ["window.made", "window.duty_made", "window.duty_ended"]


def test_who_is_posted_no_more_serves_no_more(chief, window, posting):
    actions.put_at_window(chief, window.pk, posting.pk, starts_on=today())
    postings.end_posting(chief, posting.pk)
    assert not WindowDuty.objects.in_force().exists()


def test_a_closed_window_has_no_duties_and_takes_none(chief, window, posting):
    actions.put_at_window(chief, window.pk, posting.pk, starts_on=today())
    actions.close_window(chief, window.pk, on=today())
    assert not WindowDuty.objects.in_force().exists()
    with pytest.raises(Invalid):
        actions.put_at_window(chief, window.pk, posting.pk, starts_on=today())
    actions.reopen_window(chief, window.pk)
    assert not Window.objects.get(pk=window.pk).is_closed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_successor", [True, False])
def test_windows_follow_their_department(chief, window, with_successor):
    new = factories.department("NEW")
    day = today() + dt.timedelta(days=1)
    departments.close_department(chief, window.department_id, on=day, successor_id=new.pk if with_successor else None)
    with driven_clock(factories.moment(f"{day} 08:00")):
        jobs.run_due_jobs(50)
        window.refresh_from_db()
        assert (window.department == new, window.is_closed) == (with_successor, not with_successor)
