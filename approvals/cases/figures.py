"""The cases behind each figure: the same conditions that the statistics count by, as a list."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.measures import FACTS
from approvals.cases.models import Case

# Figures that count something on a day: the list of a period is read off the declaration of the measures.
FLOWS: dict[str, str | Promise] = {
    "received": _("Received"),
    "accepted": _("Accepted"),
    "concluded": _("Concluded"),
    "promise_concluded": _("Concluded with a promised time"),
    "immediate_concluded": _("Concluded immediately"),
    "early": _("Concluded before the due date"),
    "on_due_day": _("Concluded on the due date"),
    "overdue": _("Concluded late"),
    "late_answers": _("Answered late"),
    "withdrawn": _("Withdrawn"),
    "terminated": _("Terminated"),
    "returned": _("Returned"),
    "not_accepted": _("Not accepted"),
    "ended_otherwise": _("Ended otherwise"),
}
# Figures that stand as of a day.
BALANCES: dict[str, str | Promise] = {
    "open": _("Open"),
    "open_overdue": _("Overdue"),
    "open_stopped": _("Clock stopped"),
    "due_soon": pgettext_lazy("deadline light", "Due soon"),
}
NAMES = {**FLOWS, **BALANCES}


def behind(
    figure: str, *, first: dt.date, last: dt.date, departments: Collection[int] | None = None
) -> QuerySet[Case]:
    """The cases that a figure counts: of the days from `first` to `last`, or, for a balance, as of `last`.

    Raises KeyError for an unknown figure.
    """
    rows: QuerySet[Case] = Case.objects.all()
    if departments is not None:
        rows = rows.filter(department__in=departments)
    if figure in BALANCES:
        return rows.filter(_balance(figure, last))
    if figure not in FLOWS:
        raise KeyError(figure)
    counted = Q()
    for fact in FACTS:
        if fact.name == figure:
            counted |= Q(**{f"{fact.day}__range": (first, last)}) & fact.when
    return rows.filter(counted)


def _balance(figure: str, on: dt.date) -> Q:
    accepted: Any = Q(accepted_on__lte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))
    if figure == "open_overdue":
        return accepted & Q(overdue_from_on__lte=on)
    if figure == "open_stopped":
        return accepted & Q(stopped_on__lte=on)
    if figure == "due_soon":
        return accepted & Q(amber_on__lte=on) & (Q(overdue_from_on__isnull=True) | Q(overdue_from_on__gt=on))
    return accepted
