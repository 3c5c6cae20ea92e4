"""The supervisors' rounds through the year (催办): red cases are always reminded of, amber ones sometimes."""

import datetime as dt
import random
from typing import Any

from django.db.models import QuerySet

from approvals.cases.models import Case
from portal.core.actors import Actor
from portal.core.time import ZONE, local_date, today
from portal.site.demo.people import People
from portal.site.demo.story import Moments, Stage
from portal.supervision.actions import remind
from portal.supervision.models import Reminder

MORNINGS = (0, 2, 4)  # Mondays, Wednesdays and Fridays
HOUR = dt.time(9, 10)
AMBER = 0.2  # share of the amber cases of a morning that are reminded of


def reminded(people: People, stage: Stage, first: dt.date, end: dt.datetime) -> Moments:
    """A round on some mornings of every week. Each case has dice of its own: who else is in the database is all one."""
    for day in stage.hours.index.workdays_from(first, local_date(end)):
        if day.weekday() in MORNINGS:
            yield dt.datetime.combine(day, HOUR, ZONE)
            go_round(people.supervisors)


def go_round(supervisors: list[Actor], *, but: "QuerySet[Any] | tuple[()]" = ()) -> None:
    """One round now, leaving some cases out: a case is reminded of again after some days, an amber one only once."""
    lately = Reminder.objects.filter(reminded_on__gt=today() - dt.timedelta(days=4)).values("case")
    for number in _numbers(Case.objects.overdue().exclude(pk__in=lately).exclude(pk__in=but)):
        remind(_on_duty(supervisors), number)
    known = Reminder.objects.values("case")
    for number in _numbers(Case.objects.amber().exclude(pk__in=known).exclude(pk__in=but)):
        if random.Random(f"{number}:{today()}").random() < AMBER:  # noqa: S311 - a city is drawn, no secret
            remind(_on_duty(supervisors), number)


def _numbers(cases: "QuerySet[Case]") -> list[str]:
    return [one for one in cases.order_by("pk").values_list("number", flat=True) if one]


def _on_duty(supervisors: list[Actor]) -> Actor:
    """They take turns by the week."""
    return supervisors[today().isocalendar().week % len(supervisors)]
