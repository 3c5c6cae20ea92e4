"""The same thing twice at the same moment: one invitation, one rating, one call, one step."""

import pytest
from django.db import transaction

from hall.ratings import actions
from hall.ratings.models import Invitation, Rating, Rectification
from hall.ratings.services import invite
from tests.cases.test_citizen_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_ends_of_one_service_ask_once(town):
    def end() -> int:
        with transaction.atomic():
            return invite(kind="visit", subject="V1", department_id=town.department.pk).pk

    assert len(set(at_once(6, end))) == 1
    assert Invitation.objects.count() == 1


def test_a_link_that_is_sent_many_times_rates_once(town):
    asked = town.invitation()
    found = at_once(6, lambda: actions.rate(asked.token, actions.RatingDraft(grade=1, channel="qr")).grade)
    assert sorted(map(str, found)) == ["1", *["already_rated"] * 5]
    assert Rating.objects.count() == Rectification.objects.count() == 1


def test_a_tablet_that_sends_the_same_rating_many_times_gets_the_same_answer(town):
    secret = actions.issue_tablet(town.actor("manager"), town.window.pk, "A01")[1]
    asked = town.invitation()
    draft = actions.RatingDraft(grade=2, channel="window", client_key="k")
    found = at_once(6, lambda: actions.rate_at_tablet(secret, asked.token, draft).pk)
    assert len(set(found)) == 1 and Rating.objects.count() == 1


def test_two_callers_never_have_the_same_person_on_the_line(town):
    asked = town.invitation(phone="13812345678")
    who = iter(("manager", "supervisor"))
    actors = [town.actor(name) for name in who]
    found = at_once(2, lambda: actions.take_call(actors.pop(), asked.pk).caller_id)
    assert found.count("wrong_state") == 1


def test_a_step_that_two_people_take_is_taken_once(town):
    work = town.rated(1).rectification
    head = town.actor("head")
    inputs = {"way": "phone", "text": "已联系"}
    found = at_once(4, lambda: actions.take_step(head, work.pk, "contact", inputs, state_version=0).state)
    assert sorted(found) == ["contacted", "stale", "stale", "stale"]


def test_a_default_is_noted_once_however_many_sweeps_run(town):
    from portal.core.time import now

    asked = town.invitation()
    Invitation.objects.filter(pk=asked.pk).update(expires_at=now())
    assert sum(at_once(4, actions.settle_expired)) == 1
    assert Rating.objects.get().is_default
