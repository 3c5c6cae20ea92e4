"""What follows from the cases for their package: its state, its clock, its end. Plain functions of rows.

**The clock.** The promised days of a package begin when every part that goes on has been accepted: day 0 is the latest
day 0 of these parts, so a supplement that one part waits for holds the package back by the days that it takes. A
special procedure of any part (permit law, article 45) stops the package's clock; spells that overlap count once. A
part that was not accepted, returned or withdrawn before its acceptance no longer counts. What a head extends for one
part does not move the package's day: that promise is the leading department's own.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approvals.cases.clockwork import amber_rule
from approvals.cases.models import Case, CaseStop
from approvals.packages.models import PackageFiling
from portal.core import clock as clocks
from portal.core.workdays import WorkdayIndex

ONE_DAY = dt.timedelta(days=1)
OUTCOMES = PackageFiling.Outcome
DECIDED = frozenset({"approved", "refused"})


@dataclass(frozen=True)
class Standing:
    """Where the cases leave the package."""

    state: str  # filed | running | concluded | withdrawn
    outcome: str
    ended_on: dt.date | None
    accepted_on: dt.date | None
    day_0: dt.date | None


def standing_of(cases: Sequence[Case]) -> Standing:
    """The state of a package whose parts are these filed cases."""
    going = [case for case in cases if case.ended_on is None]
    counted = [case for case in cases if case.accepted_on is not None or case.ended_on is None]
    waiting = [case for case in going if case.day_0 is None or case.state in {"submitted", "supplement"}]
    accepted = [case.accepted_on for case in counted if case.accepted_on is not None]
    days = [case.day_0 for case in counted if case.day_0 is not None]
    all_accepted = bool(days) and not waiting
    accepted_on = max(accepted) if accepted and all_accepted else None
    day_0 = max(days) if all_accepted else None
    if going:
        return Standing("filed" if waiting else "running", "", None, accepted_on, day_0)
    ended_on = max(case.ended_on for case in cases if case.ended_on is not None)
    outcome = _outcome(cases)
    state = "withdrawn" if outcome == OUTCOMES.WITHDRAWN else "concluded"
    return Standing(state, outcome, ended_on, accepted_on, day_0)


def _outcome(cases: Sequence[Case]) -> str:
    """What the applicant withdrew says nothing about the rest."""
    left = [case for case in cases if case.outcome != "withdrawn"]
    if not left:
        return OUTCOMES.WITHDRAWN
    granted = sum(case.outcome == "approved" for case in left)
    if granted == len(left):
        return OUTCOMES.GRANTED
    return OUTCOMES.PARTLY if granted else OUTCOMES.REFUSED


def spells(cases: Iterable[Case], stops: Iterable[CaseStop]) -> list[clocks.Stop]:
    """The spells in which at least one part stood still, joined where they overlap; the last one may be open."""
    ends = {case.pk: case.ended_on for case in cases}
    found: list[tuple[dt.date, dt.date | None]] = []
    for start, end in sorted(
        ((stop.from_on, stop.to_on or ends.get(stop.case_id)) for stop in stops), key=lambda one: one[0]
    ):
        if found and (found[-1][1] is None or start <= found[-1][1]):
            last = found[-1]
            found[-1] = (last[0], None if last[1] is None or end is None else max(last[1], end))
        else:
            found.append((start, end))
    return [clocks.Stop(start, end) for start, end in found]


def clock_of(
    filing: PackageFiling, cases: Sequence[Case], stops: Iterable[CaseStop], index: WorkdayIndex
) -> clocks.Clock | None:
    """The package's clock as its cases tell it; None before all parts are accepted."""
    if filing.day_0 is None or filing.promised_days is None:
        return None
    day_0 = filing.day_0
    stood = [one for one in spells(cases, stops) if one.resumed_on is None or one.resumed_on > day_0]
    return clocks.Clock(
        day_0, filing.promised_days, None, index=index, amber=amber_rule(day_0), stops=stood, decided_on=filing.ended_on
    )


def write_standing(
    filing: PackageFiling,
    standing: Standing,
    cases: Sequence[Case],
    stops: Sequence[CaseStop],
    *,
    today: dt.date,
    index: WorkdayIndex,
) -> None:
    """Write what follows to the unsaved, locked row; the state itself is moved by the life cycle."""
    filing.accepted_on, filing.day_0 = standing.accepted_on, standing.day_0
    filing.ended_on, filing.outcome = standing.ended_on, standing.outcome
    filing.calendar_version = index.version
    clock, was = clock_of(filing, cases, stops, index), filing.overdue_from_on
    filing.due_on = clock.promised_due_on if clock else None
    filing.amber_on = clock.amber_on if clock else None
    filing.stopped_on = clock.stops[-1].on if clock and clock.stopped else None
    filing.remaining_days = clock.remaining(clock.stops[-1].on) if clock and clock.stopped else None
    filing.overdue_from_on = _overdue_from(filing, was)
    if filing.overdue_from_on != was:
        filing.red_lit_on = None
    if filing.amber_on is None or filing.amber_on > today:
        filing.amber_lit_on = None
    _write_days(filing, clock, cases, index)


def _overdue_from(filing: PackageFiling, was: dt.date | None) -> dt.date | None:
    """The first overdue day; while stopped a package is overdue only if it was so when it stopped."""
    if filing.due_on is not None:
        return filing.due_on + ONE_DAY
    return was if filing.stopped_on and was and was <= filing.stopped_on else None


def _write_days(filing: PackageFiling, clock: clocks.Clock | None, cases: Sequence[Case], index: WorkdayIndex) -> None:
    """The days that it took, and what its decided items promise one after another."""
    decided = [case for case in cases if case.outcome in DECIDED and case.day_0 is not None]
    filing.elapsed_days = filing.one_by_one_days = filing.together_days = None
    if filing.ended_on is None or not decided:
        return
    filing.elapsed_days = clock.elapsed(filing.ended_on) if clock else None
    filing.one_by_one_days = sum(case.promised_days or 0 for case in decided)
    first = min(case.day_0 for case in decided if case.day_0 is not None)
    last = max(case.decided_on for case in decided if case.decided_on is not None)
    filing.together_days = max(0, index.between(first, last)) if last > first else 0
