"""Outages of the portal within a round of final offers: which there were, and what a decision may rest on."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from portal.core.rules import rule
from portal.core.time import local_date
from procurement.bids.actions.watching import shortest
from procurement.bids.models import Outage, PortalWatch
from procurement.evaluation.models import Negotiation, RoundDecision
from procurement.evaluation.rules import OFFER_LONGER

MOST_OUTAGES = 50


@dataclass(frozen=True)
class Ground:
    """The outages that a decision rests on, and by how many minutes it may lengthen the round."""

    outages: tuple[Outage, ...]
    seconds: int  # that they lay within the round, none counted twice
    least: int
    most: int


def whole_minute(at: dt.datetime) -> dt.datetime:
    """The first whole minute that is not earlier: pages tell an end without its seconds, and mean what they tell."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + dt.timedelta(minutes=1)


def _touching(one: Negotiation) -> list[Outage]:
    """Outages that reach into the round and were not decided on, those that go on too."""
    if one.opened_at is None or one.due_at is None:
        return []
    rows = Outage.objects.filter(Q(until_at__isnull=True) | Q(until_at__gte=one.opened_at), from_at__lt=one.due_at)
    project = one.evaluation.lot.project_id
    decided = RoundDecision.outages.through.objects.filter(rounddecision__negotiation=one).values("outage")
    return list(rows.filter(Q(project=project) | Q(project__isnull=True)).exclude(pk__in=decided)[:MOST_OUTAGES])


def _within(one: Negotiation, outage: Outage, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From when to when an outage lay in the round; up to now where it goes on."""
    assert one.opened_at is not None and one.due_at is not None  # noqa: S101 - what touches a round has one
    begin = max(outage.from_at, one.opened_at)
    return begin, max(begin, min(outage.until_at or at, one.due_at))


def _lasted(one: Negotiation, outage: Outage, at: dt.datetime) -> bool:
    begin, end = _within(one, outage, at)
    return end - begin >= shortest(end)


def grounds_in(one: Negotiation, at: dt.datetime) -> list[Outage]:
    """Ended outages that were long enough within the round, and requests of its bidders that broke."""
    ended = [row for row in _touching(one) if row.until_at is not None]
    return [row for row in ended if row.kind == Outage.Kind.REQUEST or _lasted(one, row, at)]


def goes_on(one: Negotiation, at: dt.datetime) -> bool:
    """Whether the pages are out at this moment, and were long enough within the round."""
    return any(row.until_at is None and _lasted(one, row, at) for row in _touching(one))


def waits(one: Negotiation, at: dt.datetime) -> bool:
    """Whether the offers stay closed until a supervisor has decided. A single request that broke can be sent again."""
    return any(row.kind != Outage.Kind.REQUEST for row in grounds_in(one, at))


def unwatched(one: Negotiation, at: dt.datetime) -> bool:
    """Whether the watch has not looked since, so that an outage of the round may still come to light."""
    watch = PortalWatch.objects.first()
    if watch is None or one.due_at is None:
        return False
    return min(at, one.due_at) - watch.looked_at >= shortest(at)


def ground_of(one: Negotiation, at: dt.datetime) -> Ground:
    """What a decision at this moment rests on: the round gets back at least what it lost."""
    found = grounds_in(one, at)
    total, reached = dt.timedelta(), one.opened_at or at
    for begin, end in sorted(_within(one, row, at) for row in found):
        total += max(end - max(begin, reached), dt.timedelta())
        reached = max(reached, end)
    seconds = int(total.total_seconds())
    least = max(1, -(-seconds // 60))
    return Ground(tuple(found), seconds, least, max(least, rule(OFFER_LONGER, local_date(at)).days))
