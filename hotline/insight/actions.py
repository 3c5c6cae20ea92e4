"""The nightly count of what tickets are about, and the rises in it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.db.models import Max, Sum

from hotline.insight import notices
from hotline.insight.chance import bound
from hotline.insight.models import CountedDay, Rise, Subject, TopicCount
from hotline.insight.rules import CHANCE, LEAST
from hotline.insight.words import terms
from hotline.models import Ticket
from portal.core import db
from portal.core.actions import action
from portal.core.rules import rules
from portal.core.time import now, today

DAYS_BEFORE = 28
KEPT_DAYS = 62
CHUNK = 2000
ONE_DAY = dt.timedelta(days=1)
Key = tuple[str, str]


def days_to_count() -> list[dt.date]:
    """The days up to yesterday that have not been counted; the first time those that a rise is measured by, too."""
    yesterday = today() - ONE_DAY
    earliest = today() - dt.timedelta(days=DAYS_BEFORE + 1)
    last = CountedDay.objects.aggregate(last=Max("day"))["last"]
    first = max(earliest, last + ONE_DAY) if last else earliest
    return [first + dt.timedelta(days=n) for n in range((yesterday - first).days + 1)]


@action
def count_day(day: dt.date) -> int:
    """Count the tickets recorded on a day, and mark what rose. Counted again it replaces the count. Returns the tickets."""
    db.lock_name("insight.count")
    counts: Counter[Key] = Counter()
    number = 0
    rows = Ticket.objects.filter(recorded_on=day).exclude(state="void").order_by()
    for title, category, street in rows.values_list("title", "category", "street_code").iterator(chunk_size=CHUNK):
        number += 1
        counts.update(_keys(title, category, street))
    TopicCount.objects.filter(day=day).delete()
    TopicCount.objects.bulk_create(
        (TopicCount(day=day, subject=subject, key=key, count=n) for (subject, key), n in counts.items()),
        batch_size=CHUNK,
    )
    CountedDay.objects.update_or_create(day=day, defaults={"tickets": number, "counted_at": now()})
    risen = _mark_rises(day, counts)
    if risen and day == today() - ONE_DAY:
        notices.tell(day, risen)
    return number


def _keys(title: str, category: int | None, street: str) -> Iterator[Key]:
    yield from ((Subject.TERM.value, term) for term in terms(title))
    if category is not None:
        yield Subject.CATEGORY.value, str(category)
    if street:
        yield Subject.STREET.value, street
    if category is not None and street:
        yield Subject.PLACE.value, f"{street}|{category}"


def _mark_rises(day: dt.date, counts: Counter[Key]) -> int:
    """Only where all days before have been counted: half a month would make everything a rise."""
    Rise.objects.filter(day=day).delete()
    first = day - dt.timedelta(days=DAYS_BEFORE)
    if CountedDay.objects.filter(day__gte=first, day__lt=day).count() < DAYS_BEFORE:
        return 0
    found = rules([LEAST, CHANCE], day)
    least, chance = found[LEAST].days, float(found[CHANCE].value)
    many = {key: n for key, n in counts.items() if n >= least}
    before = _before(many, first, day)
    rises = []
    for (subject, key), n in many.items():
        earlier = before.get((subject, key), 0)
        limit = bound(earlier, DAYS_BEFORE, chance)
        if n >= limit:
            rises.append(
                Rise(day=day, subject=subject, key=key, count=n, before=earlier, days=DAYS_BEFORE, bound=limit)
            )
    Rise.objects.bulk_create(rises)
    return len(rises)


def _before(many: dict[Key, int], first: dt.date, day: dt.date) -> dict[Key, int]:
    rows = TopicCount.objects.filter(day__gte=first, day__lt=day, key__in={key for _subject, key in many})
    found = rows.values("subject", "key").annotate(n=Sum("count")).order_by()
    return {(row["subject"], row["key"]): row["n"] for row in found}


@action
def purge() -> int:
    """Counts older than two months are of no use; the rises stay."""
    over = today() - dt.timedelta(days=KEPT_DAYS)
    CountedDay.objects.filter(day__lt=over).delete()
    return TopicCount.objects.filter(day__lt=over).delete()[0]
