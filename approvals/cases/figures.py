"""The cases behind each figure: the same conditions that the statistics count by, as a list. And the home page's figures."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.kinds import KINDS
from approvals.cases.measures import ACTUAL_DAYS, APPROVALS, CASE_MEASURES, FACTS, LAMPS
from approvals.cases.models import Case, CaseOverdueSpan, CaseStop
from portal.core.registries import HomeFigure, register_home_figure
from portal.core.statistics import SMALLEST, period, standing
from portal.core.templatetags.portal import percent, thousands
from portal.core.time import today

# Figures that count something on a day: the list of a period is read off the declaration of the measures.
FLOWS: dict[str, str | Promise] = {
    "received": pgettext_lazy("figure", "Received"),
    "accepted": pgettext_lazy("figure", "Accepted"),
    "concluded": pgettext_lazy("figure", "Concluded"),
    "approved": pgettext_lazy("figure", "Approved"),
    "refused": pgettext_lazy("figure", "Refused"),
    "promise_concluded": pgettext_lazy("figure", "Concluded with a promised time"),
    "immediate_concluded": pgettext_lazy("figure", "Concluded immediately"),
    "early": pgettext_lazy("figure", "Concluded before the due date"),
    "on_due_day": pgettext_lazy("figure", "Concluded on the due date"),
    "overdue": pgettext_lazy("figure", "Concluded late"),
    "overdue_immediate": pgettext_lazy("figure", "Immediate items not concluded on their day"),
    "overdue_legal": pgettext_lazy("figure", "Concluded over the legal limit"),
    "extended": pgettext_lazy("figure", "Concluded after an extension"),
    "online_concluded": pgettext_lazy("figure", "Concluded online without a visit"),
    "answers": pgettext_lazy("figure", "First answers"),
    "late_answers": pgettext_lazy("figure", "Answered late"),
    "withdrawn": pgettext_lazy("figure", "Withdrawn"),
    "terminated": pgettext_lazy("figure", "Terminated"),
    "revoked": pgettext_lazy("figure", "Revoked"),
    "withdrawn_overdue": pgettext_lazy("figure", "Withdrawn or terminated after the due date"),
    "deemed_granted": pgettext_lazy("figure", "Renewals granted by law"),
    "returned": pgettext_lazy("figure", "Returned"),
    "not_accepted": pgettext_lazy("figure", "Not accepted"),
    "ended_otherwise": pgettext_lazy("figure", "Ended otherwise"),
    **{kind.figure: kind.label for kind in KINDS},
    "left": pgettext_lazy("figure", "Withdrawn or terminated"),
    "late_no": pgettext_lazy("figure", "“Not ours” confirmed or sent back late"),
    "amber": pgettext_lazy("figure", "Turned amber"),
    "red": pgettext_lazy("figure", "Turned red"),
}
TOGETHER = {"left": ("withdrawn", "terminated")}  # figures of several facts
REPLAYED = frozenset({"open", "open_overdue"})  # balances that can be told of any day
# Figures that stand as of a day: those of `REPLAYED` as of any, the others as of today, for a case keeps only what holds
# now.
BALANCES: dict[str, str | Promise] = {
    "open": pgettext_lazy("board", "Open"),
    "unfinished": pgettext_lazy("figure", "Filed and not finished"),
    "due_soon": pgettext_lazy("deadline light", "Due soon"),
    "open_overdue": pgettext_lazy("deadline light", "Overdue"),
    "open_stopped": pgettext_lazy("deadline light", "Clock stopped"),
    "stop_overrun": pgettext_lazy("figure", "Stopped beyond the announced end"),
    "unanswered": pgettext_lazy("figure", "Not answered within the limit"),
}
NAMES = {**FLOWS, **BALANCES}
# The buckets of the histogram of actual days; lists of their own, too many for a choice of figures.
BUCKETS = {column: str(edge) for column, edge in zip(ACTUAL_DAYS.columns, (*ACTUAL_DAYS.edges, "+"), strict=True)}
COUNTED = (*FACTS, *ACTUAL_DAYS.facts())
Filters = Mapping[str, Any]  # column of the case and of the cells → value or collection of values
HOME_SECONDS = 60  # the home page is everybody's: its figures are read from the cells once a minute


def behind(
    figure: str,
    *,
    first: dt.date,
    last: dt.date,
    departments: Collection[int] | None = None,
    filters: Filters | None = None,
) -> QuerySet[Case]:
    """The cases that a figure counts: of the days from `first` to `last`, or, for a balance, as of `last`.

    Raises KeyError for an unknown figure.
    """
    rows: QuerySet[Case] = Case.objects.all()
    for column, value in _all_filters(departments, filters).items():
        several = isinstance(value, Collection) and not isinstance(value, str)
        rows = rows.filter(**{f"{column}__in" if several else column: value})
    if figure in BALANCES:
        return rows.filter(balance_condition(figure, last))
    if figure not in FLOWS and figure not in BUCKETS:
        raise KeyError(figure)
    last = _passed(figure, last)
    counted = Q()
    for fact in COUNTED:
        if fact.name in TOGETHER.get(figure, (figure,)):
            counted |= Q(**{f"{fact.day}__range": (first, last)}) & fact.when
    if figure == "red":  # an earlier spell of a case that was extended since: the row itself no longer says so
        spells = CaseOverdueSpan.objects.filter(legal=False, from_on__range=(first, last))
        counted |= Q(accepted_on__isnull=False, pk__in=spells.values("case_id"))
    return rows.filter(counted)


def _passed(figure: str, last: dt.date) -> dt.date:
    """The last day that counts: lamps have their day long before it comes, and are lit on it."""
    return min(last, today()) if figure in LAMPS else last


def count_behind(
    figure: str,
    *,
    first: dt.date,
    last: dt.date,
    departments: Collection[int] | None = None,
    filters: Filters | None = None,
) -> int | None:
    """How many cases stand behind a figure, without counting a long list: from the cells where they know it.

    None where only the whole list could tell.
    """
    chosen = _all_filters(departments, filters)
    names = TOGETHER.get(figure, (figure,))
    counted = any(chosen.keys() <= cuboid.dims.keys() for cuboid in CASE_MEASURES.cuboids.values())
    if counted and set(names) <= set(CASE_MEASURES.figures):
        if figure in BALANCES:
            day = last if figure in REPLAYED else today()
            return standing(CASE_MEASURES, SMALLEST, day, figures=(figure,), filters=chosen)[None][figure]
        until = _passed(figure, last)
        sums = period(CASE_MEASURES, SMALLEST, first, until, figures=names, filters=chosen)[None]
        return sum(sums[name] for name in names)
    if figure not in BALANCES or last < today():
        return None
    return behind(figure, first=first, last=last, filters=chosen).count()  # open cases only: few, and indexed


def _all_filters(departments: Collection[int] | None, filters: Filters | None) -> dict[str, Any]:
    chosen = dict(filters or {})
    if departments is not None:
        chosen["department_id"] = list(departments)
    return chosen


def balance_condition(figure: str, on: dt.date) -> Q:
    """Which cases stand in a balance."""
    day = today()
    if figure in REPLAYED and on < day:
        then = Q(accepted_on__lte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))
        return then if figure == "open" else then & _overdue_on(on)
    running = Q(ended_on__isnull=True)  # said so, the index of the open cases serves
    if figure == "unfinished":
        return running & Q(submitted_on__isnull=False)
    if figure == "unanswered":
        return running & Q(submitted_on__isnull=False, answer_due_on__lt=day)
    accepted = running & Q(accepted_on__lte=day)
    if figure == "stop_overrun":
        beyond = CaseStop.objects.filter(to_on__isnull=True, announced_end_on__lt=day)
        return accepted & Q(pk__in=beyond.values("case_id"))
    if figure == "open_overdue":
        return accepted & Q(overdue_from_on__lte=day)
    if figure == "open_stopped":
        return accepted & Q(stopped_on__lte=day)
    if figure == "due_soon":
        return accepted & Q(amber_on__lte=day) & (Q(overdue_from_on__isnull=True) | Q(overdue_from_on__gt=day))
    return accepted


def _overdue_on(day: dt.date) -> Q:
    """Over its promise on a past day, also by a spell that an extension has ended since."""
    spells = CaseOverdueSpan.objects.filter(legal=False, from_on__lte=day, to_on__gt=day)
    return Q(overdue_from_on__lte=day) | Q(pk__in=spells.values("case_id"))


# --- home page ----------------------------------------------------------------------------------------------------------


def register_home_figures() -> None:
    """Called in `ready()`: what the centre accepted today and this month, and how often it decided in time this year."""
    register_home_figure("cases.today", _accepted_today, order=30)
    register_home_figure("cases.month", _accepted_this_month, order=40)
    register_home_figure("cases.on_time", _on_time_this_year, order=50)


def _accepted_today() -> HomeFigure | None:
    day = today()
    count = _kept("day", lambda: _accepted(day, day))
    return HomeFigure(_("Applications accepted today"), thousands(count)) if count else None


def _accepted_this_month() -> HomeFigure | None:
    day = today()
    count = _kept("month", lambda: _accepted(day.replace(day=1), day))
    return HomeFigure(_("Applications accepted this month"), thousands(count)) if count else None


def _on_time_this_year() -> HomeFigure | None:
    day = today()
    names = ("early", "on_due_day", "overdue")
    sums = _kept("year", lambda: period(CASE_MEASURES, SMALLEST, day.replace(month=1, day=1), day, figures=names)[None])
    rate = APPROVALS.derived["on_time_rate"](sums)
    return None if rate is None else HomeFigure(_("Decided on time this year"), percent(rate))


def _accepted(first: dt.date, last: dt.date) -> int:
    return period(CASE_MEASURES, SMALLEST, first, last, figures=("accepted",))[None]["accepted"]


def _kept(name: str, read: Callable[[], Any]) -> Any:
    """The reading, kept for a minute; a figure may be that old, a page for everybody must not sum cells each time."""
    return cache.get_or_set(f"home-figures:{name}:{today()}", read, HOME_SECONDS)
