"""The monthly sheet: what each person of a department was due and did; and its rows for the export."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from hall.attendance.models import EmptyPost, Shift
from portal.people.models import User

EARLIEST, LATEST = 2000, 2100
COUNTED = Q(counted_on__isnull=False)
DUE = COUNTED & Q(excuse="")


@dataclass(frozen=True)
class Month:
    """A calendar month with its neighbours."""

    first: dt.date

    @classmethod
    def of(cls, text: str, default: dt.date) -> "Month":
        """`2026-11`; what makes no sense is the month of `default`."""
        try:
            found = dt.date.fromisoformat(f"{text}-01")
        except ValueError:
            found = default
        # No shift is older than the calendar, and the months beside it must exist too.
        return cls((found if EARLIEST <= found.year <= LATEST else default).replace(day=1))

    @property
    def last(self) -> dt.date:
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> "Month":
        return Month((self.first + dt.timedelta(days=32)).replace(day=1))

    @property
    def previous(self) -> "Month":
        return Month((self.first - dt.timedelta(days=1)).replace(day=1))

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"


def people_of(shifts: "QuerySet[Any]", month: Month, department: int | None) -> QuerySet[User]:
    """Who had a shift in the month, among the shifts that the reader sees."""
    rows = shifts.filter(day__range=(month.first, month.last))
    if department is not None:
        rows = rows.filter(department=department)
    return User.objects.filter(pk__in=rows.values("staff"))


def rows_of(shifts: "QuerySet[Any]", month: Month, people: list[User], department: int | None) -> list[dict[str, Any]]:
    """One row for each person, in the order given; two queries."""
    pks = [person.pk for person in people]
    own = shifts.filter(day__range=(month.first, month.last), staff__in=pks)
    posts = EmptyPost.objects.filter(day__range=(month.first, month.last), staff__in=pks).exclude(state="accepted")
    if department is not None:
        own, posts = own.filter(department=department), posts.filter(department=department)
    counted = {
        row["staff"]: row
        for row in own.values("staff")
        .annotate(
            due=Count("pk", filter=DUE),
            attended=Count("pk", filter=DUE & Q(clocked_in_at__isnull=False)),
            late=Count("pk", filter=DUE & Q(late_minutes__gt=0)),
            late_minutes=Sum("late_minutes", filter=DUE, default=0),
            early=Count("pk", filter=DUE & Q(early_minutes__gt=0)),
            leave=Count("pk", filter=COUNTED & Q(excuse__in=["annual", "sick", "other"])),
            duty=Count("pk", filter=COUNTED & Q(excuse__in=["duty", "training"])),
            covered=Count("pk", filter=DUE & Q(stands_in_for__isnull=False)),
        )
        .order_by("staff")
    }
    empty = dict(posts.values_list("staff").annotate(n=Count("pk")).order_by("staff"))
    return [{"person": one, **counted.get(one.pk, {}), "empty": empty.get(one.pk, 0)} for one in people]


def days_of(person: User, month: Month) -> list[Shift]:
    """Every shift of one person in the month; one query."""
    rows = Shift.objects.filter(staff=person, day__range=(month.first, month.last))
    return list(rows.select_related("window", "stands_in_for").order_by("day"))
