"""All four apps walked at random in one city; then every cell is proved, and every indicator is counted a second time."""

import datetime as dt

import pytest
from django.core.management import call_command

from portal.core import statistics
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.supervision.indicators import indicators
from procurement.models import Deal
from tests.awards.test_walk import STEPS as TRADING_STEPS
from tests.awards.test_walk import Walk as TradingWalk
from tests.cases.test_walk import Walk as CaseWalk
from tests.factories import moment
from tests.hotline.test_walk import START, Walker
from tests.queue.test_walk import MORNING
from tests.queue.test_walk import Walk as QueueWalk
from tests.site import recount, rederived
from tests.site.second_count import SPLITS, Recounted

pytestmark = pytest.mark.django_db
END = moment("2027-03-01 12:00")  # every walk is over
STEPS = 40
AUCTION = moment("2026-12-16 10:00")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def walk_the_approvals(seed: int) -> None:
    walk = CaseWalk(seed)
    for _step in range(STEPS):
        walk.go()


def walk_the_hall(seed: int) -> None:
    with driven_clock(MORNING):
        walk = QueueWalk(seed)
    for _step in range(STEPS):
        walk.go()


def walk_the_hotline(seed: int) -> None:
    walker = Walker(seed)
    with driven_clock(START):
        tickets = [walker.world.recorded(title=f"第{n}件") for n in range(6)]
    for ticket in tickets:
        walker.walk(ticket, 20)


def walk_the_trading(seed: int) -> None:
    """One tender after the other, until one of them comes to a deal."""
    for more in range(5):
        if not Deal.objects.exists():
            walk_a_tender(10 * seed + more)


def walk_a_tender(seed: int) -> None:
    at = AUCTION
    with driven_clock(at):
        walk = TradingWalk(seed)
    for name in ("tenders", "deals"):  # the tender was put up without its actions: what stands there is counted once
        statistics.rebuild(statistics.measure_sets()[name])
    with driven_clock(at):
        walk.evaluate()
    for _step in range(TRADING_STEPS):
        at += dt.timedelta(hours=walk.dice.choice((0, 1, 2, 5, 20, 24)))
        with driven_clock(at):
            walk.step()


@pytest.mark.parametrize("seed", range(2))
def test_after_random_walks_of_all_four_apps_every_figure_is_that_of_the_rows(seed):
    for walk in (walk_the_approvals, walk_the_hall, walk_the_hotline, walk_the_trading):
        walk(seed)
    with driven_clock(END):
        while run_due_jobs():
            pass
        statistics.refresh_all()
        call_command("verify_statistics")
        rows, first, last = Recounted(END), dt.date(2026, 1, 1), END.date()
        period = recount.Period(first, last, END)
        said = indicators(first, last)
        counted = {"approvals": "received", "hall": "tickets", "hotline": "recorded"}
        assert all(said[block][name] for block, name in counted.items()) and rows.deals, "the walks got somewhere"
        assert rederived.all_differences(rows) == []
        assert rows.differences(said, period, None) == []
        for by in SPLITS:
            assert rows.split_differences(indicators(first, last, by=by)["rows"], by, period) == [], by
