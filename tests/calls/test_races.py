"""Reports, drafts and key presses in the same moment: on PostgreSQL, with real connections."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from hotline.actions import Caller, TicketDraft
from hotline.calls import actions
from hotline.calls.actions import Desk
from hotline.calls.models import Call, Draft
from hotline.models import Ticket
from portal.core.errors import DomainError
from portal.core.time import now
from tests.calls.objects import PHONE, acting, notice, on_the_line, operator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all jobs at once; their results or domain errors in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=120)
            results[number] = job()
        except DomainError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def test_the_same_report_on_eight_connections_counts_once() -> None:
    operator()
    report = notice("answered", at=now(), agent="801")
    results = together([lambda: actions.receive("sys", report)] * 8)
    assert sorted(one.outcome for one in results) == ["repeated"] * 7 + ["taken"]
    assert Call.objects.get().state == "answered"


def test_eight_savings_of_one_draft_leave_one() -> None:
    person = operator()
    call = on_the_line(person)
    together([lambda n=n: actions.save_draft(acting(person), call.pk, {"title": f"第{n}次"}) for n in range(8)])
    assert Draft.objects.count() == 1


def test_eight_presses_of_one_key_record_one_ticket() -> None:
    person = operator()
    call = on_the_line(person)
    draft = TicketDraft(title="路灯不亮", content="滨河路的路灯坏了三天。", caller=Caller(phone=PHONE))
    made = together([lambda: actions.record_at_desk(acting(person), draft, Desk(call_id=call.pk), once_key="k1")] * 8)
    assert Ticket.objects.count() == 1 and {one.pk for one in made} == {Ticket.objects.get().pk}
    assert Call.objects.get().ticket_id == Ticket.objects.get().pk
