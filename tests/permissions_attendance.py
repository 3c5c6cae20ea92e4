"""What each role gets at the addresses of attendance."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.attendance.codes import code_of, minute_of
from hall.attendance.models import ClockDevice, EmptyPost, Shift, ShiftPattern
from hall.models import Window
from portal.core.time import now, today
from portal.people.roles import Role
from tests import factories
from tests.permissions import STAFF, Cast, everyone, nothing, only, specialists


def _shift(cast: Cast) -> Shift:
    start = now() - dt.timedelta(hours=1)
    window = Window.objects.create(code="A01", name="窗口", department=cast.department)
    return Shift.objects.create(
        staff=factories.staff(Role.CLERK, cast.department), window=window, department=cast.department, day=today(),
        starts_at=start, ends_at=start + dt.timedelta(hours=8), due_by=start,
    )  # fmt: skip


def shift(cast: Cast) -> Mapping[str, Any]:
    return {"shift_id": _shift(cast).pk}


def post(cast: Cast) -> Mapping[str, Any]:
    one = _shift(cast)
    made = EmptyPost.objects.create(
        window=one.window, department=one.department, staff=one.staff, shift=one, kind="absent", day=one.day,
        from_at=one.starts_at,
    )  # fmt: skip
    return {"post_id": made.pk}


def pattern(cast: Cast) -> Mapping[str, Any]:
    window = Window.objects.create(code="A02", name="窗口")
    made = ShiftPattern.objects.create(
        window=window, weekdays="0", starts=dt.time(9), ends=dt.time(12), valid_from=today()
    )
    return {"pattern_id": made.pk}


def device(_cast: Cast) -> Mapping[str, Any]:
    return {"public_id": ClockDevice.objects.create(name="一楼").public_id}


def device_id(_cast: Cast) -> Mapping[str, Any]:
    return {"device_id": ClockDevice.objects.create(name="一楼").pk}


def scanned(_cast: Cast) -> Mapping[str, Any]:
    made, minute = ClockDevice.objects.create(name="一楼"), minute_of()
    return {"public_id": made.public_id, "minute": minute, "code": code_of(made, minute)}


staff = only(*STAFF)
readers = only("department_head", "supervisor", "hall_manager", "auditor", "administrator")
managers = only("hall_manager", "administrator")
done = only("hall_manager", "administrator", status=302)
wrong = only("hall_manager", "administrator", status=422)
# A clerk or reviewer on the staff has the page of their own findings, and meets 404 at those of others.
finding = {**readers, "clerk": 404, "reviewer": 404}

ROWS: list[tuple] = [
    ("attendance:own", nothing, staff),
    ("attendance:clock", nothing, only(*STAFF, status=302), "post"),
    ("attendance:scan", scanned, staff),
    ("attendance:scan", scanned, only(*STAFF, status=409), "post"),
    ("attendance:device", device, everyone()),
    ("attendance:device-code", device, everyone()),
    ("attendance:day", nothing, readers),
    ("attendance:sheet", nothing, readers),
    ("attendance:sheet-export", nothing, readers),
    ("attendance:shift", shift, readers),
    ("attendance:shift", shift, only(
        "department_head", "supervisor", "hall_manager", "auditor", "administrator", status=422
    ), "post"),
    ("attendance:empty-posts", nothing, readers),
    ("attendance:empty-post", post, {**finding, **specialists(404)}),
    ("attendance:empty-post", post, {**{
        **finding, **dict.fromkeys(("department_head", "supervisor", "hall_manager", "auditor", "administrator"), 302)
    }, **specialists(404)}, "post"),
    ("attendance:patterns", nothing, managers),
    ("attendance:patterns", nothing, wrong, "post"),
    ("attendance:pattern-end", pattern, done, "post"),
    ("attendance:devices", nothing, managers),
    ("attendance:devices", nothing, wrong, "post"),
    ("attendance:device-close", device_id, done, "post"),
]  # fmt: skip
