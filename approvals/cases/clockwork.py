"""Between the case and its clock: builds the clock from the rows, and writes what follows from it to the row.

Called by effects, by the reflow after a change of the calendar and by imports, always under the lock of the case and
before it is saved.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from approvals.cases.models import Case, CaseOverdueSpan, CaseStop
from portal.core import clock as clocks
from portal.core.calendar import workdays
from portal.core.rules import rule, rules
from portal.core.time import ZONE
from portal.core.workdays import WorkdayIndex

ONE_DAY = dt.timedelta(days=1)


def amber_rule(on: dt.date) -> clocks.Amber:
    """When the lamp turns amber, by the rules of that day."""
    found = rules(["amber.share", "amber.min_days"], on)
    return clocks.Amber.of(found["amber.share"].value, found["amber.min_days"].value)


def received_day(moment: dt.datetime, index: WorkdayIndex) -> dt.date:
    """Where the law's clock starts for a filing at this moment (closing time by the rules of the day)."""
    local = moment.astimezone(ZONE)
    closing = dt.time.fromisoformat(rule("centre.closing_time", local.date()).value)
    return clocks.received_on(index, local, closing_time=closing)


def clock_of(case: Case, stops: Iterable[CaseStop], index: WorkdayIndex) -> clocks.Clock | None:
    """The case's clock as its rows tell it; None before acceptance and where no promise is known."""
    if case.day_0 is None or case.promised_days is None:
        return None
    return clocks.Clock(
        case.day_0,
        case.promised_days,
        case.legal_days,
        clocks.Kind(case.kind),
        index=index,
        amber=amber_rule(case.day_0),
        source_due_on=case.promised_due_on if case.due_source == "source" else None,
        stops=[
            clocks.Stop(stop.from_on, stop.to_on, stop.ground, stop.announced_days)
            for stop in sorted(stops, key=lambda one: one.from_on)
        ],
        extensions=[clocks.Extension(case.extended_days, case.extended_on)] if case.extended_days else [],
        decided_on=case.ended_on,
    )


def write_clock(case: Case, stops: Iterable[CaseStop], *, today: dt.date, index: WorkdayIndex | None = None) -> None:
    """Write due dates, lamp days and overdue days to the unsaved row, and close overdue spells that this ends.

    `today` is the day from which the new dates hold: a case that was overdue until yesterday and is no longer keeps
    that spell as a row, so that the figures of past days stay as they were.
    """
    index = index or workdays()
    case.calendar_version = index.version
    clock = clock_of(case, stops, index)
    if clock is None:
        return
    was, was_legal = case.overdue_from_on, case.legal_overdue_from_on
    case.promised_due_on = clock.promised_due_on
    case.legal_due_on = clock.legal_due_on
    case.amber_on = clock.amber_on
    if clock.stopped:
        stopped_on = clock.stops[-1].on
        case.remaining_days = clock.remaining(stopped_on)
        case.remaining_legal_days = _legal_remaining(case, clock, stopped_on)
        case.overdue_from_on = was if was and was <= stopped_on else None
        case.legal_overdue_from_on = was_legal if was_legal and was_legal <= stopped_on else None
        return
    case.remaining_days = case.remaining_legal_days = None
    case.overdue_from_on = _overdue_from(case, case.promised_due_on, was, today)
    case.legal_overdue_from_on = _overdue_from(case, case.legal_due_on, was_legal, today)
    _close_span(case, was, case.overdue_from_on, today, legal=False)
    _close_span(case, was_legal, case.legal_overdue_from_on, today, legal=True)
    if case.overdue_from_on != was:
        case.red_lit_on = None
    if case.amber_on is not None and case.amber_on > today:
        case.amber_lit_on = None


def _overdue_from(case: Case, due_on: dt.date | None, was: dt.date | None, today: dt.date) -> dt.date | None:
    """The first overdue day: never before the case was open, and never moved back into days that are past.

    A case that was overdue and still is by the new dates never stopped being so: it is one spell, and one red.
    """
    if due_on is None:
        return None
    first = due_on + ONE_DAY
    if was is not None and was <= today and first <= today:
        return was
    if was is not None and first < was:
        first = max(first, min(was, today))
    return max(first, case.accepted_on) if case.accepted_on else first


def _legal_remaining(case: Case, clock: clocks.Clock, on: dt.date) -> int | None:
    if case.legal_days is None:
        return None
    return case.legal_days + case.extended_days - clock.elapsed(on)


def _close_span(case: Case, was: dt.date | None, now: dt.date | None, today: dt.date, *, legal: bool) -> None:
    """Keep the days from `was` up to yesterday on which the case was overdue and by the new dates would not be."""
    end = min(today, now) if now else today
    if was is not None and was < end and case.pk:
        CaseOverdueSpan.objects.create(case=case, legal=legal, from_on=was, to_on=end)


def answer_due(item_type: str, complete_on: dt.date, index: WorkdayIndex) -> dt.date:
    """The limit for the first answer by the rule of the day for this type of item.

    Permits: five working days from receipt (permit law, article 32(1)(4)); other types have rules of their own.
    """
    return clocks.limit_ends_on(index, complete_on, rule(f"{item_type}.answer_days", complete_on).days)


def write_limits(case: Case, index: WorkdayIndex) -> None:
    """The answer's limit anew, after a change of the calendar; a supplement's limit was told and stays."""
    if case.answer_due_on and case.complete_on:
        case.answer_due_on = answer_due(case.item.type, case.complete_on, index)


def write_end(case: Case, stops: Iterable[CaseStop], *, moment: dt.datetime, on: dt.date, decided: bool) -> None:
    """The clock's end: decision, or an end without one. Writes days worked and, for a decision, days since filing."""
    index = workdays()
    case.ended_at, case.ended_on = moment, on
    case.answer_due_on = case.supplement_due_on = None
    if not decided:
        return
    case.decided_at, case.decided_on = moment, on
    clock = clock_of(case, stops, index)
    case.elapsed_days = clock.elapsed(on) if clock else None
    if case.received_on:
        case.filing_days = max(0, index.between(case.received_on, on))


def explained(case: Case, stops: Iterable[CaseStop]) -> list[Any]:
    """Why this due date: one line for each day."""
    clock = clock_of(case, stops, workdays())
    return clock.explain() if clock else []
