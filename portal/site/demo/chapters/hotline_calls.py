"""The telephone and the operator's desk: extensions, the calls of some days, rules of dispatch with a draft, one call
on the line with what its operator has typed so far."""

import datetime as dt
import random
from typing import Any

from hotline.calls import actions as calls
from hotline.calls.measures import CALL_MEASURES
from hotline.calls.telephone import DEMO, Notice
from hotline.models import Category, Ticket
from hotline.routing import actions as routing
from hotline.routing.models import RuleBook
from portal.core.actors import Actor
from portal.core.statistics import rebuild, unwatched
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Department, Posting
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off

ORDER = 180  # after the tickets of the hotline
DAYS = {True: 2, False: 7}
CALLS_A_DAY = {True: 6, False: 45}
ANSWERED = 0.94
LINES = ("12345", "12345", "12345", "12345", "12315", "12333")
FIRST_EXTENSION = 801
# Name, words, words that must not stand there, department, urgency, from hour to hour.
RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str, tuple[int, int] | None], ...] = (
    ("燃气、漏电等险情", ("燃气+泄漏", "漏气", "漏电", "井盖+缺失"), (), "ZJJ", "urgent", None),
    ("夜间施工噪声", ("施工+噪声", "夜间施工", "打桩"), (), "ZJJ", "pressing", (22, 6)),
    ("消费与食品", ("退款", "食品", "过期", "假货", "营业执照", "价格"), ("医保",), "SCJG", "", None),
    ("劳动与社保", ("工资", "社保", "劳动合同", "失业"), (), "RSJ", "", None),
    ("户籍与治安", ("身份证", "户口", "居住证", "噪音扰民"), (), "GAJ", "", None),
    ("医疗保障", ("医保", "报销", "异地就医"), (), "YBJ", "", None),
    ("公积金", ("公积金",), (), "GJJ", "", None),
    ("不动产", ("不动产", "房产证", "过户"), (), "ZRZY", "", None),
    ("住房与物业", ("物业", "路灯", "漏水", "电梯", "小区"), (), "ZJJ", "", None),
)
NOTE = "按分类和关键词派单，险情优先"
HALF_TYPED = {
    "title": "小区电梯反复故障",
    "content": "来电人反映：滨河花园3号楼电梯近一周停运四次，昨晚有老人被困二十分钟，物业称配件未到。",
    "kind": "complaint",
    "address": "滨河花园3号楼",
}


def live(city: City) -> None:
    """Only where the hotline has operators."""
    operators, dispatchers = _people(Role.HOTLINE_OPERATOR), _people(Role.HOTLINE_DISPATCHER)
    if not operators or not dispatchers:
        return
    chance = city.chance("calls")
    with driven_clock(city.end - dt.timedelta(days=DAYS[city.small] + 30)):
        for number, operator in enumerate(operators[:20]):
            calls.assign_extension(dispatchers[0], _pk(operator), str(FIRST_EXTENSION + number))
    _rules(city, dispatchers[0])
    with unwatched():
        for day in range(DAYS[city.small], -1, -1):
            _day(city, chance, operators, local_date(city.end) - dt.timedelta(days=day))
    _now(city, operators[0])
    rebuild(CALL_MEASURES)


def _people(role: Role) -> list[Actor]:
    rows = Posting.objects.in_force().filter(role=role, user__is_active=True).select_related("user").order_by("user_id")
    return [actor_of(row.user, role) for row in rows]


def _pk(actor: Actor) -> int:
    assert actor.user is not None  # noqa: S101 - people of the city have accounts
    return actor.user.pk


# --- calls ----------------------------------------------------------------------------------------------------------


def _day(city: City, chance: random.Random, operators: list[Actor], day: dt.date) -> None:
    """The calls between eight and eight, one after the other; those that came to nothing among them."""
    tickets = list(
        Ticket.objects.filter(recorded_on=day, channel="phone", calls__isnull=True)
        .select_related("reporter")
        .order_by("pk")[: CALLS_A_DAY[city.small]]
    )
    for number in range(CALLS_A_DAY[city.small]):
        seat = number % min(len(operators), 20)
        rang = dt.datetime.combine(day, dt.time(8), ZONE) + dt.timedelta(seconds=chance.randint(0, 12 * 3600))
        phone = f"139{chance.randint(0, 99_999_999):08d}"
        if number < len(tickets) and tickets[number].reporter.phone:
            phone, rang = tickets[number].reporter.phone, tickets[number].recorded_at - dt.timedelta(seconds=240)
        ended = _call(city, chance, f"{day:%Y%m%d}-{number:04d}", rang, phone, FIRST_EXTENSION + seat)
        if ended and number < len(tickets):
            ended.ticket = tickets[number]
            ended.save(update_fields=["ticket"])


def _call(city: City, chance: random.Random, name: str, rang: dt.datetime, phone: str, extension: int) -> Any:
    """One call from the first ring to its end; None when nobody answered or the day is not over."""
    wait, talk = chance.randint(3, 40), chance.randint(60, 420)
    line = chance.choice(LINES)
    steps: list[tuple[str, int, str]] = [("ringing", 0, "")]
    answered = chance.random() < ANSWERED
    if answered:
        steps += [("answered", wait, str(extension)), ("ended", wait + talk, "")]
    else:
        steps += [("abandoned", wait + 30, "")]
    if rang + dt.timedelta(seconds=wait + talk + 40) >= city.end:
        return None
    done: Any = None
    for kind, after, agent in steps:
        moment = rang + dt.timedelta(seconds=after)
        with driven_clock(moment):
            done = calls.receive(DEMO, Notice(name, kind, moment, phone, line, agent)).call
    return done if answered else None


def _now(city: City, operator: Actor) -> None:
    """A call on the line, and the half of a ticket."""
    rang = city.end - dt.timedelta(minutes=4)
    phone = "13900007788"
    for kind, after, agent in (("ringing", 0, ""), ("answered", 9, str(FIRST_EXTENSION))):
        moment = rang + dt.timedelta(seconds=after)
        with driven_clock(moment):
            call = calls.receive(DEMO, Notice("on-the-line", kind, moment, phone, "12345", agent)).call
    with driven_clock(city.end):
        calls.save_draft(operator, call.pk, {**HALF_TYPED, "phone": phone})


# --- rules ----------------------------------------------------------------------------------------------------------


def _rules(city: City, author: Actor) -> None:
    """A version in use, put live by an administrator, and the draft of the next one."""
    administrators = _people(Role.ADMINISTRATOR)
    departments = dict(Department.objects.filter(closed_on__isnull=True).values_list("code", "pk"))
    with driven_clock(city.end - dt.timedelta(days=20)):
        book = routing.start_draft(author)
        for name, words, without, code, grade, hours in RULES:
            if code in departments:
                book.refresh_from_db()
                draft = _rule(name, words, without, departments[code], grade, hours)
                routing.save_rule(author, book.pk, None, draft, state_version=book.state_version)
        book.refresh_from_db()
        if not book.rules.exists():
            return
        _try(author, book)
        routing.put_live(administrators[0], book.pk, state_version=book.state_version, note=NOTE)
    _next_draft(city, author, departments)


def _try(author: Actor, book: RuleBook) -> None:
    """Tried on past tickets, by the job that does it."""
    routing.try_draft(author, book.pk, state_version=book.state_version)
    work_off()
    book.refresh_from_db()


def _rule(
    name: str, words: tuple[str, ...], without: tuple[str, ...], department: int, grade: str,
    hours: tuple[int, int] | None,
) -> routing.RuleDraft:  # fmt: skip
    return routing.RuleDraft(
        name=name, words=list(words), without=list(without), department_id=department, grade=grade,
        time_from=dt.time(hours[0]) if hours else None, time_to=dt.time(hours[1]) if hours else None,
    )  # fmt: skip


def _next_draft(city: City, author: Actor, departments: dict[str, int]) -> None:
    """Tried, and waiting for a second person."""
    category = Category.objects.filter(code="0403").first()
    with driven_clock(city.end - dt.timedelta(hours=5)):
        book = routing.start_draft(author)
        department = departments.get("GJJ") or next(iter(departments.values()))
        draft = routing.RuleDraft(
            name="公积金分类", category_id=category.pk if category else None, department_id=department
        )
        routing.save_rule(author, book.pk, None, draft, state_version=book.state_version)
        book.refresh_from_db()
        _try(author, book)
