"""Findings of social supervisors: notes of their own until they are handed over, then put right like those of patrols."""

import datetime as dt

import pytest
from django.db import transaction

from hall.patrols import actions, handing, policies
from hall.patrols.handing import NoteDraft
from hall.patrols.measures import FINDING_MEASURES, social_sums
from hall.patrols.models import Finding
from hall.patrols.report import Week, report_of
from hall.patrols.scores import patrols as score
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.statistics import rebuild
from portal.core.statistics.blocks import Scope
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.patrols.objects import area, manager, rectified

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-20 10:00")):
        yield


@pytest.fixture
def visitor() -> Actor:
    return actor_of(factories.citizen())


def noted(visitor: Actor, **more: object) -> Finding:
    values = {
        "area_id": area().pk,
        "chapter": "order",
        "department_id": factories.department().pk,
        "text": "排队无人引导",
    }
    with transaction.atomic():
        return handing.note(visitor, NoteDraft(**{**values, **more}), [], limit_days=5)


def handed(visitor: Actor, finding: Finding) -> Finding:
    with transaction.atomic():
        return handing.hand_over(visitor, [finding.pk])[0]


def test_a_note_is_seen_by_its_author_and_the_hall_and_not_by_the_department(visitor):
    finding, clerk = noted(visitor), factories.staff(Role.CLERK)
    chief = factories.staff(Role.HALL_MANAGER)
    for person, seen in ((clerk, False), (chief, True), (visitor.user, True), (factories.citizen(), False)):
        assert policies.may_see(person, finding) is seen
        assert Finding.objects.visible_to(person).filter(pk=finding.pk).exists() is seen
    assert not Notification.objects.filter(user=clerk).exists()
    handed(visitor, finding)
    finding.refresh_from_db()
    assert policies.may_see(clerk, finding) and Finding.objects.visible_to(clerk).get() == finding


def test_the_limit_runs_in_working_days_from_the_handing_over(visitor):
    finding = noted(visitor)
    with driven_clock(moment("2026-11-23 09:00")):
        handed(visitor, finding)
    finding.refresh_from_db()
    assert (finding.state, finding.found_on, finding.due_on) == ("open", dt.date(2026, 11, 23), dt.date(2026, 11, 30))


def test_an_unfit_note_says_what_is_missing(visitor):
    for name, value in (("text", "  "), ("area_id", 0), ("chapter", "nonsense")):
        with pytest.raises(Invalid) as error:
            noted(visitor, **{name: value})
        assert set(error.value.fields) == {name.removesuffix("_id")}


def test_only_the_author_withdraws_a_note_and_only_before_it_is_handed_over(visitor):
    finding = noted(visitor)
    with transaction.atomic(), pytest.raises(NotFound):
        handing.withdraw(actor_of(factories.citizen()), finding.pk, state_version=0)
    with transaction.atomic():
        assert handing.withdraw(visitor, finding.pk, state_version=0).state == "set_aside"
    second = handed(visitor, noted(visitor))
    with transaction.atomic(), pytest.raises(WrongState):
        handing.withdraw(visitor, second.pk, state_version=second.state_version)


def test_the_department_puts_it_right_and_the_hall_verifies_but_never_its_author(visitor):
    finding = handed(visitor, noted(visitor))
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
    assert rectified(finding, head).state == "rectified"
    assert not policies.may_verify(visitor.user, finding)
    with pytest.raises(NotAllowed):
        actions.take_step(head, finding.pk, "verify", {}, state_version=2)
    assert actions.take_step(manager(), finding.pk, "verify", {}, state_version=2).state == "verified"


def test_it_counts_apart_from_patrols_and_still_costs_the_department_its_points(visitor):
    noted(visitor)
    finding = handed(visitor, noted(visitor))
    rectified(finding, actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD))
    rebuild(FINDING_MEASURES)
    days = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    sums = social_sums(Scope(*days, days[1]))
    assert (sums["social_findings"], sums["social_rectified"], sums["social_rectified_late"]) == (1, 1, 0)
    assert report_of(Week.of(dt.date(2026, 11, 20)))["findings"] == []
    assert score(*days, "department")[finding.department_id].points == 9900


def test_a_person_of_the_department_is_told_who_found_it_only_as_a_social_supervisor(visitor):
    head = factories.staff(Role.DEPARTMENT_HEAD)
    handed(visitor, noted(visitor))
    (told,) = Notification.objects.filter(user=head)
    assert visitor.name not in str(told.context)
