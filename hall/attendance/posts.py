"""Reads who is at which post now, from shifts, window sessions and the queue, and says which posts are empty since when."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, Min

from hall.attendance.models import EmptyPost, Shift
from hall.attendance.rules import EMPTY, IDLE, MEAL, PAUSE
from hall.queue.models import QueueWindow, Ticket, WindowSession
from hall.queue.models.ticket import AT_WINDOW, IN_LINE
from portal.core.rules import rules
from portal.core.time import local_date


@dataclass(frozen=True)
class Found:
    """An empty post: whose shift, what is wrong, since when."""

    shift: Shift
    kind: str
    since: dt.datetime


@dataclass
class Line:
    """What the queue says of one window."""

    session: WindowSession | None = None
    busy: bool = False
    last_call_at: dt.datetime | None = None
    waiting_since: dt.datetime | None = None


def empty_posts(moment: dt.datetime) -> list[Found]:
    """Every post that is empty at this moment and has been for longer than its rule allows; seven queries at most."""
    due = Shift.objects.filter(day=local_date(moment), excuse="", starts_at__lte=moment, ends_at__gt=moment)
    by_window: dict[int, list[Shift]] = defaultdict(list)
    for shift in due.select_related("window", "staff").order_by("pk"):
        by_window[shift.window_id].append(shift)
    if not by_window:
        return []
    minutes = {
        code: dt.timedelta(minutes=one.days)
        for code, one in rules([EMPTY, PAUSE, MEAL, IDLE], local_date(moment)).items()
    }
    lines = _lines(list(by_window), local_date(moment))
    found = (_look(shifts, lines[window], minutes, moment) for window, shifts in by_window.items())
    return [one for one in found if one is not None]


def _look(shifts: list[Shift], line: Line, minutes: dict[str, dt.timedelta], moment: dt.datetime) -> Found | None:
    """What is wrong with one window, if anything: one finding at a time."""
    here = [shift for shift in shifts if shift.is_present]
    if not here:
        since = max(shift.clocked_out_at or shift.starts_at for shift in shifts)
        return _if_long(Found(shifts[0], EmptyPost.Kind.ABSENT, since), minutes[EMPTY], moment)
    session = line.session
    whose = next((shift for shift in here if session and shift.staff_id == session.staff_id), here[0])
    if session is not None and session.paused_at is not None:
        allowed = minutes[MEAL if session.pause_reason == "meal" else PAUSE]
        return _if_long(Found(whose, EmptyPost.Kind.PAUSED, session.paused_at), allowed, moment)
    if line.busy or line.waiting_since is None:
        return None
    arrived = min(shift.clocked_in_at for shift in here if shift.clocked_in_at)
    since = max(one for one in (line.waiting_since, line.last_call_at, arrived, whose.starts_at) if one)
    return _if_long(Found(whose, EmptyPost.Kind.IDLE, since), minutes[IDLE], moment)


def _if_long(found: Found, allowed: dt.timedelta, moment: dt.datetime) -> Found | None:
    return found if moment - found.since >= allowed else None


def _lines(windows: list[int], day: dt.date) -> dict[int, Line]:
    lines: dict[int, Line] = defaultdict(Line)
    for session in WindowSession.objects.filter(window__in=windows, ended_at__isnull=True):
        lines[session.window_id].session = session
    for window in Ticket.objects.filter(window__in=windows, state__in=AT_WINDOW).values_list("window_id", flat=True):
        lines[window or 0].busy = True
    calls = Ticket.objects.filter(window__in=windows, day=day).values("window_id").annotate(
        called=Max("called_at"), ended=Max("ended_at")
    )  # fmt: skip
    for row in calls.order_by("window_id"):
        lines[row["window_id"]].last_call_at = max((at for at in (row["called"], row["ended"]) if at), default=None)
    waiting = Ticket.objects.filter(day=day, state__in=IN_LINE).values("queue_id").annotate(since=Min("arrived_at"))
    since = {row["queue_id"]: row["since"] for row in waiting.order_by("queue_id")}
    for window, queue in QueueWindow.objects.filter(window__in=windows).values_list("window_id", "queue_id"):
        if queue in since:
            line = lines[window]
            line.waiting_since = min(since[queue], line.waiting_since or since[queue])
    return lines
