"""Clean-up rounds: what has no substance goes back, is answered, judged, reminded; proposals become versions."""

import datetime as dt
from fractions import Fraction

import pytest

from approvals.catalogue import actions as catalogue
from approvals.catalogue import editing
from approvals.catalogue.models import Item
from approvals.promises import actions, facts
from approvals.promises.models import Finding, Proposal
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock, today
from tests import factories
from tests.factories import moment
from tests.promises.crew import Crew, complete, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


@pytest.mark.parametrize(
    ("legal", "previous", "promised", "weak"),
    [
        (20, None, 20, True), (20, None, 11, True), (20, None, 10, False), (20, 20, 5, False), (None, 10, 10, True),
        (None, 10, 9, False), (None, None, 30, False), (1, None, 1, False), (5, None, 0, False),
    ],
)  # fmt: skip
def test_a_promise_without_substance(legal, previous, promised, weak):
    item = factories.item(legal_days=legal, previous_promised_days=previous, promised_days=promised)
    item = facts.promises_in_force().get(pk=item.pk)
    assert facts.flagged(facts.promises_in_force()).filter(pk=item.pk).exists() is weak
    assert facts.has_no_substance(item.current, Fraction(1, 2)) is weak


def test_a_round_from_the_opening_to_the_new_version(crew):
    factories.item(promised_days=5)
    with driven_clock(moment("2026-06-01 09:00")):
        cleanup = actions.open_round(crew.supervisor, name="2026年第一轮")
    finding = cleanup.findings.get()
    assert (finding.item, cleanup.looked_at, cleanup.reply_due_on) == (crew.item, 2, dt.date(2026, 6, 15))
    assert Notification.objects.filter(user=crew.head_user, template="promises.asked").count() == 1

    with driven_clock(moment("2026-06-10 09:00")):
        assert actions.light_lamps() == 1 and actions.light_lamps() == 0
    with driven_clock(moment("2026-06-16 09:00")):
        assert actions.light_lamps() == 1
        finding = actions.reply(crew.head, finding.pk, kind="keep", text="需现场核验", state_version=0)
        assert finding.replied_late
        with pytest.raises(WrongState):
            actions.close_round(crew.supervisor, cleanup.pk)
        finding = actions.send_back(crew.supervisor, finding.pk, note="核验可并联", state_version=finding.state_version)
        assert (finding.state, finding.times_returned, finding.reminders) == ("asked", 1, 2)
        assert finding.reply_due_on > today()
        finding = actions.reply(
            crew.head,
            finding.pk,
            kind="shorten",
            proposed_days=12,
            text="核验并联",
            state_version=finding.state_version,
        )
        finding = actions.accept(crew.supervisor, finding.pk, state_version=finding.state_version)
        proposal = Proposal.objects.get(finding=finding)
        assert (proposal.days, proposal.present_days, proposal.proposed_by) == (12, 20, crew.head_user)
        assert actions.close_round(crew.supervisor, cleanup.pk).closed_on == today()

        proposal = actions.decide_proposal(crew.head, proposal.pk, "take_over", state_version=0)
        version = proposal.version
        assert (version.promised_days, version.previous_promised_days, version.state) == (12, 20, "draft")
        with pytest.raises(NotAllowed):
            catalogue.review(crew.head, version.pk)
        catalogue.review(crew.reviewer, version.pk)
        catalogue.publish(crew.head, version.pk)
        work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.in_force_on) == ("in_force", dt.date(2026, 6, 16))
    assert Item.objects.get(pk=crew.item.pk).current.promised_days == 12


def test_a_reply_says_a_shorter_promise_and_why(crew):
    finding = actions.open_round(crew.supervisor, name="一").findings.get()
    for days, text in ((20, "因为"), (0, "因为"), (None, "因为"), (10, " ")):
        with pytest.raises(Invalid):
            actions.reply(crew.head, finding.pk, kind="shorten", proposed_days=days, text=text, state_version=0)
    assert Finding.objects.get().state == "asked"


def test_who_replied_does_not_judge_and_strangers_find_nothing(crew):
    finding = actions.open_round(crew.supervisor, name="一").findings.get()
    with pytest.raises(NotAllowed):
        actions.reply(crew.reviewer, finding.pk, kind="keep", text="x", state_version=0)
    finding = actions.reply(crew.head, finding.pk, kind="keep", text="x", state_version=0)
    with pytest.raises(NotAllowed):
        actions.accept(crew.head, finding.pk, state_version=finding.state_version)
    from portal.people.actors import actor_of
    from portal.people.roles import Role

    stranger = factories.staff(Role.DEPARTMENT_HEAD, factories.department("OTHER"))
    with pytest.raises(NotFound):
        actions.reply(actor_of(stranger, Role.DEPARTMENT_HEAD), finding.pk, kind="keep", text="x", state_version=0)


def test_one_round_at_a_time(crew):
    actions.open_round(crew.supervisor, name="一")
    with pytest.raises(WrongState):
        actions.open_round(crew.supervisor, name="二")
    with pytest.raises(NotAllowed):
        actions.open_round(crew.head, name="三")


def test_a_proposal_is_checked_and_waits_alone(crew):
    for days in (20, 21):
        with pytest.raises(Invalid):
            actions.propose(crew.reviewer, crew.item.pk, days=days, ground="历史数据")
    proposal = actions.propose(crew.reviewer, crew.item.pk, days=8, ground="历史数据")
    assert (proposal.cases, proposal.late_cases) == (0, 0)
    with pytest.raises(WrongState):
        actions.propose(crew.supervisor, crew.item.pk, days=9, ground="历史数据")
    with pytest.raises(NotAllowed):
        actions.decide_proposal(crew.reviewer, proposal.pk, "take_over", state_version=0)
    declined = actions.decide_proposal(crew.head, proposal.pk, "decline", note="人手不足", state_version=0)
    assert (declined.state, declined.decision_note) == ("declined", "人手不足")
    immediate = factories.item(kind="immediate")
    with pytest.raises(WrongState):
        actions.propose(crew.supervisor, immediate.pk, days=1, ground="x")


def test_a_proposal_lapses_with_its_draft_and_with_its_item(crew):
    proposal = actions.propose(crew.reviewer, crew.item.pk, days=8, ground="历史数据")
    proposal = actions.decide_proposal(crew.head, proposal.pk, "take_over", state_version=0)
    editing.discard_version(crew.head, proposal.version_id)
    work()
    proposal.refresh_from_db()
    assert proposal.state == "lapsed" and proposal.version is None

    from approvals.catalogue.drafts import Standing

    item = complete(promised_days=10)
    other = actions.propose(crew.supervisor, item.pk, days=8, ground="历史数据")
    catalogue.change_standing(crew.administrator, item.pk, Standing("cancel", today(), "国发〔2026〕9号"))
    work()
    other.refresh_from_db()
    assert other.state == "lapsed"
