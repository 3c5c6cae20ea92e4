"""A day in the hall as a plan: who comes when, which window is free, who misses the call. Pure Python, no database.

Windows take who stands first in their queues, as the portal does; the plan is then either written as a past or played
with the portal's own actions.
"""

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

LUNCH = (dt.time(12, 0), dt.time(13, 30))
CREDIT = {"": 0, "elderly": 15, "disabled": 15, "soldier": 10}  # minutes, as the rule of the seeds
PRIORITIES = ("",) * 88 + ("elderly",) * 9 + ("disabled",) * 2 + ("soldier",)
CHANNELS = ("kiosk",) * 70 + ("desk",) * 12 + ("phone",) * 14 + ("machine",) * 4


@dataclass(eq=False)
class Visit:
    """One person: what is taken, and the steps that follow, each with its moment."""

    queue: int
    arrived_at: dt.datetime
    priority: str
    channel: str
    rank_at: dt.datetime
    steps: list[tuple[dt.datetime, str]] = field(default_factory=list)
    place: "Place | None" = None


@dataclass(eq=False)
class Place:
    """A window with somebody at it, and the queues it serves."""

    key: int
    queues: frozenset[int]
    minutes: float  # of a service, in the middle


@dataclass(frozen=True)
class Day:
    """From when to when people come, and how many for each window."""

    opens: dt.datetime
    closes: dt.datetime
    people: int
    lunch: bool = True


def planned(chance: random.Random, places: list[Place], day: Day) -> list[Visit]:
    """The visits of a day in the order of their arrival, each with everything that happens to it until the closing."""
    coming = sorted(_arrivals(chance, places, day), key=lambda visit: visit.arrived_at)
    free = [(day.opens + dt.timedelta(minutes=chance.random() * 3), number) for number in range(len(places))]
    heapq.heapify(free)
    lines: dict[int, list[tuple[dt.datetime, int, Visit]]] = {queue: [] for place in places for queue in place.queues}
    count, arriving = itertools.count(), iter([*coming])
    following = next(arriving, None)
    idle: list[int] = []
    while free or following is not None:
        if following is not None and (not free or following.arrived_at <= free[0][0]):
            heapq.heappush(lines[following.queue], (following.rank_at, next(count), following))
            woken = [number for number in idle if following.queue in places[number].queues]
            for number in woken[:1]:
                idle.remove(number)
                heapq.heappush(free, (following.arrived_at + dt.timedelta(seconds=chance.randint(2, 20)), number))
            following = next(arriving, None)
            continue
        at, number = heapq.heappop(free)
        if at >= day.closes:
            continue
        if day.lunch and LUNCH[0] <= at.time() < LUNCH[1]:
            heapq.heappush(free, (dt.datetime.combine(at.date(), LUNCH[1], at.tzinfo), number))
            continue
        visit = _first(lines, places[number])
        if visit is None:
            idle.append(number)
            continue
        heapq.heappush(free, (_serve(chance, visit, places[number], at), number))
    return coming


def _arrivals(chance: random.Random, places: list[Place], day: Day) -> Iterator[Visit]:
    length = (day.closes - day.opens).total_seconds() - 1200
    for place in places:
        queues = sorted(place.queues)
        for _ in range(max(1, round(day.people * chance.uniform(0.8, 1.15)))):
            # More people in the morning and after lunch than towards the end.
            share = min(chance.betavariate(1.3, 1.7), 0.999)
            at = day.opens + dt.timedelta(seconds=int(share * max(length, 60)))
            priority = chance.choice(PRIORITIES)
            rank = at - dt.timedelta(minutes=CREDIT[priority])
            yield Visit(chance.choice(queues), at, priority, chance.choice(CHANNELS), rank)


def _first(lines: dict[int, list[tuple[dt.datetime, int, Visit]]], place: Place) -> Visit | None:
    waiting = [queue for queue in place.queues if lines[queue]]
    return heapq.heappop(lines[min(waiting, key=lambda queue: lines[queue][0][:2])])[2] if waiting else None


def _serve(chance: random.Random, visit: Visit, place: Place, at: dt.datetime) -> dt.datetime:
    """Write the steps of the visit at the window; returns when the window is free again."""
    visit.place = place
    visit.steps.append((at, "call"))
    if chance.random() < 0.05:
        gone = at + dt.timedelta(seconds=chance.randint(60, 120))
        visit.steps.append((gone, "miss"))
        return gone + dt.timedelta(seconds=5)
    start = at + dt.timedelta(seconds=chance.randint(15, 80))
    end = start + dt.timedelta(seconds=int(max(60, chance.lognormvariate(0, 0.55) * place.minutes * 60)))
    visit.steps += [(start, "start"), (end, "finish")]
    return end + dt.timedelta(seconds=chance.randint(5, 40))
