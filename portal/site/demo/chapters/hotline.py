"""The hotline: a year of tickets. The older ones come from the former system by the import; the last weeks are lived."""

import datetime as dt
import io
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command

from hotline import actions
from hotline.actions import Answers, Caller, TicketDraft
from hotline.actions.sweeps import anonymise, escalate, light_orders, resume_due
from hotline.grades import end_of
from hotline.models import Category, Request, Ticket
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from portal.site.demo import accounts
from portal.site.demo.chapters import City
from portal.site.demo.names import romanised
from portal.site.demo.people import Team

ORDER = 70
FORMER = "原12345热线系统"
IMPORTED, FEW_IMPORTED = 2_700, 24
LIVED, FEW_LIVED = 300, 36
LIVED_DAYS = 45
STREETS = ("海州街道", "云台街道", "临港街道", "东湖街道", "新坝镇", "灌云镇")
ROADS = ("解放路", "建设路", "人民路", "海棠路", "云山路", "港城大道", "文昌街", "滨河路")
CENTRE = (34.596, 119.221)
# Category, kind, title, content; {r} is a road, {n} a house number.
MATTERS: tuple[tuple[str, str, str, str], ...] = (
    ("0101", "complaint", "{r}超市拒绝退货", "在{r}{n}号超市购买的电饭煲三天就坏，商家拒绝退换，请协调。"),
    ("0102", "report", "{r}餐馆后厨不卫生", "{r}{n}号餐馆后厨有老鼠，食材直接放在地上，请查处。"),
    ("0103", "complaint", "{r}停车场乱收费", "{r}{n}号停车场没有公示价格，半小时收了二十元。"),
    ("0105", "help", "{r}小区电梯经常停运", "{r}{n}号小区3号楼电梯一周停运四次，老人上下楼困难。"),
    ("0201", "report", "{r}夜市占道经营", "{r}{n}号门前每晚摊贩占满人行道，行人只能走机动车道。"),
    ("0202", "report", "{r}楼顶违章搭建", "{r}{n}号楼顶正在加盖阳光房，影响整栋楼防水。"),
    ("0203", "complaint", "{r}垃圾清运不及时", "{r}{n}号垃圾点三天没有清运，气味很大。"),
    ("0204", "help", "{r}路灯不亮", "{r}{n}号附近连续五盏路灯不亮，晚上出行不安全。"),
    ("0205", "help", "{r}窨井盖松动", "{r}{n}号门前窨井盖松动，车辆经过声音很大，存在安全隐患。"),
    ("0301", "help", "{r}水压太低", "{r}{n}号小区五楼以上水压不足，早晚用不上水。"),
    ("0302", "help", "{r}频繁停电", "{r}{n}号片区本周已停电三次，没有通知。"),
    ("0401", "complaint", "{r}小区物业不作为", "{r}{n}号小区物业不修门禁，保安脱岗，业主多次反映无果。"),
    ("0402", "complaint", "新房外墙渗水", "{r}{n}号小区交付半年，外墙渗水，开发商推诿。"),
    ("0502", "complaint", "出租车拒载", "在{r}{n}号打车，司机听说路程近就拒载。"),
    ("0601", "complaint", "{r}夜间施工噪声", "{r}{n}号工地晚上十一点还在施工，影响休息。"),
    ("0602", "complaint", "{r}餐饮油烟扰民", "{r}{n}号一楼饭店油烟直排，楼上不敢开窗。"),
    ("0701", "help", "拖欠农民工工资", "在{r}{n}号工地干活三个月，工资一直没有发，请帮助讨要。"),
    ("0802", "report", "培训机构不退费", "{r}{n}号培训机构停课，学费不退。"),
    ("0902", "suggestion", "建议增设助老食堂", "{r}一带老人多，建议增设社区助老食堂。"),
    ("0503", "suggestion", "建议增加停车位", "{r}{n}号医院周边停车难，建议夜间开放路侧车位。"),
)  # fmt: skip
QUESTIONS = (
    ("1001", "如何办理居住证", "请问外地人办理居住证需要什么材料，在哪里办？",
     "您好，可在居住地派出所或政务服务中心公安窗口办理，需身份证、居住证明和一张照片，15个工作日发证。"),
    ("1001", "营业执照如何注销", "公司不做了，想问一下营业执照怎么注销？",
     "您好，可在政务服务网“企业注销一网通”办理，无债权债务的可走简易注销，公示20天。"),
    ("1002", "政务中心周六上班吗", "请问政务服务中心周六是否上班？", "您好，中心周六上午开设延时服务窗口，可先在网上预约。"),
    ("0702", "社保转移怎么办", "从外省回来工作，社保怎么转过来？",
     "您好，可在“掌上12333”或政务中心社保窗口申请转移，约45天办结。"),
)  # fmt: skip
ORDER_ANSWERS = (
    "已由分管负责人牵头，当日现场核查，责令责任单位限期整改，办结情况将随工单一并报送。",
    "经研究已明确专人负责，问题正在处理，预计在工单时限内办结并答复来电人。",
    "已与来电人联系说明进展，相关措施当日落实，后续情况持续跟踪。",
)
LATE_ANSWERS = ("因需会同街道现场取证，答复迟延，现已查明情况并落实整改，今后严格按督办时限报送。",)
REPLIES = (
    "您好，经现场核实情况属实，已责令当事人立即整改，今后将加强巡查。感谢您的监督。",
    "您好，您反映的问题已处理完毕，设施已恢复正常使用。如再发现请随时来电。",
    "您好，已约谈相关单位并限期整改，双方已达成一致意见。感谢您的支持。",
)
# The usual department of each first-level category, where the city has it.
USUAL = {
    "01": "SCJG", "02": "CGJ", "03": "ZJJ", "04": "ZJJ", "05": "JTJ", "06": "HBJ", "07": "RSJ", "08": "JYJ",
    "09": "GAJ",
}  # fmt: skip


def found(city: City) -> None:
    """The hotline's department, its people, and whose the categories usually are."""
    centre, _new = Department.objects.get_or_create(
        code="RX12345",
        defaults={
            "name": "海州市12345政务服务便民热线中心",
            "name_en": "Haizhou 12345 Hotline Centre",
            "short_name": "热线中心",
        },
    )
    names = (("operator1", Role.HOTLINE_OPERATOR, "周敏"), ("dispatcher1", Role.HOTLINE_DISPATCHER, "吴海燕"))
    for username, role, name in names:
        user = User.objects.create_user(username, accounts.PASSWORD, name=name, name_en=romanised(name))
        Posting.objects.create(user=user, department=centre, role=role, starts_on=city.first - dt.timedelta(days=900))
    teams = {team.department.code: team.department for team in city.people.teams.values()}
    spare = list(teams.values())
    for n, category in enumerate(Category.objects.filter(parent__isnull=False).select_related("parent")):
        if category.parent is None or category.parent.code == "10":
            continue
        category.department = teams.get(USUAL[category.parent.code]) or spare[n % len(spare)]
        category.save(update_fields=["department"])


def live(city: City) -> None:
    """The former system's tickets, then the lived ones, then what the portal does by itself."""
    _take_over(city, city.chance("hotline-former"))
    _Desk(city, city.chance("hotline")).live()
    with driven_clock(city.end):
        for sweep in (resume_due, escalate, light_orders, anonymise):
            while sweep():
                pass


# --- the former system ------------------------------------------------------------------------------------------------


def _take_over(city: City, chance: random.Random) -> None:
    rows = list(_former_rows(city, chance))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.ndjson"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        with driven_clock(dt.datetime.combine(city.first, dt.time(8), ZONE)):
            call_command("import_tickets", str(path), source=FORMER, stdout=io.StringIO(), stderr=io.StringIO())


def _former_rows(city: City, chance: random.Random) -> Iterator[dict[str, Any]]:
    categories = {one.code: one for one in Category.objects.select_related("parent", "department")}
    last = city.end - dt.timedelta(days=LIVED_DAYS + 25)
    for n in range(FEW_IMPORTED if city.small else IMPORTED):
        opened = last - dt.timedelta(minutes=chance.randrange(300 * 24 * 60))
        code, _kind, title, content = chance.choice(MATTERS)
        category, road, number = categories[code], chance.choice(ROADS), chance.randrange(1, 300)
        row = {
            "external_id": f"RX{n:06d}",
            "channel": chance.choices(("phone", "web", "wechat", "app"), (7, 1, 2, 1))[0],
            "line": chance.choices(("12345", "12315", "12333", "12329"), (16, 2, 1, 1))[0],
            "category": category.parent.name if category.parent else category.name,
            "subcategory": category.name,
            "title": title.format(r=road, n=number),
            "content": content.format(r=road, n=number),
            "opened_at": opened.isoformat(),
            "address": f"{chance.choice(STREETS)}{road}{number}号",
        }
        if chance.random() < 0.35:
            at = opened + dt.timedelta(minutes=chance.randrange(3, 12))
            yield row | {"direct": 1, "replied_at": at.isoformat(), "closed_at": at.isoformat()}
        else:
            yield row | _former_handling(category, opened, chance)


def _former_handling(category: Category, opened: dt.datetime, chance: random.Random) -> dict[str, Any]:
    dispatched = opened + dt.timedelta(minutes=chance.randrange(5, 60))
    due = dispatched + dt.timedelta(days=7)
    replied = dispatched + dt.timedelta(hours=min(chance.lognormvariate(4.0, 0.6), 300))
    called = replied + dt.timedelta(hours=chance.randrange(4, 60))
    content = chance.random() < 0.9
    found: dict[str, Any] = {
        "department_code": category.department.code if category.department else "",
        "dispatched_at": dispatched.isoformat(),
        "signed_at": (dispatched + dt.timedelta(hours=1)).isoformat(),
        "due_at": due.isoformat(),
        "replied_at": replied.isoformat(),
        "called_back_at": called.isoformat(),
        "closed_at": called.isoformat(),
        "contacted": int(chance.random() < 0.96),
        "resolved": int(content),
        "satisfied": int(content and chance.random() < 0.97),
        "redone": int(not content and chance.random() < 0.5),
    }
    if chance.random() < 0.06:
        found["returned_at"] = (dispatched + dt.timedelta(minutes=50)).isoformat()
    return found


# --- the last weeks ---------------------------------------------------------------------------------------------------


class _Desk:
    """Lives tickets by the real actions, each until the end of the history or of its story."""

    def __init__(self, city: City, chance: random.Random) -> None:
        self.city, self.chance = city, chance
        self.operator = _person("operator1", Role.HOTLINE_OPERATOR)
        self.dispatcher = _person("dispatcher1", Role.HOTLINE_DISPATCHER)
        self.supervisor = city.people.supervisors[0]
        self.teams: dict[int, Team] = {team.department.pk: team for team in city.people.teams.values()}
        self.categories = {one.code: one for one in Category.objects.select_related("department")}
        self.at = city.end

    def live(self) -> None:
        count = FEW_LIVED if self.city.small else LIVED
        days = LIVED_DAYS if not self.city.small else 20
        for n in range(count):
            back = (count - n - 1) / count * days * 24 * 60
            self.at = self.city.end - dt.timedelta(minutes=back + self.chance.randrange(5, 90))
            try:
                self._ticket(n)
            except _Over:
                continue
            except DomainError:
                continue  # the step was no longer possible at this moment: the ticket stays where it is
        self._danger()
        self._series()

    def do(self, act: Callable[[], Any], *, minutes: int = 0) -> Any:
        """One action at the story's moment; the story ends where the history does."""
        self.at += dt.timedelta(minutes=minutes + self.chance.randrange(1, 9))
        if self.at >= self.city.end:
            raise _Over
        with driven_clock(self.at):
            return act()

    def step(self, actor: Actor, ticket: Ticket, code: str, minutes: int = 0, **inputs: Any) -> Ticket:
        version = Ticket.objects.values_list("state_version", flat=True).get(pk=ticket.pk)
        done: Ticket = self.do(
            lambda: actions.take_step(actor, ticket.pk, code, inputs, state_version=version), minutes=minutes
        )
        return done

    def draft(self, code: str, kind: str, title: str, content: str) -> TicketDraft:
        chance = self.chance
        road, number = chance.choice(ROADS), chance.randrange(1, 300)
        return TicketDraft(
            title=title.format(r=road, n=number),
            content=content.format(r=road, n=number),
            kind=kind,
            category_id=self.categories[code].pk,
            channel=chance.choices(("phone", "web", "wechat"), (7, 2, 1))[0],
            line=chance.choices(("12345", "12315", "12333"), (16, 2, 1))[0],
            address=f"{chance.choice(STREETS)}{road}{number}号",
            latitude=round(CENTRE[0] + chance.uniform(-0.05, 0.05), 5),
            longitude=round(CENTRE[1] + chance.uniform(-0.05, 0.05), 5),
            street_code=chance.choice(STREETS),
            secret=kind == "report" and chance.random() < 0.3,
            caller=Caller(
                name=chance.choice("王李张刘陈杨赵黄周吴") + chance.choice(("先生", "女士")),
                phone=f"13{chance.randrange(10**9):09d}",
                consented=True,
            ),
        )

    def _ticket(self, n: int) -> None:
        chance = self.chance
        if n % 3 == 0:
            code, title, content, answer = chance.choice(QUESTIONS)
            draft = self.draft(code, "enquiry", title, content)
            self.do(lambda: actions.record_and_answer(self.operator, draft, text=answer))
            return
        draft = self.draft(*chance.choice(MATTERS))
        ticket = self.do(lambda: actions.record(self.operator, draft))
        category = Category.objects.select_related("department").get(pk=ticket.category_id)
        department = category.department or next(iter(self.teams.values())).department
        ticket = self._dispatch(ticket, department)
        team = self.teams[department.pk]
        if not team.clerks or team.head is None:
            return
        clerk = chance.choice(team.clerks)
        if n % 11 == 1:
            team, clerk = self._returned(ticket, clerk, team)
        self._handle(n, ticket, clerk, team)

    def _dispatch(self, ticket: Ticket, department: Department) -> Ticket:
        done: Ticket = self.do(
            lambda: actions.dispatch(
                self.dispatcher, ticket.pk, department_id=department.pk, state_version=ticket.state_version
            ),
            minutes=self.chance.randrange(4, 40),
        )
        return done

    def _returned(self, ticket: Ticket, clerk: Actor, team: Team) -> tuple[Team, Actor]:
        """The department says that it is not theirs; half of the returns are upheld."""
        self.step(
            clerk,
            ticket,
            "return",
            40,
            ground="not_ours",
            reason="经核实，该事项不属于我单位职责范围，建议转有关部门办理。",
        )
        others = [one for one in self.teams.values() if one.clerks and one.head and one is not team]
        if others and self.chance.random() < 0.6:
            other = self.chance.choice(others)
            self.step(
                self.dispatcher, ticket, "uphold", 60, department=str(other.department.pk), note="情况属实，改派。"
            )
            return other, self.chance.choice(other.clerks)
        self.step(self.dispatcher, ticket, "reject", 60, reason="按职责清单应由贵单位办理。", wrongful="yes")
        return team, clerk

    def _handle(self, n: int, ticket: Ticket, clerk: Actor, team: Team) -> None:
        chance, head = self.chance, team.head
        assert head is not None  # noqa: S101
        ticket = self.step(clerk, ticket, "sign", chance.randrange(20, 240))
        if n % 13 == 2:
            self._asked(ticket, clerk, Request.Kind.EXTENSION)
        elif n % 17 == 4:
            self._asked(ticket, clerk, Request.Kind.SUSPENSION)
            return
        if n % 9 == 4:
            self.do(lambda: actions.urge(self.operator, ticket.pk, text="来电人再次询问进度。"), minutes=600)
        if n % 19 == 7:
            self._ordered(n, ticket, clerk, head)
        hours = chance.choice((6, 20, 40, 70, 100, 150, 220))
        self.step(clerk, ticket, "draft", hours * 60, text=chance.choice(REPLIES), measures="现场核查，约谈当事人。")
        self.step(head, ticket, "approve", chance.randrange(20, 300))
        self._call_back(n, ticket)

    def _ordered(self, n: int, ticket: Ticket, clerk: Actor, head: Actor) -> None:
        """Supervisors order the unit to act within three days; it answers in time, one of five units does not."""
        due = end_of(local_date(self.at) + dt.timedelta(days=3))
        order = self.do(
            lambda: actions.issue_order(
                self.supervisor, ticket.pk, text="群众反映强烈，请尽快办结并报告结果。", due_at=due
            )
        )
        late, by = n // 19 % 5 == 2, clerk if n % 2 else head
        hours = self.chance.choice((98, 116)) if late else self.chance.choice((5, 22, 30, 46, 54))
        text = self.chance.choice(LATE_ANSWERS if late else ORDER_ANSWERS)
        self.do(lambda: actions.answer_order(by, order.pk, text=text), minutes=hours * 60)

    def _asked(self, ticket: Ticket, clerk: Actor, kind: str) -> None:
        until = end_of(local_date(self.at) + dt.timedelta(days=20))
        version = Ticket.objects.values_list("state_version", flat=True).get(pk=ticket.pk)
        asked = self.do(
            lambda: actions.ask(
                clerk, ticket.pk, kind, reason="涉及第三方检测，需要时间。", until=until, state_version=version
            ),
            minutes=120,
        )
        self.do(lambda: actions.decide(self.dispatcher, asked.pk, grant=True, decision="同意。"), minutes=180)

    def _call_back(self, n: int, ticket: Ticket) -> None:
        version = Ticket.objects.values_list("state_version", flat=True).get(pk=ticket.pk)
        good = n % 8 != 5
        said = Answers(contacted=n % 15 != 7, resolved=good, satisfied=good, note="" if good else "问题没有真正解决。")
        ticket = self.do(
            lambda: actions.call_back(self.operator, ticket.pk, said, state_version=version),
            minutes=self.chance.randrange(60, 1500),
        )
        if not good and n % 16 == 5:
            self.step(self.dispatcher, ticket, "redo", 60, reason="群众反映问题未解决，请重新核实办理。")

    def _danger(self) -> None:
        """Somebody is in danger at this very moment: it stands on top of every list."""
        with driven_clock(self.city.end - dt.timedelta(minutes=4)):
            draft = TicketDraft(
                title="小区地下室燃气泄漏", kind="help",
                content="解放路18号小区地下室有浓烈燃气味，怀疑燃气泄漏，住户正在疏散。",
                category_id=self.categories["0303"].pk, address="海州街道解放路18号", street_code="海州街道",
                caller=Caller(name="孙先生", phone="13900001111", consented=True),
            )  # fmt: skip
            actions.record(self.operator, draft)

    def _series(self) -> None:
        """Three callers about one power cut: one ticket leads, the others follow."""
        made = []
        for n in range(3):
            with driven_clock(self.city.end - dt.timedelta(minutes=90 - n * 10)):
                draft = self.draft("0302", "help", "建设路一带停电", "建设路66号小区突然停电，不知道什么时候恢复。")
                made.append(actions.record(self.operator, draft))
        leading, *others = made
        for n, ticket in enumerate(others):
            with driven_clock(self.city.end - dt.timedelta(minutes=50 - n)):
                actions.take_step(
                    self.dispatcher, ticket.pk, "merge", {"parent": leading.number}, state_version=ticket.state_version
                )


class _Over(Exception):
    """The history ends here."""


def _person(username: str, role: Role) -> Actor:
    return actor_of(User.objects.get(username=username), role)
