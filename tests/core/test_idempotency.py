"""Twice the same request acts once; the same key with other content is refused and keeps the input."""

import threading

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, WrongState
from portal.core.idempotency import KeyField, KeyReused, body_hash, new_key, once
from portal.core.models import BeatTick, IdempotencyRecord
from portal.core.time import now

CLERK = Actor.system("clerk")
OTHER = Actor.system("other")


@action
def count_up(actor: Actor, key: str, body: dict, *, fails: bool = False) -> dict:
    """An action that leaves a trace each time it acts."""

    def run() -> dict:
        if fails:
            raise WrongState
        BeatTick.objects.create(ticked_at=now())
        return {"number": BeatTick.objects.count()}

    return once(actor, "test.count_up", key, body_hash(body), run)


@pytest.mark.django_db
def test_a_double_click_acts_once_and_answers_the_same():
    key = new_key()
    assert count_up(CLERK, key, {"a": 1}) == {"number": 1}
    assert count_up(CLERK, key, {"a": 1}) == {"number": 1}
    assert BeatTick.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_refused_as_a_conflict():
    count_up(CLERK, "k", {"a": 1})
    with pytest.raises(KeyReused) as refused:
        count_up(CLERK, "k", {"a": 2})
    assert isinstance(refused.value, DomainError)
    assert (refused.value.status, refused.value.code) == (409, "idempotency_key_reused")
    assert BeatTick.objects.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_their_actor_and_no_key_means_no_memory():
    count_up(CLERK, "k", {})
    count_up(OTHER, "k", {})
    count_up(CLERK, "", {})
    count_up(CLERK, "", {})
    assert BeatTick.objects.count() == 4


@pytest.mark.django_db
def test_a_refused_action_leaves_no_row_so_that_it_can_be_sent_again():
    with pytest.raises(WrongState):
        count_up(CLERK, "k", {}, fails=True)
    assert not IdempotencyRecord.objects.exists()
    assert count_up(CLERK, "k", {}) == {"number": 1}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_there_is_no_once():
    with pytest.raises(RuntimeError):
        once(CLERK, "r", "k", "h", dict)


def test_the_hash_sees_content_only():
    form = QueryDict("a=1&a=2&b=3&csrfmiddlewaretoken=x&once_key=y")
    assert body_hash(form) == body_hash(QueryDict("b=3&a=1&a=2&once_key=z"))
    assert body_hash(form) != body_hash(QueryDict("b=3&a=1&once_key=z"))
    assert body_hash({"a": 1, "b": 2}) == body_hash({"b": 2, "a": 1})


def test_a_form_shown_twice_has_two_keys():
    field = KeyField()
    assert field.initial() != field.initial()
    assert field.widget.is_hidden


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_request_from_many_sides_at_once_acts_once():
    for round_number in range(5):
        answers: list[dict] = []
        start = threading.Barrier(8)

        def send(key: str, answers=answers, start=start) -> None:
            start.wait()
            try:
                answers.append(count_up(CLERK, key, {"a": 1}))
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=(f"k{round_number}",)) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [{"number": round_number + 1}] * 8
        assert BeatTick.objects.count() == round_number + 1
    with transaction.atomic():
        assert IdempotencyRecord.objects.count() == 5
