"""Who is told when a lamp goes on: clerk, head and supervisor, once each, inside the portal."""

import pytest

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification, OutboxMessage
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import accepted, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def at(text: str):
    return driven_clock(moment(text))


def told(template: str) -> list[int]:
    return sorted(Notification.objects.filter(template=template).values_list("user_id", flat=True))


def test_clerk_head_and_supervisor_are_told_once_each():
    clerk, head, supervisor = staff(Role.CLERK), staff(Role.DEPARTMENT_HEAD), staff(Role.SUPERVISOR)
    staff(Role.DEPARTMENT_HEAD, department("GA", name="市公安局"))  # of another department: not told
    with at("2026-11-02 10:00"):
        accepted(actor_of(clerk), on=item(promised_days=5))
        run_due_jobs()
    for day in ("2026-11-06", "2026-11-09", "2026-11-10", "2026-11-11"):
        for hour in ("08", "12"):
            with at(f"{day} {hour}:00"):
                actions.light_lamps()
                run_due_jobs()
    expected = sorted([clerk.pk, head.pk, supervisor.pk])
    assert told("case.amber") == expected
    assert told("case.red") == expected
    assert not OutboxMessage.objects.filter(template__in=["case.amber", "case.red"]).exists()


def test_a_case_that_is_late_at_birth_is_red_and_not_amber_too():
    supervisor = staff(Role.SUPERVISOR)
    with at("2026-11-02 10:00"):
        submitted(on=item(promised_days=3))
    with at("2026-11-10 00:30"):
        actions.deem_accepted()
        actions.light_lamps()
        run_due_jobs()
    assert (told("case.amber"), told("case.red")) == ([], [supervisor.pk])


def test_nobody_is_woken_for_a_case_of_another_system():
    staff(Role.SUPERVISOR)
    with at("2026-11-02 10:00"):
        case = accepted(actor_of(staff(Role.CLERK)), on=item(promised_days=3))
    Case.objects.filter(pk=case.pk).update(imported=True)
    with at("2026-11-12 08:00"):
        assert actions.light_lamps() == (1, 1)
        run_due_jobs()
    assert (told("case.amber"), told("case.red")) == ([], [])
