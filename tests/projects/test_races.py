"""Two people at once: on PostgreSQL, with real connections."""

import datetime as dt
import threading

import pytest
from django.db import connection

from approvals.projects import actions
from approvals.projects.models import OpinionRequest, Project, Stage
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.projects.objects import Town, at, draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(moment, jobs):
    """Run all jobs at once; their results or domain errors in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            with driven_clock(moment):
                start.wait(timeout=120)
                results[number] = job()
        except DomainError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def test_two_people_answer_for_one_department_while_its_silence_is_counted():
    town = Town()
    town.plans()
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
    one = town.asked(stage, town.fire)
    people = [town.of(town.fire, role) for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)]
    moment = factories.moment("2026-06-09 00:10")

    def said(actor, text):
        return lambda: actions.answer(actor, one.pk, verdict="conditions", text=text, state_version=0)

    got = together(moment, [*(said(who, f"意见{n}") for n, who in enumerate(people)), actions.mark_silent_due])
    one.refresh_from_db()
    done = [each for each in got[:3] if not isinstance(each, DomainError)]
    assert len(done) + (one.state == "deemed") == 1
    if done:
        assert (one.state, one.text, one.late) == ("answered", done[0].text, True)


def test_a_stage_is_opened_once_and_a_code_is_registered_once():
    town = Town()
    town.plans()
    project = town.project()
    moment = factories.moment("2026-06-01 10:00")
    opened = together(
        moment, [lambda: actions.open_stage(town.runner, project.pk, "planning", state_version=0) for _n in range(4)]
    )
    assert sum(isinstance(one, Stage) for one in opened) == 1
    assert OpinionRequest.objects.count() == 2
    same = draft(town.lead, town.builder, code="2408-350200-04-01-777777")
    made = together(moment, [lambda: actions.register(town.runner, same) for _n in range(4)])
    assert sum(isinstance(one, Project) for one in made) == 1


def test_the_last_answer_and_the_closing_and_the_end_of_a_project_do_not_cross():
    town = Town()
    town.plans()
    with at("2026-06-01 10:00"):
        stage = town.opened("permit")
        town.answer(town.asked(stage, town.building), "not_concerned", "不涉及")
        town.answer(town.asked(stage, town.defence))
    last, fire = town.asked(stage, town.fire), town.of(town.fire)
    project = Project.objects.get()
    together(
        factories.moment("2026-06-02 10:00"),
        [
            lambda: actions.answer(fire, last.pk, verdict="agree", state_version=0),
            lambda: actions.close_stage(town.runner, stage.pk, state_version=0),
            lambda: actions.end_project(town.runner, project.pk, reason="终止", state_version=project.state_version),
        ],
    )
    stage.refresh_from_db()
    project.refresh_from_db()
    last.refresh_from_db()
    if stage.state == "closed":
        assert last.state == "answered"
    if project.state == "ended":
        assert stage.state in ("closed", "ended") and not last.is_waiting
    assert stage.closed_on is None or stage.closed_on == dt.date(2026, 6, 2)
