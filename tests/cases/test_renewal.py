"""Renewals asked for in time and not decided before the expiry count as granted (permit law, article 50)."""

import datetime as dt

import pytest
from django.db.models import QuerySet

from approvals.cases import actions
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from approvals.catalogue.models import FormVersion, ItemVersion
from portal.core import statistics
from portal.core.errors import WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment

pytestmark = pytest.mark.django_db
EXPIRES = dt.date(2026, 6, 15)


@pytest.fixture
def clerk():
    return actor_of(factories.staff(Role.CLERK), Role.CLERK)


@pytest.fixture
def reviewer():
    return actor_of(factories.staff(Role.REVIEWER), Role.REVIEWER)


def renewal(clerk, filed="2026-05-06 09:00", expires_on=EXPIRES, **version) -> Case:
    values = {"renewal_lead_days": 30, "legal_days": 60, "promised_days": 50, **version}
    with driven_clock(moment(filed)):
        case = factories.submitted(on=factories.item(**values))
        case = step(clerk, case, "state_expiry", expires_on=expires_on)
        return step(clerk, case, "accept")


def step(actor, case, code, **inputs) -> Case:
    return actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)


def night(text: str) -> int:
    with driven_clock(moment(text)):
        done = actions.deem_granted()
        while run_due_jobs():
            pass
        return done


def test_a_renewal_that_nobody_decided_is_granted_on_the_day_after_the_expiry(clerk):
    case = renewal(clerk)
    assert night("2026-06-15 23:59") == 0  # the last day is not over
    assert night("2026-06-16 00:05") == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome, case.deemed_granted) == ("approved", "approved", True)
    assert case.decided_on == dt.date(2026, 6, 16)
    event = Event.objects.get(stream_id=case.pk, type="case.deem_granted")
    assert event.actor_id is None
    assert Notification.objects.filter(user=case.applicant, template="case.deem_granted").count() == 1
    assert "2026-06-15" in case.decision_text
    assert night("2026-06-17 00:05") == 0


def test_it_is_counted_apart_among_the_concluded(clerk):
    renewal(clerk)
    night("2026-06-16 00:05")
    statistics.rebuild(CASE_MEASURES)
    day = dt.date(2026, 6, 16)
    sums = statistics.period(CASE_MEASURES, "item", day, day)[None]
    assert (sums["concluded"], sums["deemed_granted"]) == (1, 1)


def test_filed_too_late_nothing_is_granted(clerk):
    case = renewal(clerk, filed="2026-05-18 09:00")  # 28 days before
    assert not case.renewal_in_time
    assert night("2026-06-20 00:05") == 0


def test_the_last_day_to_file_is_the_thirtieth_before(clerk):
    assert renewal(clerk, filed="2026-05-16 09:00").renewal_in_time  # a Saturday: filed is filed
    assert not renewal(clerk, filed="2026-05-17 09:00").renewal_in_time


def test_an_items_own_rule_in_working_days(clerk):
    # Fifteen working days before Monday 15 June 2026 is Monday 25 May.
    own = {"renewal_lead_days": 15, "renewal_in_working_days": True}
    assert renewal(clerk, filed="2026-05-25 09:00", **own).renewal_in_time
    assert not renewal(clerk, filed="2026-05-26 09:00", **own).renewal_in_time


def test_while_a_special_procedure_stops_the_clock_the_portal_warns_and_grants_afterwards(clerk, reviewer):
    case = renewal(clerk)
    head = factories.staff(Role.DEPARTMENT_HEAD)
    with driven_clock(moment("2026-06-10 09:00")):
        inputs = {"ground": "inspection", "announced_days": 10, "grounds": "现场核查"}
        proposal = actions.propose(clerk, case.pk, "suspend", inputs, state_version=case.state_version)
        case = actions.decide_proposal(
            reviewer, proposal.pk, confirm=True, note="同意", state_version=case.state_version + 1
        )
    assert night("2026-06-16 00:05") == 0
    with driven_clock(moment("2026-06-16 00:06")):
        assert actions.warn_of_expiry() == 1
        assert actions.warn_of_expiry() == 0  # told once
        while run_due_jobs():
            pass
    assert Notification.objects.filter(user=head, template="case.expired").count() == 1
    with driven_clock(moment("2026-06-18 10:00")):
        case = step(clerk, Case.objects.get(pk=case.pk), "resume", result="核查合格")
    assert night("2026-06-19 00:05") == 1


def test_while_the_applicant_owes_a_supplement_nothing_is_granted(clerk):
    with driven_clock(moment("2026-05-06 09:00")):
        case = factories.submitted(on=factories.item(renewal_lead_days=30))
        case = step(clerk, case, "state_expiry", expires_on=EXPIRES)
        case = step(clerk, case, "ask_supplement", text="补正", limit_days=60)
    assert night("2026-06-20 00:05") == 0
    assert Case.objects.get(pk=case.pk).state == "supplement"


def test_a_decision_before_the_expiry_stands(clerk, reviewer):
    case = renewal(clerk, review_steps=0)
    with driven_clock(moment("2026-06-12 10:00")):
        case = step(clerk, case, "approve", text="准予延续")
    assert night("2026-06-16 00:05") == 0
    assert not Case.objects.get(pk=case.pk).deemed_granted


def test_an_item_that_is_no_renewal_has_no_expiry(clerk):
    with driven_clock(moment("2026-05-06 09:00")):
        case = factories.submitted()
        with pytest.raises(WrongState):
            step(clerk, case, "state_expiry", expires_on=EXPIRES)


def test_the_date_comes_from_the_form(clerk):
    definition = {
        "sections": [
            {
                "code": "renewal",
                "title": "原许可信息",
                "title_en": "Old document",
                "fields": [{"code": "expires_on", "type": "date", "label": "有效期至", "label_en": "Valid until"}],
            }
        ]
    }
    with driven_clock(moment("2026-05-06 09:00")):
        item = factories.item(renewal_lead_days=30)
        form = FormVersion.objects.create(item=item, number=1, definition=definition)
        QuerySet(ItemVersion).filter(pk=item.current.pk).update(form=form)  # past the guard of published versions
        person = actor_of(factories.citizen())
        draft = actions.start_draft(person, item)
        actions.save_step(person, draft.pk, "renewal", {"expires_on": "2026-06-15"}, done=True)
        case = actions.take_step(person, draft.pk, "submit", state_version=0)
    assert (case.expires_on, case.renewal_in_time) == (EXPIRES, True)
