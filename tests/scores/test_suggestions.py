"""Suggestions for improvement: asked for, answered with measures, sent back, carried out, and their effect."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Posting, User
from portal.people.roles import Role
from portal.supervision.scores import actions, effects, policies
from portal.supervision.scores.actions import MeasureDraft
from portal.supervision.scores.lifecycle import PROPOSAL
from portal.supervision.scores.models import Edition, Measure, Proposal, Row
from tests import factories
from tests.scores.objects import NOW, WEEK, decided, department, head_of, supervisor

pytestmark = pytest.mark.django_db
SEVEN = dt.timedelta(days=7)
MEASURES = [
    MeasureDraft("每周清理临期件，逐件督办。", dt.date(2026, 11, 30)),
    MeasureDraft("增派一名审查人员。", dt.date(2026, 12, 4)),
]


class Town:
    """A department that lost points, its head, and a supervisor."""

    def __init__(self) -> None:
        self.department = department("GSJ")
        decided(self.department, early=5, late=5)
        self.edition = actions.compute(actions.rankings.PORTAL, WEEK)[0]
        self.row = Row.objects.get(edition=self.edition, span="week", department=self.department)
        self.supervisor = supervisor()
        self.head = head_of(self.department)

    def ask(self, code="overdue", **more):
        values = {"text": "请说明超期原因，提出整改措施。", "days": 5, **more}
        return actions.ask(self.supervisor, self.row.pk, code, **values)

    def answer(self, proposal, measures=MEASURES, who=None):
        proposal.refresh_from_db()
        return actions.answer(
            who or self.head, proposal.pk, "人员变动导致积压。", measures, state_version=proposal.state_version
        )

    def step(self, proposal, code, who=None, **inputs):
        proposal.refresh_from_db()
        return actions.take_proposal_step(
            who or self.supervisor, proposal.pk, code, inputs, state_version=proposal.state_version
        )

    def running(self):
        proposal = self.ask()
        self.answer(proposal)
        return self.step(proposal, "accept", note="")


@pytest.fixture
def town():
    with driven_clock(NOW):
        yield Town()


def test_the_limit_is_in_working_days_and_the_figures_of_the_day_are_kept(town):
    proposal = town.ask(days=5)
    assert proposal.due_on == workdays().add(dt.date(2026, 11, 16), 5) == dt.date(2026, 11, 23)
    assert (proposal.before["numerator"], proposal.before["denominator"]) == (5, 10)
    told = Notification.objects.get(user=town.head.user, template="scores.asked")
    assert told.path.endswith(f"/scores/suggestions/{proposal.pk}/")


def test_nothing_is_asked_where_nothing_was_lost(town):
    with pytest.raises(WrongState):
        town.ask("late_acceptance")
    with pytest.raises(WrongState):
        town.ask("satisfaction")  # left out: nothing was measured


def test_the_same_is_not_asked_twice_at_once(town):
    town.ask()
    with pytest.raises(WrongState):
        town.ask()
    assert town.ask("early").pk


def test_a_request_says_what_and_until_when(town):
    with pytest.raises(Invalid) as caught:
        town.ask(text=" ", days=0)
    assert set(caught.value.fields) == {"asked", "days"}


def test_only_supervisors_ask(town):
    with pytest.raises(NotAllowed):
        actions.ask(town.head, town.row.pk, "overdue", text="x", days=5)
    with pytest.raises(NotFound):
        actions.ask(actor_of(factories.citizen()), town.row.pk, "overdue", text="x", days=5)


def test_an_answer_names_measures_with_their_days(town):
    proposal = town.ask()
    for measures in ([], [MeasureDraft("x", dt.date(2026, 11, 1))], [MeasureDraft(" ", dt.date(2026, 12, 1))]):
        with pytest.raises(Invalid) as caught:
            town.answer(proposal, measures)
        assert "measures" in caught.value.fields
    town.answer(proposal)
    assert [one.text for one in proposal.measures.all()] == [one.text for one in MEASURES]
    assert Notification.objects.filter(user=town.supervisor.user, template="scores.answered").exists()


def test_the_head_of_another_department_does_not_find_it(town):
    proposal = town.ask()
    with pytest.raises(NotFound):
        town.answer(proposal, who=head_of(department("RSJ")))


def test_sent_back_it_gets_a_new_day_and_the_new_answer_takes_the_place_of_the_old(town):
    proposal = town.ask()
    town.answer(proposal)
    with pytest.raises(Invalid):
        town.step(proposal, "send_back", note="措施不具体。")
    proposal = town.step(proposal, "send_back", note="措施不具体。", days=3)
    assert (proposal.state, proposal.due_on) == ("returned", dt.date(2026, 11, 19))
    town.answer(proposal, MEASURES[:1])
    assert proposal.measures.count() == 1


def test_it_ends_when_all_measures_are_done_and_not_before(town):
    proposal = town.running()
    with pytest.raises(WrongState):
        town.step(proposal, "finish", note="指标回升。")
    for one in Measure.objects.filter(proposal=proposal):
        actions.report_measure(town.head, one.pk, "已完成。")
    assert town.step(proposal, "finish", note="指标回升。").state == "done"
    assert town.ask().pk, "and the next one may be asked for"


def test_a_measure_is_reported_once_and_by_the_department(town):
    proposal = town.running()
    one = proposal.measures.first()
    with pytest.raises(NotAllowed):
        actions.report_measure(town.supervisor, one.pk, "x")
    with pytest.raises(Invalid):
        actions.report_measure(town.head, one.pk, " ")
    actions.report_measure(town.head, one.pk, "已完成。")
    with pytest.raises(WrongState):
        actions.report_measure(town.head, one.pk, "又一次")


def test_a_measure_done_after_its_day_stays_late(town):
    proposal = town.running()
    one = proposal.measures.first()
    with driven_clock(factories.moment("2026-12-01 09:00")):
        assert Measure.objects.get(pk=one.pk).is_late
        assert actions.report_measure(town.head, one.pk, "已完成。").is_late
    with driven_clock(factories.moment("2026-11-30 17:00")):
        assert not Measure.objects.get(pk=proposal.measures.last().pk).is_late


def test_nobody_judges_the_own_answer(town):
    both = town.head.user
    Posting.objects.create(user=both, role=Role.SUPERVISOR, starts_on=dt.date(2020, 1, 1))
    both = User.objects.get(pk=both.pk)
    proposal = town.ask()
    town.answer(proposal)
    with pytest.raises(NotAllowed):
        town.step(proposal, "accept", who=actor_of(both, Role.SUPERVISOR))


def test_both_sides_hear_once_that_an_answer_is_late(town):
    proposal = town.ask()
    with driven_clock(factories.moment("2026-11-23 08:00")):
        assert actions.light_lamps() == 0 and not proposal.is_late
    with driven_clock(factories.moment("2026-11-24 08:00")):
        assert actions.light_lamps() == 1
        actions.light_lamps()
        assert Proposal.objects.get(pk=proposal.pk).is_late
    told = Notification.objects.filter(template="scores.late").values_list("user", flat=True)
    assert sorted(told) == sorted([town.supervisor.user.pk, town.head.user.pk])


def test_a_late_measure_is_told_too(town):
    town.running()
    with driven_clock(factories.moment("2026-12-01 08:00")):
        assert actions.light_lamps() == 1
    assert Notification.objects.filter(template="scores.measure_late").count() == 2


def test_the_effect_shows_the_indicator_before_and_after(town):
    proposal = town.running()
    with driven_clock(factories.moment("2026-11-30 08:00")):
        before = effects.of(proposal)
        assert before.better is None and before.latest == "", "no week has passed since"
        decided(town.department, WEEK + 2 * SEVEN, early=9, late=1)
        actions.compute(actions.rankings.PORTAL, WEEK + 2 * SEVEN)
        found = effects.of(proposal)
    assert [(one.value, one.after) for one in found.weeks] == [("50%", False), ("10%", True)]
    assert (found.latest, found.better) == ("10%", True), "less is better here"


def test_the_portal_takes_no_step_of_people_and_people_none_of_the_portal(town):
    with pytest.raises(NotAllowed):
        actions.take_edition_step(town.supervisor, town.edition.pk, "replace", {}, state_version=0)
    assert {one.code for one in PROPOSAL.offered(town.ask(), town.head.user)} == {"answer"}


@given(role=st.sampled_from([*Role]), own=st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_may_see_a_suggestion_or_a_ranking_finds_exactly_it_in_the_list(role, own):
    with driven_clock(NOW):
        found = Proposal.objects.first() or Town().ask()
        person = factories.staff(role, department("GSJ") if own else department("RSJ"))
        person = User.objects.get(pk=person.pk)
        assert (
            policies.may_see_proposal(person, found) == Proposal.objects.visible_to(person).filter(pk=found.pk).exists()
        )
        for edition in Edition.objects.all():
            seen = Edition.objects.visible_to(person).filter(pk=edition.pk).exists()
            assert policies.may_see_edition(person, edition) == seen
            assert Row.objects.visible_to(person).filter(edition=edition).exists() == seen
