"""What supervisors asked of units through the year: orders where a reminder did not help, explanations, what followed."""

import datetime as dt
from collections import defaultdict
from contextlib import AbstractContextManager

from django.db.models import F

from approvals.cases.models import Case
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import stream_of
from portal.core.models import Event
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.models import Department
from portal.site.demo.chapters import City
from portal.site.demo.chapters.monitoring import BASIS, REPLIES, SENT_BACK, Watch
from portal.site.demo.reminders import HOUR, MORNINGS, go_round
from portal.site.demo.year import work_off
from portal.supervision.models import Reminder
from portal.supervision.monitoring import actions
from portal.supervision.monitoring.actions import AccountabilityDraft, ActDraft
from portal.supervision.monitoring.models import Act

ORDER = 955  # behind everything that lights a lamp, before the acts of the last weeks
RECENT = 26  # days before the end from which on the chapter of monitoring tells
ROUNDS = 16  # days in which the cases that other chapters added are reminded of
PATIENCE = 2  # working days that a reminder is given
PAUSE = dt.timedelta(days=12)  # between two orders to one unit
LIMIT = 3
ORDER_TEXT = "办件{numbers}超过承诺时限，经催办仍未办结，请主要负责人过问，限期办结并书面说明原因和整改措施。"
QUESTIONS = (
    ("一次性告知情况说明", "近期补正告知较为集中，请说明一次性告知制度的执行情况和改进措施。"),
    ("延期办理情况说明", "近期延长办理期限的办件较多，请说明延期依据和审批情况。"),
    ("窗口在岗情况说明", "近期群众反映窗口等候时间较长，请说明窗口排班和替岗安排。"),
    ("不予受理情况说明", "请说明近期不予受理办件的理由和告知情况，并附相关材料。"),
)
ANSWERS = (
    "经核查，主要原因是新系统上线后样表未及时更新。已补齐样表并对窗口人员开展培训。",
    "相关办件均依法履行审批手续，已逐件复核，今后由科室负责人每周汇总报备。",
    "已调整排班，增设机动岗，高峰时段由后台人员支援窗口。",
)
NOT_CONVINCED = "说明与系统记录不符，未予采纳，请按规定整改。"
GROUND = "督办事项未按时限回复，经催办后方回复，影响办事群众。"


def live(city: City) -> None:
    """The year up to the last weeks, day by day, so that the letters are numbered as they were written."""
    if len(city.people.supervisors) < 2:
        return
    _last_rounds(city)
    year = Demands(city)
    told = [*year.orders(), *year.explanations()]
    for day, draft in sorted(told, key=lambda one: (one[0], one[1].department.pk)):
        year.tell(day, draft)
    with driven_clock(city.end):
        work_off()


def _last_rounds(city: City) -> None:
    """The cases that came into the city behind the year, as they burned on the mornings of the last days."""
    index = workdays()
    for day in index.workdays_from(local_date(city.end) - dt.timedelta(days=ROUNDS), local_date(city.end)):
        moment = dt.datetime.combine(day, HOUR, ZONE)
        if day.weekday() in MORNINGS and moment < city.end:
            went_on = Event.objects.filter(stream=stream_of(Case), at__gt=moment).values("stream_id")
            with driven_clock(moment):
                go_round(city.people.supervisors, but=went_on)


class Demands:
    """The acts of a year, drawn by dice of their own."""

    def __init__(self, city: City) -> None:
        self.city, self.watch, self.index = city, Watch(city), workdays()
        self.chance = city.chance("demands")
        self.until = self.watch.last - dt.timedelta(days=RECENT)
        self.units = [one.department for one in city.people.teams.values() if self.watch.head_of(one.department)]

    # --- what is asked --------------------------------------------------------------------------------------------------

    def orders(self) -> list[tuple[dt.date, ActDraft]]:
        """Where a red case was reminded of and was not ended some days later; several of a unit in one order."""
        rows = Reminder.objects.filter(case__overdue_from_on__lte=F("reminded_on")).select_related("case", "department")
        found: dict[tuple[dt.date, int], list[Case]] = defaultdict(list)
        for row in rows.order_by("reminded_on", "pk"):
            day = self.index.add(row.reminded_on, PATIENCE)
            if day < self.until and (row.case.ended_on is None or row.case.ended_on >= day):
                found[day, row.department_id].append(row.case)
        known, last = {one.pk: one for one in self.units}, dict[int, dt.date]()
        drafts = []
        for (day, unit), cases in sorted(found.items(), key=lambda pair: pair[0]):
            if unit in known and (unit not in last or last[unit] + PAUSE <= day):
                last[unit] = day
                drafts.append((day, _order(known[unit], cases)))
        return drafts

    def explanations(self) -> list[tuple[dt.date, ActDraft]]:
        """About one a month, of one unit after the other."""
        drafts, day, number = [], self.city.first + dt.timedelta(days=self.chance.randrange(12, 24)), 0
        while self.units and day < self.until:
            title, text = QUESTIONS[number % len(QUESTIONS)]
            unit = self.chance.choice(self.units)
            on = self.index.next_workday_on_or_after(day)
            drafts.append((on, ActDraft("explanation", unit, title, text, limit_days=LIMIT)))
            day, number = day + dt.timedelta(days=self.chance.randrange(20, 38)), number + 1
        return drafts

    # --- what became of it ----------------------------------------------------------------------------------------------

    def tell(self, day: dt.date, draft: ActDraft) -> None:
        """Issued, received, replied to and judged; some replies are late, some go back once."""
        supervisor = self.chance.choice((self.watch.first, self.watch.second))
        head = self.watch.head_of(draft.department)
        with self._on(day, 9, 12):
            act = actions.issue(supervisor, draft)
        late = self.chance.random() < 0.14
        given = LIMIT + self.chance.choice((1, 2)) if late else self.chance.randint(1, LIMIT)
        with self._on(self.index.add(day, 1), 9, 12):
            self.watch.step(head, act, "receive")
        replied_on = self._replied(head, act, self.index.add(day, given))
        if act.kind == Act.Kind.EXPLANATION and self.chance.random() < 0.15:
            with self._on(self.index.add(replied_on, 1)):
                self.watch.step(supervisor, act, "reject", note=NOT_CONVINCED)
            return
        if act.kind == Act.Kind.ORDER and self.chance.random() < 0.18:
            with self._on(self.index.add(replied_on, 1)):
                self.watch.step(supervisor, act, "send_back", note=SENT_BACK, days=2)
            replied_on = self._replied(head, act, self.index.add(replied_on, 2))
        with self._on(self.index.add(replied_on, 1)):
            self.watch.step(supervisor, act, "accept", note="情况属实，予以认可。")
        if late and act.kind == Act.Kind.ORDER:
            self._accountable(act, self.index.add(replied_on, 2))

    def _replied(self, head: Actor | None, act: Act, day: dt.date) -> dt.date:
        words = ANSWERS if act.kind == Act.Kind.EXPLANATION else REPLIES
        with self._on(day):
            self.watch.step(head, act, "reply", reply=self.chance.choice(words))
        return day

    def _accountable(self, act: Act, day: dt.date) -> None:
        """A late reply costs a talk or a point."""
        measure = self.chance.choice(("talk", "points"))
        draft = AccountabilityDraft(
            act.department, measure, GROUND, BASIS, points=1 if measure == "points" else None, act=act
        )
        with self._on(day):
            record = actions.propose(self.watch.first, draft)
        with self._on(self.index.add(day, 1)):
            self.watch.judge(self.watch.second, record, "confirm")

    def _on(self, day: dt.date, first: int = 13, last: int = 17) -> AbstractContextManager[None]:
        """In the afternoon, where nothing else is said."""
        hour = self.chance.randrange(first, last)
        return driven_clock(dt.datetime.combine(day, dt.time(hour, self.chance.randrange(60)), ZONE))


def _order(unit: Department, cases: list[Case]) -> ActDraft:
    numbers = "、".join(dict.fromkeys(str(one.number) for one in cases[:5]))
    lamps = [f"cases.decision:{one.pk}" for one in cases]
    return ActDraft("order", unit, "超期办件督办", ORDER_TEXT.format(numbers=numbers), limit_days=LIMIT, lamps=lamps)
