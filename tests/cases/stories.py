"""Random lives of cases, lived day by day: writes the rows as the actions would, and keeps its own log of the truth.

The log shares nothing with the rows' columns that statistics read: it is what somebody at the desk would have noted at
the end of each day. Days are plain calendar days here; the clock has tests of its own.
"""

import datetime as dt
import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case, CaseOverdueSpan, CaseStop
from approvals.catalogue.models import Item
from hall.models import Window
from portal.core.statistics import watch
from portal.people.models import Department, User

START = dt.date(2026, 3, 20)
DAYS = 60
CHANNELS = ("online", "counter", "post")


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


@dataclass
class City:
    departments: list[Department]
    items: list[Item]
    windows: list[Window | None]
    staff: list[User | None]


def make_city() -> City:
    departments = [Department.objects.create(code=f"D{n}", name=f"部门{n}") for n in range(3)]
    items = [
        Item.objects.create(
            code=f"I{n}", name=f"事项{n}", department=departments[n % 3], type=("permit", "service")[n % 2]
        )
        for n in range(6)
    ]
    windows = [None, *(Window.objects.create(code=f"W{n}", name=f"窗口{n}") for n in range(2))]
    staff = [None, *(User.objects.create(username=f"clerk{n}", name=f"职员{n}") for n in range(2))]
    return City(departments, items, windows, staff)


@dataclass
class Note:
    """The state of one case at the end of a day."""

    open: bool
    overdue: bool
    stopped: bool


@dataclass
class Story:
    """One case: its row, and what the desk knows of it."""

    case: Case
    kind: str
    facts: dict[str, dt.date] = field(default_factory=dict)  # first day of each thing that happened
    outcome: str = ""
    deemed: bool = False
    answer_due: dt.date | None = None
    due: dt.date | None = None
    legal_due: dt.date | None = None
    was_overdue: bool = False  # when the clock stopped
    stop: CaseStop | None = None
    stopped_at: dt.date | None = None
    extended: bool = False
    log: dict[dt.date, Note] = field(default_factory=dict)
    turned_red: list[dt.date] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return "accepted" in self.facts

    @property
    def ended(self) -> bool:
        return "ended" in self.facts

    def overdue_at_end_of(self, on: dt.date) -> bool:
        if not self.accepted or self.ended:
            return False
        return self.was_overdue if self.stop else bool(self.due and on > self.due)

    def note(self, on: dt.date) -> None:
        before = self.log.get(on - dt.timedelta(days=1))
        is_open = self.accepted and not self.ended
        note = Note(is_open, self.overdue_at_end_of(on), is_open and self.stop is not None)
        late_end = self.accepted and self.facts.get("ended") == on and self.due is not None and on > self.due
        if (note.overdue or late_end) and not (before and before.overdue):
            self.turned_red.append(on)
        self.log[on] = note


class Desk:
    """Lets stories happen."""

    def __init__(self, seed: int, city: City) -> None:
        self.chance = random.Random(seed)
        self.city = city
        self.stories: list[Story] = []

    def live(self) -> None:
        for number in range(DAYS):
            today = day(number)
            for _ in range(self.chance.randrange(4)):
                self.file(today)
            for story in self.stories:
                self.step(story, today)
                story.note(today)

    def luck(self, share: float) -> bool:
        return self.chance.random() < share

    @contextmanager
    def writing(self, case: Case):
        with transaction.atomic(), watch(CASE_MEASURES, case):
            yield
            case.save()

    def file(self, today: dt.date) -> None:
        item = self.chance.choice(self.city.items)
        kind = self.chance.choice(["promise", "promise", "immediate"])
        case = Case(
            number=f"N{len(self.stories)}", item=item, department=item.department, channel=self.chance.choice(CHANNELS),
            kind=kind, window=self.chance.choice(self.city.windows), state="submitted", submitted_on=today,
            received_on=today, first_answer_due_on=today + dt.timedelta(days=5), visits=self.chance.randrange(2),
        )  # fmt: skip
        with self.writing(case):
            pass
        story = Story(case, kind, {"received": today}, answer_due=case.first_answer_due_on)
        self.stories.append(story)

    def step(self, story: Story, today: dt.date) -> None:
        if story.ended:
            return
        if not story.accepted:
            self.before_acceptance(story, today)
        elif story.stop:
            if self.luck(0.3):
                self.resume(story, today)
            elif self.luck(0.05):
                self.end(story, today, "withdrawn")
        else:
            self.handle(story, today)

    def answer(self, story: Story, today: dt.date) -> None:
        if "answered" not in story.facts:
            story.facts["answered"] = story.case.answered_on = today
        story.case.staff = self.chance.choice(self.city.staff)

    def before_acceptance(self, story: Story, today: dt.date) -> None:
        case = story.case
        if self.luck(0.2):
            with self.writing(case):
                self.accept(story, today)
        elif self.luck(0.05):
            with self.writing(case):
                self.answer(story, today)  # a supplement notice
        elif self.luck(0.03):
            with self.writing(case):
                self.answer(story, today)
                story.deemed = case.deemed = True
                self.accept(story, today)
        elif self.luck(0.04):
            self.end(story, today, self.chance.choice(["not_accepted", "returned", "withdrawn"]))

    def accept(self, story: Story, today: dt.date) -> None:
        case = story.case
        self.answer(story, today)
        story.facts["accepted"] = case.accepted_on = today
        days = 0 if story.kind == "immediate" else self.chance.randrange(1, 12)
        case.promised_days, case.legal_days = days, self.chance.choice([None, 20, 6])
        # Counted from an earlier day, a short promise may be over when it begins.
        begins = today - dt.timedelta(days=self.chance.choice([0, 0, 0, 4]))
        story.due = begins + dt.timedelta(days=days)
        story.legal_due = begins + dt.timedelta(days=case.legal_days) if case.legal_days else None
        case.state = "accepted"
        self.write_dates(story)

    def write_dates(self, story: Story) -> None:
        case = story.case
        case.promised_due_on, case.legal_due_on = story.due, story.legal_due
        case.overdue_from_on = story.due + dt.timedelta(days=1) if story.due else None

    def handle(self, story: Story, today: dt.date) -> None:
        if self.luck(0.5 if today == story.due else 0.12):
            self.end(story, today, self.chance.choice(["approved", "approved", "refused"]))
        elif self.luck(0.02):
            self.end(story, today, self.chance.choice(["withdrawn", "terminated"]))
        elif self.luck(0.08):
            self.suspend(story, today)
        elif self.luck(0.06) and story.kind == "promise" and not story.extended:
            self.extend(story, today)

    def suspend(self, story: Story, today: dt.date) -> None:
        case = story.case
        story.was_overdue = story.overdue_at_end_of(today)
        story.stopped_at = today
        with self.writing(case):
            story.stop = CaseStop.objects.create(case=case, ground="testing", from_on=today)
            case.stopped_on = today
            case.promised_due_on = case.legal_due_on = None
            if not story.was_overdue:
                case.overdue_from_on = None

    def lift(self, story: Story, today: dt.date) -> None:
        assert story.stop is not None
        story.stop.to_on = today
        story.stop.save()
        story.stop = None
        story.case.stopped_on = None

    def resume(self, story: Story, today: dt.date) -> None:
        case = story.case
        with self.writing(case):
            self.lift(story, today)
            assert story.stopped_at is not None
            taken_out = today - story.stopped_at
            if not story.was_overdue:
                story.due += taken_out
            if story.legal_due and story.legal_due >= story.stopped_at:
                story.legal_due += taken_out
            self.write_dates(story)

    def extend(self, story: Story, today: dt.date) -> None:
        case = story.case
        with self.writing(case):
            story.extended = True
            was = max(story.due + dt.timedelta(days=1), story.facts["accepted"])
            story.due = max(story.due + dt.timedelta(days=6), today)
            if story.legal_due:
                story.legal_due += dt.timedelta(days=6)
            case.extended_days = 6
            self.write_dates(story)
            if was < today:
                CaseOverdueSpan.objects.create(case=case, from_on=was, to_on=today)
                CaseOverdueSpan.objects.create(case=case, legal=True, from_on=was, to_on=today)

    def end(self, story: Story, today: dt.date, outcome: str) -> None:
        case = story.case
        with self.writing(case):
            if outcome == "not_accepted":
                self.answer(story, today)
            if story.stop:
                self.lift(story, today)
                story.due = None if not story.was_overdue else story.due
            story.facts["ended"] = case.ended_on = today
            story.outcome = case.outcome = outcome
            if outcome in ("approved", "refused"):
                story.facts["decided"] = case.decided_on = today
                case.elapsed_days = self.chance.randrange(100)
                case.filing_days = case.elapsed_days + self.chance.randrange(5)
                case.staff = self.chance.choice(self.city.staff)


def replay(stories: list[Story], first: dt.date, last: dt.date, as_of: dt.date) -> dict[str, Any]:
    """Every figure of the block "approvals" by its definition, from the desk's log."""

    def on(story: Story, what: str) -> bool:
        return what in story.facts and first <= story.facts[what] <= last

    def share(part: float, whole: float) -> float | None:
        return part / whole if whole else None

    def mean(values: list[int | None]) -> float | None:
        known = [value for value in values if value is not None]
        return share(sum(known), len(known))

    def balance(at: dt.date, what: str) -> int:
        return sum(getattr(story.log[at], what) for story in stories if at in story.log)

    concluded = [story for story in stories if on(story, "decided")]
    promise = [story for story in concluded if story.kind == "promise"]
    immediate = [story for story in concluded if story.kind == "immediate"]
    ended = [story for story in stories if on(story, "ended")]
    early = sum(story.facts["decided"] < story.due for story in promise)
    on_due_day = sum(story.facts["decided"] == story.due for story in promise)
    overdue = sum(story.facts["decided"] > story.due for story in promise)
    overdue_immediate = sum(story.facts["decided"] > story.due for story in immediate)
    answers = [story for story in stories if on(story, "answered")]
    late = 0
    for story in stories:
        first_late = "answered" in story.facts and story.facts["answered"] > story.answer_due
        if first_late or (story.deemed and story.facts["answered"] == story.facts["accepted"]):
            late += on(story, "answered")
        elif story.deemed:
            late += on(story, "accepted")
    withdrawn = [story for story in ended if story.outcome in ("withdrawn", "terminated")]
    compressible = [story.case for story in promise if story.case.legal_days is not None]
    legal_sum = sum(case.legal_days for case in compressible)
    return {
        "received": sum(on(story, "received") for story in stories),
        "accepted": sum(on(story, "accepted") for story in stories),
        "concluded": len(concluded),
        "immediate_concluded": len(immediate),
        "promise_concluded": len(promise),
        "early": early,
        "on_due_day": on_due_day,
        "overdue": overdue,
        "overdue_immediate": overdue_immediate,
        "overdue_legal": sum(bool(story.legal_due) and story.facts["decided"] > story.legal_due for story in promise),
        "on_time_rate": share(early + on_due_day, len(promise)),
        "early_rate": share(early, len(promise)),
        "overdue_rate": share(overdue, len(promise)),
        "overdue_rate_all": share(overdue + overdue_immediate, len(concluded)),
        "answers": len(answers),
        "late_answers": late,
        "late_answer_rate": share(late, len(answers)),
        "mean_legal_days": mean([story.case.legal_days for story in promise]),
        "mean_promised_days": mean([story.case.promised_days for story in promise]),
        "mean_actual_days": mean([story.case.elapsed_days for story in promise]),
        "mean_filing_to_decision_days": mean([story.case.filing_days for story in promise]),
        "time_compression": share(legal_sum - sum(case.promised_days for case in compressible), legal_sum),
        "online_rate": share(
            sum(story.case.channel == "online" and story.case.visits == 0 for story in concluded), len(concluded)
        ),
        "immediate_share": share(len(immediate), len(concluded)),
        "extended": sum(story.extended for story in promise),
        "withdrawn": len(withdrawn),
        "withdrawn_overdue": sum(
            story.accepted and story.due is not None and story.facts["ended"] > story.due for story in withdrawn
        ),
        "returned": sum(story.outcome == "returned" for story in ended),
        "not_accepted": sum(story.outcome == "not_accepted" for story in ended),
        "open_at_start": balance(first - dt.timedelta(days=1), "open"),
        "open": balance(as_of, "open"),
        "open_overdue": balance(as_of, "overdue"),
        "open_stopped": balance(as_of, "stopped"),
    }
