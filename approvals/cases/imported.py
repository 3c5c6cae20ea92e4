"""From a row of another system to the columns of a case: what follows from its times, by the rules of every case.

Pure of queries: calendar and dated rules are handed in, so a chunk of thousands costs none.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock as clocks
from portal.core.workdays import OutsideCalendar, WorkdayIndex

KNOWN_CLOCKS = 8_000  # clocks kept in memory by one process
ONE_DAY = dt.timedelta(days=1)
DECIDED = frozenset({"approved", "refused"})
OUTCOMES = ("approved", "refused", "withdrawn", "terminated", "not_accepted", "returned")


@dataclass(frozen=True)
class DayRules:
    """The dated rules of one day, as far as a case's columns rest on them; None where no version is in force."""

    amber: clocks.Amber | None
    answer_days: int | None


@dataclass(frozen=True)
class Ground:
    """What the columns rest on: the calendar and the rules of any day, and what followed from them for rows before."""

    index: WorkdayIndex
    rules_of: Callable[[dt.date], DayRules]
    known: "dict[tuple[Any, ...], tuple[clocks.Clock, dict[str, Any]]]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop of an imported case."""

    from_on: dt.date
    to_on: dt.date | None
    overdue_at_stop: bool


@dataclass(frozen=True, slots=True)
class Derived:
    """The columns of the case, and its stops."""

    columns: dict[str, Any]
    stops: list[StopRow]


def _before(moment: dt.datetime | None, other: dt.datetime | None) -> bool:
    """Compared by date: a source that knows only dates writes midnight."""
    return moment is not None and other is not None and moment.date() < other.date()


def _open_stop(v: Mapping[str, Any]) -> bool:
    return bool(v["suspensions"]) and v["suspensions"][-1][1] is None


def _stop_after_end(v: Mapping[str, Any]) -> bool:
    if not v["suspensions"] or not v["decided_at"]:
        return False
    first, last = v["suspensions"][-1]
    return bool((last or first) > v["decided_at"].date())


Broken = Callable[[Mapping[str, Any]], Any]
CONTRADICTIONS: tuple[tuple[Broken, Promise], ...] = (
    (
        lambda v: not (v["item_code"] or v["item_name"]),
        _("item_code: Please give the code or the name of the item."),
    ),
    (
        lambda v: not (v["department_code"] or v["department_name"]),
        _("department_code: Please give the code or the name of the department."),
    ),
    (
        lambda v: v["outcome"] and not v["decided_at"],
        _("decided_at: A case with an outcome must say when it ended."),
    ),
    (lambda v: v["decided_at"] and not v["outcome"], _("outcome: A case that has ended must say how.")),
    (
        lambda v: v["outcome"] in DECIDED and not v["accepted_at"],
        _("accepted_at: A decided case must say when it was accepted."),
    ),
    (
        lambda v: v["outcome"] == "not_accepted" and v["accepted_at"],
        _("accepted_at: A case that was not accepted has no acceptance."),
    ),
    (lambda v: _before(v["answered_at"], v["submitted_at"]), _("answered_at: The answer lies before the filing.")),
    (lambda v: _before(v["accepted_at"], v["submitted_at"]), _("accepted_at: The acceptance lies before the filing.")),
    (
        lambda v: _before(v["decided_at"], v["accepted_at"] or v["submitted_at"]),
        _("decided_at: The end lies before the beginning."),
    ),
    (
        lambda v: v["kind"] == "immediate" and (v["promised_days"] or 0) > 0,
        _("promised_days: An immediate case is due on its day and has no promised days."),
    ),
    (
        lambda v: v["suspensions"] and not v["accepted_at"],
        _("suspensions: A case that was not accepted has no clock to stop."),
    ),
    (
        lambda v: v["outcome"] in DECIDED and _open_stop(v),
        _("suspensions: The last one is open, but the case is decided."),
    ),
    (_stop_after_end, _("suspensions: The last one ends after the case did.")),
    (lambda v: v["rated_at"] and not v["rating"], _("rating: A rating has a time but no grade.")),
)


def contradictions(values: Mapping[str, Any]) -> list[str]:
    """What in one row cannot be true together, in plain sentences; an empty list for a good row."""
    return [str(sentence) for broken, sentence in CONTRADICTIONS if broken(values)]


def derive(values: Mapping[str, Any], ground: Ground) -> Derived:
    """The columns that follow from a row without contradictions. Raises OutsideCalendar for days beyond it.

    Dates are those of the times' own zone. A filing is never shifted for its hour, only from a day off to the next
    working day. Due dates that the source gives win over computed ones.
    """
    outcome = values["outcome"] or ""
    submitted, accepted, ended = values["submitted_at"], values["accepted_at"], values["decided_at"]
    answered = values["answered_at"] or accepted or (ended if outcome == "not_accepted" else None)
    received_on = ground.index.next_workday_on_or_after(submitted.date())
    answer_days = ground.rules_of(received_on).answer_days
    kind = values["kind"] or ("immediate" if values["promised_days"] == 0 else "promise")
    promised_days = 0 if kind == "immediate" else values["promised_days"]
    columns: dict[str, Any] = {
        "channel": values["channel"] or "",
        "kind": kind,
        "applicant_type": values["applicant_type"] or "",
        "submitted_at": submitted,
        "submitted_on": submitted.date(),
        "received_on": received_on,
        "complete_on": received_on,
        "answered_at": answered,
        "answered_on": answered.date() if answered else None,
        "first_answer_due_on": ground.index.add(received_on, answer_days) if answer_days is not None else None,
        "accepted_at": accepted,
        "accepted_on": accepted.date() if accepted else None,
        "legal_days": values["legal_days"],
        "promised_days": promised_days,
        "extended_days": values["extended_days"] or 0,
        "visits": values["visits"] or 0,
        "outcome": outcome,
        "ended_at": ended,
        "ended_on": ended.date() if ended else None,
        "decided_at": ended if outcome in DECIDED else None,
        "decided_on": ended.date() if outcome in DECIDED else None,
        "filing_days": max(0, ground.index.between(received_on, ended.date())) if outcome in DECIDED else None,
        "calendar_version": ground.index.version,
        **_NO_CLOCK,
    }
    stops: list[StopRow] = []
    if accepted:
        stops = _run_clock(columns, values, ground)
    columns["state"] = outcome or _open_state(columns)
    columns["resume_state"] = "accepted" if columns["state"] == "suspended" else ""
    return Derived(columns, stops)


_NO_CLOCK = {
    "day_0": None,
    "promised_due_on": None,
    "legal_due_on": None,
    "due_source": "computed",
    "amber_on": None,
    "overdue_from_on": None,
    "legal_overdue_from_on": None,
    "stopped_on": None,
    "remaining_days": None,
    "remaining_legal_days": None,
    "elapsed_days": None,
}


def _open_state(columns: Mapping[str, Any]) -> str:
    if columns["stopped_on"]:
        return "suspended"
    if columns["accepted_on"]:
        return "accepted"
    return "supplement" if columns["answered_on"] else "submitted"


def _run_clock(columns: dict[str, Any], values: Mapping[str, Any], ground: Ground) -> list[StopRow]:
    """Write what the clock says to the columns; the same as `clockwork.write_clock` does for the portal's own cases."""
    ranges = values["suspensions"] or []
    clock = _clock_with_stops(columns, values, ground) if ranges else _plain_clock(columns, values, ground)
    if columns["decided_on"]:
        columns["elapsed_days"] = clock.elapsed(columns["decided_on"])
    promised = columns["promised_days"] is not None or values["promised_due_on"] is not None
    ended_on = columns["ended_on"]
    return [
        StopRow(start, end or ended_on, promised and _overdue_before(clock, place, start))
        for place, (start, end) in enumerate(ranges)
    ]


def _plain_clock(columns: dict[str, Any], values: Mapping[str, Any], ground: Ground) -> clocks.Clock:
    """A clock that never stopped: the same for all rows of a day with the same promise, so worked out once."""
    key = (
        columns["accepted_on"], columns["kind"], columns["promised_days"], columns["legal_days"],
        columns["extended_days"], values["promised_due_on"], values["legal_due_on"],
    )  # fmt: skip
    if key not in ground.known:
        if len(ground.known) >= KNOWN_CLOCKS:
            ground.known.clear()
        clock = _clock_with_stops(columns, values, ground)
        ground.known[key] = clock, {name: columns[name] for name in _NO_CLOCK if name != "elapsed_days"}
    clock, written = ground.known[key]
    columns.update(written)
    return clock


def _clock_with_stops(columns: dict[str, Any], values: Mapping[str, Any], ground: Ground) -> clocks.Clock:
    day_0 = ground.index.next_workday_on_or_after(columns["accepted_on"])
    clock = clocks.Clock(
        day_0,
        columns["promised_days"] or 0,
        columns["legal_days"],
        clocks.Kind(columns["kind"]),
        index=ground.index,
        amber=ground.rules_of(day_0).amber or clocks.Amber(),
        source_due_on=values["promised_due_on"],
        stops=[clocks.Stop(start, end, "imported") for start, end in values["suspensions"] or []],
        extensions=[clocks.Extension(columns["extended_days"])] if columns["extended_days"] else [],
    )
    columns["day_0"] = day_0
    given, given_legal = values["promised_due_on"], values["legal_due_on"]
    columns["due_source"] = "source" if given or given_legal else "computed"
    promised = given is not None or columns["promised_days"] is not None
    if clock.stopped:
        _write_stopped(columns, clock, promised=promised, given_legal=given_legal)
    else:
        _write_running(columns, clock, promised=promised, given_legal=given_legal)
    return clock


def _write_running(
    columns: dict[str, Any], clock: clocks.Clock, *, promised: bool, given_legal: dt.date | None
) -> None:
    if promised:
        columns["promised_due_on"] = due_on = clock.promised_due_on
        columns["amber_on"] = clock.amber_on
        columns["overdue_from_on"] = _overdue_from(due_on, columns)
    columns["legal_due_on"] = legal_on = given_legal or clock.legal_due_on
    columns["legal_overdue_from_on"] = _overdue_from(legal_on, columns)


def _write_stopped(
    columns: dict[str, Any], clock: clocks.Clock, *, promised: bool, given_legal: dt.date | None
) -> None:
    """No due date while it stands; the days that were left are kept, and overdue is only what was so before."""
    on = clock.stops[-1].on
    before = clocks.Clock(
        clock.day_0,
        clock.promised_days,
        clock.legal_days,
        clock.kind,
        index=clock.index,
        source_due_on=clock.source_due_on,
        stops=clock.stops[:-1],
        extensions=clock.extensions,
    )
    columns["stopped_on"] = on
    if promised:
        columns["remaining_days"] = clock.remaining(on)
        columns["overdue_from_on"] = _if_reached(_overdue_from(before.promised_due_on, columns), on)
    legal_on = given_legal or before.legal_due_on
    columns["legal_overdue_from_on"] = _if_reached(_overdue_from(legal_on, columns), on)
    if given_legal is not None:
        columns["remaining_legal_days"] = clock.index.between(max(on, clock.day_0), given_legal)
    elif clock.legal_days is not None:
        columns["remaining_legal_days"] = clock.legal_days + clock.extension_days - clock.elapsed(on)


def _overdue_before(clock: clocks.Clock, place: int, on: dt.date) -> bool:
    """Was the case overdue when its stop number `place` began?"""
    then = clocks.Clock(
        clock.day_0,
        clock.promised_days,
        clock.legal_days,
        clock.kind,
        index=clock.index,
        source_due_on=clock.source_due_on,
        stops=clock.stops[:place],
        extensions=clock.extensions,
    )
    due_on = then.promised_due_on
    return due_on is not None and due_on < on


def _overdue_from(due_on: dt.date | None, columns: Mapping[str, Any]) -> dt.date | None:
    """The first overdue day, never before the case was open."""
    return None if due_on is None else max(due_on + ONE_DAY, columns["accepted_on"])


def _if_reached(day: dt.date | None, stopped_on: dt.date) -> dt.date | None:
    return day if day is not None and day <= stopped_on else None


__all__ = ["OUTCOMES", "DayRules", "Derived", "Ground", "OutsideCalendar", "StopRow", "contradictions", "derive"]
