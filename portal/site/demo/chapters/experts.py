"""The pool of experts: taken in by two pairs of eyes, drawn for a tender, called, at the door; a draw that failed."""

import datetime as dt
import random
from contextlib import AbstractContextManager

from django.db.models import Q

from portal.core import draw as arithmetic
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo import accounts
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer, romanised
from procurement.bidders.agents import people_of
from procurement.experts import actions
from procurement.experts.actions import ExpertDraft, JobDraft, PlanDraft
from procurement.experts.models import Draw, Expert, PanelMember
from procurement.experts.standing import StandingDraft
from procurement.tenders.models import Project

ORDER = 82
FULL, SMALL = 120, 48
SINCE_DAYS = 330  # the tenders of a year of contracts were evaluated by committees of this pool
SUSPENDED_DAYS = 130  # how long ago three of the pool were suspended, at most
WORKS = ("A01", "A02", "A03", "A04", "A05", "A06")
OTHERS = ("B01", "B02", "B03", "B04", "C01", "C02", "D01", "D02")
TITLES = ("高级工程师", "正高级工程师", "高级经济师", "教授", "副教授", "一级造价工程师")
EMPLOYERS = (
    "江海市政工程设计研究院", "海州大学土木工程学院", "江海水利勘测设计院", "海州市第一人民医院设备处",
    "连云信息技术研究所", "江海职业技术学院", "海州园林规划设计院", "江海正信会计师事务所", "海州港务咨询公司",
    "江海造价咨询公司",
)  # fmt: skip
REGIONS = ("海州", "海州", "海州", "东陇")
PLAN = [("A02", 3), ("A06", 2)]
# Three committees of one half-day find their people and their reserves, however the draws fall.
ENOUGH = {1: ("A02",), 3: ("A06",)}
ABROAD = "评标期间未经许可离开评标现场，经两次提醒仍未返回。"
APPEAL = "自收到决定之日起十个工作日内向海州市政务服务管理局提出异议，或者依法申请行政复议。"


class Pool:
    """Who stands in the pool, and the people of the centre who take them in."""

    def __init__(self, city: City, chance: random.Random) -> None:
        self.city, self.chance, self.namer = city, chance, Namer(chance)
        self.officer = actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)
        self.watcher, self.second = city.people.supervisors[:2]
        self.password = User.objects.get(username="trading1").password
        self.born = max(city.first, local_date(city.end) - dt.timedelta(days=SINCE_DAYS))

    def fill(self, size: int) -> None:
        """Everybody applies on one day, is examined on the next and approved on the third."""
        day = self.born
        made = []
        with _at(day, 10):
            made = [self._apply(n) for n in range(1, size + 1)]
        with _at(day + dt.timedelta(days=1), 15):
            for one in made[:-2]:  # the last two still wait
                self._step(self.officer, one, "examine", opinion="职称证书、从业经历、无犯罪记录证明已核验。")
        with _at(day + dt.timedelta(days=2), 9):
            for one in made[:-4]:
                self._step(self.watcher, one, "approve")
            self._step(self.officer, made[-3], "reject", note="从业年限不足八年。")
        first = max(day + dt.timedelta(days=20), local_date(self.city.end) - dt.timedelta(days=SUSPENDED_DAYS))
        with _at(first, 9):
            for one in made[5:8]:
                self._suspend(one, first)

    def _apply(self, n: int) -> Expert:
        chance, female = self.chance, self.chance.random() < 0.35
        name = self.namer.person(female=female)
        user = User.objects.create_user(
            f"expert{n}", None, name=name, name_en=romanised(name), phone=self.namer.mobile()
        )
        if user.username in accounts.EXPERTS:
            user.password = self.password
            user.save(update_fields=["password"])
        field = WORKS if n % 3 else OTHERS
        since = self.born - dt.timedelta(days=chance.randrange(400, 6000))
        made = actions.apply(
            actor_of(user),
            ExpertDraft(
                name=name, title=chance.choice(TITLES), region=chance.choice(REGIONS), phone=user.phone,
                identity=self.namer.resident_number(
                    self.namer.birth(youngest=36, oldest=63, on=self.born), female=female
                ),
                employer=chance.choice(EMPLOYERS), employed_since=since,
                specialities=sorted({*chance.sample(field, 2), *ENOUGH.get(n % 4, ())}),
            ),
        )  # fmt: skip
        if n % 9 == 0:  # some came from a buyer, whose tenders they avoid
            job = JobDraft(
                employer="海州市住房和城乡建设局",
                starts_on=since - dt.timedelta(days=900),
                ends_on=self.born - dt.timedelta(days=90),
            )
            actions.add_employment(actor_of(user), made.pk, job)
        return made

    def _step(self, actor: Actor, one: Expert, code: str, **inputs: str) -> None:
        one.refresh_from_db(fields=["state_version"])
        actions.take_step(actor, one.pk, code, inputs, state_version=one.state_version)

    def _suspend(self, one: Expert, first: dt.date) -> None:
        draft = StandingDraft(
            kind="suspended", ground=ABROAD, source="《评标专家和评标专家库管理办法》；海政数〔2026〕8号",
            authority="海州市政务服务管理局", starts_on=first, ends_on=first + dt.timedelta(days=182), appeal=APPEAL,
        )  # fmt: skip
        actions.block(self.watcher, one.pk, draft)


class Drawing:
    """One tender's committee, by the steps that officer, tenderer, supervisor and experts take."""

    def __init__(self, pool: Pool, project: Project, evaluates_at: dt.datetime) -> None:
        self.pool, self.project, self.at = pool, project, evaluates_at
        self.agent = actor_of(people_of(project.buyer_id)[0], Role.AGENT)
        self.seeds = {party: pool.chance.randbytes(arithmetic.SEED_BYTES) for party in ("tenderer", "supervisor")}
        self.parties = {"tenderer": self.agent, "supervisor": pool.watcher}
        self.draw = Draw()

    def freeze(self, moment: dt.datetime) -> None:
        plan = PlanDraft(
            evaluates_at=self.at, size=5, places=PLAN, main_venue="海州市公共资源交易中心评标一室",
            secondary_venue="东陇分中心评标室", secondary_region="东陇",
        )  # fmt: skip
        with driven_clock(moment):
            self.draw = actions.freeze(self.pool.officer, self.project.pk, plan)

    def seal(self, moment: dt.datetime, *parties: str) -> None:
        with driven_clock(moment):
            for party in parties:
                self.draw.refresh_from_db()
                promise = arithmetic.commitment(party, self.draw.pool_digest, self.seeds[party])
                actions.commit(self.parties[party], self.draw.pk, promise, state_version=self.draw.state_version)

    def reveal(self, moment: dt.datetime, *parties: str) -> None:
        with driven_clock(moment):
            for party in parties:
                self.draw.refresh_from_db()
                seed = self.seeds[party].hex()
                actions.reveal(self.parties[party], self.draw.pk, seed, state_version=self.draw.state_version)

    def answer(self, moment: dt.datetime) -> None:
        """One declines, whose reserve accepts with all others."""
        with driven_clock(moment):
            first = self._waiting()[0]
            self._say(first, "decline", "当日已有出差安排")
            for one in self._waiting():
                self._say(one, "accept", "")

    def _say(self, one: PanelMember, code: str, note: str) -> None:
        actions.answer(actor_of(one.user), one.pk, code, note=note, state_version=one.state_version)

    def _waiting(self) -> list[PanelMember]:
        return list(self.draw.members.filter(state="called").select_related("user").order_by("pk"))

    def arrive(self, moment: dt.datetime) -> None:
        """Everybody checks in; whoever must keep away by now is followed by a reserve, who comes too."""
        with driven_clock(moment):
            while coming := list(self.draw.members.filter(state__in=("called", "accepted")).order_by("pk")):
                for one in coming:
                    actions.check_in(self.pool.officer, one.pk, venue=one.venue, state_version=one.state_version)


def _at(day: dt.date, hour: int) -> "AbstractContextManager[None]":
    return driven_clock(dt.datetime.combine(day, dt.time(hour), ZONE))


def live(city: City) -> None:
    """The pool first, then a committee for each tender past its deadline, one draw that waits, one that failed."""
    pool = Pool(city, city.chance("experts"))
    pool.fill(SMALL if city.small else FULL)
    works = Project.objects.filter(category="construction", deadline_at__isnull=False).select_related("buyer")
    for project in works.filter(Q(state="closed") | Q(state="opened")).order_by("pk"):
        form_committee(pool, project)
    waiting = list(works.filter(state__in=("announced", "receiving"), deadline_at__gt=city.end).order_by("pk")[:2])
    for n, project in enumerate(waiting):
        _waiting(pool, project, failed=n == 1)


def form_committee(pool: Pool, project: Project) -> None:
    """Drawn on the working day before the opening, at the door on its afternoon."""
    assert project.deadline_at is not None  # noqa: S101 - the query asks for it
    opening = local_date(project.deadline_at)
    eve = dt.datetime.combine(workdays().add(opening, -1), dt.time(14, 30), ZONE)
    begins = dt.datetime.combine(opening, dt.time(14), ZONE)
    if begins > pool.city.end:
        return
    told = Drawing(pool, project, begins)
    told.freeze(eve)
    told.seal(eve + dt.timedelta(minutes=20), "tenderer", "supervisor")
    told.reveal(eve + dt.timedelta(minutes=40), "supervisor", "tenderer")
    told.answer(eve + dt.timedelta(minutes=70))
    told.arrive(begins - dt.timedelta(minutes=25))


def _waiting(pool: Pool, project: Project, *, failed: bool) -> None:
    """One waits for the supervisor's seed; of the other the tenderer never revealed, and its pool is frozen anew."""
    assert project.deadline_at is not None  # noqa: S101 - the query asks for it
    begins = project.deadline_at + dt.timedelta(hours=5)
    now = pool.city.end - dt.timedelta(minutes=50)
    told = Drawing(pool, project, begins)
    if failed:
        before = now - dt.timedelta(hours=30)
        told.freeze(before)
        told.seal(before + dt.timedelta(minutes=10), "supervisor", "tenderer")
        told.reveal(before + dt.timedelta(minutes=30), "supervisor")
        with driven_clock(now - dt.timedelta(hours=5)):
            actions.lapse(told.draw.pk)
    told.freeze(now)
    told.seal(now + dt.timedelta(minutes=15), "tenderer")
