"""Walks through the lives at random, and who sees what: the policy and the list say the same."""

import datetime as dt
import random

import pytest

from approvals.projects import actions, policies
from approvals.projects.lifecycle import APPOINTMENT, PROJECT, RECTIFICATION, REQUEST, STAGE, TASK
from approvals.projects.models import Appointment, MeetingTask, OpinionRequest, Project, Stage
from portal.core.errors import DomainError
from portal.core.lifecycle import diagram
from portal.core.models import Document
from portal.people.models import Posting, User
from portal.people.roles import Role
from tests import factories
from tests.projects.objects import Town, at, draft, firm

pytestmark = pytest.mark.django_db
DAYS = ("2026-06-01", "2026-06-03", "2026-06-04", "2026-06-09", "2026-06-12", "2026-09-30", "2026-12-01")


@pytest.mark.parametrize("seed", range(6))
def test_a_request_walks_only_along_its_table(town, seed):
    """Whatever is tried, in whatever order: no permit by silence, no answer without words, no end without a day."""
    dice = random.Random(seed)
    with at("2026-06-01 09:00"):
        stage = town.opened(dice.choice(("planning", "permit")))
        if dice.random() < 0.5 and stage.code == "planning":
            project = Project.objects.get()
            actions.open_stage(town.runner, project.pk, "permit", early=True, state_version=project.state_version)
    rows = list(OpinionRequest.objects.select_related("department", "stage"))
    people = [town.runner, town.supervisor, *(town.of(one.department) for one in rows)]
    for day in DAYS:
        with at(f"{day} 10:00"):
            for _n in range(6):
                _try(town, dice, dice.choice(rows), dice.choice(people))
            actions.light_amber()
            actions.mark_silent_due()
            actions.lapse_due()
            for each in Stage.objects.filter(state="open"):
                with_errors(actions.close_stage, town.runner, each.pk, state_version=each.state_version)
    for one in OpinionRequest.objects.all():
        assert not (one.is_permit and one.state == "deemed")
        assert one.is_waiting == (one.ended_on is None)
        assert one.state in REQUEST.states and (one.answer or one.state not in ("answered", "preliminary", "decided"))
        if one.is_permit and one.state == "answered":
            assert one.answer == "not_concerned"
    for each in Stage.objects.filter(state="closed", plan__isnull=False):
        assert all(one.is_good for one in each.requests.filter(replaced_by__isnull=True))


def with_errors(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except DomainError:
        return None


def _try(town: Town, dice: random.Random, one: OpinionRequest, actor) -> None:
    one.refresh_from_db()
    version = one.state_version if dice.random() < 0.9 else one.state_version + 1
    verdict = dice.choice(("agree", "conditions", "disagree", "not_concerned"))
    what = dice.choice(("answer", "answer", "confirm", "withdraw", "again"))
    if what == "answer":
        with_errors(actions.answer, actor, one.pk, verdict=verdict, text="说明", state_version=version)
    elif what == "confirm":
        with_errors(actions.confirm, actor, one.pk, verdict=verdict, text="说明", state_version=version)
    elif what == "withdraw":
        with_errors(actions.withdraw_request, actor, one.pk, reason="不再需要", state_version=version)
    else:
        with_errors(actions.ask_again, actor, one.pk)


@pytest.mark.once
def test_every_state_can_be_reached_and_every_life_ends():
    for life in (PROJECT, STAGE, REQUEST, APPOINTMENT, RECTIFICATION, TASK):
        drawn = diagram(life)
        first = next(iter(life.states))
        for code in life.states:
            assert code == first or f"--> {code}" in drawn
        assert any(state.ended for state in life.states.values())


def test_what_may_be_seen_is_what_is_listed(town):
    """For everybody: departments concerned or not, the builder, another builder, the helper, all roles of the centre."""
    with at("2026-06-01 09:00"):
        stage = town.opened("permit")
        visit = actions.set_appointment(
            town.runner, stage.pk, kind="consultation", day=dt.date.fromisoformat("2026-06-05"), at=dt.time(9), place="x",
            invited={town.planning.pk: "王"},
        )  # fmt: skip
        other = actions.register(town.supervisor, draft(town.lead, firm(factories.citizen())))
        helper = factories.staff(Role.CLERK, factories.department("HELP"))
        actions.mark_key(town.supervisor, other.pk, reason="省重点", helper_id=helper.pk)
        for dept in (town.building, town.fire, town.defence, town.planning):
            town.of(dept, Role.CLERK)
        Posting.objects.create(
            user=town.agent_user, department=town.fire, role=Role.CLERK, starts_on=dt.date.fromisoformat("2020-01-01")
        )
        for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD):
            factories.staff(role)
        for role in (Role.HALL_MANAGER, Role.HOTLINE_OPERATOR):
            factories.staff(role, town.fire)
    projects = list(Project.objects.all())
    assert len(projects) == 2 and visit.pk
    for user in User.objects.all():
        seen = set(Project.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {one.pk for one in projects if policies.may_see(user, one)}, user.access.roles
        for model in (OpinionRequest, Appointment, Stage, MeetingTask):
            listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
            assert listed == set(model.objects.filter(project__in=seen).values_list("pk", flat=True))
        assert Document.objects.visible_to(user).count() == 0
    assert {bool(Project.objects.visible_to(user)) for user in User.objects.all()} == {True, False}
