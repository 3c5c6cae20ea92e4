"""The cases behind an indicator: those that cost the points, by the same conditions that the statistics count by."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Rating
from hotline.measures import TICKET_MEASURES
from hotline.models import Ticket
from portal.core.statistics import MeasureSet
from portal.supervision.reports.figures import FIGURES, Span

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.scores.models import Indicator, Row


@dataclass(frozen=True)
class Behind:
    """Rows that any figure of `whole` counts and `good` does not: the ones that cost the points."""

    kind: str  # case | rating | ticket
    measures: MeasureSet
    whole: tuple[str, ...]
    good: str
    about: Any

    def rows(self, user: "User", department_id: int, first: dt.date, last: dt.date) -> "QuerySet[Any]":
        """Those of a department and a span that the reader may see."""
        counted = Q()
        for figure in self.whole:
            counted |= _counted(self.measures, figure, first, last)
        rows = SEEN[self.kind](user).filter(counted, department=department_id)
        return rows.exclude(_counted(self.measures, self.good, first, last)) if self.good else rows

    @property
    def order(self) -> str:
        """The column that the list is ordered by."""
        return {"case": "-submitted_at", "rating": "-rated_at", "ticket": "-recorded_at"}[self.kind]


SEEN: dict[str, Callable[["User"], "QuerySet[Any]"]] = {
    "case": lambda user: Case.objects.visible_to(user).select_related("item"),
    "rating": lambda user: Rating.objects.visible_to(user).select_related("window", "rectification"),
    "ticket": lambda user: Ticket.objects.visible_to(user).select_related("category"),
}


def _counted(measures: MeasureSet, figure: str, first: dt.date, last: dt.date) -> Q:
    """What a figure counts, as the statistics declare it."""
    found = Q()
    for group in measures.groups:
        if group.model is not measures.model:
            continue  # a part's days are the part's own; none of these figures has one
        for fact in group.facts:
            if fact.name == figure:
                found |= Q(**{f"{fact.day}__range": (first, last)}) & fact.when
    return found


LISTS = {
    "approvals.online_rate": Behind(
        "case", CASE_MEASURES, ("concluded",), "online_concluded", _("Applications decided, but not wholly online")
    ),
    "approvals.late_answer_rate": Behind(
        "case", CASE_MEASURES, ("late_answers",), "", _("Applications answered late")
    ),
    "approvals.overdue_rate": Behind(
        "case", CASE_MEASURES, ("overdue",), "", _("Applications decided after the promised day")
    ),
    "approvals.on_time_rate": Behind(
        "case", CASE_MEASURES, ("overdue",), "", _("Applications decided after the promised day")
    ),
    "approvals.early_rate": Behind(
        "case", CASE_MEASURES, ("on_due_day", "overdue"), "", _("Applications not decided before the promised day")
    ),
    "ratings.satisfaction_rate": Behind(
        "rating", RATING_MEASURES, ("given",), "satisfied", _("Ratings of the two lower grades")
    ),
    "ratings.rectification_rate": Behind(
        "rating", RATING_MEASURES, ("rectification_due",), "rectified_in_time",
        _("Bad ratings not put right in time"),
    ),
    "hotline.on_time_rate": Behind(
        "ticket", TICKET_MEASURES, ("due",), "on_time", _("Tickets not answered within their limit")
    ),
    "hotline.satisfaction_rate": Behind(
        "ticket", TICKET_MEASURES, ("judged",), "satisfied", _("Tickets whose callers were not satisfied")
    ),
}  # fmt: skip


def link_behind(row: "Row", indicator: "Indicator") -> str:
    """The page with the cases; "" for a figure that has none."""
    path = indicator.path
    if path in LISTS:
        return reverse("scores:behind", args=[row.pk, indicator.code])
    first, last = row.edition.days(row.span)
    known = FIGURES.get(path)
    return known.link(Span(first, last, last, row.department_id)) if known and known.link else ""
