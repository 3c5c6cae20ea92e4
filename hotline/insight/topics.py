"""What people speak of: the hot topics of a week, the latest rises, and the tickets behind either."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from hotline.insight.models import CountedDay, Rise, Subject, TopicCount
from hotline.models import Category, Ticket
from portal.core.time import today
from portal.people.models import Department

WEEK, RISES_OF, MOST_RISES, MOST_HOT, LONGEST = 7, 14, 60, 15, 31
ONCE = 1  # a word that came up once is no topic


@dataclass(frozen=True)
class Topic:
    """A subject with its name, its figures, and the way to its tickets."""

    subject: str
    label: str
    name: str
    count: int
    url: str
    rise: Rise | None = None


def counted_until() -> dt.date | None:
    """The last day that has been counted."""
    return CountedDay.objects.order_by("-day").values_list("day", flat=True).first()


def hot(last: dt.date) -> list[tuple[Any, list[Topic]]]:
    """The most frequent of each subject in the seven days up to `last`; one query and those of the names."""
    first = last - dt.timedelta(days=WEEK - 1)
    rows = TopicCount.objects.filter(day__range=(first, last), count__gt=0).exclude(subject=Subject.PLACE)
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows.values("subject", "key").annotate(n=Sum("count")).order_by("-n", "key")[: 40 * MOST_HOT]:
        kept = found.setdefault(row["subject"], [])
        if len(kept) < MOST_HOT and (row["n"] > ONCE or row["subject"] != Subject.TERM):
            kept.append((row["key"], row["n"]))
    names = Names((subject, key) for subject, pairs in found.items() for key, _n in pairs)
    return [
        (Subject(subject).label, [names.topic(subject, key, n, first, last) for key, n in found.get(subject, [])])
        for subject in (Subject.TERM, Subject.CATEGORY, Subject.STREET)
    ]


def rises(last: dt.date) -> list[Topic]:
    """The rises of the last two weeks, the newest and largest first; one query and those of the names."""
    rows = list(
        Rise.objects.filter(day__gt=last - dt.timedelta(days=RISES_OF)).order_by("-day", "-count", "pk")[:MOST_RISES]
    )
    names = Names((row.subject, row.key) for row in rows)
    return [names.topic(row.subject, row.key, row.count, row.day, row.day, row) for row in rows]


class Names:
    """What categories and streets are called, read at once: two queries."""

    def __init__(self, wanted: Iterable[tuple[str, str]]) -> None:
        categories: set[int] = set()
        streets: set[str] = set()
        for subject, key in wanted:
            street, category = split(subject, key)
            streets.add(street)
            categories |= {category} if category is not None else set()
        self._categories = {one.pk: one.display_name for one in Category.objects.filter(pk__in=categories)}
        known = Department.objects.filter(code__in=streets - {""})
        self._streets = {one.code: one.display_name for one in known}

    def of(self, subject: str, key: str) -> str:
        street, category = split(subject, key)
        parts = [self._streets.get(street, street), self._categories.get(category, "") if category else ""]
        return key if subject == Subject.TERM else " · ".join(part for part in parts if part)

    def topic(
        self, subject: str, key: str, count: int, first: dt.date, last: dt.date, rise: Rise | None = None
    ) -> Topic:
        query = urlencode({"subject": subject, "key": key, "from": first, "to": last})
        url = f"{reverse('insight:behind')}?{query}"
        return Topic(subject, str(Subject(subject).label), self.of(subject, key), count, url, rise)


def split(subject: str, key: str) -> tuple[str, int | None]:
    """The street and the category that a key names; "" and None for what it does not."""
    street, _bar, category = key.partition("|")
    if subject == Subject.CATEGORY:
        street, category = "", key
    number = int(category) if category.isascii() and category.isdigit() and len(category) < 18 else None
    return ("" if subject in {Subject.TERM, Subject.CATEGORY} else street), number


@dataclass(frozen=True)
class Behind:
    """Which tickets are meant. `fault` where the question makes no sense."""

    subject: str
    key: str
    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, params: Any) -> "Behind | None":
        """As the address says it; None for nonsense."""
        try:
            first, last = (dt.date.fromisoformat(params.get(name, "")) for name in ("from", "to"))
        except ValueError:
            return None
        subject, key = params.get("subject", ""), params.get("key", "").replace("\x00", "")[:64]
        sensible = first <= last <= today() and (last - first).days < LONGEST
        return cls(subject, key, first, last) if sensible and subject in Subject.values and key else None

    def tickets(self, user: Any) -> Any:
        """Those that the reader may see."""
        rows = Ticket.objects.visible_to(user).filter(recorded_on__range=(self.first, self.last)).exclude(state="void")
        street, category = split(self.subject, self.key)
        if self.subject == Subject.TERM:
            return rows.filter(title__contains=self.key)
        if street:
            rows = rows.filter(street_code=street)
        return rows.filter(category=category) if category else rows
