"""Two at once over a promise or a commitment: one signature, one decision, one outcome of the check."""

import pytest

from approvals.pledges import actions
from approvals.pledges.models import Commitment, PromisedMaterial
from portal.core.models import Event
from portal.core.statistics.verify import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.certificates.test_races import together
from tests.pledges.objects import Lane, work

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def acting(user: User, role: Role):
    return actor_of(User.objects.get(pk=user.pk), role)


def codes(found):
    return sorted(getattr(one, "code", "done") if isinstance(one, Exception) else "done" for one in found)


def test_two_clicks_sign_once() -> None:
    lane = Lane(promised_days=10)
    text, case = lane.text(), lane.draft()

    def sign():
        person = actor_of(User.objects.get(pk=lane.person.pk))
        return actions.sign(person, case.pk, text.pk, name=lane.person.name, read=True, step="password").pk

    found = together(lane.now, [sign] * 4)
    assert len(set(found)) == 1
    assert Commitment.objects.count() == 1


def test_two_clerks_decide_at_once_and_one_decision_stands() -> None:
    lane = Lane(promised_days=10)
    commitment = lane.committed()
    seen = commitment.case.state_version
    other = factories.staff(Role.CLERK)

    def decide(user):
        return lambda: actions.decide_at_once(acting(user, Role.CLERK), commitment.pk, state_version=seen)

    found = together(lane.now, [decide(lane.clerk.user), decide(other)])
    assert codes(found).count("done") == 1
    assert Event.objects.filter(type="case.approve", stream_id=commitment.case_id).count() == 1
    with driven_clock(lane.now):
        work()
    assert Commitment.objects.get().state == "checking"


def test_one_finds_it_kept_while_the_other_reports_a_breach_and_one_of_them_counts() -> None:
    lane = Lane(promised_days=10)
    row = lane.decided()
    reviewer, clerk = lane.reviewer.user, lane.clerk.user

    def keep():
        return actions.keep(acting(clerk, Role.CLERK), row.pk, "一致", state_version=row.state_version)

    def report():
        return actions.report_breach(acting(reviewer, Role.REVIEWER), row.pk, "不存在", state_version=row.state_version)

    found = together(lane.now, [keep, report])
    assert codes(found) == ["done", "stale"]
    commitment = Commitment.objects.get()
    waits = commitment.case.proposals.filter(outcome="waiting").exists()
    assert (commitment.state, waits) in {("kept", False), ("suspected", True)}


def test_two_workers_let_a_promise_lapse_once_while_it_is_brought() -> None:
    lane = Lane(promised_days=10)
    promise = lane.promised("2026-06-10")
    with lane.at("2026-06-11 09:00"):
        pass
    clerk = lane.clerk.user

    def bring():
        fresh = PromisedMaterial.objects.get(pk=promise.pk)
        return actions.bring(
            acting(clerk, Role.CLERK), promise.pk, [], on_paper=True, state_version=fresh.state_version
        )

    together(lane.now, [actions.lapse_due, actions.lapse_due, bring])
    row = PromisedMaterial.objects.get()
    lapses = Event.objects.filter(type="pledge.lapse").count()
    assert row.state in {"brought", "lapsed"} and lapses <= 1
    assert row.brought_late is (row.brought_on is not None)
    with driven_clock(lane.now):
        assert list(differences()) == []
