"""What appointments hang into other pages: the way to book, in the guide of an item."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hall.appointments.models import Service
from portal.core.registries import register_panel
from portal.core.time import today

GUIDE = "catalogue.guide.where"


def connect() -> None:
    """Called once, in the app's ready()."""
    register_panel(GUIDE, "appointments.book", book_of)


def book_of(request: HttpRequest, item: Any) -> str:
    """The services that can be booked for the item, and the shared ones where it has none; one query."""
    services = list(Service.objects.open_on(today()).select_related("department")[:200])
    own = [one for one in services if item.code in one.item_codes]
    shown = own or [one for one in services if not one.item_codes and one.department_id in (None, item.department_id)]
    return render_to_string("appointments/panel_guide.html", {"services": shown[:5]}, request) if shown else ""
