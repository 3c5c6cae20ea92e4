"""Two at once: two draws for one day, two who decline, an answer and its time running out."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from hall.social import actions
from hall.social.models import Seat, Visit
from hall.social.pools import problems, record_of
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import moment
from tests.social.objects import SEEDS, accept, chief, decline, frozen, held, live, register, sealed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = moment("2026-11-20 10:00")


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


def reveal(visit: Visit, party: str) -> None:
    one = Visit.objects.get(pk=visit.pk)
    seed = one.seeds.select_related("committed_by").get(party=party)
    role = Role.SUPERVISOR if party == "supervisor" else Role.HALL_MANAGER
    actions.reveal(actor_of(seed.committed_by, role), one.pk, SEEDS[party].hex(), state_version=one.state_version)


def test_two_draws_at_once_never_invite_one_person_for_the_same_day():
    by = chief()
    register(by, citizens=6, deputies=4)
    visits = [sealed(frozen(by)), sealed(frozen(by))]
    for one in visits:
        reveal(one, "centre")
    assert together(*(lambda one=one: reveal(one, "supervisor") for one in visits)) == [None, None]
    rows = Seat.objects.live()
    assert rows.count() == 6 and rows.values("supervisor").distinct().count() == 6
    assert all(problems(record_of(one)) == [] for one in Visit.objects.all())


def test_two_declining_at_once_are_followed_by_two_and_nobody_twice():
    register(citizens=6)
    visit = held()
    seats = live(visit)[:2]
    assert together(*(lambda seat=seat: decline(seat) for seat in seats)) == [None, None]
    visit.refresh_from_db()
    assert len(live(visit)) == 3 and len(visit.gone) == 2
    assert problems(record_of(visit)) == []


def test_answering_and_running_out_at_once_ends_in_one_of_both():
    register(citizens=6)
    visit = held()
    seat = live(visit)[0]
    Seat.objects.filter(pk=seat.pk).update(answer_by=moment("2026-11-20 09:59"))
    raised = together(lambda: accept(seat), lambda: actions.expire_invitations(visit.pk))
    assert raised[1] is None and isinstance(raised[0], DomainError)
    visit.refresh_from_db()
    assert len(live(visit)) == 3 and problems(record_of(visit)) == []
