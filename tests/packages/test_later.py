"""Materials of a package that follow later (容缺受理): promised once, for every part; by the rules of a single case."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.catalogue_memory import forget
from approvals.cases.models import Case
from approvals.catalogue.models import Material
from approvals.packages import actions, later
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackagePaper
from approvals.pledges import actions as pledges
from approvals.pledges.actions.credit import put_on_record
from approvals.pledges.models import PromisedCell, PromisedMaterial
from approvals.pledges.subjects import Barred
from portal.core import statistics
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.packages.crew import Crew, cases, fill, stored, work
from tests.packages.test_window import Window

pytestmark = pytest.mark.django_db
MONDAY = "2026-06-01 09:00"


def tolerant(*codes, **columns):
    """From now on these materials may follow, with every item that asks for them."""
    Material._base_manager.filter(code__in=codes).update(tolerable=True, **columns)
    forget()


@pytest.fixture
def clock():
    with driven_clock(factories.moment(MONDAY)):
        yield


@pytest.fixture
def crew(clock):
    crew = Crew()
    tolerant("birthcert")
    return crew


@pytest.fixture
def window(clock):
    window = Window()
    tolerant("birthcert")
    return window


def key_of(filing, code="birthcert"):
    return next(one.key for one in Draft(filing).materials if one.material.code == code)


def without(actor, filing, code="birthcert"):
    """Everything is there but this material."""
    filing = fill(actor, filing)
    for paper in filing.papers.filter(key=key_of(filing, code)):
        actions.remove_paper(actor, filing.pk, paper.pk)
    return PackageFiling.objects.get(pk=filing.pk)


def promise(actor, filing, due_on=None, **more):
    values = {"key": key_of(filing), "agreed": True, **more}
    return actions.promise_later(actor, filing.pk, due_on or dt.date(2026, 6, 3), **values)


def promised(crew, due_on=None):
    filing = without(crew.actor, crew.begin())
    promise(crew.actor, filing, due_on)
    return actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)


def test_each_part_that_requires_it_gets_a_promise_of_its_own(crew):
    filing = promised(crew)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    rows = PromisedMaterial.objects.select_related("case__item").order_by("case")
    assert [row.case.item.name for row in rows] == ["出生登记", "医保参保"]  # the third does not ask for it
    assert {(row.due_on, row.promised_on, row.at_window) for row in rows} == {
        (dt.date(2026, 6, 3), dt.date(2026, 6, 1), False)
    }
    assert [case.pledged for case in cases(filing)] == [True, True, False]
    work()
    assert PromisedMaterial.objects.filter(state="promised").count() == 2  # the job that follows leaves them alone
    statistics.refresh_all()
    assert sum(PromisedCell.objects.values_list("promised", flat=True)) == 2


def test_what_was_promised_holds_each_decision_up_until_it_is_in_order(crew):
    filing = promised(crew)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    work()
    case = cases(filing)[0]
    clerk = crew.clerk_of(case)
    from approvals.cases import actions as case_actions

    case = case_actions.take_step(clerk, case.pk, "accept", {}, state_version=case.state_version)
    with pytest.raises(WrongState):
        case_actions.take_step(clerk, case.pk, "approve", {}, state_version=case.state_version)
    row = PromisedMaterial.objects.get(case=case)
    brought = pledges.bring(clerk, row.pk, [], on_paper=True, state_version=0)
    pledges.settle(clerk, row.pk, state_version=brought.state_version)
    case_actions.take_step(clerk, case.pk, "approve", {"text": "准予"}, state_version=case.state_version)
    assert PromisedMaterial.objects.exclude(case=case).get().state == "promised"  # the other part still waits


def test_the_last_day_is_the_earliest_of_all_items_that_require_it(crew):
    filing = without(crew.actor, crew.begin())
    latest = workdays().add(today(), 3)  # the police promise three days, the health insurance four
    assert later.last_days(Draft(filing)) == {key_of(filing): latest}
    with pytest.raises(Invalid) as error:
        promise(crew.actor, filing, latest + dt.timedelta(days=1))
    assert "due_on" in error.value.fields
    for day in (today(), today() - dt.timedelta(days=1)):
        with pytest.raises(Invalid):
            promise(crew.actor, filing, day)
    assert promise(crew.actor, filing, latest).follows_by == latest


def test_an_item_that_decides_first_leaves_the_longer_time(crew):
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    for item in crew.items[:2]:
        pledges.set_terms(boss, item.pk, decides_first=True, ground="海政办发〔2025〕21号")
    filing = without(crew.actor, crew.begin())
    day = later.last_days(Draft(filing))[key_of(filing)]
    assert day == workdays().add(today(), 10)
    promise(crew.actor, filing, day)
    filing = actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert set(PromisedMaterial.objects.values_list("decides_first", flat=True)) == {True}


def test_a_material_that_one_item_must_have_at_once_does_not_follow(crew):
    Material._base_manager.filter(version__item=crew.items[1], code="birthcert").update(tolerable=False)
    forget()
    filing = without(crew.actor, crew.begin())
    with pytest.raises(WrongState):
        promise(crew.actor, filing)
    with pytest.raises(WrongState):
        promise(crew.actor, filing, key=key_of(filing, "idc"))
    with pytest.raises(NotFound):
        promise(crew.actor, filing, key="nothing")


def test_saying_it_again_changes_the_day_and_a_file_takes_the_promise_away(crew):
    filing = without(crew.actor, crew.begin())
    promise(crew.actor, filing, dt.date(2026, 6, 2))
    promise(crew.actor, filing, dt.date(2026, 6, 4))
    assert PackagePaper.objects.get(follows_by__isnull=False).follows_by == dt.date(2026, 6, 4)
    actions.add_paper(crew.actor, filing.pk, stored(crew.actor), key=key_of(filing))
    assert not PackagePaper.objects.filter(follows_by__isnull=False).exists()
    with pytest.raises(WrongState):  # it is there
        promise(crew.actor, filing)
    filing = actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert not PromisedMaterial.objects.exists() and not Case.objects.filter(pledged=True).exists()


def test_taken_back_it_is_missing_again(crew):
    filing = promised(crew)
    actions.bring_at_once(crew.actor, filing.pk, key=key_of(filing))
    with pytest.raises(WrongState):
        actions.submit(crew.actor, filing.pk, state_version=PackageFiling.objects.get().state_version)
    assert Case.objects.count() == 0


def test_whoever_broke_a_promise_promises_nothing_in_a_package(crew):
    filing = without(crew.actor, crew.begin())
    old = factories.submitted(crew.person, crew.items[0])
    from django.db import transaction

    with transaction.atomic():
        put_on_record(old, "material", facts="未补齐", source="HZ-1", actor=crew.administrator)
    with pytest.raises(Barred):
        promise(crew.actor, filing)


def test_a_record_made_after_the_promise_stops_the_filing_and_keeps_the_draft(crew):
    filing = promised(crew)
    old = factories.submitted(crew.person, crew.items[0])
    from django.db import transaction

    with transaction.atomic():
        put_on_record(old, "material", facts="未补齐", source="HZ-1", actor=crew.administrator)
    with pytest.raises(Barred):
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert PackageFiling.objects.get().is_draft and Case.objects.count() == 1


def test_a_day_that_has_passed_before_the_filing_is_named(crew):
    filing = promised(crew, dt.date(2026, 6, 2))
    with driven_clock(factories.moment("2026-06-03 09:00")), pytest.raises(WrongState) as error:
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert error.value.code == "promise_day" and "出生医学证明" in error.value.message
    assert not PromisedMaterial.objects.exists()


def test_a_material_that_no_longer_may_follow_stops_the_filing(crew):
    filing = promised(crew)
    Material._base_manager.filter(code="birthcert").update(tolerable=False)
    forget()
    with pytest.raises(WrongState):
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert Case.objects.count() == 0


def test_strangers_promise_nothing_and_a_filed_package_neither(crew):
    filing = without(crew.actor, crew.begin())
    with pytest.raises(NotFound):
        promise(actor_of(factories.citizen()), filing)
    promise(crew.actor, filing)
    filing = actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    with pytest.raises(WrongState):
        promise(crew.actor, filing)


def test_at_the_window_the_clerk_enters_the_persons_word(window):
    filing = without(window.clerk, window.begin_here())
    with pytest.raises(Invalid) as error:
        promise(window.clerk, filing, agreed=False)
    assert "agreed" in error.value.fields
    promise(window.clerk, filing)
    filing = actions.save_page(window.clerk, filing.pk, MATERIALS, {}, done=True)
    actions.submit(window.clerk, filing.pk, state_version=filing.state_version, confirmation="paper")
    rows = PromisedMaterial.objects.all()
    assert {(row.at_window, row.made_by) for row in rows} == {(True, window.clerk_user)}


def test_the_pages_of_the_applicant(crew):
    client = Client(headers={"accept-language": "en"})
    client.force_login(crew.person, backend="portal.people.backends.AccountBackend")
    filing = without(crew.actor, crew.begin())
    papers = reverse("packages:draft-papers", args=[filing.pk])
    address = reverse("packages:draft-later", args=[filing.pk, key_of(filing)])
    assert address in client.get(papers).content.decode()
    refused = client.post(address, {"due_on": "2026-06-30", "agreed": "on"})
    assert refused.status_code == 422 and "the rules leave no longer" in refused.content.decode()
    assert client.post(address, {"due_on": "2026-06-03"}).status_code == 422  # without the word
    assert client.post(address, {"due_on": "2026-06-03", "agreed": "on"})["Location"] == papers
    page = client.get(papers).content.decode()
    assert "Required, follows later" in page and "You promised to bring it by:" in page
    client.post(papers, {})
    check = client.get(reverse("packages:draft-check", args=[filing.pk])).content.decode()
    assert "Follows by" in check and "Not everything is there yet" not in check
    client.post(reverse("packages:draft-at-once", args=[filing.pk, key_of(filing)]))
    assert not PackagePaper.objects.filter(follows_by__isnull=False).exists()
    other = reverse("packages:draft-later", args=[filing.pk, key_of(filing, "idc")])
    assert client.get(other).status_code == 404


def test_the_page_of_papers_and_the_filing_ask_a_bounded_number_of_queries(crew, django_assert_max_num_queries):
    client = Client(headers={"accept-language": "en"})
    client.force_login(crew.person, backend="portal.people.backends.AccountBackend")
    filing = promised(crew)
    client.get(reverse("packages:draft-papers", args=[filing.pk]))
    with django_assert_max_num_queries(20):
        client.get(reverse("packages:draft-papers", args=[filing.pk]))
    with django_assert_max_num_queries(20):
        client.get(reverse("packages:draft-later", args=[filing.pk, key_of(filing)]))
    with django_assert_max_num_queries(34 + 2):  # the bar, calendar and terms, the promises and their figures
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
