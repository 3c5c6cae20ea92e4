"""Builds the demo city: catalogue, people, and the past year up to now."""

import datetime as dt
import gc
import random
import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from approvals.cases.models import Case
from approvals.catalogue.demo import load_demo_catalogue
from approvals.catalogue.demo.load import load_demo_departments
from portal.core import audit, jobs
from portal.core.calendar import override_day, workdays
from portal.core.documents import made_on_request
from portal.core.statistics import measure_sets, rebuild, unwatched
from portal.core.time import ZONE, driven_clock, now, today
from portal.core.workdays import WorkdayIndex
from portal.people.models import Department
from portal.site.demo import chapters, words
from portal.site.demo.cast import cast
from portal.site.demo.chapters import City
from portal.site.demo.crew import live_all
from portal.site.demo.hours import Hours
from portal.site.demo.names import Namer
from portal.site.demo.papers import Papers
from portal.site.demo.people import People, Settlers, open_hall, settle_centre, settle_teams
from portal.site.demo.reminders import reminded
from portal.site.demo.story import Stage
from portal.site.demo.year import Casting, Driver, Say, filings, silent, work_off

SEED = 20260718
FRIDAY = 4


@dataclass(frozen=True)
class Size:
    """How large a city: days of history, filings, people, and which items (all when none are named)."""

    days: int
    filings: int
    citizens: int
    firms: int
    only: tuple[str, ...] | None = None


SIZES = {
    "full": Size(days=365, filings=2600, citizens=300, firms=80),
    "small": Size(
        days=45,
        filings=30,
        citizens=20,
        firms=8,
        only=(
            "SCJG-001", "SCJG-003", "SCJG-004", "SCJG-007", "SCJG-030", "GAJ-001", "GAJ-004", "GAJ-005", "GAJ-016",
            "ZRZY-001", "RSJ-001", "RSJ-002", "ZJJ-002",
            "ZJJ-003", "GJJ-001", "MZJ-001",
        ),
    ),
}  # fmt: skip


@dataclass
class BuildReport:
    """What was built, and how long it took."""

    cases: int
    seconds: float


def build_city(size: str = "full", *, say: Say = silent) -> BuildReport:
    """Build everything in an empty, migrated and seeded database. The year ends now; the present clock may be driven."""
    wanted, started, end = SIZES[size], wall.monotonic(), now()
    first = today() - dt.timedelta(days=wanted.days)
    with quietly():
        say("Departments, items and people …")
        with driven_clock(dt.datetime.combine(first - dt.timedelta(days=5), dt.time(9), ZONE)):
            stage, people = found_city(wanted, first)
            city = City(stage, people, first, end, size == "small", SEED, say)
            chapters.found_all(city)
            work_off()
        casting = Casting(stage, people, SEED)
        stories = [*filings(casting, first, today(), wanted.filings), *cast(casting, end)]
        say(f"{len(stories)} cases of {wanted.days} days …")
        with unwatched():
            live_all(
                stories,
                lambda some, begin_day, leads: Driver(
                    some, first=first, until=end, begin_day=begin_day, beside=[reminded(people, stage, first, end)]
                ).run(say if leads else silent),
            )
        with unwatched():
            chapters.live_all(city)
        say("Statistics and seal …")
        for measures in measure_sets().values():
            rebuild(measures)
        chapters.counted_all(city)
        audit.seal_events()
    return BuildReport(Case.objects.filed().count(), wall.monotonic() - started)


@contextmanager
def quietly() -> Iterator[None]:
    """What happened last year is told inside the portal only: no SMS and no mail goes out, no worker is called."""
    before = settings.NOTIFY_BY
    settings.NOTIFY_BY = ["in_app"]
    gc.disable()  # millions of short-lived rows, none of them in a circle that matters
    try:
        with jobs.unpoked(), made_on_request():
            yield
    finally:
        gc.enable()
        settings.NOTIFY_BY = before


def found_city(wanted: Size, first: dt.date) -> tuple[Stage, People]:
    """Departments, the centre's people, the catalogue, the teams, the hall, those who file."""
    chance = random.Random(SEED)  # noqa: S311
    namer = Namer(chance)
    settlers = Settlers(chance, namer)
    load_demo_departments()
    centre = settle_centre(settlers)
    load_demo_catalogue(centre["admin1"], centre["admin2"], valid_from=dt.date(first.year - 1, 1, 1), only=wanted.only)
    if wanted.days > 300:
        override_day(centre["admin1"], moving_day(workdays(), first), is_workday=False, reason=words.MOVING)
    deciding = list(Department.objects.filter(items__isnull=False).distinct())
    teams = settle_teams(settlers, deciding)
    open_hall(teams, settlers.since)
    citizens = [settlers.citizen(name) for name in ("citizen1", "citizen2")]
    citizens += [settlers.citizen() for _ in range(wanted.citizens)]
    firms = [settlers.firm("firm1"), *(settlers.firm() for _ in range(wanted.firms))]
    people = People(teams, [centre["supervisor1"], centre["supervisor2"]], citizens, firms)
    stage = Stage(Hours(workdays()), Papers(), centre["supervisor2"])
    return stage, people


def moving_day(index: WorkdayIndex, first: dt.date) -> dt.date:
    """The working day on which the hall moves and stays closed: a Friday in the middle of the year."""
    day = first + dt.timedelta(days=150)
    while day.weekday() != FRIDAY or not index.is_workday(day):
        day += dt.timedelta(days=1)
    return day
