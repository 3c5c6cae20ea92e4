"""What pages show of the queue now: waiting people, windows, places in the line. Each a fixed number of queries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q

from hall.models import Window
from hall.queue.estimate import wait_range
from hall.queue.models import Hall, Queue, QueueWindow, Ticket, WindowSession
from hall.queue.models.ticket import AT_WINDOW, IN_LINE
from hall.queue.rules import limits
from portal.core.time import now, today

WAITS = Q(tickets__state__in=IN_LINE)


@dataclass(frozen=True)
class Line:
    """A queue as it stands now."""

    queue: Queue
    waiting: int
    longest_minutes: int | None
    served: int
    windows: int = 0


@dataclass(frozen=True)
class WindowNow:
    """A window with who sits there and what is at it."""

    window: Window
    session: WindowSession | None
    ticket: Ticket | None
    last_call_at: dt.datetime | None
    served: int
    idle: bool


@dataclass(frozen=True)
class Place:
    """Where a ticket stands: how many are called before it, and the minutes, from and to, or None."""

    ahead: int
    minutes: tuple[int, int] | None


def lines(queues: Any = None, *, hall: Hall | None = None) -> list[Line]:
    """All queues in use (of a hall, or the given ones) with who waits; two queries."""
    rows = Queue.objects.in_use() if queues is None else queues
    if hall is not None:
        rows = rows.filter(hall=hall)
    day, moment = today(), now()
    of_day = Q(tickets__day=day)
    counted = rows.select_related("hall", "department").annotate(
        waiting_now=Count("tickets", filter=of_day & WAITS),
        since=Min("tickets__arrived_at", filter=of_day & WAITS),
        served_today=Count("tickets", filter=of_day & Q(tickets__state="done")),
    )
    open_now = dict(
        QueueWindow.objects.filter(window__sessions__ended_at__isnull=True, window__sessions__isnull=False)
        .values_list("queue")
        .annotate(n=Count("window", distinct=True))
    )
    return [
        Line(one, one.waiting_now, minutes_since(one.since, moment), one.served_today, open_now.get(one.pk, 0))
        for one in counted
    ]


def minutes_since(start: dt.datetime | None, moment: dt.datetime) -> int | None:
    """Whole minutes; never negative, whatever the clock did."""
    return None if start is None else max(0, int((moment - start).total_seconds() // 60))


def windows_now() -> list[WindowNow]:
    """Every window that serves a queue; three queries."""
    day, moment = today(), now()
    windows = Window.objects.open_on(day).filter(serves__isnull=False).distinct().order_by("code")
    sessions = {
        one.window_id: one for one in WindowSession.objects.filter(ended_at__isnull=True).select_related("staff")
    }
    tickets = {one.window_id: one for one in Ticket.objects.filter(state__in=AT_WINDOW, window__isnull=False)}
    stats = {
        row["window"]: row
        for row in Ticket.objects.filter(day=day, window__isnull=False)
        .values("window")
        .annotate(last=Max("called_at"), done=Count("pk", filter=Q(state="done")))
    }
    idle_after = dt.timedelta(minutes=limits(day).idle_window_minutes)
    found = []
    for window in windows:
        session = sessions.get(window.pk)
        row: Any = stats.get(window.pk, {})
        last = row.get("last")
        idle = (
            session is not None
            and not session.is_paused
            and window.pk not in tickets
            and moment - max(last or session.started_at, session.started_at) > idle_after
        )
        found.append(WindowNow(window, session, tickets.get(window.pk), last, row.get("done", 0), idle))
    return found


def place_of(ticket: Ticket) -> Place | None:
    """Where a waiting ticket stands; one query, and two for the pace where it is not known. None for the others."""
    if not ticket.in_line:
        return None
    ahead = Ticket.objects.ahead_of(ticket).count()
    return Place(ahead, wait_range(ticket.queue_id, ahead))


def line_of_window(window_id: int, limit: int = 8) -> list[Ticket]:
    """Who is called next at the window; one query."""
    queues = QueueWindow.objects.filter(window=window_id).values("queue")
    rows = Ticket.objects.filter(queue__in=queues, day=today()).in_line().select_related("queue")
    return list(rows[:limit])


def held_by(user_id: int) -> list[Ticket]:
    """What the person put on hold or missed today; one query."""
    rows = Ticket.objects.filter(staff=user_id, day=today(), state__in=("held", "missed"))
    return list(rows.select_related("queue").order_by("-called_at")[:10])


def served_today(user_id: int) -> int:
    return Ticket.objects.filter(counted_staff=user_id, day=today(), state="done").count()
