"""Changes of standing by two people, on their day; delegation, and who handles then."""

import datetime as dt

import pytest

from approvals.cases import actions as filing
from approvals.cases.models import Case
from approvals.cases.places import places_of
from approvals.catalogue.models import Item, ItemChange
from approvals.reform import actions
from approvals.reform.actions import Wanted
from approvals.reform.models import ChangeRequest, Delegation
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.promises.crew import Crew, work

pytestmark = pytest.mark.django_db
GROUND = "国发〔2026〕9号"


@pytest.fixture
def crew():
    with driven_clock(moment("2026-06-01 09:00")):
        yield Crew(online=True)


def ask(crew: Crew, change: str, on: dt.date | None = None, item: Item | None = None, **more) -> ChangeRequest:
    return actions.propose(crew.head, (item or crew.item).pk, Wanted(change, on or today(), GROUND, **more))


def confirm(crew: Crew, request: ChangeRequest) -> ChangeRequest:
    return actions.decide(crew.supervisor, request.pk, "confirm", state_version=request.state_version)


def standing(crew: Crew) -> str:
    return Item.objects.get(pk=crew.item.pk).status


def test_a_cancelled_item_closes_and_open_cases_go_on(crew):
    open_case, person = factories.submitted(on=crew.item), factories.citizen()
    draft = filing.start_draft(actor_of(person), crew.item)
    request = ask(crew, "cancel")
    assert standing(crew) == "published"
    request = confirm(crew, request)
    assert (request.state, standing(crew)) == ("done", "cancelled")
    row = ItemChange.objects.get(item=crew.item, change="cancel")
    assert (row.ground, row.status_before, row.status_after, row.department_before) == (
        GROUND, "published", "cancelled", crew.item.department,
    )  # fmt: skip
    with pytest.raises(WrongState):
        filing.take_step(actor_of(person), draft.pk, "submit", state_version=0)
    draft.refresh_from_db()
    assert draft.state == "draft"  # nothing is lost
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    assert filing.take_step(clerk, open_case.pk, "accept", state_version=open_case.state_version).state == "accepted"


def test_a_change_waits_for_its_day(crew):
    request = confirm(crew, ask(crew, "suspend", dt.date(2026, 6, 10)))
    assert (request.state, standing(crew), actions.take_effect_due()) == ("confirmed", "published", 0)
    with driven_clock(moment("2026-06-10 00:02")):
        assert (actions.take_effect_due(), actions.take_effect_due()) == (1, 0)
        assert standing(crew) == "suspended"
        assert ItemChange.objects.get(item=crew.item, change="suspend").on == dt.date(2026, 6, 10)
        confirm(crew, ask(crew, "restore"))
        assert standing(crew) == "published"


def test_what_is_no_longer_possible_on_its_day_says_so(crew):
    other = factories.item()
    request = confirm(crew, ask(crew, "merge", dt.date(2026, 6, 10), merged_into_id=other.pk))
    confirm(crew, ask(crew, "cancel", item=other))
    with driven_clock(moment("2026-06-10 00:02")):
        assert actions.take_effect_due() == 1
    request.refresh_from_db()
    assert request.state == "failed" and request.failure
    assert standing(crew) == "published"


def test_nobody_confirms_the_own_request(crew):
    request = actions.propose(crew.supervisor, crew.item.pk, Wanted("cancel", today(), GROUND))
    with pytest.raises(NotAllowed):
        confirm(crew, request)
    with pytest.raises(NotAllowed):
        actions.decide(crew.head, request.pk, "confirm", state_version=0)
    with pytest.raises(WrongState):
        ask(crew, "suspend")
    rejected = actions.decide(crew.administrator, request.pk, "reject", note="依据不足", state_version=0)
    assert (rejected.state, standing(crew)) == ("rejected", "published")
    with pytest.raises(NotFound):
        stranger = factories.staff(Role.DEPARTMENT_HEAD, factories.department("OTHER"))
        actions.propose(actor_of(stranger, Role.DEPARTMENT_HEAD), crew.item.pk, Wanted("cancel", today(), GROUND))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"change": "cancel", "ground": " "}, "ground"), ({"change": "merge"}, "merged_into"),
        ({"change": "delegate", "extent": "accept"}, "delegates"), ({"change": "wrong"}, "change"),
    ],
)  # fmt: skip
def test_a_request_with_faults_says_which(crew, wanted, field):
    with pytest.raises(Invalid) as refused:
        actions.propose(crew.head, crew.item.pk, Wanted(**{"on": today(), "ground": GROUND, **wanted}))
    assert field in refused.value.fields


def test_a_delegated_item_is_accepted_below_and_decided_above(crew):
    lower = factories.department("LOWER", name="城东区市场监管局", level="district")
    confirm(crew, ask(crew, "delegate", extent="accept", delegates=[lower.pk]))
    assert ItemChange.objects.get(change="delegate").delegated_to == lower
    assert places_of(crew.item, today()) == [crew.item.department, lower]
    person = factories.citizen()
    draft = filing.start_draft(actor_of(person), crew.item, place=lower.pk)
    case = filing.take_step(actor_of(person), draft.pk, "submit", state_version=0)
    assert case.department == lower
    clerk = actor_of(factories.staff(Role.CLERK, lower), Role.CLERK)
    filing.take_step(clerk, case.pk, "accept", state_version=case.state_version)
    work()
    assert Case.objects.get(pk=case.pk).department == crew.item.department
    with pytest.raises(Invalid):
        other = factories.department("FAR", level="district")
        filing.start_draft(actor_of(factories.citizen()), crew.item, place=other.pk)


def test_a_fully_delegated_item_stays_below_until_it_is_taken_back(crew):
    lower = factories.department("LOWER", level="township")
    confirm(crew, ask(crew, "delegate", extent="decide", delegates=[lower.pk]))
    draft = filing.start_draft(actor_of(factories.citizen()), crew.item)
    assert draft.department == lower
    row = Delegation.objects.get()
    with pytest.raises(Invalid):
        actions.take_back(crew.head, row.pk, ground=" ")
    with pytest.raises(NotAllowed):
        actions.take_back(crew.reviewer, row.pk, ground=GROUND)
    assert actions.take_back(crew.head, row.pk, ground=GROUND).to_on == today()
    with driven_clock(moment("2026-06-02 09:00")):
        assert places_of(crew.item, today()) == []
        assert filing.start_draft(actor_of(factories.citizen()), crew.item).department == crew.item.department


def test_an_item_goes_down_only(crew):
    same = factories.department("SAME", level="city")
    with pytest.raises(Invalid):
        ask(crew, "delegate", extent="accept", delegates=[same.pk])
