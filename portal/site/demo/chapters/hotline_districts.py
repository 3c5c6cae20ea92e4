"""Two districts of the city: one dispatches within the portal, the other has a system of its own that has been quiet.

After the tickets of the hotline and of the telephone, whose numbers and people it goes on with.
"""

import datetime as dt
from typing import Any

from hotline import actions as hotline
from hotline.actions import Caller, TicketDraft
from hotline.districts import actions
from hotline.districts.models import Assignment
from hotline.models import Category, Ticket
from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import DISTRICT_DISPATCHER, Role
from portal.site.demo import accounts
from portal.site.demo.chapters import City
from portal.site.demo.names import romanised
from portal.site.demo.year import work_off

ORDER = 185
INSIDE, OUTSIDE = "HZQ12345", "LGX12345"
# Code, name, English, short, level, above.
PLACES = (
    (INSIDE, "海州区12345分中心", "Haizhou District Hotline", "海州区", "district", ""),
    (OUTSIDE, "临港县12345分中心", "Lingang County Hotline", "临港县", "district", ""),
    ("HZQ-XN", "海州区新南街道办事处", "Xinnan Street Office", "新南街道", "township", INSIDE),
    ("HZQ-DH", "海州区东湖街道办事处", "Donghu Street Office", "东湖街道", "township", INSIDE),
    ("HZQ-CG", "海州区城市管理局", "Haizhou District City Management", "区城管局", "district", INSIDE),
)
PEOPLE = (
    ("district1", Role.HOTLINE_DISPATCHER, INSIDE, "孙丽"),
    ("street1", Role.CLERK, "HZQ-XN", "高强"),
    ("street2", Role.DEPARTMENT_HEAD, "HZQ-XN", "马建国"),
    ("street3", Role.CLERK, "HZQ-DH", "林芳"),
    ("street4", Role.DEPARTMENT_HEAD, "HZQ-DH", "何伟"),
)
# Title, content, category, the street, how far its story goes.
MATTERS = (
    ("新南小区垃圾清运不及时", "新南小区3号楼旁垃圾点三天没有清运，气味很大。", "0203", "HZQ-XN", "replied"),
    ("东湖路夜市占道", "东湖路夜市摊位占满人行道，行人只能走机动车道。", "0201", "HZQ-DH", "returned"),
    ("新南路井盖松动", "新南路88号门前井盖松动，车辆经过响声很大。", "0205", "HZQ-XN", "signed"),
    ("东湖花园噪声", "东湖花园楼下KTV深夜噪声扰民。", "0601", "HZQ-DH", "assigned"),
    ("新南菜市场积水", "新南菜市场门口下雨积水，排水口堵塞。", "0205", "HZQ-XN", "taken"),
    ("海棠巷路灯不亮", "海棠巷一排路灯不亮，老人晚上出行不便。", "0204", "HZQ-XN", "sent"),
)
COUNTY = (
    ("临港县工业园异味", "工业园区夜间有刺鼻气味，居民不敢开窗。", "0602"),
    ("临港县公交停运", "县城到新坝的班车停运三天，没有公告。", "0501"),
)


def found(city: City) -> None:
    """The districts with those below them, and their people."""
    for code, name, name_en, short, level, above in PLACES:
        parent = Department.objects.filter(code=above).first() if above else None
        values = {"name": name, "name_en": name_en, "short_name": short, "level": level, "parent": parent}
        Department.objects.get_or_create(code=code, defaults=values)
    for username, role, code, name in PEOPLE:
        password = accounts.PASSWORD if username in accounts.ORDER else None
        user = User.objects.create_user(username, password, name=name, name_en=romanised(name))
        where = Department.objects.get(code=code)
        Posting.objects.create(user=user, department=where, role=role, starts_on=city.first - dt.timedelta(days=400))


def live(city: City) -> None:
    """A few tickets of the last days within the first district; two wait for the second one's platform."""
    _Story(city).live()
    with driven_clock(city.end):
        work_off()


def _acting(username: str, role: str) -> Actor:
    return actor_of(User.objects.get(username=username), role)


class _Story:
    """Takes each ticket as far as its line says, by the real actions."""

    def __init__(self, city: City) -> None:
        self.at = city.end - dt.timedelta(days=3)
        self.end, self.small = city.end, city.small
        self.operator = _acting("operator1", Role.HOTLINE_OPERATOR)
        self.dispatcher = _acting("dispatcher1", Role.HOTLINE_DISPATCHER)
        self.runner = _acting("district1", DISTRICT_DISPATCHER)
        self.clerks = {"HZQ-XN": _acting("street1", Role.CLERK), "HZQ-DH": _acting("street3", Role.CLERK)}
        self.heads = {
            "HZQ-XN": _acting("street2", Role.DEPARTMENT_HEAD), "HZQ-DH": _acting("street4", Role.DEPARTMENT_HEAD),
        }  # fmt: skip

    def live(self) -> None:
        admin = User.objects.filter(postings__role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        for n, (title, content, category, street, until) in enumerate(MATTERS[:2] if self.small else MATTERS):
            self._within(n, self._sent(n, title, content, category, INSIDE), street, until)
        if admin is None or self.small:
            return
        for code, kind, url in ((INSIDE, "inside", ""), (OUTSIDE, "outside", "https://12345.lingang.example/in")):
            district = Department.objects.get(code=code)
            draft = actions.PlatformDraft(district_id=district.pk, kind=kind, url=url)
            with driven_clock(self.at):
                row, _secret = actions.save_platform(actor_of(admin, Role.ADMINISTRATOR), None, draft)
                if row.is_outside:  # nobody is at that address: what waits, waits openly
                    actions.pause(actor_of(admin, Role.ADMINISTRATOR), row.pk, paused=True)
        for n, (title, content, category) in enumerate(COUNTY, start=len(MATTERS)):
            self._sent(n, title, content, category, OUTSIDE)

    def do(self, act: Any, minutes: int = 20) -> Any:
        self.at = min(self.at + dt.timedelta(minutes=minutes), self.end - dt.timedelta(minutes=1))
        with driven_clock(self.at):
            return act()

    def _sent(self, n: int, title: str, content: str, category: str, code: str) -> Ticket:
        draft = TicketDraft(
            title=title, content=content, kind="complaint", category_id=Category.objects.get(code=category).pk,
            address=title[:4], caller=Caller(name="王女士", phone=f"1390000{5200 + n}", consented=True),
        )  # fmt: skip
        place = Department.objects.get(code=code).pk
        ticket = self.do(lambda: hotline.record(self.operator, draft), 45)
        sent: Ticket = self.do(
            lambda: hotline.dispatch(
                self.dispatcher, ticket.pk, department_id=place, state_version=ticket.state_version
            )
        )
        return sent

    def step(self, actor: Actor, ticket: Ticket, code: str, **inputs: Any) -> None:
        version = Ticket.objects.values_list("state_version", flat=True).get(pk=ticket.pk)
        self.do(lambda: hotline.take_step(actor, ticket.pk, code, inputs, state_version=version))

    def inner(self, actor: Actor, one: Assignment, code: str, **inputs: Any) -> None:
        version = Assignment.objects.values_list("state_version", flat=True).get(pk=one.pk)
        self.do(lambda: actions.take_step(actor, one.pk, code, inputs, state_version=version))

    def _within(self, n: int, ticket: Ticket, street: str, until: str) -> None:
        if until == "sent":
            return
        self.step(self.runner, ticket, "sign")
        if until == "taken":
            return
        version = Ticket.objects.values_list("state_version", flat=True).get(pk=ticket.pk)
        place = Department.objects.get(code=street).pk
        one = self.do(
            lambda: actions.assign(
                self.runner, ticket.pk, department_id=place, note="请按时限办理并反馈。", state_version=version
            )
        )
        clerk, head = self.clerks[street], self.heads[street]
        if until == "returned":
            self.inner(clerk, one, "return", ground="not_ours", reason="夜市由区城管局管理，建议转区城管局。")
        elif until in {"signed", "replied"}:
            self.inner(clerk, one, "sign")
        if until == "replied":
            self.step(clerk, ticket, "draft", text="您好，已安排清运并增加清运频次，感谢监督。", measures="现场清运。")
            self.step(head, ticket, "approve")
