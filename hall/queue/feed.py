"""What screens show: the calls of the day, the last one first, and who waits. Built once for each change.

A screen says which call it has shown last, and gets every later one in the order of the calls: none is skipped, not
even when several windows call between two looks.
"""

from typing import Any

from django.core.cache import cache
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hall.queue.actions.layout import hash_of
from hall.queue.models import Device, Hall, HallDay, Ticket
from hall.queue.reads import lines
from portal.core.errors import NotFound
from portal.core.time import ZONE, today

KEPT = 60  # calls that a page holds; a screen that was away for longer asks the table
SHOWN = 7
KEPT_SECONDS = 300


def device_of(secret: str, *kinds: str) -> Any:
    """The device with this secret, and its hall's day on it (`calls`, `version`): one indexed read.

    Raises NotFound for an unknown or revoked one and for one of another kind.
    """
    day = HallDay.objects.filter(hall=OuterRef("hall"), day=today())
    rows = Device.objects.in_force().select_related("hall", "window").filter(token_hash=hash_of(secret))
    found = rows.annotate(calls=Subquery(day.values("calls")[:1]), version=Subquery(day.values("version")[:1])).first()
    if found is None or (kinds and found.kind not in kinds):
        raise NotFound()
    return found


def etag_of(device: Any) -> str:
    """Changes with everything that the screen shows."""
    return f'"{today():%Y%m%d}-{device.pk}-{device.calls or 0}-{device.version or 0}-{get_language()}"'


def feed(device: Any, after: int) -> dict[str, Any]:
    """The page of a device: every call after `after`, the newest rows, who waits."""
    page = _page(device)
    rows = [row for row in page["rows"] if _concerns(device, row)]
    last = device.calls or 0
    if 0 < after <= last and page["rows"] and after < page["rows"][-1]["call"] - 1:
        missed = _rows(Ticket.objects.called_since(device.hall_id, today(), after))
        calls = [row for row in missed if _concerns(device, row)]
    else:
        calls = [row for row in reversed(rows) if row["call"] > after]
    return {
        "day": today().isoformat(),
        "last": last,
        "calls": calls if after >= 0 else [],
        "rows": rows[:SHOWN],
        "waiting": [line for line in page["waiting"] if not device.area or line["area"] == device.area],
    }


def _page(device: Any) -> dict[str, Any]:
    """The hall's page, built once for each version and language, whoever asks first."""
    key = f"hall-feed:{device.hall_id}:{today()}:{device.calls or 0}:{device.version or 0}:{get_language()}"
    page: dict[str, Any] | None = cache.get(key)
    if page is None:
        newest = Ticket.objects.called_since(device.hall_id, today(), 0).order_by(F("call_number").desc())
        page = {"rows": _rows(newest[:KEPT]), "waiting": _waiting(device)}
        cache.set(key, page, KEPT_SECONDS)
    return page


def _rows(tickets: Any) -> list[dict[str, Any]]:
    return [
        {
            "call": ticket.call_number,
            "number": ticket.number,
            "window": ticket.window.code,
            "window_area": ticket.window.area,
            "area": ticket.queue.area,
            "queue": ticket.queue.display_name,
            "name": ticket.shown_name,
            "state": ticket.state,
            "at": f"{ticket.called_at.astimezone(ZONE):%H:%M}" if ticket.called_at else "",
            "say": _("Number %(number)s, please go to window %(window)s.")
            % {"number": _spelled(ticket.number), "window": _spelled(ticket.window.code)},
        }
        for ticket in tickets.select_related("queue", "window")
        if ticket.window is not None
    ]


def _spelled(code: str) -> str:
    """Read sign by sign: A012 is "A 0 1 2", not "A twelve"."""
    return " ".join(code)


def _waiting(device: Any) -> list[dict[str, Any]]:
    return [
        {"queue": line.queue.display_name, "prefix": line.queue.prefix, "area": line.queue.area, "n": line.waiting}
        for line in lines(hall=device.hall)
    ]


def _concerns(device: Any, row: dict[str, Any]) -> bool:
    """Hall screens show everything, an area's screen its area, a window's screen its window."""
    if device.kind == Device.Kind.WINDOW_SCREEN:
        return bool(row["window"] == device.window.code)
    if device.kind == Device.Kind.AREA_SCREEN:
        return device.area in (row["area"], row["window_area"])
    return True


def hall_with_day(code: str) -> Any:
    """A hall as a screen of everything, for programs with a token: the same attributes as a device."""
    day = HallDay.objects.filter(hall=OuterRef("pk"), day=today())
    rows = Hall.objects.open_on(today()).filter(code=code)
    hall = rows.annotate(calls=Subquery(day.values("calls")[:1]), version=Subquery(day.values("version")[:1])).first()
    if hall is None:
        raise NotFound()
    screen = Device(hall=hall, kind=Device.Kind.HALL_SCREEN)
    screen.calls, screen.version = hall.calls, hall.version  # type: ignore[attr-defined]
    return screen
