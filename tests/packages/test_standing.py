"""The package after its filing: it follows its cases, its clock begins with the last acceptance, lamps are lit once."""

import datetime as dt
import random

import pytest
from django.core.management import call_command
from django.utils.translation import override

from approvals.cases import actions as case_actions
from approvals.cases.models import Case, CaseStop
from approvals.packages import actions, figures
from approvals.packages.following import follow
from approvals.packages.lifecycle import FILING
from approvals.packages.models import PackageFiling
from approvals.packages.standing import spells, standing_of
from portal.core import statistics
from portal.core.calendar import override_day
from portal.core.errors import Invalid, NotFound, Stale, WrongState
from portal.core.models import Event, Notification
from portal.core.statistics import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.packages.crew import Crew, again, cases, work

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def crew():
    return Crew()


@pytest.fixture
def filing(crew):
    with driven_clock(moment("2026-11-02 10:00")):
        filed = crew.filed()
        work()
    return filed


def step(crew, case, code, inputs=None, *, by="clerk"):
    actor = crew.clerk_of(case) if by == "clerk" else crew.head_of(case)
    now = Case.objects.get(pk=case.pk)
    return case_actions.take_step(actor, case.pk, code, inputs or {}, state_version=now.state_version)


def accept_all(crew, filing, on="2026-11-03 10:00"):
    with driven_clock(moment(on)):
        for case in cases(filing):
            if case.state == "submitted":
                step(crew, case, "accept")
        work()
    return again(filing)


def decide_all(crew, filing, on="2026-11-05 10:00", *, refuse=()):
    with driven_clock(moment(on)):
        for n, case in enumerate(cases(filing)):
            if case.ended_on is not None:
                continue
            if n in refuse:
                proposal = case_actions.propose(
                    crew.clerk_of(case), case.pk, "refuse", {"grounds": "不符合条件"}, state_version=case.state_version
                )
                case_actions.decide_proposal(
                    crew.head_of(case), proposal.pk, confirm=True, note="", state_version=case.state_version + 1
                )
            else:
                step(crew, case, "approve", {"result": "准予"})
        work()
    return again(filing)


def test_the_days_of_a_package_begin_when_its_last_part_is_accepted(crew, filing):
    first, second, third = cases(filing)
    with driven_clock(moment("2026-11-03 10:00")):
        step(crew, first, "accept")
        step(crew, second, "accept")
        work()
    assert (again(filing).state, again(filing).due_on) == ("filed", None)
    with driven_clock(moment("2026-11-05 10:00")):
        step(crew, third, "accept")
        work()
    filing = again(filing)
    assert (filing.state, filing.accepted_on, filing.day_0) == ("running", D(2026, 11, 5), D(2026, 11, 5))
    assert (filing.due_on, filing.overdue_from_on) == (D(2026, 11, 12), D(2026, 11, 13))  # five working days


def test_a_supplement_of_one_part_holds_the_package_back(crew, filing):
    first, second, third = cases(filing)
    with driven_clock(moment("2026-11-03 10:00")):
        step(crew, first, "accept")
        step(crew, second, "accept")
        step(crew, third, "ask_supplement", {"text": "身份证背面", "limit_days": "10", "missing": []})
        work()
    assert again(filing).state == "filed"
    with driven_clock(moment("2026-11-09 10:00")):
        third.refresh_from_db()
        case_actions.take_step(crew.actor, third.pk, "resubmit", state_version=third.state_version)
        third.refresh_from_db()
        step(crew, third, "accept")
        work()
    assert (again(filing).state, again(filing).day_0) == ("running", D(2026, 11, 9))


def test_all_granted_is_concluded_in_time_with_the_days_saved(crew, filing):
    accept_all(crew, filing)
    filing = decide_all(crew, filing)
    assert (filing.state, filing.outcome, filing.ended_on) == ("concluded", "granted", D(2026, 11, 5))
    assert (filing.elapsed_days, filing.one_by_one_days, filing.together_days) == (2, 3 + 4 + 5, 2)
    assert Notification.objects.filter(user=crew.person, template="package.granted").count() == 1
    statistics.refresh_all()
    with driven_clock(moment("2026-12-01 10:00")):
        found = figures.of_year(crew.head_user)
    assert (found.filed, found.concluded, found.in_time, found.saved_days) == (1, 1, 1, 10)
    assert found.in_time_share == 1
    assert list(differences()) == []
    call_command("verify_audit")


def test_some_refused_is_partly_granted_and_said_so(crew, filing):
    accept_all(crew, filing)
    filing = decide_all(crew, filing, refuse={2})
    assert (filing.state, filing.outcome) == ("concluded", "partly")
    assert Notification.objects.filter(user=crew.person, template="package.partly").count() == 1


def test_what_a_supervisor_corrects_opens_the_package_again(crew, filing):
    accept_all(crew, filing)
    filing = decide_all(crew, filing)
    supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    case = Case.objects.get(pk=cases(filing)[0].pk)
    with driven_clock(moment("2026-11-06 10:00")):
        case_actions.take_step(supervisor, case.pk, "correct", {"reason": "决定有误"}, state_version=case.state_version)
        work()
    filing = again(filing)
    assert (filing.state, filing.outcome, filing.ended_on, filing.one_by_one_days) == ("running", "", None, None)
    assert list(differences()) == []


def test_a_special_procedure_of_one_part_stops_the_package_and_moves_its_day(crew, filing):
    accept_all(crew, filing)
    case = cases(filing)[0]
    with driven_clock(moment("2026-11-04 10:00")):
        proposal = case_actions.propose(
            crew.clerk_of(case), case.pk, "suspend", {"ground": "inspection", "announced_days": "3", "grounds": "现场核查"},
            state_version=Case.objects.get(pk=case.pk).state_version,
        )  # fmt: skip
        now = Case.objects.get(pk=case.pk)
        case_actions.decide_proposal(
            crew.head_of(case), proposal.pk, confirm=True, note="", state_version=now.state_version
        )
        work()
    stopped = again(filing)
    assert (stopped.stopped_on, stopped.due_on, stopped.remaining_days) == (D(2026, 11, 4), None, 4)
    with driven_clock(moment("2026-11-09 10:00")):
        step(crew, case, "resume", {"result": "核查通过"})
        work()
    moved = again(filing)
    assert (moved.stopped_on, moved.due_on) == (None, D(2026, 11, 13))  # 10 November and three working days
    assert Event.objects.filter(stream_id=filing.pk, type="package.due_moved").count() == 2


def test_spells_of_several_parts_count_once_where_they_overlap():
    def stop(case, start, end):
        return CaseStop(case=case, from_on=D(2026, 11, start), to_on=end and D(2026, 11, end))

    one, two = Case(pk=1), Case(pk=2)
    joined = spells([one, two], [stop(one, 3, 6), stop(two, 5, 9), stop(one, 12, 13)])
    assert [(s.on.day, s.resumed_on.day) for s in joined] == [(3, 9), (12, 13)]
    (open_one,) = spells([one, two], [stop(one, 3, None), stop(two, 5, 9)])
    assert (open_one.on.day, open_one.resumed_on) == (3, None)
    two.ended_on = D(2026, 11, 8)
    assert [s.resumed_on.day for s in spells([one, two], [stop(two, 5, None)])] == [8]


def test_lamps_of_a_package_go_on_once_and_reach_head_and_supervisor(crew, filing):
    supervisor = factories.staff(Role.SUPERVISOR)
    filing = accept_all(crew, filing)  # five days: due on the 10th, amber one day before
    with driven_clock(moment("2026-11-06 08:00")):
        assert actions.light_lamps() == 0
    with driven_clock(moment("2026-11-09 08:00")):
        assert actions.light_lamps() == 1 and actions.light_lamps() == 0
    assert Notification.objects.filter(template="package.amber", user=crew.head_user).count() == 1
    with driven_clock(moment("2026-11-11 08:00")):
        assert actions.light_lamps() == 1 and actions.light_lamps() == 0
    assert {one.user_id for one in Notification.objects.filter(template="package.red")} == {
        crew.head_user.pk, supervisor.pk,
    }  # fmt: skip
    filing = decide_all(crew, filing, "2026-11-12 10:00")
    assert filing.ended_on > filing.due_on
    statistics.refresh_all()
    with driven_clock(moment("2026-12-01 10:00")):
        found = figures.of_year(crew.head_user)
    assert (found.concluded, found.with_limit, found.in_time) == (1, 1, 0)


def test_a_day_off_that_is_added_moves_the_day_of_the_package(crew, filing):
    filing = accept_all(crew, filing)
    assert filing.due_on == D(2026, 11, 10)
    with driven_clock(moment("2026-11-03 12:00")):
        override_day(crew.administrator, D(2026, 11, 6), is_workday=False, reason="台风停工")
        work()
    assert again(filing).due_on == D(2026, 11, 11)


# --- withdrawal -------------------------------------------------------------------------------------------------------


def withdraw(crew, filing, parts=None, **more):
    filing = again(filing)
    values = {"state_version": filing.state_version, "reason": "计划有变", **more}
    return actions.withdraw(crew.actor, filing.pk, parts=parts, **values)


def test_one_part_is_withdrawn_and_the_others_go_on(crew, filing):
    part = filing.parts.all()[2]
    with driven_clock(moment("2026-11-03 09:00")):
        withdraw(crew, filing, [part.pk])
    assert [case.state for case in cases(filing)] == ["submitted", "submitted", "withdrawn"]
    filing = accept_all(crew, filing)
    assert filing.state == "running"  # what was withdrawn is not waited for
    filing = decide_all(crew, filing)
    assert (filing.outcome, filing.one_by_one_days) == ("granted", 3 + 4)


def test_the_whole_package_is_withdrawn_as_far_as_nothing_is_decided(crew, filing):
    accept_all(crew, filing)
    with driven_clock(moment("2026-11-04 10:00")):
        step(crew, cases(filing)[0], "approve", {"result": "准予"})
        with override("en"), pytest.raises(WrongState) as error:
            withdraw(crew, filing, [part.pk for part in filing.parts.all()])
        assert "has been decided or ended already" in error.value.message
        filing = withdraw(crew, filing)
        work()
    assert [case.state for case in cases(filing)][1:] == ["withdrawn", "withdrawn"]
    assert (again(filing).state, again(filing).outcome) == ("concluded", "granted")
    with pytest.raises(WrongState):
        withdraw(crew, filing)


def test_a_package_of_which_everything_was_withdrawn_is_withdrawn(crew, filing):
    with driven_clock(moment("2026-11-03 09:00")):
        filing = withdraw(crew, filing)
        work()
    assert (again(filing).state, again(filing).outcome) == ("withdrawn", "withdrawn")
    assert not Notification.objects.filter(template__in=["package.granted", "package.refused"]).exists()


def test_withdrawing_is_the_applicants_own_and_names_its_parts(crew, filing):
    other = Crew.__new__(Crew)
    other.actor = actor_of(factories.citizen())
    with pytest.raises(NotFound):
        withdraw(other, filing)
    with pytest.raises(NotFound):
        withdraw(crew, filing, [10**9])
    with pytest.raises(Invalid):
        withdraw(crew, filing, [])
    with pytest.raises(Stale):
        withdraw(crew, filing, state_version=99)


# --- whatever happens -------------------------------------------------------------------------------------------------


def test_following_again_changes_nothing(crew, filing):
    filing = accept_all(crew, filing)
    events = Event.objects.filter(stream_id=filing.pk, stream="packages.packagefiling").count()
    follow(filing.pk)
    follow(filing.pk)
    assert Event.objects.filter(stream_id=filing.pk, stream="packages.packagefiling").count() == events
    assert again(filing).state_version == filing.state_version


@pytest.mark.parametrize("seed", range(6))
def test_a_package_always_stands_where_its_cases_leave_it(crew, filing, seed):
    """Clerks, heads, the applicant and the law walk the cases at random; the package follows each step."""
    chance, day = random.Random(seed), moment("2026-11-03 09:00")
    for _n in range(14):
        day += dt.timedelta(hours=chance.choice((3, 24, 48)))
        with driven_clock(day):
            case = Case.objects.get(pk=chance.choice(cases(filing)).pk)
            code = chance.choice(("accept", "accept", "approve", "ask_supplement", "withdraw", "deem"))
            try:
                if code == "withdraw":
                    withdraw(crew, filing, [case.package_part.pk])
                elif code == "deem":
                    case_actions.deem_accepted()
                else:
                    step(crew, case, code, {"result": "准予", "text": "补", "limit_days": "5", "missing": []})
            except WrongState:
                pass
            work()
            now = again(filing)
            assert (now.state, now.outcome, now.ended_on) == expected(cases(filing))
            assert (now.due_on is None) or now.day_0 is not None
            assert now.state in FILING.states
    assert list(differences()) == []
    call_command("verify_audit")


def expected(found):
    """The same rule, said once more in plain words."""
    going = [case for case in found if case.ended_on is None]
    if going:
        waiting = any(case.state in {"submitted", "supplement"} for case in going)
        return ("filed" if waiting else "running", "", None)
    ended_on = max(case.ended_on for case in found)
    outcomes = {case.outcome for case in found} - {"withdrawn"}
    if not outcomes:
        return ("withdrawn", "withdrawn", ended_on)
    if outcomes == {"approved"}:
        return ("concluded", "granted", ended_on)
    return ("concluded", "partly" if "approved" in outcomes else "refused", ended_on)


def test_a_package_whose_parts_were_all_turned_away_is_refused():
    ended = [Case(pk=n, outcome="not_accepted", ended_on=D(2026, 11, 3 + n)) for n in range(2)]
    standing = standing_of(ended)
    assert (standing.state, standing.outcome, standing.ended_on) == ("concluded", "refused", D(2026, 11, 4))
    assert (standing.day_0, standing.accepted_on) == (None, None)


def test_a_single_case_is_no_part_of_any_package(crew):
    case = factories.submitted()
    work()
    assert actions.follow_case(case.pk) == 0
    assert not PackageFiling.objects.exists()
