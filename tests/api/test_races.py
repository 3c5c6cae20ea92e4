"""Several requests at one moment: what is promised to happen once happens once. On PostgreSQL, where races show."""

import threading

import pytest
from django.db import connection

from approvals.cases.models import Case
from portal.api import fanout
from portal.api.models import Delivery, Subscription
from portal.core.models import Event, IdempotencyRecord
from tests import factories
from tests.api.objects import api, caller, system, token
from tests.api.test_cases import CASES, filing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT_ONCE = 8


def at_once(work):
    """`work(n)` in so many threads that start together; the results."""
    results, gate = [None] * AT_ONCE, threading.Barrier(AT_ONCE)

    def one(n):
        gate.wait()
        try:
            results[n] = work(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def text():
    factories.item("SCJG-900", materials=0)
    return token(system())[1]


def send(text, key, **more):
    answer = caller(text).post(CASES, filing(**more), format="json", headers={"idempotency-key": key} if key else {})
    return answer.status_code, answer.json()


def test_the_same_filing_sent_at_once_is_one_case_and_one_answer(text):
    found = at_once(lambda _n: send(text, "same"))
    assert {status for status, _body in found} == {201}
    assert len({body["id"] for _status, body in found}) == 1
    assert Case.objects.count() == Event.objects.filter(type="case.submit").count() == 1
    assert IdempotencyRecord.objects.count() == 1


def test_one_key_for_different_filings_files_one_of_them(text):
    found = at_once(lambda n: send(text, "same", external_id=f"OA-{n}"))
    assert sorted(status for status, _body in found) == [201] + [409] * (AT_ONCE - 1)
    assert Case.objects.count() == 1


def test_different_filings_at_once_all_get_their_numbers(text):
    found = at_once(lambda n: send(text, f"key-{n}", external_id=f"OA-{n}"))
    assert {status for status, _body in found} == {201}
    assert len({body["number"] for _status, body in found}) == AT_ONCE


def test_one_step_asked_for_by_many_is_taken_once(text):
    case_id = send(text, "")[1]["id"]

    def take(_n):
        answer = caller(text).post(
            f"{CASES}/{case_id}/transitions/accept", {}, format="json", headers={"if-match": '"v1"'}
        )
        return answer.status_code

    assert sorted(at_once(take)) == [200] + [412] * (AT_ONCE - 1)
    assert Event.objects.filter(type="case.accept").count() == 1


def test_jobs_that_overtake_each_other_write_each_message_once(settings):
    settings.DEMO = True
    client = system()
    api(client=client).post(
        "/api/v1/webhooks", {"url": "https://example.org/", "events": ["case.submit"]}, format="json"
    )
    cases = [factories.submitted() for _ in range(3)]
    hook = Subscription.objects.select_related("client").get()

    def fan_out(_n):
        from django.db import transaction

        with transaction.atomic():
            for case in cases:
                fanout.write_messages(hook, Case.objects.select_related("item", "department").get(pk=case.pk))

    at_once(fan_out)
    fanout.forget()
    assert Delivery.objects.count() == 3
