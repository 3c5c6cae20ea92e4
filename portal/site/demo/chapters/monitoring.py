"""Electronic supervision: reminders, orders in every state, an explanation, accountability, sample reviews, alerts."""

import datetime as dt
from contextlib import AbstractContextManager
from decimal import Decimal

from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.lamps import RED, Lamp, LampScope, stream
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.chapters.reports import read_old_news
from portal.site.demo.year import work_off
from portal.supervision.monitoring import actions
from portal.supervision.monitoring.actions import AccountabilityDraft, ActDraft, alerts
from portal.supervision.monitoring.actions.samples import last_week
from portal.supervision.monitoring.models import Accountability, Act, Sample

ORDER = 960  # behind everything that lights a lamp, before the reports
VISITORS = "SCJG"  # the department of the visitor's head
WEEKS, WEEKS_SMALL = 6, 3
DIGESTS_SINCE, FIGURES_SINCE = 16, 50  # days before the end
LATE = 7  # days after which a late reply comes; orders give three working days
BASIS = "《海州市政务服务责任追究办法》第八条"
TEXTS = (
    ("超期办件督办", "所列办件已超过承诺时限，请于时限内办结，书面说明超期原因、责任人员和整改措施。"),
    ("承诺时限执行情况督办", "近期你单位办件集中临近时限，请逐件排查，明确经办人和办结时间，并报送结果。"),
    ("群众诉求办理督办", "所列事项久拖未决，请主要负责人牵头研究，限期办结并答复当事人。"),
)
REPLIES = (
    "经查，系审核人员外出培训期间未落实AB岗，现已办结。已重新明确B岗人员，并在每日晨会通报临期办件。",
    "所列事项已全部办结。原因是跨部门核验结果返回较慢，已与有关单位建立当日反馈机制。",
)
SENT_BACK = "未说明责任人员，整改措施不具体，请补充后重新回复。"
FINDINGS = (
    "中止计时的理由为“材料核实”，不属于法定特别程序，应当计入办理时限。",
    "不予受理通知书未告知有权办理的机关，请补正告知。",
)


class Watch:
    """Two supervisors, the head of government, and the heads of the units with lamps."""

    def __init__(self, city: City) -> None:
        self.city, self.last = city, local_date(city.end)
        self.first, self.second = city.people.supervisors[:2]
        mayor = User.objects.filter(username="mayor1").first()
        self.mayor = actor_of(mayor, Role.GOVERNMENT_HEAD) if mayor else None

    @property
    def watched_since(self) -> int:
        """So many days before the end the supervisors began to watch figures."""
        return DIGESTS_SINCE if self.city.small else FIGURES_SINCE

    def moment(self, days: int, hour: int = 9) -> dt.datetime:
        return dt.datetime.combine(self.last - dt.timedelta(days=days), dt.time(hour, 20), ZONE)

    def at(self, days: int, hour: int = 9) -> "AbstractContextManager[None]":
        """So many days before the end."""
        return driven_clock(self.moment(days, hour))

    def head_of(self, department: Department) -> Actor | None:
        posting = Posting.objects.in_force().filter(department=department, role=Role.DEPARTMENT_HEAD).first()
        return actor_of(posting.user, Role.DEPARTMENT_HEAD) if posting else None

    def step(self, actor: Actor | None, act: Act, code: str, **inputs: object) -> None:
        if actor is not None:
            act.refresh_from_db(fields=["state_version"])
            actions.take_act_step(actor, act.pk, code, inputs, state_version=act.state_version)

    def judge(self, actor: Actor | None, record: Accountability, code: str, **inputs: str) -> None:
        if actor is not None:
            record.refresh_from_db(fields=["state_version"])
            actions.take_record_step(actor, record.pk, code, inputs, state_version=record.state_version)


def live(city: City) -> None:
    if len(city.people.supervisors) < 2:
        return
    watch = Watch(city)
    orders = _orders(watch)
    _explanation(watch)
    _accountability(watch, orders)
    _samples(watch)
    _alerts(watch)
    with driven_clock(city.end):
        work_off()


def _burning(watch: Watch) -> dict[int, list[Lamp]]:
    """The red lamps by department, the oldest first, the visitor's department in front."""
    with driven_clock(watch.city.end):
        lamps, _next = stream(LampScope(colour=RED), limit=200)
    found: dict[int, list[Lamp]] = {}
    for lamp in lamps:
        if lamp.department_id is not None:
            found.setdefault(lamp.department_id, []).append(lamp)
    visitors = Department.objects.filter(code=VISITORS).values_list("pk", flat=True).first()
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != visitors, -len(pair[1]), pair[0])))


def _orders(watch: Watch) -> list[Act]:
    """One order for each of the units with the most lamps: open, replied, sent back, accepted."""
    made = []
    known = Department.objects.in_bulk()
    for n, (pk, lamps) in enumerate(list(_burning(watch).items())[:6]):
        department = known[pk]
        if department.is_closed or watch.head_of(department) is None:
            continue
        title, text = TEXTS[n % len(TEXTS)]
        with watch.at((2, 12, 9, 20, 6, 15)[n]):
            burning = [one.ident for one in lamps[:3]]
            made.append(
                actions.issue(watch.first, ActDraft("order", department, title, text, limit_days=3, lamps=burning))
            )
        _reminded(watch, lamps)
        _follow(watch, made[-1], n)
    return made


def _reminded(watch: Watch, lamps: list[Lamp]) -> None:
    """Two lamps of the unit that are no case's are reminded of; those of cases were reminded of by the board."""
    others = [one for one in lamps if not one.source.code.startswith("cases.")][:2]
    with watch.at(0, hour=8):
        for one in others:
            try:
                actions.remind_lamp(watch.second, one.ident)
            except DomainError:
                continue  # it did not burn yet at that hour


def _follow(watch: Watch, act: Act, n: int) -> None:
    head = watch.head_of(act.department)
    if n == 0:
        return  # the visitor's head finds it waiting
    with watch.at(max(1, (watch.last - act.issued_on).days - (LATE if n in (1, 3) else 1)), hour=10):
        watch.step(head, act, "receive")
        if n != 4:
            watch.step(head, act, "reply", reply=REPLIES[n % 2])
    with watch.at(1, hour=15):
        if n == 2:
            watch.step(watch.first, act, "send_back", note=SENT_BACK, days=2)
        if n in (3, 5):
            watch.step(watch.second, act, "accept", note="情况属实，整改到位，予以认可。")


def _explanation(watch: Watch) -> None:
    """The visitor's department was asked to explain, and did."""
    department = Department.objects.filter(code=VISITORS).first()
    if department is None:
        return
    text = "本月上旬受理环节退件较多，请说明原因及一次性告知制度的执行情况。"
    with watch.at(8):
        act = actions.issue(watch.second, ActDraft("explanation", department, "退件情况说明", text, limit_days=3))
    with watch.at(7, hour=14):
        reply = "退件主要集中在经营场所证明材料。已修订一次性告知清单，增加样表，窗口人员已统一培训。"
        watch.step(watch.head_of(department), act, "reply", reply=reply)
    with watch.at(6, hour=11):
        watch.step(watch.second, act, "accept", note="说明清楚，予以采纳。")


def _accountability(watch: Watch, orders: list[Act]) -> None:
    """For orders that were answered late, or are not answered yet: one in force, one upheld after an appeal, one that
    waits for its second person.
    """
    for act in orders:
        act.refresh_from_db()
    late = [one for one in orders if (one.answered_on or watch.last) > one.due_on]
    for n, act in enumerate(late[:3]):
        measure = ("criticism", "points", "talk")[n]
        ground = "督办事项未按时限回复，经催办后方回复，影响办事群众。" if act.answered_on else "督办事项逾期未回复。"
        draft = AccountabilityDraft(
            act.department, measure, ground, BASIS, points=2 if measure == "points" else None, act=act
        )
        since = (watch.last - (act.answered_on or act.due_on)).days
        with watch.at(since - 1):
            record = actions.propose(watch.first, draft)
        if n == 2:
            continue
        with watch.at(since - 2, hour=10):
            watch.judge(watch.second, record, "confirm")
        if n == 1:
            with watch.at(since - 2, hour=16):
                note = "当日业务系统升级停用四小时，申请核减扣分。"
                watch.judge(watch.head_of(act.department), record, "appeal", note=note)
            with watch.at(since - 3, hour=9):
                note = "系统停用时间未影响督办时限，维持原决定。"
                watch.judge(watch.mayor, record, "uphold", note=note)


def _samples(watch: Watch) -> None:
    """The draws of the last weeks; all but the latest are reviewed."""
    weeks = WEEKS_SMALL if watch.city.small else WEEKS
    for n in range(weeks, 0, -1):
        with driven_clock(watch.city.end - dt.timedelta(days=7 * (n - 1))):
            actions.draw_week(
                Actor.system("monitoring"), last_week(local_date(watch.city.end)) - dt.timedelta(days=7 * (n - 1))
            )
    latest = Sample.objects.order_by("-draw__week").values_list("draw_id", flat=True).first()
    with watch.at(1, hour=17):
        for n, sample in enumerate(Sample.objects.exclude(draw=latest).order_by("pk")[:40]):
            reviewer = watch.second if sample.done_by_id == watch.first.user_id else watch.first
            if n % 7 == 3:
                inputs = {"note": FINDINGS[n % 2], "follow_up": "correction" if n % 2 else "none"}
                actions.review(reviewer, sample.pk, "improper", inputs, state_version=0)
            else:
                actions.review(reviewer, sample.pk, "proper", {"note": ""}, state_version=0)


def _alerts(watch: Watch) -> None:
    """The supervisors, the mayor and the visitor's head have digests, and had one on every morning since; supervisors
    watch some figures.
    """
    department = Department.objects.filter(code=VISITORS).first()
    head = watch.head_of(department) if department else None
    with watch.at(DIGESTS_SINCE):
        for actor in filter(None, (watch.first, watch.second, watch.mayor, head)):
            actions.subscribe(actor, kind="digest")
    with watch.at(watch.watched_since):
        for actor, figure, side, limit in (
            (watch.first, "approvals.overdue_rate", "above", "5"),
            (watch.first, "hotline.satisfaction_rate", "below", "90"),
            (watch.second, "ratings.bad", "above", "5"),
            (watch.second, "hotline.on_time_rate", "below", "85"),
        ):
            actions.subscribe(actor, kind="threshold", figure=figure, side=side, limit=Decimal(limit))
    for days in range(DIGESTS_SINCE - 1, -1, -1):
        if watch.moment(days, hour=8) < watch.city.end:
            with watch.at(days, hour=8):
                alerts.send_digests()


def counted(city: City) -> None:
    """The figures stand: what was watched has crossed its lines on the days on which it did."""
    if len(city.people.supervisors) < 2:
        return
    watch = Watch(city)
    for days in range(watch.watched_since - 1, -1, -1):
        if watch.moment(days, hour=5) < city.end:
            with watch.at(days, hour=5):
                alerts.check_thresholds()
    read_old_news(city)
