"""The promises of the items in force: legal, previous and present days, what they compress, and how long cases took."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from approvals.cases.measures import CASE_MEASURES
from approvals.catalogue.models import Item, ItemVersion
from approvals.promises.querysets import DESK
from approvals.promises.rules import min_compression
from approvals.promises.simulator import year_until
from portal.core.statistics import period, ratio
from portal.core.time import today

SCALE = 10_000  # shares are compared as whole numbers, so that no database rounds them


def promises_in_force() -> "QuerySet[Item]":
    """Items with a version in force that promises days; immediate items promise the same day and are left out."""
    return Item.objects.filter(
        status__in=(Item.Status.PUBLISHED, Item.Status.SUSPENDED),
        current__state=ItemVersion.State.PUBLISHED,
        current__kind=ItemVersion.Kind.PROMISE,
    ).select_related("department", "current")


def promises_of(user: Any) -> "QuerySet[Item]":
    """Those that somebody sees at work: of their departments, or of all for centre-wide roles."""
    rows = promises_in_force()
    return rows if user.access.centre_wide else rows.filter(department__in=user.access.departments(*DESK))


def without_substance(share: Fraction | Decimal) -> Q:
    """Promises that compress less of the legal limit than `share`.

    Where the law sets no limit, a promise has no substance when it is not shorter than the one before it. A promise of
    0 days cannot be compressed further; a legal limit of 0 or 1 day leaves nothing to take away.
    """
    least = int(Fraction(share) * SCALE)
    by_law = Q(current__legal_days__gt=1, taken_away__lt=F("least") * least)
    by_past = Q(
        current__legal_days__isnull=True, current__previous_promised_days__isnull=False,
        current__promised_days__gte=F("current__previous_promised_days"),
    )  # fmt: skip
    return Q(current__promised_days__gt=0) & (by_law | by_past)


def flagged(rows: "QuerySet[Item]", share: Fraction | Decimal | None = None) -> "QuerySet[Item]":
    """Of these items those whose promise has no substance, by the rule of today or a given share."""
    legal = Cast(F("current__legal_days"), IntegerField())
    promised = Cast(F("current__promised_days"), IntegerField())
    rows = rows.annotate(taken_away=(legal - promised) * SCALE, least=legal)
    return rows.filter(without_substance(min_compression() if share is None else share))


def has_no_substance(version: ItemVersion, share: Fraction) -> bool:
    """The same rule for one version in memory."""
    legal, promised, previous = version.legal_days, version.promised_days, version.previous_promised_days
    if version.kind != ItemVersion.Kind.PROMISE or not promised:
        return False
    if legal is None:
        return previous is not None and promised >= previous
    return legal > 1 and (legal - promised) * SCALE < legal * int(share * SCALE)


@dataclass(frozen=True)
class Actual:
    """How long the decided promise cases of a year took on the mean, in working days."""

    cases: int
    days: float | None


def actual_days(items: Iterable[int]) -> dict[int, Actual]:
    """The mean of the last twelve months for each of these items, from the cells; one query."""
    wanted = list(items)
    first, last = year_until(today())
    sums = period(
        CASE_MEASURES, "item", first, last, by="item_id", filters={"item_id": wanted},
        figures=("actual_days", "with_actual_days"),
    ) if wanted else {}  # fmt: skip
    return {
        item: Actual(row["with_actual_days"], ratio(row["actual_days"], row["with_actual_days"]))
        for item, row in sums.items()
    }


@dataclass(frozen=True)
class Promise:
    """One item's promise as the pages show it."""

    item: Item
    version: ItemVersion
    actual: Actual
    flagged: bool

    @property
    def compression(self) -> float | None:
        """The share of the legal limit that the promise takes away."""
        days = self.version.compressed_days
        return None if days is None else ratio(days, self.version.legal_days or 0)

    @property
    def shortened_days(self) -> int | None:
        """Working days less than the promise before."""
        before, now = self.version.previous_promised_days, self.version.promised_days
        return None if before is None or now is None else before - now


def shown(items: Iterable[Item]) -> list[Promise]:
    """The promises of these items with their means; one query of cells."""
    rows = list(items)
    actual, share = actual_days(item.pk for item in rows), min_compression()
    nothing = Actual(0, None)
    return [
        Promise(item, item.current, actual.get(item.pk, nothing), has_no_substance(item.current, share))
        for item in rows
        if item.current is not None
    ]


@dataclass(frozen=True)
class OfDepartment:
    """The promises of one department together; sums are over items whose law sets a limit."""

    department_id: int
    name: str
    name_en: str
    items: int
    flagged: int
    legal: int
    promised: int

    @property
    def compressed_days(self) -> int:
        return self.legal - self.promised

    @property
    def compression(self) -> float | None:
        return ratio(self.compressed_days, self.legal)


def by_department(rows: "QuerySet[Item]") -> list[OfDepartment]:
    """The promises by department; two queries."""
    limited = Q(current__legal_days__isnull=False)
    sums = (
        rows.order_by("department__code")
        .values("department_id", "department__name", "department__name_en", "department__code")
        .annotate(
            n=Count("pk"),
            legal=Sum("current__legal_days", filter=limited),
            promised=Sum("current__promised_days", filter=limited),
        )
    )
    found = flagged(rows).order_by().values("department_id").annotate(n=Count("pk"))
    weak = {row["department_id"]: row["n"] for row in found}
    return [
        OfDepartment(
            row["department_id"], row["department__name"], row["department__name_en"], row["n"],
            weak.get(row["department_id"], 0), row["legal"] or 0, row["promised"] or 0,
        )
        for row in sums
    ]  # fmt: skip
