"""The draw of social supervisors: the register, the frozen pool, two sealed seeds, reserves in order, the proof."""

import copy
import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from hall.social import actions, tasks
from hall.social.models import Seat, SocialSupervisor, Visit
from hall.social.pools import problems, record_of
from portal.core import draw as arithmetic
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.social.objects import (
    SEEDS,
    VISIT_ON,
    accept,
    chief,
    decline,
    frozen,
    held,
    holder,
    letter,
    live,
    plan,
    register,
    sealed,
    supervisor,
    watcher,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


# --- the register -------------------------------------------------------------------------------------------------------


def test_the_hall_appoints_for_a_term_and_the_person_is_told():
    one = supervisor("media")
    assert one.in_office_on(dt.date(2028, 12, 31)) and not one.in_office_on(dt.date(2029, 1, 1))
    assert Notification.objects.filter(user=one.user, template="social.appointed").count() == 1


def test_an_unfit_entry_says_what_is_wrong():
    taken = supervisor()
    clerk = factories.staff(Role.CLERK)
    name = factories.citizen().username
    for username, more, field in (
        ("nobody", {}, "username"),
        (clerk.username, {}, "username"),
        (taken.user.username, {}, "username"),
        (name, {"letter": taken.letter}, "letter"),
        (name, {"category": "friend"}, "category"),
        (name, {"ends_on": dt.date(2025, 12, 31)}, "ends_on"),
        (name, {"ends_on": dt.date(2029, 1, 1)}, "ends_on"),
        (name, {"avoids": [10**9]}, "avoids"),
    ):
        with pytest.raises(Invalid) as error:
            actions.appoint(chief(), username, letter(**more))
        assert set(error.value.fields) == {field}
    with pytest.raises(NotAllowed):
        actions.appoint(actor_of(clerk, Role.CLERK), name, letter())


def test_a_released_supervisor_is_drawn_no_more_and_a_new_letter_is_another_term():
    one = supervisor()
    actions.release(chief(), one.pk, note="工作调动")
    with pytest.raises(WrongState):
        actions.release(chief(), one.pk, note="工作调动")
    assert list(SocialSupervisor.objects.in_office(dt.date(2026, 11, 20))) == []
    actions.reappoint(chief(), one.pk, letter(starts_on=dt.date(2026, 11, 1)))
    assert list(SocialSupervisor.objects.in_office(dt.date(2026, 11, 20))) == [one]


# --- the pool -----------------------------------------------------------------------------------------------------------


def test_the_pool_is_frozen_with_a_rule_for_everybody_who_is_left_out():
    by = chief()
    register(by)
    wanted = {
        "term": supervisor(by=by, ends_on=VISIT_ON - dt.timedelta(days=1)),
        "own_unit": supervisor(by=by, avoids=[factories.department().pk]),
        "staff": supervisor(by=by),
        "busy": supervisor(by=by),
    }
    Posting.objects.create(
        user=wanted["staff"].user, role=Role.CLERK, department=factories.department(), starts_on=dt.date(2026, 1, 1)
    )
    other = frozen(by)
    Seat.objects.create(
        visit=other, supervisor=wanted["busy"], category="citizen", state="accepted",
        invited_at=moment("2026-11-20 09:00"), answer_by=moment("2026-11-21 09:00"),
    )  # fmt: skip
    visit = frozen(by)
    named = {one["code"]: one["rule"] for one in visit.pool["exclusions"]}
    found = {one.supervisor_id: named[one.code] for one in visit.codes.all() if one.code in named}
    assert found == {one.pk: rule for rule, one in wanted.items()}
    assert not any(one.user.name in json.dumps(visit.pool, ensure_ascii=False) for one in wanted.values())


def test_a_pool_that_is_too_small_says_what_it_lacks():
    register(citizens=1, deputies=1)
    with pytest.raises(Invalid) as error:
        frozen()
    assert "Citizens: 1 can be drawn, 2 are wanted." in str(error.value.fields["places"])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"places": []}, "places"), ({"places": [("citizen", 0)]}, "places"), ({"places": [("nobody", 1)]}, "places"),
        ({"visit_on": dt.date(2026, 11, 20)}, "visit_on"), ({"task": " "}, "task"), ({"departments": []}, "departments"),
        ({"kind": "open"}, "meeting_point"), ({"kind": "x"}, "kind"),
    ],
)  # fmt: skip
def test_an_unfit_plan_is_refused_beside_its_field(more, field):
    register()
    with pytest.raises(Invalid) as error:
        actions.freeze(chief(), plan(**more))
    assert set(error.value.fields) == {field}


# --- the seeds ----------------------------------------------------------------------------------------------------------


def test_both_parties_seal_and_reveal_and_the_first_of_each_category_are_invited():
    register()
    visit = held()
    seats = live(visit)
    assert [one.category for one in seats] == ["citizen", "citizen", "deputy"]
    assert [one.position for one in seats] == [0, 1, 0] and {one.state for one in seats} == {"invited"}
    assert problems(record_of(visit)) == []
    seed = arithmetic.joint_seed(visit.pool_digest, SEEDS)
    assert visit.orders["citizen"] == arithmetic.order(arithmetic.pool_of(visit.pool), seed, "citizen")
    assert Notification.objects.filter(template="social.invited").count() == 3


def test_nobody_speaks_for_both_parties_or_reveals_another_seed():
    register()
    visit = frozen()
    centre, other = actor_of(visit.frozen_by, Role.HALL_MANAGER), watcher()
    promise = arithmetic.commitment("centre", visit.pool_digest, SEEDS["centre"])
    with pytest.raises(Invalid):
        actions.commit(centre, visit.pk, "nonsense", state_version=0)
    actions.commit(centre, visit.pk, promise, state_version=0)
    with pytest.raises(WrongState):
        actions.commit(centre, visit.pk, promise, state_version=1)
    with pytest.raises(Invalid):
        actions.commit(other, visit.pk, promise, state_version=1)
    with pytest.raises(Stale):
        actions.commit(other, visit.pk, promise, state_version=0)
    with pytest.raises(NotFound):
        actions.commit(actor_of(factories.staff(Role.CLERK), Role.CLERK), visit.pk, promise, state_version=1)
    with pytest.raises(NotAllowed):
        actions.commit(actor_of(factories.staff(Role.AUDITOR), Role.AUDITOR), visit.pk, promise, state_version=1)
    own = arithmetic.commitment("supervisor", visit.pool_digest, SEEDS["supervisor"])
    actions.commit(other, visit.pk, own, state_version=1)
    with pytest.raises(Invalid):
        actions.reveal(centre, visit.pk, ("00" * 32), state_version=2)


def test_a_seed_that_is_not_revealed_in_time_calls_the_visit_off_and_names_who_was_silent():
    register()
    visit = sealed()
    actions.reveal(
        actor_of(visit.frozen_by, Role.HALL_MANAGER), visit.pk, SEEDS["centre"].hex(), state_version=visit.state_version
    )
    assert tasks.advance() == {"passed_on": 0, "lapsed": 0}
    with driven_clock(moment("2026-11-21 10:01")):
        assert tasks.advance() == {"passed_on": 0, "lapsed": 1}
    visit.refresh_from_db()
    assert visit.state == "failed" and "Supervisor" in visit.note and "centre" not in visit.note


# --- reserves -----------------------------------------------------------------------------------------------------------


def test_who_declines_is_followed_by_the_next_of_the_order():
    register()
    visit = held()
    first = live(visit)[0]
    decline(first)
    visit.refresh_from_db()
    seats = live(visit)
    assert sorted((one.category, one.position) for one in seats) == [("citizen", 1), ("citizen", 2), ("deputy", 0)]
    assert [one["why"] for one in visit.gone] == ["refused"]
    assert problems(record_of(visit)) == []


def test_who_does_not_answer_in_time_is_followed_by_the_next():
    register()
    visit = held()
    keeper = accept(live(visit)[0])
    with driven_clock(moment("2026-11-22 10:01")):
        assert tasks.advance() == {"passed_on": 2, "lapsed": 0}
        assert tasks.advance() == {"passed_on": 0, "lapsed": 0}
    visit.refresh_from_db()
    assert keeper.pk in {one.pk for one in live(visit)} and len(live(visit)) == 3
    assert problems(record_of(visit)) == []


def test_a_late_answer_is_refused_in_words_and_a_strangers_is_unknown():
    register()
    seat = live(held())[0]
    with pytest.raises(NotFound):
        actions.answer(actor_of(factories.citizen()), seat.pk, "accept", state_version=0)
    with driven_clock(moment("2026-11-22 10:01")), pytest.raises(WrongState) as error:
        accept(seat)
    assert "your place goes to the next" in str(error.value)


def test_who_was_released_meanwhile_is_put_out_when_accepting():
    register()
    visit = held()
    seat = live(visit)[0]
    actions.release(chief(), seat.supervisor_id, note="工作调动")
    assert actions.answer(holder(seat), seat.pk, "accept", state_version=0).state == "put_out"
    visit.refresh_from_db()
    assert visit.gone[0]["why"] == "term" and len(live(visit)) == 3
    assert problems(record_of(visit)) == []


def test_without_a_reserve_the_visit_says_so_and_may_be_called_off():
    register(citizens=2, deputies=1)
    visit = held()
    decline(live(visit)[0])
    visit.refresh_from_db()
    assert visit.short_of and problems(record_of(visit)) == []
    done = actions.call_off(chief(), visit.pk, note="改期", state_version=visit.state_version)
    assert done.state == "failed" and live(visit) == []


def test_a_drawn_visit_with_reserves_is_not_called_off_for_a_draw_one_does_not_like():
    register()
    visit = held()
    with pytest.raises(WrongState):
        actions.call_off(chief(), visit.pk, note="不合适", state_version=visit.state_version)


# --- the proof ----------------------------------------------------------------------------------------------------------


def test_verify_visit_draw_replays_a_number_or_a_file_and_ends_with_an_error_for_a_changed_one(tmp_path):
    register()
    visit = held()
    said = StringIO()
    call_command("verify_visit_draw", visit.number, stdout=said)
    assert "all of it follows" in said.getvalue()
    record = record_of(visit)
    for change in ("orders", "names", "gone"):
        forged = copy.deepcopy(record)
        if change == "orders":
            forged["orders"]["citizen"].reverse()
        elif change == "names":
            forged["openings"][0]["name"] = "王五"
        else:
            forged["gone"] = [{"code": forged["orders"]["citizen"][0], "why": ""}]
        path = tmp_path / f"{change}.json"
        path.write_text(json.dumps(forged), encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("verify_visit_draw", str(path), stderr=StringIO())
    for what in ("MC-0", str(tmp_path)):
        with pytest.raises(CommandError):
            call_command("verify_visit_draw", what)


def test_a_changed_row_shows_as_a_difference():
    register()
    visit = held()
    Visit.objects.filter(pk=visit.pk).update(pool_digest="0" * 64)
    visit.refresh_from_db()
    assert "the pool is not the one whose digest was published" in problems(record_of(visit))
