"""What a telephone system reports: believed by its signature, counted once, right in whatever order it comes."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.test import Client

from hotline.calls import actions, figures
from hotline.calls.models import Call, Extension
from portal.core.errors import Invalid, NotAllowed
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock, now, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.calls.objects import PHONE, SECRET, notice, operator, send
from tests.factories import moment

pytestmark = pytest.mark.django_db
RANG = moment("2026-11-20 10:00")


@pytest.fixture(autouse=True)
def _telephone(settings: Any) -> None:
    settings.TELEPHONES = [f"sys:{SECRET}"]


def at(seconds: int) -> dt.datetime:
    return RANG + dt.timedelta(seconds=seconds)


def test_a_call_is_ringing_answered_and_ended() -> None:
    person = operator()
    with driven_clock(at(300)):
        actions.receive("sys", notice("ringing", at=at(0)))
        actions.receive("sys", notice("answered", at=at(12), agent="801"))
        call = actions.receive("sys", notice("ended", at=at(132))).call
    assert (call.state, call.agent, call.wait_seconds, call.talk_seconds) == ("ended", person, 12, 120)
    assert Call.objects.get(number_blind__matches=PHONE) == call


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_the_reports_does_not_matter(order: tuple[int, ...]) -> None:
    operator()
    reports = [notice("ringing", at=at(0)), notice("answered", at=at(12), agent="801"), notice("ended", at=at(132))]
    with driven_clock(at(300)):
        for place in order:
            actions.receive("sys", reports[place])
            assert actions.receive("sys", reports[place]).outcome == "repeated"
    call = Call.objects.get()
    assert (call.state, call.offered_at, call.wait_seconds, call.talk_seconds) == ("ended", at(0), 12, 120)


def test_a_call_given_up_while_ringing_was_not_answered() -> None:
    with driven_clock(at(300)):
        actions.receive("sys", notice("ringing", at=at(0)))
        assert actions.receive("sys", notice("abandoned", at=at(40))).call.state == "abandoned"


def test_a_transferred_call_is_at_the_desk_of_who_took_it_last() -> None:
    first, second = operator("801"), operator("802")
    with driven_clock(at(300)):
        actions.receive("sys", notice("answered", at=at(10), agent="801"))
        actions.receive("sys", notice("answered", at=at(60), agent="802"))
        call = actions.receive("sys", notice("answered", at=at(10), agent="801")).call
    assert call.agent == second and call.answered_at == at(10)
    assert not Call.objects.on_the_line(first).exists()


def test_offered_and_answered_are_counted_once_by_day_and_line() -> None:
    operator()
    with driven_clock(at(300)):
        for name, answered in (("C1", True), ("C2", True), ("C3", False)):
            for _twice in range(2):
                actions.receive("sys", notice("ringing", call=name, at=at(0)))
                if answered:
                    actions.receive("sys", notice("answered", call=name, at=at(20), agent="801"))
    refresh_all()
    total = figures.report(RANG.date(), RANG.date()).total
    assert (total.offered, total.answered, total.wait) == (3, 2, 20)
    assert total.rate == pytest.approx(2 / 3)
    assert figures.report(dt.date(2020, 1, 1), dt.date(2020, 1, 2)).total.rate is None


def said(event: str, **more: Any) -> dict[str, Any]:
    return {"call_id": "C1", "event": event, "at": now().isoformat(), "number": PHONE, "line": "12315", **more}


@pytest.mark.once
def test_the_webhook_believes_a_signature_and_answers_a_repetition_the_same() -> None:
    operator()
    report = said("answered", agent="801")
    assert send(Client(), report).json() == {"result": "ok", "outcome": "taken"}
    assert send(Client(), report).json() == {"result": "ok", "outcome": "repeated"}
    assert Call.objects.get().line == "12315"


@pytest.mark.once
@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "other"},
        {"at": moment("2026-01-01 10:00")},
        {"said": {"event": "ringing"}},
        {"said": {"call_id": "x" * 200, "event": "ringing", "at": "2026-11-20T10:00:00+08:00"}},
        {"said": {"call_id": "C1", "event": "sneezed", "at": "2026-11-20T10:00:00+08:00"}},
        {"said": {"call_id": "C1", "event": "ringing", "at": "2026-11-20T10:00:00"}},
        {"said": {"call_id": "C1", "event": "ringing", "at": "2999-11-20T10:00:00+08:00"}},
        {"said": []},
    ],
)
def test_what_is_not_signed_or_makes_no_sense_changes_nothing(wrong: dict[str, Any]) -> None:
    report = wrong.pop("said", None)
    assert send(Client(), said("ringing") if report is None else report, **wrong).status_code == 401
    assert not Call.objects.exists()


def test_an_extension_belongs_to_one_person_at_a_time() -> None:
    chief = actor_of(factories.staff(Role.HOTLINE_DISPATCHER), Role.HOTLINE_DISPATCHER)
    first, second = factories.staff(Role.HOTLINE_OPERATOR), factories.staff(Role.HOTLINE_OPERATOR)
    actions.assign_extension(chief, first.pk, "801")
    actions.assign_extension(chief, second.pk, "801")
    assert [one.user for one in Extension.objects.all()] == [second]
    assert actions.assign_extension(chief, second.pk, "") is None
    with pytest.raises(Invalid):
        actions.assign_extension(chief, factories.staff(Role.CLERK).pk, "802")
    with pytest.raises(NotAllowed):
        actions.assign_extension(actor_of(first, Role.HOTLINE_OPERATOR), first.pk, "803")


def test_old_numbers_are_erased_and_the_figures_stay() -> None:
    with driven_clock(at(300)):
        actions.receive("sys", notice("ringing", at=at(0)))
    with driven_clock(RANG + dt.timedelta(days=400)):
        assert actions.erase_numbers() == 1
        assert actions.erase_numbers() == 0
    call = Call.objects.get()
    assert (call.number, call.number_blind) == ("", None)
    refresh_all()
    assert figures.report(RANG.date(), today()).total.offered == 1
