"""What nobody filed does not stay: abandoned intakes go with their drafts, and the applicant's own draft is left alone."""

import datetime as dt

import pytest

from approvals.cases import actions as cases
from approvals.cases.models import Case, CaseContent
from approvals.counter import actions
from approvals.counter.actions import purge_all_intakes as purge
from approvals.counter.models import Intake
from portal.core.models import Event, StoredFile
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from tests import factories
from tests.counter.objects import as_clerk, clerk_at, department, intake_of, visitor

pytestmark = pytest.mark.django_db


def later(days: int):
    return driven_clock(now() + dt.timedelta(days=days))


def test_an_abandoned_intake_goes_with_everything_that_was_typed_and_scanned():
    from tests.packages.crew import stored

    clerk = clerk_at(dept=department())
    intake = intake_of(clerk, factories.item(dept=department()))
    scan = stored(as_clerk(clerk), "a.pdf")
    StoredFile.objects.filter(pk=scan.pk).update(kind="cases.material")
    with later(29):
        assert purge() == 0
    with later(31):
        assert purge() == 1
        assert purge() == 0
    intake.refresh_from_db()
    assert (intake.state, intake.case_id) == ("dropped", None)
    assert not Case.objects.exists() and not CaseContent.objects.exists()
    told = Event.objects.get(type="intake.dropped")
    assert told.actor_id is None


def test_what_was_filed_and_what_is_fresh_stays():
    from tests.counter.objects import filed

    clerk = clerk_at(dept=department())
    case = filed(clerk, factories.item(dept=department()))
    with later(40):
        fresh = actions.begin_intake(as_clerk(clerk), visitor(520))
        assert purge() == 0
    assert Case.objects.get() == case
    assert Intake.objects.get(pk=fresh.pk).state == "open"


def test_a_draft_that_the_person_began_at_home_stays_theirs():
    clerk = clerk_at(dept=department())
    item = factories.item(dept=department())
    intake = actions.begin_intake(as_clerk(clerk), visitor(521))
    own = cases.start_draft(actor_of(intake.person), item)
    actions.choose_item(as_clerk(clerk), intake.pk, item)
    assert Intake.objects.get().case_id != own.pk
    with later(60):
        assert purge() == 1
    assert Case.objects.get().pk == own.pk


def test_a_person_served_elsewhere_a_month_ago_is_not_kept_in_the_list():
    clerk = clerk_at(dept=department())
    actions.begin_intake(as_clerk(clerk), visitor(522))
    with later(31):
        purge()
        assert not Intake.objects.filter(state="open").exists()
