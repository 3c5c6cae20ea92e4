"""How long somebody will wait, as a range: from the services of the same queue and the windows that are open now.

No range is given without enough finished services or without an open window: "unknown" is honest, a guess is not.
"""

import math
import statistics
from dataclasses import dataclass

from django.core.cache import cache

from hall.queue.models import QueueWindow, Ticket, WindowSession

SAMPLE, FEWEST = 60, 8  # the latest finished services that are looked at, and how many there must be
KEPT_SECONDS = 20
STEP = 5  # minutes: a range is no promise to the minute


@dataclass(frozen=True)
class Pace:
    """How fast a queue goes: median, mean and middle half of its services in seconds; windows at least and at most."""

    median: float
    mean: float
    spread: float
    windows_low: float
    windows_high: float


def pace_of(queue_id: int) -> Pace | None:
    """The pace of a queue, kept for some seconds; None when nothing can be said. Two queries."""
    kept: tuple[Pace | None] | None = cache.get_or_set(
        f"queue-pace:{queue_id}", lambda: (_pace(queue_id),), KEPT_SECONDS
    )
    return kept[0] if kept else None


def wait_range(queue_id: int, ahead: int) -> tuple[int, int] | None:
    """The minutes until the call with so many people ahead, from and to; None when unknown."""
    pace = pace_of(queue_id)
    if pace is None:
        return None
    # The services of many people even each other out: the spread grows with the root of their number.
    low = (ahead * pace.median - pace.spread / 2 * math.sqrt(ahead)) / pace.windows_high / 60
    high = ((ahead + 1) * pace.mean + pace.spread / 2 * math.sqrt(ahead + 1)) / pace.windows_low / 60
    return max(0, int(low // STEP * STEP)), max(STEP, int(-(-high // STEP)) * STEP)


def _pace(queue_id: int) -> Pace | None:
    done = Ticket.objects.filter(queue=queue_id, state="done", time_unreliable=False).order_by("-pk")
    took = list(done.values_list("service_seconds", flat=True)[:SAMPLE])
    if len(took) < FEWEST:
        return None
    windows = _open_windows(queue_id)
    if not windows:
        return None
    quick, median, slow = statistics.quantiles(took, n=4)
    # A window that serves several queues may give this one all of its time, or its share.
    share = sum(1 / queues for queues in windows)
    return Pace(max(median, 30), max(statistics.fmean(took), 30), slow - quick, share, len(windows))


def _open_windows(queue_id: int) -> list[int]:
    """For each open window of the queue, how many queues it serves."""
    here = QueueWindow.objects.filter(queue=queue_id).values("window")
    sitting = WindowSession.objects.filter(window__in=here, ended_at__isnull=True, paused_at__isnull=True)
    serves: dict[int, int] = {}
    for window in QueueWindow.objects.filter(window__in=sitting.values("window")).values_list("window", flat=True):
        serves[window] = serves.get(window, 0) + 1
    return list(serves.values())
