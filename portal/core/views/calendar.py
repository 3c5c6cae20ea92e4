"""The working calendar as a page: a year of months, the overrides, the official plan."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core.calendar import day_name, override_day, publish_plan, withdraw_override, workdays
from portal.core.calendar_forms import OverrideForm, PlanForm
from portal.core.calendar_plan import lunar_days, qingming
from portal.core.errors import Invalid, NotFound
from portal.core.models import CalendarDay, CalendarOverride
from portal.core.policies import may_edit_calendar, may_view_calendar
from portal.core.time import today
from portal.core.views.guards import administrator_of, allowed_to
from portal.core.workdays import DayFacts, DayKind, WorkdayIndex

LISTED = 100


@dataclass(frozen=True)
class Cell:
    """One day in a month's grid; `mark` is the one character that stands beside the number, `words` its meaning."""

    facts: DayFacts
    css: str
    mark: str
    words: str
    is_today: bool


@dataclass(frozen=True)
class Month:
    first: dt.date
    weeks: list[list[Cell | None]]
    workdays: int


@require_GET
@allowed_to(may_view_calendar)
def calendar_year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    return _page(request, year or today().year, OverrideForm())


def _page(request: HttpRequest, year: int, form: OverrideForm, status: int = 200) -> HttpResponse:
    index = workdays()
    if not index.first_day.year <= year <= index.last_day.year:
        raise NotFound()
    shown = [_month(index, year, number) for number in range(1, 13)]
    last = dt.date(year, 12, 31)
    context = {
        "year": year,
        "earlier": year - 1 if year > index.first_day.year else None,
        "later": year + 1 if year < index.last_day.year else None,
        "months": shown,
        "workdays": sum(month.workdays for month in shown),
        "provisional": index.provisional(last),
        "source": CalendarDay.objects.values_list("source", flat=True).get(pk=last),
        "overrides": CalendarOverride.objects.filter(day__year=year)[:LISTED],
        "weekdays": _weekdays(),
        "may_edit": may_edit_calendar(request.user),
        "form": form,
    }
    return render(request, "core/calendar.html", context, status=status)


def _weekdays() -> list[str]:
    return [
        pgettext("weekday in a calendar", "Mon"),
        pgettext("weekday in a calendar", "Tue"),
        pgettext("weekday in a calendar", "Wed"),
        pgettext("weekday in a calendar", "Thu"),
        pgettext("weekday in a calendar", "Fri"),
        pgettext("weekday in a calendar", "Sat"),
        pgettext("weekday in a calendar", "Sun"),
    ]


def _month(index: WorkdayIndex, year: int, number: int) -> Month:
    lead, length = months.monthrange(year, number)
    first = dt.date(year, number, 1)
    last = first.replace(day=length)
    cells: list[Cell | None] = [None] * lead + [_cell(facts) for facts in index.days(first, last)]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    return Month(first, weeks, len(index.workdays_from(first, last)))


def _cell(facts: DayFacts) -> Cell:
    name = day_name(facts)
    if facts.kind == DayKind.OVERRIDE:
        words = (
            pgettext("day", "changed to a working day") if facts.is_workday else pgettext("day", "changed to a day off")
        )
        css, mark, words = "override", pgettext("calendar mark", "C"), f"{words}: {name}"
    elif facts.kind == DayKind.HOLIDAY:
        css, mark, words = "holiday", pgettext("calendar mark", "H"), name
    elif facts.kind == DayKind.MAKE_UP:
        words = _("worked in exchange for %(holiday)s") % {"holiday": name}
        css, mark = "make-up", pgettext("calendar mark", "W")
    else:
        css, mark, words = facts.kind.value, "", ""
    return Cell(facts, f"{css} {'on' if facts.is_workday else 'off'}", mark, words, facts.on == today())


@require_POST
@allowed_to(may_edit_calendar)
def override(request: HttpRequest) -> HttpResponse:
    form = OverrideForm(request.POST)
    if form.is_valid():
        day: dt.date = form.cleaned_data["day"]
        try:
            override_day(
                administrator_of(request),
                day,
                is_workday=form.cleaned_data["is_workday"],
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("The day is changed. The due dates of open cases are being worked out anew."))
            return redirect("core:calendar-year", year=day.year)
    return _page(request, _year_of(request), form, status=422)


def _year_of(request: HttpRequest) -> int:
    """The year that the form was sent from, so that the page comes back as it was."""
    index, sent = workdays(), request.POST.get("year", "")
    year = int(sent) if sent.isdecimal() and len(sent) == 4 else today().year
    return min(max(year, index.first_day.year), index.last_day.year)


@require_POST
@allowed_to(may_edit_calendar)
def withdraw(request: HttpRequest, override_id: int) -> HttpResponse:
    made = withdraw_override(administrator_of(request), override_id)
    messages.success(request, _("The day is again what the plan says. Due dates are being worked out anew."))
    return redirect("core:calendar-year", year=made.day.year)


@require_http_methods(["GET", "POST"])
@allowed_to(may_edit_calendar)
def plan(request: HttpRequest, year: int) -> HttpResponse:
    index = workdays()
    if not index.first_day.year <= year <= index.last_day.year or not index.provisional(dt.date(year, 1, 1)):
        raise NotFound()
    form = PlanForm(request.POST or None, year=year, initial=_statutory(year))
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("holidays", "worked", "source")}
        try:
            changed = publish_plan(administrator_of(request), year, **wanted)
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(
                request,
                ngettext(
                    "The plan of %(year)s is in force; %(n)s day changed.",
                    "The plan of %(year)s is in force; %(n)s days changed.",
                    changed,
                )
                % {"year": year, "n": changed},
            )
            return redirect("core:calendar-year", year=year)
    status = 422 if request.method == "POST" else 200
    return render(request, "core/calendar_plan.html", {"form": form, "year": year}, status=status)


def _statutory(year: int) -> dict[str, Any]:
    """The feast days themselves, for the administrator to complete from the notice."""
    spring, dragon_boat, mid_autumn = lunar_days(year)
    feasts = {
        "new_year": dt.date(year, 1, 1),
        "spring_festival": spring - dt.timedelta(days=1),
        "qingming": qingming(year),
        "labour_day": dt.date(year, 5, 1),
        "dragon_boat": dragon_boat,
        "mid_autumn": mid_autumn,
        "national_day": dt.date(year, 10, 1),
    }
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return {"source": source, **{f"{code}_first": day for code, day in feasts.items()}}
