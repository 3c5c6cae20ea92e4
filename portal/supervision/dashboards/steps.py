"""Reads the steps and the way of cases off their events, and writes what is missing: the job and the command alike.

`record()` queues the job in the transaction of the step itself, so no event is missed and none is looked for: the row
goes along with the other jobs of the event. The job reads the whole case anew, so it may run late, twice, out of
turn, or beside another one.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.core import db
from portal.core.calendar import workdays
from portal.core.events import on_event
from portal.core.jobs import Job, job
from portal.core.models import Event
from portal.core.statistics import mark_days, mark_new, watch_many
from portal.core.time import local_date
from portal.core.workdays import WorkdayIndex
from portal.people.models import Department
from portal.supervision.dashboards.measures import STEP_MEASURES, WAY_MEASURES
from portal.supervision.dashboards.models import CaseStep, CaseWay
from portal.supervision.dashboards.models.steps import LONGEST_WAY

STREAM = "cases.case"
BATCH = 500
FEW = 50  # more new rows than this mark their days, each once
TURNS = 16  # how many builders may work side by side, each on cases of its own
READ_STEPS = "dashboards.read_steps"
BEFORE_FILING = frozenset({"", "draft"})
MOVES = {"case.reassign": ("from_department", "to_code"), "case.moved": ("from", "to")}
CUT = "…"
Told = tuple[int, str, dt.datetime, str, str, str]  # sequence, type, at, from, to, body


@job(READ_STEPS)
def read_steps(payload: dict[str, Any], _job: Job) -> None:
    """A case has moved: its steps follow."""
    build([payload["stream_id"]])


def connect() -> None:
    """Called in `ready()`: every step that leaves a state for another; filing leaves only the draft."""
    for code, step in CASE.transitions.items():
        if step.target is not None and not step.sources <= BEFORE_FILING:
            on_event(f"case.{code}", READ_STEPS)


@dataclass(frozen=True)
class Life:
    """What the events say of one case: its steps, and its way when it has ended."""

    steps: list[CaseStep]
    way: CaseWay | None


def build_everything() -> tuple[int, int]:
    """All cases, also those whose events queued no job (a past that was built); returns (cases looked at, rows written)."""
    cases, rows = 0, 0
    for looked_at, written in build_all():
        cases, rows = cases + looked_at, rows + written
    return cases, rows


def build_all() -> Iterator[tuple[int, int]]:
    """Every filed case that is not imported, in batches: (cases looked at, rows written). Repeatable."""
    after = 0
    while True:
        rows = Case.objects.filter(pk__gt=after, imported=False, submitted_on__isnull=False).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:BATCH])
        if not pks:
            return
        after = pks[-1]
        yield len(pks), build(pks)


def build(pks: Sequence[int]) -> int:
    """Bring the steps and ways of these cases up to what their events say; returns how many rows were written.

    Two builders of the same case would write the same step, so they take turns, by a few names and in their order.
    The events are read in a later statement: what committed before the turn came is seen. No case is locked; a step
    that is taken meanwhile has a job of its own.
    """
    with transaction.atomic():
        for turn in sorted({pk % TURNS for pk in pks}):
            db.lock_name(f"dashboards.steps.{turn}")
        rows = Case.objects.filter(pk__in=pks, imported=False).order_by("pk").only(*_COLUMNS)
        cases = {case.pk: case for case in rows}
        lives = _lives(cases)
        known = set(CaseStep.objects.filter(case__in=cases).values_list("case_id", "sequence"))
        fresh = [step for life in lives for step in life.steps if (step.case_id, step.sequence) not in known]
        CaseStep.objects.bulk_create(fresh, batch_size=BATCH)
        if len(fresh) <= FEW:
            mark_new(STEP_MEASURES, *fresh)
        else:
            mark_days(STEP_MEASURES, {step.left_on for step in fresh})
        return len(fresh) + _write_ways({pk: life.way for pk, life in zip(cases, lives, strict=True)})


_COLUMNS = ("id", "imported", "department_id", "item_id", "kind", "state")


def _write_ways(wanted: dict[int, CaseWay | None]) -> int:
    """Write the ways that are new or have changed, and take away those of cases that run again."""
    known = {way.pk: way for way in CaseWay.objects.filter(pk__in=wanted)}
    changed = [pk for pk, way in wanted.items() if _said(way) != _said(known.get(pk))]
    if not changed:
        return 0
    with watch_many(WAY_MEASURES, changed):
        CaseWay.objects.filter(pk__in=changed).delete()
        CaseWay.objects.bulk_create([way for pk in changed if (way := wanted[pk]) is not None], batch_size=BATCH)
    return len(changed)


def _said(way: CaseWay | None) -> tuple[Any, ...] | None:
    if way is None:
        return None
    return (way.way, way.department_id, way.item_id, way.kind, way.ended_on, way.minutes)


def _lives(cases: dict[int, Case]) -> list[Life]:
    """In the order of `cases`; three queries: events, departments, the calendar's version."""
    told: dict[int, list[Told]] = {pk: [] for pk in cases}
    rows = Event.objects.filter(stream=STREAM, stream_id__in=list(cases)).order_by("stream_id", "sequence")
    columns = ("stream_id", "sequence", "type", "at", "from_state", "to_state", "body")
    for pk, *one in rows.values_list(*columns):
        told[pk].append(tuple(one))
    departments = dict(Department.objects.values_list("code", "pk"))
    index = workdays()
    return [life_of(case, told[pk], departments, index) for pk, case in cases.items()]


def life_of(case: Case, told: Sequence[Told], departments: dict[str, int], index: WorkdayIndex) -> Life:
    """The steps and the way that a case's events tell, the oldest first."""
    owners = _owners(case, told, departments)
    steps: list[CaseStep] = []
    entered: dt.datetime | None = None
    for (sequence, _type, at, before, after, _body), owner in zip(told, owners, strict=True):
        if before == after or not after:
            continue
        if entered is not None and before not in BEFORE_FILING:
            steps.append(_step(case, sequence, before, after, entered, at, owner, index))
        entered = at
    return Life(steps, _way(case, steps))


def _step(
    case: Case,
    sequence: int,
    before: str,
    after: str,
    entered: dt.datetime,
    left: dt.datetime,
    owner: int,
    index: WorkdayIndex,
) -> CaseStep:
    first, last = local_date(entered), local_date(left)
    return CaseStep(
        case_id=case.pk, sequence=sequence, from_state=before, to_state=after, department_id=owner,
        item_id=case.item_id, kind=case.kind, entered_at=entered, left_at=left, left_on=last,
        days=max(0, index.between(first, last)), minutes=max(0, int((left - entered).total_seconds() // 60)),
    )  # fmt: skip


def _owners(case: Case, told: Sequence[Told], departments: dict[str, int]) -> list[int]:
    """Which department had the case up to each event: read backwards from the one that has it now."""
    owner, found = case.department_id, []
    for _sequence, type_, _at, _before, _after, body in reversed(told):
        if type_ in MOVES:
            said = json.loads(body)["data"].get(MOVES[type_][0], "")
            owner = departments.get(said, owner)
        found.append(owner)
    return found[::-1]


def _way(case: Case, steps: Iterable[CaseStep]) -> CaseWay | None:
    """The states up to the first end since the case ran last; None while it runs."""
    states: list[str] = []
    minutes, last = 0, None
    for step in steps:
        if CASE.states[step.from_state].ended:
            if not CASE.states[step.to_state].ended and last is not None:
                states, last = [*states, step.to_state], None  # taken back: the way goes on
            continue
        states = states or [step.from_state]
        states.append(step.to_state)
        minutes += step.minutes
        last = step if CASE.states[step.to_state].ended else None
    if last is None:
        return None
    return CaseWay(
        case_id=case.pk, way=way_text(states), department_id=last.department_id, item_id=case.item_id,
        kind=case.kind, ended_on=last.left_on, minutes=minutes,
    )  # fmt: skip


def way_text(states: Sequence[str]) -> str:
    """`submitted>accepted>approved`; a way that is too long for its column ends with an ellipsis."""
    text = ">".join(states)
    while len(text) > LONGEST_WAY:
        states = states[:-1]
        text = ">".join([*states, CUT])
    return text
