"""Social supervisors: a register, a visit that was published, one whose findings are with the units, one to come."""

import datetime as dt
import random

from hall.patrols import actions as patrols
from hall.patrols import photos
from hall.patrols.handing import NoteDraft
from hall.patrols.models import Area, Finding
from hall.social import actions
from hall.social.actions import PlanDraft, SupervisorDraft
from hall.social.models import Seat, Visit
from portal.core import draw as arithmetic
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo import accounts
from portal.site.demo.chapters import City
from portal.site.demo.chapters.visits import picture
from portal.site.demo.names import Namer, romanised

ORDER = 61  # behind the visits, whose areas it uses
# Category → employers; the one journalist is drawn for every visit, and is the account that the demo shows.
PEOPLE = {
    "media": ("海州日报社",),
    "deputy": ("海州港务公司", "海州市第二中学", "连云渔业合作社"),
    "cppcc": ("海州大学", "海州市中医院"),
    "citizen": ("", "", "", "", ""),
    "firm": ("江海精密机械有限公司", "海州鲜达食品有限公司", "云台物流有限公司"),
}
PLACES = [("media", 1), ("deputy", 1), ("citizen", 2), ("firm", 1)]
TROUBLES = {
    "people": "第二排两个窗口临近中午无人在岗，群众在窗口前等候约二十分钟。",
    "order": "取号机旁无引导人员，老年群众不会操作，自行询问多个窗口。",
    "documents": "办事指南架上的样表为旧版本，与窗口要求的材料不一致。",
    "equipment": "自助终端一台黑屏，未张贴故障提示。",
}
REPLIES = (
    "已调整午间值班安排，并在窗口公示。",
    "已增派引导员，设置老年人优先服务岗。",
    "已更换全部样表，指定专人每周核对。",
)
SEEN = "总体秩序良好，工作人员态度热情；个别窗口衔接不够及时，建议加强午间值守和引导。"
SUMMARY = "社会监督员以普通办事群众身份走访，总体满意；发现的问题已交有关单位限期整改并反馈。"
TASK = "以办事群众身份体验取号、咨询、受理全过程，重点查看窗口在岗、一次性告知、帮办引导和办事指南。"


class Circle:
    """The register, and the people of the centre who plan and watch."""

    def __init__(self, city: City, chance: random.Random) -> None:
        self.city, self.chance, self.namer = city, chance, Namer(chance)
        self.manager = actor_of(User.objects.get(username="manager1"), Role.HALL_MANAGER)
        self.watcher = city.people.supervisors[0]
        self.password = User.objects.get(username="manager1").password
        self.teams = list(city.people.teams.values())

    def appoint(self, day: dt.date) -> None:
        """Everybody gets the letter on one day; one of the firms keeps away from a unit that it works for."""
        n = 0
        with driven_clock(_at(day, 9)):
            for category, employers in PEOPLE.items():
                for employer in employers:
                    n += 1
                    self._one(n, category, employer, day)

    def _one(self, n: int, category: str, employer: str, day: dt.date) -> None:
        name = self.namer.person(female=self.chance.random() < 0.4)
        user = User.objects.create_user(
            f"social{n}", None, name=name, name_en=romanised(name), phone=self.namer.mobile()
        )
        if user.username in accounts.SOCIAL:
            user.password = self.password
            user.save(update_fields=["password"])
        avoids = [self.teams[0].department.pk] if employer.startswith("江海精密") else []
        draft = SupervisorDraft(
            category=category, employer=employer, letter=f"海政数聘〔{day.year}〕{n:02d}号", starts_on=day,
            ends_on=day + dt.timedelta(days=729), avoids=avoids,
        )  # fmt: skip
        actions.appoint(self.manager, user.username, draft)

    def draw(self, visit_on: dt.date, kind: str, begun: dt.datetime) -> Visit:
        """Planned, sealed and revealed by both sides within two hours."""
        units = [team.department.pk for team in self.chance.sample(self.teams, min(3, len(self.teams)))]
        plan = PlanDraft(
            kind=kind, visit_on=visit_on, task=TASK, places=PLACES, departments=units,
            areas=Area.objects.filter(closed_on__isnull=True).values_list("pk", flat=True)[:4],
            meeting_point="政务服务中心一楼总服务台" if kind == "open" else "",
        )  # fmt: skip
        with driven_clock(begun):
            visit = actions.freeze(self.manager, plan)
        seeds = {party: self.chance.randbytes(arithmetic.SEED_BYTES) for party in ("centre", "supervisor")}
        parties = {"centre": self.manager, "supervisor": self.watcher}
        with driven_clock(begun + dt.timedelta(minutes=40)):
            for party, actor in parties.items():
                visit.refresh_from_db()
                promise = arithmetic.commitment(party, visit.pool_digest, seeds[party])
                actions.commit(actor, visit.pk, promise, state_version=visit.state_version)
        with driven_clock(begun + dt.timedelta(minutes=90)):
            for party, actor in parties.items():
                visit.refresh_from_db()
                actions.reveal(actor, visit.pk, seeds[party].hex(), state_version=visit.state_version)
        visit.refresh_from_db()
        return visit

    def answer(self, visit: Visit, moment: dt.datetime) -> None:
        """One citizen declines, whose reserve accepts with all others."""
        with driven_clock(moment):
            first = visit.seats.filter(state="invited", category="citizen").select_related("supervisor").first()
            if first is not None:
                _say(first, "decline", "当天已有安排")
            for seat in visit.seats.filter(state="invited").select_related("supervisor").order_by("pk"):
                _say(seat, "accept", "")

    def go(self, visit: Visit) -> list[Finding]:
        """On the day: everybody reports, two of them with a finding."""
        units = list(visit.departments.values_list("pk", flat=True))
        found: list[Finding] = []
        for n, seat in enumerate(
            visit.seats.filter(state="accepted").select_related("supervisor__user").order_by("pk")
        ):
            actor = actor_of(seat.supervisor.user)
            with driven_clock(_at(visit.visit_on, 10) + dt.timedelta(minutes=20 * n)):
                if n < 2:
                    found.append(self._find(visit, seat, actor, units[n % len(units)]))
                grades = {unit: self.chance.choice((5, 4, 4, 3)) for unit in units}
                actions.report(actor, seat.pk, report=SEEN, grades=grades, state_version=seat.state_version)
        return found

    def _find(self, visit: Visit, seat: Seat, actor: Actor, unit: int) -> Finding:
        area, chapter = visit.areas.first(), self.chance.choice(list(TROUBLES))
        assert area is not None  # noqa: S101 - the visit was planned with some
        shots = photos.take_in([picture(self.chance, done=False)], actor)
        draft = NoteDraft(area_id=area.pk, chapter=chapter, department_id=unit, text=TROUBLES[chapter])
        return actions.note_finding(actor, seat.pk, draft, shots)

    def reply(self, finding: Finding, moment: dt.datetime) -> None:
        """The head of the unit answers with a photo; the hall accepts it on the next day."""
        head = next((team.head for team in self.teams if team.department.pk == finding.department_id), None)
        if head is None or head.user is None or moment + dt.timedelta(days=1) > self.city.end:
            return
        actor = actor_of(head.user, Role.DEPARTMENT_HEAD)
        finding.refresh_from_db()
        with driven_clock(moment):
            shots = photos.take_in([picture(self.chance, done=True)], actor)
            done = patrols.rectify(
                actor, finding.pk, report=self.chance.choice(REPLIES), photos=shots, state_version=finding.state_version
            )
        with driven_clock(moment + dt.timedelta(days=1)):
            patrols.take_step(self.manager, finding.pk, "verify", {}, state_version=done.state_version)


def _say(seat: Seat, code: str, note: str) -> None:
    user = User.objects.get(pk=seat.supervisor.user_id)
    actions.answer(actor_of(user), seat.pk, code, note=note, state_version=seat.state_version)


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


def live(city: City) -> None:
    """A visit of last month, one of last week, and one in the coming week for which some have not answered yet."""
    circle, days, today = Circle(city, city.chance("social")), workdays(), local_date(city.end)
    circle.appoint(max(city.first, days.add(today, -120)))
    last_month, last_week = days.add(today, -20), days.add(today, -5)
    first = circle.draw(last_month, "undercover", _at(days.add(last_month, -4), 9))
    circle.answer(first, _at(days.add(last_month, -3), 15))
    for finding in circle.go(first):
        circle.reply(finding, _at(days.add(last_month, 3), 15))
    with driven_clock(_at(days.add(last_month, 6), 10)):
        actions.publish(circle.manager, first.pk, summary=SUMMARY, state_version=first.state_version)
    second = circle.draw(last_week, "open", _at(days.add(last_week, -4), 9))
    circle.answer(second, _at(days.add(last_week, -3), 15))
    circle.go(second)
    circle.draw(days.add(today, 4), "undercover", city.end - dt.timedelta(hours=3))
