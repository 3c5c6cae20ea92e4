"""Construction projects of the demo city: in every stage, some late, some on the green channel, one that nobody answers."""

import datetime as dt
import random
from dataclasses import dataclass, replace

from approvals.cases.models import Case
from approvals.catalogue.models import Item
from approvals.projects import actions
from approvals.projects.actions.appointments import Point
from approvals.projects.actions.meetings import Duty
from approvals.projects.actions.plans import Line
from approvals.projects.actions.registering import ProjectDraft
from approvals.projects.models import OpinionRequest, Project, Stage
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date, today
from portal.people.actors import actor_of
from portal.people.models import Department, Membership, Organisation, Posting, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from portal.site.demo.people import Applicant
from portal.site.demo.year import Casting, Offer, work_off

ORDER = 70
WAN = 10_000_00  # fen
# Who is asked in each stage: department, for what, and the item that its own decision is about.
PLANS: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "planning": (
        "ZRZY",
        (("ZRZY", "permit", "ZRZY-008"), ("STHJ", "consultation", ""), ("SWJ", "consultation", ""),
         ("JTJ", "consultation", ""), ("XFJ", "consultation", "")),
    ),
    "permit": (
        "ZJJ",
        (("ZJJ", "permit", "ZJJ-001"), ("XFJ", "consultation", ""), ("CGJ", "consultation", ""),
         ("SWJ", "inspection", ""), ("GAJ", "consultation", "")),
    ),
    "acceptance": (
        "ZJJ",
        (("ZJJ", "permit", "ZJJ-003"), ("ZRZY", "acceptance", ""), ("XFJ", "acceptance", ""), ("CGJ", "acceptance", ""),
         ("QXJ", "acceptance", "")),
    ),
}  # fmt: skip
BUILDERS = ("海州城市建设投资集团有限公司", "海州临港置业有限公司", "江海产业园开发有限公司", "海州水务建设有限公司")
AGREE = ("原则同意。", "经审查，无不同意见。", "同意。请按程序办理后续手续。")
CONDITIONS = (
    "同意，开工前应完成地下管线现状交底，并做好既有管线保护。",
    "同意，消防车道净宽不得小于 4 米，转弯半径不小于 9 米。",
    "同意，施工期间须设置雨污分流沉淀设施，不得直排河道。",
)
# Working days ago from which on a stage asks for the permit decision too.
PERMITS_SINCE = {"planning": 22, "permit": 45, "acceptance": 61}
# A small city is six weeks old: its one finished project went ahead before the permits were drawn in.
SMALL_PERMITS_SINCE = {**PERMITS_SINCE, "permit": 12}
# The stage in which a project still waits for a permit decision.
WAITED_FOR = {
    "planning": "planning", "planning_late": "planning", "permit": "permit", "permit_late": "permit",
    "absent": "acceptance",
}  # fmt: skip
FINDS = (
    ("室外消火栓栓口压力不足", "更换增压水泵并复测"),
    ("无障碍坡道坡度超限", "按 1:12 重做"),
    ("屋面防雷接闪带断开", "焊接恢复并检测"),
)


@dataclass(frozen=True)
class Plan:
    """One project of the chapter: what it is, how many working days ago it began, and how far it has come."""

    name: str
    kind: str
    site: str
    wan: int
    ago: int
    fate: str
    key: bool = False
    visitor: bool = False  # of the firm that a visitor signs in for
    small: bool = False  # stands in the small city as well
    pause: tuple[int, int] = (3, 18)  # working days from a stage that was closed to the next one, permit and acceptance


PLANS_OF_PROJECTS = (
    Plan("滨海新城第一中学新建工程", "government", "滨海新城海宁路以东", 18_600, 118, "completed", key=True),
    Plan("港城区人民医院病房楼扩建", "government", "港城区通灌路 28 号", 24_300, 110, "completed"),
    Plan("海州综合保税区标准厂房二期", "industrial", "综合保税区纬三路", 31_200, 104, "accepted", key=True),
    Plan("望海花园二期住宅", "private", "望海路以北", 46_800, 98, "accepted"),
    Plan("临港冷链物流中心", "industrial", "临港大道 66 号", 15_700, 96, "absent", visitor=True),
    Plan("新浦大道快速化改造", "linear", "新浦大道（海连路至港务街）", 52_400, 92, "points", key=True),
    Plan("海州职业技术学院实训楼", "government", "大学路 9 号", 8_900, 58, "permit"),
    Plan("江海新材料年产 5 万吨项目", "industrial", "化工园区经七路", 86_000, 55, "permit", key=True),
    Plan("沭河水环境综合整治（三标）", "traffic", "沭河港城区段", 12_600, 52, "permit"),
    Plan("云台街道便民服务中心", "government", "云台街道", 2_300, 50, "permit_late"),
    Plan("城北污水处理厂提标改造", "linear", "城北工业园", 9_800, 47, "permit_late"),
    Plan("万润商业广场", "private", "解放路与海连路交叉口", 38_000, 44, "permit"),
    Plan("港城区老旧管网更新（一期）", "linear", "港城区", 6_400, 41, "early"),
    Plan("海上风电装备制造基地", "industrial", "临港产业园", 120_000, 38, "early", key=True, visitor=True),
    Plan("市档案馆新馆", "government", "文昌路 1 号", 11_500, 20, "planning", small=True),
    Plan("滨河社区养老服务综合体", "government", "滨河社区", 3_600, 18, "planning"),
    Plan("望海食品加工中心", "industrial", "食品产业园 A3", 5_200, 16, "planning", visitor=True, small=True),
    Plan("东陇大桥引桥拓宽", "traffic", "东陇大桥两侧", 14_900, 14, "planning_late", small=True),
    Plan("智能家居产业园", "industrial", "高新区科技路", 27_000, 12, "never", small=True),
    Plan("桃溪镇中心小学教学楼", "government", "桃溪镇", 2_900, 6, "asked", small=True),
    Plan("临江区应急物资仓库", "government", "临江区", 1_800, 5, "asked"),
    Plan("海州南站公交枢纽", "traffic", "海州南站西广场", 16_200, 3, "asked", key=True),
    Plan("青山乡农产品集散中心", "other", "青山乡", 2_100, 2, "registered", small=True),
    Plan("港务街地下停车场", "government", "港务街", 7_700, 1, "registered"),
    Plan("海韵文旅小镇", "private", "滨海大道东段", 68_000, 75, "ended"),
    Plan("滨河路社区卫生服务中心改造", "government", "滨河路 15 号", 1_260, 29, "completed", small=True, pause=(1, 1)),
)


class Works:
    """Who builds, who answers, who runs the projects."""

    def __init__(self, city: City) -> None:
        self.city, self.chance = city, city.chance("projects")
        self.index, self.last = workdays(), local_date(city.end)
        self.namer = Namer(self.chance)
        self.casting = Casting(city.stage, city.people, city.seed + 7)
        self.offers: dict[str, Offer] = {one.item.code: one for one in self.casting.offers}
        self.departments = {one.code: one for one in Department.objects.all()}
        self.supervisor = city.people.supervisors[0]
        self._crews: dict[int, Actor] = {}
        self.builders = [self._builder(name) for name in BUILDERS]

    def _builder(self, name: str) -> Applicant:
        firm = self.city.people.firms[-1]
        person = User.objects.create_user(
            f"builder{len(name)}{self.chance.randrange(1000)}", None, phone=self.namer.mobile(),
            name=self.namer.person(female=self.chance.random() < 0.4),
        )  # fmt: skip
        code = self.namer.credit_code()
        while Organisation.objects.filter(uscc=code).exists():
            code = self.namer.credit_code()
        made = Organisation.objects.create(uscc=code, name=name, legal_person=self.namer.person(female=False))
        Membership.objects.create(organisation=made, user=person, starts_on=self.city.first - dt.timedelta(days=300))
        facts = {**firm.facts, "organisation": made.name, "uscc": made.uscc, "legal_person": made.legal_person}
        return replace(firm, actor=actor_of(person, Role.AGENT), organisation=made, facts=facts)

    def of(self, department: Department) -> Actor:
        """A reviewer of the department: of its team, or one who is posted now."""
        if department.pk not in self._crews:
            team = self.city.people.teams.get(department.pk)
            self._crews[department.pk] = team.reviewers[0] if team and team.reviewers else self._posted(department)
        return self._crews[department.pk]

    def _posted(self, department: Department) -> Actor:
        user = User.objects.create_user(
            f"works.{department.code.lower()}", None, name=self.namer.person(female=self.chance.random() < 0.4)
        )
        Posting.objects.create(user=user, department=department, role=Role.REVIEWER, starts_on=self.city.first)
        return actor_of(user, Role.REVIEWER)

    def day(self, ago: int) -> dt.date:
        """The working day so many working days before the last one."""
        return self.index.add(self.index.next_workday_on_or_after(self.last), -ago)

    def past(self, day: dt.date, hour: int = 12) -> bool:
        return at(day, hour) >= self.city.end


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def live(city: City) -> None:
    """The plans of the stages first, then each project from its registration to where it stands."""
    works = Works(city)
    _declare(works)
    plans = [one for one in PLANS_OF_PROJECTS if one.small or not city.small]
    for number, plan in enumerate(plans, start=1):
        Building(works, plan, number).live()
    with driven_clock(city.end):
        for step in (actions.light_amber, actions.mark_silent_due, actions.lapse_due):
            step()
        actions.light_points()
        actions.light_tasks()
    work_off()


def _declare(works: Works) -> None:
    """Two versions of each plan: the permit decisions were drawn into the joint review in the course of the year."""
    known = set(Item.objects.values_list("code", flat=True))
    since = SMALL_PERMITS_SINCE if works.city.small else PERMITS_SINCE
    for stage, (lead, rows) in PLANS.items():
        lines = [Line(works.departments[code].pk, kind, item if item in known else "") for code, kind, item in rows]
        first = [one for one in lines if one.kind != "permit"]
        lead_id = works.departments[lead].pk
        with driven_clock(at(works.city.first, 9)):
            actions.publish_plan(works.supervisor, stage, lead_id=lead_id, lines=first)
        with driven_clock(at(max(works.city.first, works.day(since[stage])), 8)):
            actions.publish_plan(works.supervisor, stage, lead_id=lead_id, lines=lines)


class Building:
    """One project as it lives through its plan."""

    def __init__(self, works: Works, plan: Plan, number: int) -> None:
        self.works, self.plan, self.number = works, plan, number
        self.chance = random.Random(f"{works.city.seed}:{plan.name}")  # noqa: S311
        self.builder = works.city.people.firms[0] if plan.visitor else works.builders[number % len(works.builders)]
        self.lead = works.departments["ZJJ"]
        self.runner = works.of(self.lead)
        # A small city in a season of holidays has fewer working days than a project wants: it begins with the city then.
        self.begun = max(works.day(plan.ago), works.index.next_workday_on_or_after(works.city.first))
        self.project: Project

    def live(self) -> None:
        self._register()
        if self.plan.fate == "registered":
            return
        day = self._stage("planning", self.works.index.add(self.begun, 1))
        if self.plan.fate in ("asked", "never", "planning", "planning_late") or day is None:
            return
        if self.plan.fate == "ended":
            self._end(day)
            return
        day = self._stage("permit", self.works.index.add(day, self.plan.pause[0]))
        if self.plan.fate in ("permit", "permit_late") or day is None:
            return
        self._stage("acceptance", self.works.index.add(day, self.plan.pause[1]))
        if self.plan.fate == "completed":
            self._complete()

    def _register(self) -> None:
        month = f"{self.begun:%y%m}"
        assert self.builder.organisation is not None  # noqa: S101
        draft = ProjectDraft(
            code=f"{month}-320700-04-01-{600_000 + self.number * 137:06d}", name=self.plan.name, site=self.plan.site,
            builder_uscc=self.builder.organisation.uscc, investment_fen=self.plan.wan * WAN, kind=self.plan.kind,
            lead_id=self.lead.pk, contact_name=self.works.namer.person(female=self.chance.random() < 0.4),
            contact_phone=self.works.namer.mobile(),
        )  # fmt: skip
        with driven_clock(at(self.begun, 9, 20)):
            self.project = actions.register(self.runner, draft)
            if self.plan.key:
                self._on_the_green_channel()

    def _on_the_green_channel(self) -> None:
        helper = self.runner.user
        assert helper is not None  # noqa: S101
        ground = f"{self.begun.year} 年度市重点项目（海发改投资发〔{self.begun.year}〕12号）"
        actions.mark_key(self.works.supervisor, self.project.pk, reason=ground, helper_id=helper.pk)
        for name, days in (("土地取得", 25), ("开工建设", 70), ("主体封顶", 240), ("竣工验收", 420)):
            planned = self.begun + dt.timedelta(days=days)
            made = actions.add_milestone(self.runner, self.project.pk, name=name, planned_on=planned)
            reached = planned + dt.timedelta(days=self.chance.randint(-4, 6))
            if reached < self.works.last and days < 100:
                with driven_clock(at(reached, 15)):
                    actions.reach_milestone(self.runner, self.project.pk, made.pk, actual_on=reached)

    def _stage(self, code: str, opened: dt.date) -> dt.date | None:
        """Open a stage and let everybody speak; the day on which it was closed, None where it stays open."""
        if self.works.past(opened):
            return None
        with driven_clock(at(opened, 9, 40)):
            self.project.refresh_from_db()
            stage = actions.open_stage(
                self.runner, self.project.pk, code, state_version=self.project.state_version,
                early=self.plan.fate == "early" and code == "permit",
            )  # fmt: skip
        if code == "planning" and self.plan.fate in ("asked", "never"):
            return None
        if self.plan.fate == "early" and code == "planning":
            self._opinions(stage)
            return opened  # the permit stage begins while the land is still being decided on
        self._opinions(stage, hold=code == "acceptance")
        last = self._permits(stage)
        if code == "acceptance":
            last = self._acceptance(stage, last)
        return self._closed(stage, last)

    def _opinions(self, stage: Stage, *, hold: bool = False) -> None:
        """Consultations and inspections: most answer within the limit, some say nothing and consent by it."""
        rows = OpinionRequest.objects.filter(stage=stage).exclude(kind="permit").select_related("department")
        quiet = {"permit_late": 0.5, "planning_late": 0.5}.get(self.plan.fate, 0.12)
        silent = []
        for one in rows if not hold else ():
            if self.chance.random() < quiet:
                silent.append(one)
                continue
            day = self.works.index.add(one.asked_on, self.chance.randint(1, one.limit_days))
            if not self.works.past(day):
                with driven_clock(at(day, self.chance.randint(9, 16), self.chance.randint(0, 59))):
                    self._answer(one)
        if silent and not self.works.past(self.works.index.add(silent[0].due_on, 1), 1):
            with driven_clock(at(self.works.index.add(silent[0].due_on, 1), 0, 38)):
                actions.mark_silent_due()

    def _answer(self, one: OpinionRequest) -> None:
        easy = self.chance.random() < 0.7
        actions.answer(
            self.works.of(one.department), one.pk, verdict="agree" if easy else "conditions",
            text=self.chance.choice(AGREE if easy else CONDITIONS), state_version=one.state_version,
        )  # fmt: skip

    def _permits(self, stage: Stage) -> dt.date:
        """The builder files as usual; the department's own decision closes the request. Late where the plan says so."""
        last = stage.opened_on
        for one in OpinionRequest.objects.filter(stage=stage, kind="permit").select_related("department", "item"):
            stays = stage.code == WAITED_FOR.get(self.plan.fate)
            offer = self.works.offers.get(one.item.code) if one.item else None
            if offer is None:
                if not stays:
                    self._not_concerned(one, stage)
                continue
            self._case(offer, stage, halt="in_review" if stays else "approved")
            one.refresh_from_db()
            last = max(last, one.ended_on or stage.opened_on)
        return last

    def _not_concerned(self, one: OpinionRequest, stage: Stage) -> None:
        with driven_clock(at(self.works.index.add(stage.opened_on, 2), 10)):
            actions.answer(
                self.works.of(one.department), one.pk, verdict="not_concerned", text="本项目不需办理该项许可。",
                state_version=one.state_version,
            )  # fmt: skip

    def _case(self, offer: Offer, stage: Stage, *, halt: str) -> None:
        """One case of the year's kind, named for the project as soon as it has a number."""
        story = self.works.casting.story(
            offer, self.works.index.add(stage.opened_on, 1), applicant=self.builder, halt=halt
        )
        moments, linked = story.live(), False
        following = next(moments, None)
        while following is not None and following < self.works.city.end:
            with driven_clock(following):
                following = next(moments, None)
                if not linked and (number := Case.objects.filter(pk=story.pk).values_list("number", flat=True).first()):
                    actions.link_case(self.builder.actor, self.project.pk, number)
                    linked = True
                work_off()

    # --- acceptance -----------------------------------------------------------------------------------------------------

    def _acceptance(self, stage: Stage, last: dt.date) -> dt.date:
        """The joint acceptance: fire did not come to one of them; another one found points to be mended."""
        day = self.works.index.add(stage.opened_on, 3)
        if self.works.past(day):
            return last
        codes = [code for code, kind, _item in PLANS["acceptance"][1] if kind == "acceptance"]
        invited = {self.works.departments[code].pk: f"{self.works.namer.person(female=False)}" for code in codes}
        with driven_clock(at(stage.opened_on, 10)):
            visit = actions.set_appointment(
                self.runner, stage.pk, kind="acceptance", day=day, at=dt.time(9, 30), place=self.plan.site,
                invited=invited, purpose="规划、消防、市政配套、防雷联合验收",
            )  # fmt: skip
        away = {"absent": "XFJ", "accepted": "QXJ"}.get(self.plan.fate, "")
        with driven_clock(at(day, 11, 30)):
            rows = list(visit.invitations.select_related("department"))
            said = {one.pk: ("absent", "") if one.department.code == away else ("present", one.person) for one in rows}
            visit = actions.hold(self.runner, visit.pk, said, state_version=visit.state_version)
            for one in rows:
                if one.department.code != away:
                    self._finding(one.pk, one.department, first=one.department.code == "XFJ")
        with driven_clock(at(day, 16)):
            words = "经联合验收，同意通过。" if self.plan.fate != "points" else "整改到位并复核后通过。"
            actions.issue_report(self.runner, visit.pk, conclusion=words, state_version=visit.state_version)
        return max(last, day)

    def _finding(self, invitation_id: int, department: Department, *, first: bool) -> None:
        if self.plan.fate != "points" or not first:
            actions.find(self.works.of(department), invitation_id, finding="passed", text="现场与图纸一致。")
            return
        found, cure = FINDS[0]
        points = [Point(department.pk, f"{found}，{cure}", self.works.index.add(today(), 8))]
        actions.find(self.works.of(department), invitation_id, finding="rectify", text=f"{found}。", points=points)

    # --- the ends -------------------------------------------------------------------------------------------------------

    def _closed(self, stage: Stage, last: dt.date) -> dt.date | None:
        """Close the stage the day after the last word, where nothing is waited for."""
        rows = OpinionRequest.objects.filter(stage=stage)
        if any(not one.is_good for one in rows) or (self.plan.fate == "points" and stage.code == "acceptance"):
            self._meet(stage)
            return None
        last = max([last, *(one.ended_on for one in rows if one.ended_on)])
        day = self.works.index.add(last, 1)
        if self.works.past(day):
            return None
        with driven_clock(at(day, 10, 30)):
            stage.refresh_from_db()
            actions.close_stage(self.runner, stage.pk, state_version=stage.state_version)
        return day

    def _meet(self, stage: Stage) -> None:
        """What does not go on by itself is taken to a coordination meeting."""
        day = self.works.index.add(stage.opened_on, 6)
        if self.works.past(day) or self.chance.random() < 0.4:
            return
        with driven_clock(at(day, 15)):
            due = self.works.index.add(day, 5)
            meeting = actions.hold_meeting(
                self.runner, self.project.pk, held_on=day, place="政务服务中心 402 会议室", chair="政务办 李主任",
                subject=f"{self.plan.name}推进协调会（3+X）",
                decisions="一、许可材料由建设单位两日内补齐，主管部门提前介入。\n二、管线迁改由市政单位牵头，同步开展。",
                participants={self.works.departments[code].pk: "" for code in ("ZJJ", "ZRZY", "XFJ", "CGJ")},
                duties=[
                    Duty(self.works.departments["CGJ"].pk, "牵头完成地下管线迁改方案会签", due),
                    Duty(self.works.departments["ZJJ"].pk, "提前介入审查许可材料", self.works.index.add(day, 3)),
                ],
            )  # fmt: skip
        done = meeting.tasks.get(department=self.works.departments["ZJJ"])
        if not self.works.past(self.works.index.add(day, 2)):
            with driven_clock(at(self.works.index.add(day, 2), 16)):
                actions.finish_task(self.runner, done.pk, text="已提前介入，一次性告知补正内容。", state_version=0)

    def _complete(self) -> None:
        self.project.refresh_from_db()
        closed = Stage.objects.filter(project=self.project, code="acceptance", state="closed").first()
        if closed is None or closed.closed_on is None:
            return
        with driven_clock(at(self.works.index.add(closed.closed_on, 1), 9)):
            actions.complete(self.runner, self.project.pk, state_version=self.project.state_version)

    def _end(self, day: dt.date) -> None:
        with driven_clock(at(self.works.index.add(day, 4), 11)):
            self.project.refresh_from_db()
            actions.end_project(
                self.runner, self.project.pk, reason="建设单位调整投资计划，申请终止。",
                state_version=self.project.state_version,
            )  # fmt: skip
