"""What the hall hangs into the pages of people: a department's windows, and where a person serves."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hall.models import Window, WindowDuty
from portal.core.registries import register_panel

DEPARTMENT, PERSON = "people.department", "people.person"


def connect() -> None:
    """Called once, in the app's ready()."""
    register_panel(DEPARTMENT, "hall.windows", windows_of)
    register_panel(PERSON, "hall.duties", duties_of)


def windows_of(request: HttpRequest, department: Any) -> str:
    """The department's windows; one query."""
    windows = list(Window.objects.visible_to(_reader(request)).filter(department=department)[:50])
    return render_to_string("hall/panel_windows.html", {"windows": windows}, request) if windows else ""


def duties_of(request: HttpRequest, person: Any) -> str:
    """Where the person serves and served; one query."""
    duties = WindowDuty.objects.visible_to(_reader(request)).filter(posting__user=person)
    rows = list(duties.select_related("window").order_by("-starts_on", "-pk")[:20])
    return render_to_string("hall/panel_duties.html", {"duties": rows}, request) if rows else ""


def _reader(request: HttpRequest) -> Any:
    """The pages that show panels let only the staff in."""
    return request.user
