"""What attendance hangs into the pages of others: who has not clocked in yet is told beside the own work."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hall.attendance.models import Shift
from portal.core.registries import register_panel
from portal.core.time import now, today

DESKS = ("cases.desk", "queue.desk")


def connect() -> None:
    """Called once, in the app's ready()."""
    for slot in DESKS:
        register_panel(slot, "hall.attendance", clock_hint, order=10)


def clock_hint(request: HttpRequest, _thing: Any) -> str:
    """The hint of a shift that is due today and nobody came to; one query."""
    user: Any = request.user
    due = Shift.objects.filter(staff=user, day=today(), excuse="", clocked_in_at__isnull=True, ends_at__gt=now())
    shift = due.select_related("window").first()
    if shift is None:
        return ""
    return render_to_string("attendance/panel_desk.html", {"shift": shift, "late": shift.due_by < now()}, request)
