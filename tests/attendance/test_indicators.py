"""The hall's block of the indicators: what appointments, attendance and patrols give to it."""

import pytest

from hall.attendance import actions
from portal.core import statistics
from portal.core.time import driven_clock
from portal.supervision.indicators import indicators
from tests import factories
from tests.appointments.objects import booked, service, slot
from tests.attendance.objects import FRIDAY, as_clerk, clerk
from tests.factories import moment
from tests.patrols.objects import found, manager, rectified

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(settings, tmp_path):
    """One day: two clerks due and one came, an appointment, a finding that was put right in time."""
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-19 09:00")):
        booked(factories.citizen(), slot(service(), "2026-11-20 10:00"))
    with driven_clock(moment("2026-11-20 08:40")):
        came, _absent = clerk("A01"), clerk("A02")
        actions.plan_day(FRIDAY)
        actions.clock_in(as_clerk(came))
    with driven_clock(moment("2026-11-20 09:30")):
        actions.count_begun()
        actions.watch_posts()
        rectified(found(manager(), person_id=came.pk), as_clerk(came))
        statistics.refresh_all()
        yield


def test_the_hall_block_adds_up_what_its_rooms_count(lived):
    hall = indicators(FRIDAY, FRIDAY)["hall"]
    wanted = {"appointments": 1, "attendance_rate": 0.5, "empty_posts": 1, "patrol_findings": 1, "patrol_rectified": 1}
    assert {name: hall[name] for name in wanted} == wanted
    assert (
        indicators(moment("2026-11-18 00:00").date(), moment("2026-11-18 00:00").date())["hall"]["attendance_rate"]
        is None
    )


@pytest.mark.parametrize(("by", "rows"), [("department", 2), ("window", 2), ("staff", 2), ("month", 1)])
def test_and_splits_by_what_each_room_knows(lived, by, rows):
    found_rows = [row for row in indicators(FRIDAY, FRIDAY, by=by)["rows"] if any(row["hall"].values())]
    assert len(found_rows) == rows
    assert sum(row["hall"]["empty_posts"] for row in found_rows) == 1


@pytest.mark.parametrize("by", ["window", "staff"])
def test_what_belongs_to_no_window_is_unknown_in_its_row_and_never_0(lived, by):
    for row in indicators(FRIDAY, FRIDAY, by=by)["rows"]:
        unknown = {
            name for name, value in row["hall"].items() if value is None and not name.endswith(("_rate", "_minutes"))
        }
        assert unknown == {"appointments", "patrol_findings", "patrol_rectified"}
