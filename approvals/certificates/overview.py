"""The figures of certificates by department and period, and the rows that stand behind each of them.

Flows come from the cells, day by day; what stands today (valid, expiring, to be printed) is counted from the rows by
their indexes. A figure and its list are read by one condition, declared here once.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from approvals.certificates.measures import CERTIFICATE_MEASURES, USE_MEASURES
from approvals.certificates.models import Certificate, CertificateUse
from approvals.certificates.querysets import WORKING
from approvals.delivery.measures import DELIVERY_MEASURES
from approvals.delivery.models import Delivery
from portal.core.statistics import MeasureSet, period
from portal.core.time import today
from portal.people.models import Department

EXPIRING_DAYS = 90


@dataclass(frozen=True)
class Flow:
    """Something counted on a day: from which cells, and of which rows. Uses belong to the department that was spared the
    paper, all others to the one that issued."""

    label: str | Promise
    measures: MeasureSet
    cuboid: str
    model: Any


@dataclass(frozen=True)
class Standing:
    """Something that stands today."""

    label: str | Promise
    condition: Callable[[dt.date], Q]


FLOWS: dict[str, Flow] = {
    code: Flow(label, CERTIFICATE_MEASURES, "type", Certificate)
    for code, label in (
        ("issued", pgettext_lazy("certificates", "Issued")),
        ("renewed", pgettext_lazy("certificates", "Renewed")),
        ("suspended", pgettext_lazy("certificates", "Suspended")),
        ("revoked", pgettext_lazy("certificates", "Revoked")),
        ("printed", pgettext_lazy("certificates", "Printed")),
    )
} | {
    "uses": Flow(pgettext_lazy("certificates", "Used as material"), USE_MEASURES, "type", CertificateUse),
    "posted": Flow(pgettext_lazy("certificates", "Results posted"), DELIVERY_MEASURES, "item", Delivery),
    "free_post": Flow(
        pgettext_lazy("certificates", "Posted at the centre’s cost"), DELIVERY_MEASURES, "item", Delivery
    ),
}
STANDINGS: dict[str, Standing] = {
    "valid": Standing(
        pgettext_lazy("certificates", "Valid today"),
        lambda day: Q(state="issued") & (Q(valid_until__isnull=True) | Q(valid_until__gte=day)),
    ),
    "expiring": Standing(
        pgettext_lazy("certificates", "Ending within 90 days"),
        lambda day: Q(state="issued", valid_until__range=(day, day + dt.timedelta(days=EXPIRING_DAYS))),
    ),
    "to_print": Standing(
        pgettext_lazy("certificates", "To be printed"),
        lambda _day: Q(wants_paper=True, printed_on__isnull=True, state="issued"),
    ),
}
NAMES: dict[str, str | Promise] = {
    **{code: one.label for code, one in FLOWS.items()},
    **{code: one.label for code, one in STANDINGS.items()},
}


@dataclass(frozen=True)
class Row:
    """The figures of one department, or of all together."""

    department: Department | None
    sums: Mapping[str, int]


def departments_of(user: Any) -> frozenset[int] | None:
    """Whose figures the person reads: None = all of them."""
    return None if user.access.centre_wide else frozenset(user.access.departments(*WORKING))


def rows_of(user: Any, first: dt.date, last: dt.date) -> tuple[list[Row], Row]:
    """A row for each department with anything to tell, and their sum. Seven queries, however many departments."""
    own = departments_of(user)
    sums: dict[int, dict[str, int]] = {}
    for code, found in (*_flows(first, last), *_standings()):
        for pk, count in found.items():
            if count and (own is None or pk in own):
                sums.setdefault(pk, {})[code] = count
    names = Department.objects.in_bulk(sums)
    rows = [Row(names[pk], _whole(sums[pk])) for pk in sorted(names, key=lambda one: names[one].code)]
    return rows, Row(None, {code: sum(row.sums[code] for row in rows) for code in NAMES})


def _whole(sums: Mapping[str, int]) -> dict[str, int]:
    return {code: sums.get(code, 0) for code in NAMES}


def _flows(first: dt.date, last: dt.date) -> list[tuple[str, dict[int, int]]]:
    found: list[tuple[str, dict[int, int]]] = []
    for measures in (CERTIFICATE_MEASURES, USE_MEASURES, DELIVERY_MEASURES):
        codes = [code for code, flow in FLOWS.items() if flow.measures is measures]
        rows = period(measures, FLOWS[codes[0]].cuboid, first, last, by="department_id", figures=codes)
        found += [(code, {pk: row.get(code, 0) for pk, row in rows.items()}) for code in codes]
    return found


def _standings() -> list[tuple[str, dict[int, int]]]:
    day = today()
    found = []
    for code, one in STANDINGS.items():
        rows = Certificate.objects.filter(one.condition(day)).values_list("department_id").annotate(n=Count("pk"))
        found.append((code, dict(rows.order_by())))
    return found


def behind(
    figure: str, first: dt.date, last: dt.date, *, departments: Collection[int] | None = None
) -> "QuerySet[Any, Any]":
    """The rows that a figure counts: certificates, uses, or deliveries. Raises KeyError for an unknown figure."""
    if figure in STANDINGS:
        rows = Certificate.objects.filter(STANDINGS[figure].condition(today()))
        return rows if departments is None else rows.filter(department__in=departments)
    flow = FLOWS[figure]
    counted = Q()
    for fact in (fact for group in flow.measures.groups for fact in group.facts):
        if fact.name == figure:
            counted |= Q(**{f"{fact.day}__range": (first, last)}) & fact.when
    rows = flow.model.objects.filter(counted)
    return rows if departments is None else rows.filter(department__in=departments)
