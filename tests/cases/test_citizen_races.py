"""Two clicks at the same moment: one draft, one filing. Shows only where two writers can be at work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core.errors import DomainError
from portal.people.actors import actor_of
from portal.people.models import User
from tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    """The results of `times` calls that start together; a refusal counts as its code."""
    gate = Barrier(times)

    def one() -> Any:
        try:
            gate.wait()
            return act()
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(times)]]


def test_a_double_click_makes_one_draft() -> None:
    person, item = factories.citizen(), factories.item()
    found = at_once(6, lambda: actions.start_draft(actor_of(User.objects.get(pk=person.pk)), item).pk)
    assert len(set(found)) == 1
    assert Case.objects.count() == 1


def test_a_double_click_files_once() -> None:
    person = factories.citizen()
    draft = actions.start_draft(actor_of(person), factories.item())

    def submit() -> str:
        actor = actor_of(User.objects.get(pk=person.pk))
        return str(actions.take_step(actor, draft.pk, "submit", state_version=0).number)

    found = at_once(6, submit)
    assert found.count("stale") == 5
    assert Case.objects.get().state_version == 1
