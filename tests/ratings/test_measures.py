"""What ratings add up to: the block of the indicators, to the letter of the exchange."""

import datetime as dt

import pytest
from django.utils import translation

from approvals.cases import actions as case_actions
from hall.ratings import actions
from hall.ratings.models import Rating
from hall.ratings.published import published
from portal.core import jobs, statistics
from portal.core.statistics.blocks import registered_block
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.indicators import FORMS, indicators
from tests import factories

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20 10:00"


def ask(first="2026-11-01", last="2026-11-30", **more):
    statistics.refresh_all()
    with driven_clock(factories.moment("2026-12-15 09:00")):
        return indicators(dt.date.fromisoformat(first), dt.date.fromisoformat(last), **more)


def verified() -> None:
    from django.core.management import call_command

    call_command("verify_statistics")


def test_the_block_has_the_form_of_the_exchange():
    block = registered_block("ratings")
    assert block.order == FORMS["ratings"].order
    assert block.derived.keys() == FORMS["ratings"].derived.keys()
    assert {"department", "item", "window", "staff", "month", "channel"} <= block.dimensions


def test_defaults_and_excluded_ratings_are_in_no_rate(town):
    with driven_clock(factories.moment(FRIDAY)):
        for grade in (5, 4, 3, 2):
            town.rated(grade)
        spam = town.rated(1)
        town.invitation()
    with driven_clock(factories.moment("2026-11-20 11:00")):
        actions.exclude(town.actor("manager"), spam.pk, reason="测试评价")
    with driven_clock(factories.moment("2026-12-21 02:00")):
        assert actions.settle_expired() == 1
    found = ask(last="2026-12-31")["ratings"]
    assert (found["given"], found["satisfied"], found["bad"]) == (4, 3, 1)
    assert found["satisfaction_rate"] == 0.75
    assert found["active_rate"] == 4 / 6
    assert Rating.objects.filter(is_default=True).count() == 1
    verified()


def test_a_rectification_counts_on_the_day_of_its_limit_and_early_ones_at_once(town, step):
    with driven_clock(factories.moment(FRIDAY)):
        works = [town.rated(1).rectification for _ in range(3)]
    with driven_clock(factories.moment("2026-11-23 09:00")):
        first = step(works[0], "head", "contact", way="phone", text="x")
        first = step(first, "head", "verify", text="x")
        step(first, "head", "rectify", text="x")
        step(works[1], "manager", "set_aside", text="不属实")
    statistics.refresh_all()
    early = indicators(dt.date(2026, 11, 1), dt.date(2026, 11, 30), as_of=dt.date(2026, 11, 25))["ratings"]
    assert early["rectification_rate"] == 1, "due on the 27th, rectified before: it counts, the open one not yet"
    after = indicators(dt.date(2026, 11, 1), dt.date(2026, 11, 30), as_of=dt.date(2026, 11, 30))["ratings"]
    assert after["rectification_rate"] == 0.5, "the set-aside one is not due"
    verified()


def test_rows_by_every_dimension_belong_to_the_same_things_as_those_of_cases(town):
    item = factories.item("SCJG-001", dept=town.department)
    with driven_clock(factories.moment(FRIDAY)):
        town.rated(5, channel="web")
        town.rated(2, channel="qr")
    for by, code in (
        ("department", "SCJG"), ("item", item.code), ("window", "A01"), ("staff", town.clerk.username),
        ("month", "2026-11"),
    ):  # fmt: skip
        row = next(row for row in ask(by=by)["rows"] if row[by] == code)
        assert (row["ratings"]["given"], row["ratings"]["active_rate"]) == (2, 1.0), by
    rows = {row["channel"]: row["ratings"] for row in ask(by="channel")["rows"]}
    assert (rows["web"]["satisfied"], rows["qr"]["bad"]) == (1, 1)


def test_a_decided_case_asks_its_applicant_and_counts_as_rateable(town):
    item = factories.item(review_steps=0, kind="immediate")
    with driven_clock(factories.moment(FRIDAY)):
        case = factories.submitted(town.citizen, item)
        clerk = actor_of(factories.staff(Role.CLERK, town.department), Role.CLERK)
        case = case_actions.take_step(clerk, case.pk, "accept", state_version=case.state_version)
        case_actions.take_step(clerk, case.pk, "approve", state_version=case.state_version)
        jobs.run_due_jobs(50)
        asked = town.citizen.rating_invitations.get()
        assert (asked.kind, asked.subject, asked.item_code) == ("case", case.number, item.code)
        assert ask()["ratings"]["active_rate"] == 0
        town.rated(4, asked=asked)
    assert ask()["ratings"]["active_rate"] == 1


def test_the_public_figures_say_nothing_about_few(town):
    with driven_clock(factories.moment(FRIDAY)):
        for _ in range(9):
            town.rated(5, reasons=["fast"])
        statistics.refresh_all()
        figures = published(today() - dt.timedelta(days=300), today())
        assert figures["rate"] is None and figures["windows"][0].ratio is None
        town.rated(1)
        statistics.refresh_all()
        with translation.override("en"):
            figures = published(today() - dt.timedelta(days=300), today())
    assert figures["rate"] == figures["windows"][0].ratio == 0.9
    assert figures["windows"][0].given == 10
    assert figures["good"] == [("Fast", 9)]
