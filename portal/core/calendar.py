"""The working calendar in the database: the process-wide index, overrides, official plans, and who hears of changes."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar_plan import LAST_YEAR, YearPlan, planned
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import Record, record_at
from portal.core.jobs import Job, enqueue, job
from portal.core.models import CalendarDay, CalendarOverride, CalendarState
from portal.core.policies import may_edit_calendar
from portal.core.time import now
from portal.core.workdays import DayFacts, DayKind, WorkdayIndex

STREAM = "core.calendar"
CHANGED = "calendar.changed"
LONGEST_REASON = 200
HOLIDAY_NAMES: dict[str, str | Promise] = {
    "new_year": pgettext_lazy("holiday", "New Year's Day"),
    "spring_festival": pgettext_lazy("holiday", "Spring Festival"),
    "qingming": pgettext_lazy("holiday", "Tomb-sweeping Day"),
    "labour_day": pgettext_lazy("holiday", "Labour Day"),
    "dragon_boat": pgettext_lazy("holiday", "Dragon Boat Festival"),
    "mid_autumn": pgettext_lazy("holiday", "Mid-Autumn Festival"),
    "national_day": pgettext_lazy("holiday", "National Day"),
    "victory_70": pgettext_lazy("holiday", "70th anniversary of victory"),
}

Handler = Callable[[dt.date, int], None]
_handlers: list[Handler] = []
_lock = threading.Lock()
_index: WorkdayIndex | None = None
_steady: ContextVar[list[WorkdayIndex] | None] = ContextVar("steady_calendar", default=None)


# --- reading ------------------------------------------------------------------------------------------------------------


def calendar_version() -> int:
    """The version that is raised by each change of a day. One small query."""
    return CalendarState.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def workdays() -> WorkdayIndex:
    """The index of this process, rebuilt when the calendar has changed.

    Costs one small query to compare the version: a page or a batch takes it once and passes it on.
    """
    steady = _steady.get()
    if steady is None:
        return _compared()
    if not steady:
        steady.append(_compared())
    return steady[0]


@contextmanager
def steady_calendar() -> Iterator[None]:
    """Inside, the version is compared once: for who computes many rows of one transaction by one calendar."""
    token = _steady.set([])
    try:
        yield
    finally:
        _steady.reset(token)


def workdays_of(version: int) -> WorkdayIndex:
    """The same for who has read the calendar's version along with something else; no query while it stays the same."""
    return _compared(version)


def _compared(known: int | None = None) -> WorkdayIndex:
    global _index
    version = calendar_version() if known is None else known
    held = _index
    if held is not None and held.version == version and version:
        return held
    with _lock:
        _index = _build(version)
        return _index


def forget() -> None:
    """Drop the index of this process; the next caller builds it anew. For tests, which roll versions back."""
    global _index
    _index = None


def _build(version: int) -> WorkdayIndex:
    rows = CalendarDay.objects.order_by("day").values_list("day", "is_workday", "kind", "name", "provisional")
    reasons = dict(CalendarOverride.objects.filter(withdrawn_at__isnull=True).values_list("day", "reason"))
    days: list[tuple[dt.date, bool]] = []
    facts: dict[dt.date, DayFacts] = {}
    provisional_years: set[int] = set()
    for day, is_workday, kind, name, provisional in rows:
        days.append((day, is_workday))
        if provisional:
            provisional_years.add(day.year)
        if day in reasons:
            facts[day] = DayFacts(day, is_workday, DayKind.OVERRIDE, reasons[day], provisional)
        elif name:
            facts[day] = DayFacts(day, is_workday, DayKind(kind), name, provisional)
    if not days:
        raise RuntimeError("the calendar is empty: run `manage.py seed` after `migrate`")
    return WorkdayIndex(days, version=version, facts=facts, provisional_years=provisional_years)


def day_name(facts: DayFacts) -> str:
    """What a day is called in the reader's language: the holiday's name, or the override's reason."""
    return str(HOLIDAY_NAMES.get(facts.name, facts.name))


# --- who hears of changes -----------------------------------------------------------------------------------------------


def on_calendar_changed(handler: Handler) -> None:
    """From now on `handler(from_day, version)` runs in a job after each change, for instance to reflow open cases.

    `from_day` is the first day that changed. Called in an app's `ready()`.
    """
    if handler not in _handlers:
        _handlers.append(handler)


@job(CHANGED)
def run_changed(payload: dict[str, Any], _job: Job) -> None:
    """Every registered handler hears of the change. Handlers queue jobs of their own for long work."""
    from_day = dt.date.fromisoformat(payload["from_day"])
    for handler in _handlers:
        handler(from_day, int(payload["version"]))


# --- changing -------------------------------------------------------------------------------------------------------------


@action
def override_day(actor: Actor, day: dt.date, *, is_workday: bool, reason: str) -> CalendarOverride:
    """Make a day off a working day or the other way round, over the plan; due dates of open cases follow by a job.

    Raises NotAllowed, and Invalid for a day outside the calendar, one that is so already, or a missing reason.
    """
    _check_may(actor)
    reason = _checked_reason(reason)
    state = _lock_calendar()
    row = CalendarDay.objects.filter(pk=day).first()
    if row is None:
        raise Invalid(fields={"day": _("The calendar does not reach this day.")})
    if CalendarOverride.objects.filter(day=day, withdrawn_at__isnull=True).exists():
        raise Invalid(
            fields={"day": _("This day has been changed already. Withdraw that change first.")}, code="overridden"
        )
    if row.is_workday == is_workday:
        already = _("This day is a working day already.") if is_workday else _("This day is a day off already.")
        raise Invalid(fields={"is_workday": already}, code="unchanged")
    made = CalendarOverride.objects.create(
        day=day,
        is_workday=is_workday,
        reason=reason,
        author_id=actor.user_id,
        author_name=actor.name,
        created_at=now(),
    )
    _set_workday(day, is_workday)
    data = {"day": day, "is_workday": is_workday, "reason": reason, "override": made.pk}
    _changed(state, actor, "calendar.day_overridden", day, data)
    return made


@action
def withdraw_override(actor: Actor, override_id: int) -> CalendarOverride:
    """The day is again what the plan says. Raises NotAllowed, NotFound, WrongState when it was withdrawn before."""
    _check_may(actor)
    state = _lock_calendar()
    override = CalendarOverride.objects.filter(pk=override_id).first()
    if override is None:
        raise NotFound()
    if override.withdrawn_at is not None:
        raise WrongState(_("This change has been withdrawn already."))
    override.withdrawn_at, override.withdrawn_by = now(), actor.name
    override.save(update_fields=["withdrawn_at", "withdrawn_by"])
    plan = CalendarDay.objects.values_list("plan_is_workday", flat=True).get(pk=override.day)
    _set_workday(override.day, plan)
    data = {"day": override.day, "override": override.pk}
    _changed(state, actor, "calendar.override_withdrawn", override.day, data)
    return override


@action
def publish_plan(
    actor: Actor, year: int, *, holidays: dict[dt.date, str], worked: dict[dt.date, str], source: str
) -> int:
    """Put the official plan of a year in force, once the State Council has announced it. Overrides stay.

    `holidays` are the days off, `worked` the weekend days worked in exchange, each with the holiday's code.
    Returns how many days are other than before. Raises NotAllowed, Invalid.
    """
    _check_may(actor)
    _check_plan(year, holidays, worked, source)
    state = _lock_calendar()
    if not CalendarDay.objects.filter(day__year=year).exists():
        raise Invalid(fields={"year": _("The calendar does not reach this year.")})
    changed = put_plan(planned(year, holidays, worked, source=source.strip(), provisional=False))
    first = min(changed, default=dt.date(year, 1, 1))
    data = {"year": year, "source": source.strip(), "days": [day.isoformat() for day in changed]}
    _changed(state, actor, "calendar.plan_published", first, data)
    return len(changed)


def _check_plan(year: int, holidays: dict[dt.date, str], worked: dict[dt.date, str], source: str) -> None:
    problems: dict[str, str | Promise] = {}
    if not source.strip():
        problems["source"] = _("Enter the name or number of the official notice.")
    if not holidays:
        problems["holidays"] = _("Enter the days off as the notice names them.")
    if any(day.year != year for day in holidays):
        problems["holidays"] = _("Enter days of this year only.")
    if any(day.year != year for day in worked):
        problems["worked"] = _("Enter days of this year only.")
    elif any(day.weekday() < 5 for day in worked):
        problems["worked"] = _("Days worked in exchange are Saturdays and Sundays.")
    elif worked.keys() & holidays.keys():
        problems["worked"] = _("A day cannot be off and worked at the same time.")
    if problems:
        raise Invalid(fields=problems)


def put_plan(plan: YearPlan) -> list[dt.date]:
    """Write a year's plan over its rows and count the working days anew; returns the days that count differently.

    A plain function for actions and seeds: the caller holds the calendar's lock.
    """
    overridden = set(CalendarOverride.objects.filter(withdrawn_at__isnull=True).values_list("day", flat=True))
    held = {row.day: row for row in CalendarDay.objects.filter(day__year=plan.year)}
    changed: list[dt.date] = []
    for facts in plan.days:
        row = held[facts.on]
        row.plan_is_workday, row.kind, row.name = facts.is_workday, facts.kind.value, facts.name
        row.provisional, row.source = plan.provisional, plan.source
        if row.is_workday != facts.is_workday and facts.on not in overridden:
            row.is_workday = facts.is_workday
            changed.append(facts.on)
    fields = ["plan_is_workday", "kind", "name", "provisional", "source", "is_workday"]
    CalendarDay.objects.bulk_update(held.values(), fields, batch_size=100)
    renumber(plan.year)
    return changed


def renumber(year: int) -> None:
    """Bring `workday_index` in order for a year and shift all later days by the difference."""
    rows = list(CalendarDay.objects.filter(day__year=year).order_by("day"))
    before = CalendarDay.objects.filter(day__lt=rows[0].day).order_by("-day").values_list("workday_index", flat=True)
    number = before.first() or 0
    old_last = rows[-1].workday_index
    for row in rows:
        number += row.is_workday
        row.workday_index = number
    CalendarDay.objects.bulk_update(rows, ["workday_index"], batch_size=200)
    if number != old_last:
        CalendarDay.objects.filter(day__gt=rows[-1].day).update(workday_index=F("workday_index") + (number - old_last))


def _check_may(actor: Actor) -> None:
    if actor.user is not None and not may_edit_calendar(actor.user):
        raise NotAllowed()


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": _("Enter the reason: it stands in the list of changes and in the notices.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("Use at most %(n)s characters.") % {"n": LONGEST_REASON}})
    return reason


def _lock_calendar() -> CalendarState:
    CalendarState.objects.bulk_create([CalendarState(id=1, version=0)], ignore_conflicts=True)
    return db.lock_row(CalendarState.objects.all(), 1)


def _set_workday(day: dt.date, is_workday: bool) -> None:
    """Change what counts for one day, with the numbers of that day and all later ones."""
    if CalendarDay.objects.filter(pk=day, is_workday=not is_workday).update(is_workday=is_workday):
        step = 1 if is_workday else -1
        CalendarDay.objects.filter(day__gte=day).update(workday_index=F("workday_index") + step)


def _changed(state: CalendarState, actor: Actor, event_type: str, from_day: dt.date, data: dict[str, Any]) -> None:
    state.version += 1
    state.save(update_fields=["version"])
    record_at(Record(STREAM, 1, event_type, data={**data, "version": state.version}), actor)
    enqueue(CHANGED, {"from_day": from_day.isoformat(), "version": state.version})


# --- seeding --------------------------------------------------------------------------------------------------------------


def seed_calendar(plans: Iterable[YearPlan]) -> None:
    """Make the rows that are missing, and put plans in force that were published since. Safe to repeat.

    Runs inside the caller's transaction. A year whose plan an administrator entered stays as it is.
    """
    state = _lock_calendar()
    held = dict(CalendarDay.objects.order_by("day__year").values_list("day__year", "provisional").distinct())
    fresh = [plan for plan in plans if plan.year not in held]
    published = [plan for plan in plans if held.get(plan.year) and not plan.provisional]
    if fresh:
        _insert(fresh)
        state.version += 1
        state.save(update_fields=["version"])
    for plan in published:
        changed = put_plan(plan)
        data = {"year": plan.year, "source": plan.source, "days": [day.isoformat() for day in changed]}
        first = min(changed, default=dt.date(plan.year, 1, 1))
        _changed(state, Actor.system("seed"), "calendar.plan_published", first, data)


def _insert(plans: list[YearPlan]) -> None:
    """Whole years at the end of the calendar (or all of it)."""
    last = CalendarDay.objects.order_by("-day").first()
    number = last.workday_index if last else 0
    if last and min(plan.year for plan in plans) <= last.day.year <= LAST_YEAR:
        raise RuntimeError("the calendar has a gap that seeding cannot close")
    rows: list[CalendarDay] = []
    for plan in sorted(plans, key=lambda plan: plan.year):
        for facts in plan.days:
            number += facts.is_workday
            rows.append(
                CalendarDay(
                    day=facts.on,
                    is_workday=facts.is_workday,
                    workday_index=number,
                    plan_is_workday=facts.is_workday,
                    kind=facts.kind.value,
                    name=facts.name,
                    provisional=plan.provisional,
                    source=plan.source,
                )
            )
    CalendarDay.objects.bulk_create(rows, batch_size=2000)
