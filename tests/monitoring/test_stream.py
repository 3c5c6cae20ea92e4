"""One stream over all apps: merged in one order, paged by a cursor, narrowed, counted, and seen by whom it concerns."""

import datetime as dt

import pytest

from approvals.cases.models import Case
from portal.core.lamps import LampScope, lamp_of, stream, tally
from portal.core.time import now
from portal.people.models import Posting
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.reading import asked_of, stream_of_page
from tests.awards import objects as awards
from tests.hotline import objects as hotline
from tests.monitoring.objects import FRIDAY, Office, at, lamps, overdue_case
from tests.monitoring.test_sources import TRADING

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    with at(FRIDAY):
        made = Office()
        for day in (2, 3, 4, 9):
            overdue_case(made, dt.date(2026, 11, day))
        with at("2026-11-02"):
            hotline.World().signed()
        TRADING["awards.stage"](awards.evaluated(), {})
        made.order()
    with at("2026-11-26"):
        yield made


def test_lamps_of_all_apps_stand_in_one_order_the_oldest_first(office):
    found = lamps()
    assert {one.source.app for one in found} == {"approvals", "hotline", "procurement", "supervision"}
    assert [one.since for one in found] == sorted(one.since for one in found)


def test_pages_by_cursor_give_every_lamp_once(office):
    whole = [one.ident for one in lamps()]
    paged, cursor = [], ""
    while cursor is not None:
        page, cursor = stream(LampScope(), cursor=cursor, limit=2)
        paged += [one.ident for one in page]
    assert paged == whole and len(whole) == 7
    assert [one.ident for one in stream(LampScope(), cursor="nonsense", limit=3)[0]] == whole[:3]


def test_a_lamp_that_goes_out_between_two_pages_moves_no_other(office):
    whole = [one.ident for one in lamps()]
    page, cursor = stream(LampScope(), limit=3)
    from approvals.cases.models import Case

    gone = next(one for one in page if one.source.code == "cases.decision")
    Case.objects.filter(pk=gone.key).update(ended_on=dt.date(2026, 11, 26), outcome="withdrawn", state="withdrawn")
    assert [one.ident for one in stream(LampScope(), cursor=cursor, limit=50)[0]] == whole[3:]


def test_the_counts_are_those_of_the_lists(office):
    counted = tally(LampScope())
    for colour in ("red", "amber"):
        for app in ("approvals", "hotline", "hall", "procurement", "supervision"):
            assert counted.of(app=app, colour=colour) == len(lamps(app=app, colour=colour)), (app, colour)
    assert counted.of() == len(lamps())


def test_filters_narrow_and_nonsense_does_not(office):
    supervisor = office.user("supervisor")
    assert {one.lamp.source.app for one in stream_of_page(asked_of(supervisor, {"app": "hotline"}), "").rows} == {
        "hotline"
    }
    rows = stream_of_page(asked_of(supervisor, {"person": office.people["clerk"].name}), "").rows
    assert rows and {one.person for one in rows} == {office.people["clerk"].name}
    everything = stream_of_page(asked_of(supervisor, {"app": "x", "colour": "blue", "source": "y"}), "")
    assert len(everything.rows) == 7


@pytest.mark.parametrize(
    ("who", "apps"),
    [
        ("supervisor", {"approvals", "hotline", "procurement", "supervision"}),
        ("auditor", {"approvals", "hotline", "procurement", "supervision"}),
        ("third", {"approvals", "hotline", "procurement", "supervision"}),
        ("head", {"approvals", "hotline", "supervision"}),
        ("other_head", set()),
    ],
)
def test_who_sees_whose_lamps(office, who, apps):
    user = office.user(who)
    page = stream_of_page(asked_of(user, {}), "")
    assert {one.lamp.source.app for one in page.rows} == apps
    assert (page.red + page.amber > 0) is bool(apps)
    # Naming another department in the address opens nothing.
    other = stream_of_page(asked_of(user, {"department": str(office.department.pk)}), "")
    assert bool(other.rows) is bool(apps)


def test_a_clerk_has_no_stream(office):
    assert not policies.may_see_lamps(office.user("clerk"))


def test_a_lamp_is_found_by_its_name_while_it_burns(office):
    one = lamps(source="cases.decision")[0]
    assert lamp_of(one.ident, LampScope()) == one
    for nonsense in ("", "x:1", "cases.decision:", "cases.decision:99999999", "cases.decision:１", "cases.decision:-1"):
        assert lamp_of(nonsense, LampScope()) is None
    assert lamp_of(one.ident, LampScope(departments=[office.other.pk])) is None


def test_the_page_costs_the_same_however_much_burns(office, django_assert_max_num_queries):
    asked = asked_of(office.user("supervisor"), {})
    with django_assert_max_num_queries(9):
        stream_of_page(asked, "")
    for day in (5, 6, 10, 11, 12):
        overdue_case(office, dt.date(2026, 11, day))
    with django_assert_max_num_queries(9):
        assert len(stream_of_page(asked, "").rows) == 12


def test_a_head_is_led_to_who_works_in_the_department_and_not_to_who_left_it(office):
    case = overdue_case(office)
    Case.objects.filter(pk=case.pk).update(staff=office.people["clerk"])

    def leads() -> dict[str, bool]:
        rows = stream_of_page(asked_of(office.user("head"), {"source": "cases.decision"}), "").rows
        return {row.person: row.leads_to_person for row in rows if row.lamp.key == case.pk}

    assert leads() == {"李晓燕": True}
    Posting.objects.filter(user=office.people["clerk"]).update(ended_at=now())
    assert leads() == {"李晓燕": False}
