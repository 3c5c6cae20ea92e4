"""Penalties: proposed by one supervisor, decided by another, paid or not, seen by the firm once they are imposed."""

import datetime as dt

import pytest

from portal.core.errors import Invalid, NotAllowed
from portal.core.models import Document, Notification
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.awards import actions, policies
from procurement.awards.actions import PenaltyDraft
from procurement.awards.models import Penalty, Remedy
from tests import factories
from tests.awards.objects import (
    objection,
    supervisor,
)
from tests.factories import moment
from tests.tenders.objects import bidder, officer

DURING = "2026-12-18 10:00"  # a Friday, the second day of the publicity (until Monday the 21st)
AFTER = "2026-12-22 10:00"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _during_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment(DURING)):
        yield


@pytest.fixture
def chief():
    return officer()


def at(text: str):
    return driven_clock(moment(text))


def complaint(project, by, **more) -> Remedy:
    return objection(project, by, kind="complaint", **more)


def step(actor, remedy, code, **inputs) -> Remedy:
    return actions.take_remedy_step(actor, remedy.number, code, inputs, state_version=None)


# --- penalties ------------------------------------------------------------------------------------------------------------


def penalty(by, **more) -> Penalty:
    values = {
        "uscc": "",
        "ground": "以弄虚作假的方式骗取中标。",
        "article": "《招标投标法》第五十四条",
        "amount_fen": 500_000_00,
    }
    if "uscc" not in more:
        values["uscc"] = bidder()[0].organisation.uscc
    return actions.propose_penalty(by, PenaltyDraft(**{**values, **more}))


def test_a_penalty_needs_two_supervisors_and_is_paid_within_fifteen_days():
    proposer, judge = supervisor(), supervisor()
    one = penalty(proposer)
    with pytest.raises(NotAllowed):
        actions.take_penalty_step(proposer, one.pk, "decide", {}, state_version=0)
    one = actions.take_penalty_step(judge, one.pk, "decide", {}, state_version=0)
    assert (one.state, one.due_on) == ("decided", dt.date(2027, 1, 4)), "the second of January is a day off"
    assert Document.objects.filter(kind="awards.penalty").count() == 1
    assert Notification.objects.filter(template="awards.penalty").count() == 1
    with at("2027-01-05 09:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
        with pytest.raises(Invalid):
            actions.take_penalty_step(judge, one.pk, "pay", {}, state_version=1)
        one = actions.take_penalty_step(judge, one.pk, "pay", {"reference": "缴款书 001"}, state_version=1)
    assert (one.state, one.paid_on) == ("paid", dt.date(2027, 1, 5))


def test_a_penalty_that_cannot_be_is_refused_beside_its_field(chief):
    with pytest.raises(NotAllowed):
        penalty(chief)
    for more, field in (
        ({"uscc": "X"}, "uscc"), ({"ground": ""}, "ground"), ({"article": " "}, "article"), ({"amount_fen": -1}, "amount"),
        ({"project_number": "nope"}, "project_number"), ({"remedy_number": "nope"}, "remedy_number"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            penalty(supervisor(), **more)
        assert set(refused.value.fields) == {field}


def test_the_firm_sees_its_penalty_once_it_is_imposed_and_others_never():
    proposer, judge = supervisor(), supervisor()
    profile, agent = bidder()
    one = penalty(proposer, uscc=profile.organisation.uscc)
    for code in ("proposed", "decided"):
        if code == "decided":
            one = actions.take_penalty_step(judge, one.pk, "decide", {}, state_version=0)
        for person in (agent.user, bidder()[1].user, judge.user, factories.staff(Role.CLERK), factories.citizen()):
            person = User.objects.get(pk=person.pk)
            listed = Penalty.objects.visible_to(person).filter(pk=one.pk).exists()
            assert listed == policies.may_see_penalty(person, one)
        assert policies.may_see_penalty(agent.user, one) == (code == "decided")


def test_a_penalty_may_be_dropped_or_revoked_by_a_second_person():
    proposer, judge = supervisor(), supervisor()
    assert (
        actions.take_penalty_step(judge, penalty(proposer).pk, "drop", {"note": "证据不足"}, state_version=0).state
        == "dropped"
    )
    one = actions.take_penalty_step(judge, penalty(proposer).pk, "decide", {}, state_version=0)
    assert actions.take_penalty_step(judge, one.pk, "revoke", {"note": "复议撤销"}, state_version=1).due_on is None
    assert Penalty.objects.public().count() == 0
