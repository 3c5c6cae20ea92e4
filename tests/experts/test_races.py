"""Two at once: two draws for one half-day, two reserves for one seat, two officers at one door."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.experts import actions
from procurement.experts.models import Draw, PanelMember
from procurement.experts.published import problems, record_of
from procurement.tenders.models import Project
from tests.experts.objects import SEEDS, frozen, held, plan, pool, sealed, tender
from tests.factories import moment
from tests.tenders.objects import officer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = moment("2026-12-11 10:00")


def together(*calls: Callable[[], Any]) -> list[BaseException | None]:
    """Run the calls side by side; what each raised."""
    start = threading.Barrier(len(calls))
    raised: list[BaseException | None] = [None] * len(calls)

    def run(n: int) -> None:
        try:
            start.wait()
            with driven_clock(NOW):
                calls[n]()
        except BaseException as error:
            raised[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_draws_at_once_never_call_one_person_for_the_same_half_day():
    with driven_clock(NOW):
        pool(24)
        draws = [sealed(frozen()), sealed(frozen())]
        for one in draws:
            reveal(one, "tenderer")
    assert together(*(lambda one=one: reveal(one, "supervisor") for one in draws)) == [None, None]
    rows = PanelMember.objects.live()
    assert rows.count() == 10 and rows.values("user").distinct().count() == 10
    for one in Draw.objects.select_related("project"):
        assert problems(record_of(one)) == []


def reveal(one: Draw, party: str) -> None:
    one = Draw.objects.get(pk=one.pk)
    seed = one.seeds.select_related("committed_by").get(party=party)
    role = Role.SUPERVISOR if party == "supervisor" else Role.AGENT
    actor = actor_of(seed.committed_by, role)
    actions.reveal(actor, one.pk, SEEDS[party].hex(), state_version=one.state_version)


def test_two_pools_frozen_at_once_are_one():
    with driven_clock(NOW):
        pool()
        project = tender()
        chiefs = [officer(), officer()]
    raised = together(*(lambda chief=chief: actions.freeze(chief, project.pk, plan()) for chief in chiefs))
    assert sorted(isinstance(one, DomainError) for one in raised) == [False, True]
    assert Draw.objects.filter(project=Project.objects.get(pk=project.pk)).count() == 1


def test_two_declining_at_once_are_followed_by_two_and_nobody_twice():
    with driven_clock(NOW):
        pool(24)
        draw = held()
        seats = list(draw.members.select_related("user").order_by("pk"))[:2]

    def decline(seat: PanelMember) -> None:
        actions.answer(actor_of(seat.user), seat.pk, "decline", note="出差", state_version=seat.state_version)

    assert together(*(lambda seat=seat: decline(seat) for seat in seats)) == [None, None]
    draw.refresh_from_db()
    assert draw.members.live().count() == 5 and len(draw.gone) == 2
    assert problems(record_of(draw)) == []


def test_answering_and_running_out_at_once_ends_in_one_of_both():
    with driven_clock(NOW):
        pool(24)
        draw = held()
        seat = draw.members.select_related("user").order_by("pk").first()
        PanelMember.objects.filter(pk=seat.pk).update(answer_by=NOW)
    raised = together(
        lambda: actions.answer(actor_of(seat.user), seat.pk, "accept", state_version=0),
        lambda: actions.expire_calls(draw.pk),
    )
    assert raised[1] is None and (raised[0] is None or isinstance(raised[0], DomainError))
    assert draw.members.live().count() == 5
