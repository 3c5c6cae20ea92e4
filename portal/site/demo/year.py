"""The year: draws the stories, and drives the clock through all of them, day by day, with the portal's own jobs."""

import datetime as dt
import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from approvals.cases import tasks as case_tasks
from approvals.cases.models import Channel
from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item
from approvals.delivery import tasks as delivery_tasks
from approvals.payments import tasks as payment_tasks
from portal.core import jobs
from portal.core.models import Notification
from portal.core.notifications.inbox import mark_all_read
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import User
from portal.site.demo.people import Applicant, People
from portal.site.demo.story import Moments, Offer, Plan, Stage, Story, Temper

DILIGENT = Temper(late=0.0, slow_answer=0.0, pace=(0.15, 0.6))
BEHIND = Temper(late=0.14, slow_answer=0.03, pace=(0.5, 1.0))
TEMPERS = {"GJJ": DILIGENT, "ZJJ": BEHIND, "CGJ": Temper(late=0.06), "SCJG": Temper(late=0.012, pace=(0.2, 0.85))}
# How many of the city's filings go to a department; the others have one each.
BUSY = {
    "SCJG": 20, "GAJ": 16, "RSJ": 13, "SHUI": 9, "YBJ": 9, "GJJ": 8, "ZRZY": 8, "ZJJ": 7, "JTJ": 6, "MZJ": 5, "WJW": 5,
    "JYJ": 4, "CLJ": 2, "NYJ": 2, "CGJ": 3, "WLJ": 2, "XFJ": 2, "TYJR": 2,
}  # fmt: skip
SPECIAL_STEPS = {"专家": "expert_review", "现场": "inspection"}
NIGHT = dt.time(0, 20)
Say = Callable[[str], None]


UNREAD = dt.timedelta(days=4)  # how far back people have not read what the portal told them


def silent(_sentence: str) -> None:
    """Tells nobody."""


def offers() -> list[Offer]:
    """Every item that can be filed, with its form and its materials."""
    rows = Item.objects.filter(status=Item.Status.PUBLISHED).select_related("current__form", "department")
    found = []
    for item in rows.order_by("code").prefetch_related("current__materials"):
        version = item.current
        if version is None:
            continue
        form = FormDefinition.parse(version.form.definition) if version.form else None
        steps = "".join(step["name"] for step in version.steps)
        special = next((ground for word, ground in SPECIAL_STEPS.items() if word in steps), "")
        found.append(Offer(item, version, form, list(version.materials.all()), special))
    return found


class Casting:
    """Draws who files what, where and when."""

    def __init__(self, stage: Stage, people: People, seed: int) -> None:
        self.stage, self.people, self.seed = stage, people, seed
        self.offers = offers()
        self.chance = random.Random(seed)  # noqa: S311 - a city is drawn, no secret
        self.weights = self._weights()
        self._drawn = 0

    def _weights(self) -> list[float]:
        """A department's filings fall on its items as words do in a text: the first ones take most."""
        rank: dict[str, int] = {}
        shares = []
        for offer in self.offers:
            code = offer.item.department.code
            rank[code] = rank.get(code, 0) + 1
            shares.append((code, rank[code] ** -0.8))
        total: dict[str, float] = {}
        for code, share in shares:
            total[code] = total.get(code, 0) + share
        return [BUSY.get(code, 1) * share / total[code] for code, share in shares]

    def ordinary(self, day: dt.date) -> Story:
        """A filing like any other on that day."""
        return self.story(self.chance.choices(self.offers, self.weights)[0], day)

    def story(
        self,
        offer: Offer,
        day: dt.date,
        *,
        applicant: Applicant | None = None,
        halt: str = "",
        **fate: bool,
    ) -> Story:
        """A filing of this item on that day; `halt` and `fate` say how it goes where chance shall not."""
        self._drawn += 1
        chance = random.Random(f"{self.seed}:{self._drawn}")  # noqa: S311
        online = offer.form is not None and (halt != "" or chance.random() < 0.8)
        plan = Plan(
            offer=offer,
            team=self.people.teams[offer.item.department_id],
            temper=TEMPERS.get(offer.item.department.code, Temper()),
            applicant=applicant or self._applicant(offer, chance),
            channel=Channel.ONLINE if online else Channel.COUNTER,
            # Cases whose state on the last day matters are filed while the office can go on with them.
            filed_at=self.stage.hours.filing(chance, day, online=online and not halt),
            chance=chance,
            halt=halt,
            fate=fate,
        )
        return Story(self.stage, plan)

    def _applicant(self, offer: Offer, chance: random.Random) -> Applicant:
        return chance.choice(self.people.firms if offer.item.enterprise else self.people.citizens)


def filings(casting: Casting, first: dt.date, last: dt.date, count: int) -> Iterator[Story]:
    """`count` ordinary filings, spread over the days by how busy they are."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    weights = [casting.stage.hours.weight(day) for day in days]
    for day in sorted(casting.chance.choices(days, weights, k=count)):
        yield casting.ordinary(day)


class Driver:
    """Lets stories live side by side: the one whose moment comes first goes on, under a clock that says that moment."""

    def __init__(
        self,
        stories: Sequence[Story],
        *,
        first: dt.date,
        until: dt.datetime,
        begin_day: Callable[[int], None],
        beside: Iterable[Moments] = (),
    ) -> None:
        self.first, self.until, self.begin_day = first, until, begin_day
        self._queue: list[tuple[dt.datetime, int, Moments]] = []
        for number, moments in enumerate((*(story.live() for story in stories), *beside)):
            self._push(moments, number)

    def run(self, say: Say) -> None:
        """Day after day: the portal's jobs in the night, then everybody's day."""
        day = self.first
        while (night := dt.datetime.combine(day, NIGHT, ZONE)) < self.until:
            if day.day == 1:
                say(f"  {day:%Y-%m}")
            self.begin_day((day - self.first).days)
            with driven_clock(night):
                self._night()
                if day == local_date(self.until) - UNREAD:
                    read_everything()
            day += dt.timedelta(days=1)
            self.live_until(min(dt.datetime.combine(day, NIGHT, ZONE), self.until))

    def live_until(self, moment: dt.datetime) -> None:
        while self._queue and self._queue[0][0] < moment:
            at, number, story = heapq.heappop(self._queue)
            with driven_clock(at):
                self._push(story, number)
                work_off()

    def _push(self, story: Moments, number: int) -> None:
        following = next(story, None)
        if following is not None:
            heapq.heappush(self._queue, (following, number, story))

    def _night(self) -> None:
        case_tasks.deem_accepted()
        case_tasks.return_unsupplemented()
        case_tasks.deem_granted()
        case_tasks.sweep_deadlines()
        payment_tasks.daily()
        delivery_tasks.ask_carriers()
        delivery_tasks.sweep()
        work_off()


def live_alone(moments: Moments, end: dt.datetime) -> None:
    """One story by itself, up to the end of the history; the portal's nights are left out."""
    at = next(moments, None)
    while at is not None and at < end:
        with driven_clock(at):
            at = next(moments, None)
            work_off()


def work_off() -> None:
    """Run what is due; no other worker is alive whose lost jobs would have to be looked for."""
    while (taken := jobs.take_job()) is not None:
        jobs.run_job(taken)


def read_everything() -> None:
    """Everybody reads what the portal told them so far."""
    for user in User.objects.filter(pk__in=Notification.objects.filter(read_at=None).values("user")):
        mark_all_read(actor_of(user))
