"""What each role gets at the addresses of windows."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.models import Window, WindowDuty
from portal.core.time import today
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, nothing, only


def _window(cast: Cast, **more: Any) -> Window:
    return Window.objects.create(code="A01", name="企业登记", department=cast.department, **more)


def window(cast: Cast) -> Mapping[str, Any]:
    return {"window_id": _window(cast).pk}


def closed_window(cast: Cast) -> Mapping[str, Any]:
    return {"window_id": _window(cast, closed_on=today()).pk}


def duty(cast: Cast) -> Mapping[str, Any]:
    person = factories.staff(Role.CLERK, cast.department)
    posting = Posting.objects.get(user=person)
    made = WindowDuty.objects.create(window=_window(cast), posting=posting, starts_on=dt.date(2026, 1, 1))
    return {"duty_id": made.pk}


overseers = only("administrator", "auditor", "hall_manager")
administrators = only("administrator", "hall_manager")
wrong = only("administrator", "hall_manager", status=422)
done = only("administrator", "hall_manager", status=302)

ROWS = [
    ("hall:windows", nothing, overseers),
    ("hall:window-new", nothing, administrators),
    ("hall:window-new", nothing, wrong, "post"),
    ("hall:window", window, overseers),
    # Who may read the page may send its form, and what it asks for is refused to all but the managers.
    ("hall:window", window, {**wrong, "auditor": 422}, "post"),
    ("hall:window-edit", window, administrators),
    ("hall:window-edit", window, wrong, "post"),
    ("hall:window-close", window, administrators),
    ("hall:window-close", window, wrong, "post", {"on": "2001-01-01"}),
    ("hall:window-reopen", closed_window, done, "post"),
    ("hall:duty-end", duty, done, "post"),
]
