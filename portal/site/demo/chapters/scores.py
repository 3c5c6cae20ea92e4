"""Weekly rankings: a version for a young city, twelve weeks by the portal's own job, and suggestions in every state."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import replace

from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.statistics import measure_sets, rebuild
from portal.core.time import ZONE, driven_clock, local_date
from portal.site.demo.chapters import City
from portal.supervision.scores import actions, weeks
from portal.supervision.scores.actions import MeasureDraft
from portal.supervision.scores.actions.schemes import drafts_of
from portal.supervision.scores.models import Edition, Measure, Proposal, Row, Scheme, Span

ORDER = 970  # behind everything that is ranked
WEEKS = 12
READ = ("cases", "ratings", "rateable", "hotline_tickets", "hotline_steps")
YOUNG = "晾晒工作起步阶段各部门周办件量较小，最低样本量暂按一件执行，可计分权重达到四十即参与排名。"
NEXT = "热线工单量逐步增加，拟提高热线按时办结率的权重，相应降低时限压缩率的权重。"
ASKED = "请分析该项指标失分的原因，提出整改措施并明确完成时限。"
CAUSES = {
    "overdue": "审查人员轮岗期间交接不细，部分办件未及时流转，造成超期。",
    "early": "办件集中在承诺期限最后一两日办结，前期流转偏慢。",
    "online": "部分事项仍要求申请人到窗口核验原件，网办深度不够。",
    "late_acceptance": "受理环节值班安排不足，节后积压的申请未能当日清零。",
    "satisfaction": "窗口高峰时段等候时间较长，个别工作人员解释不够耐心。",
}
CAUSE = "经自查，主要是内部流转环节衔接不紧，责任分工不够清晰。"
MEASURES = (
    ("每日晨会清点临期办件，落实专人督办。", 10),
    ("优化内部流转环节，审查与审核压缩为一次会签。", 20),
    ("每周通报本部门晾晒结果，失分项逐件说明原因。", 15),
)  # fmt: skip


class Watching:
    """Two supervisors, and the days on which they and the departments work."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.first, self.second = city.people.supervisors[:2]
        self.today = local_date(city.end)

    def at(self, day: dt.date, time: dt.time = dt.time(10, 0)) -> "AbstractContextManager[None]":
        """The clock of a day, never after the end of the history."""
        return driven_clock(min(dt.datetime.combine(day, time, ZONE), self.city.end))

    def step(self, actor: Actor, proposal: Proposal, code: str, **inputs: str | int) -> None:
        proposal.refresh_from_db(fields=["state_version"])
        actions.take_proposal_step(actor, proposal.pk, code, inputs, state_version=proposal.state_version)


def found(city: City) -> None:
    """A young city has few cases a week: one supervisor drafts smaller samples, the other publishes them."""
    watching = Watching(city)
    scheme = actions.new_draft(watching.first)
    drafts = [replace(one, minimum=1) for one in drafts_of(scheme)]
    scheme = actions.rewrite_draft(
        watching.first, scheme.pk, valid_from=scheme.valid_from, least_weight=40, reason=YOUNG, indicators=drafts,
        state_version=scheme.state_version,
    )  # fmt: skip
    for actor, code in ((watching.first, "submit"), (watching.second, "publish")):
        scheme = actions.take_scheme_step(actor, scheme.pk, code, {}, state_version=scheme.state_version)


def live(city: City) -> None:
    watching = Watching(city)
    for name in READ:
        rebuild(measure_sets()[name])  # the year was lived without counting
    _rank(watching)
    _suggest(watching)
    _draft(watching)


def _rank(watching: Watching) -> None:
    """Each week on the morning of its following Monday; all but the last are looked at and published."""
    last = weeks.last_week(watching.today)
    for n in range(WEEKS - 1, -1, -1):
        week = last - n * weeks.SEVEN_DAYS
        if week < weeks.monday_of(watching.city.first):
            continue
        monday = week + weeks.SEVEN_DAYS
        with watching.at(monday, dt.time(6, 20)):
            try:
                edition, _made = actions.compute(actions.rankings.PORTAL, week)
            except DomainError:
                continue  # a week off: nobody worked
        if n:
            with watching.at(monday, dt.time(9, 30)):
                actions.take_edition_step(
                    watching.first, edition.pk, "publish", {}, state_version=edition.state_version
                )


def _suggest(watching: Watching) -> None:
    """The older, the further: carried out, being carried out, sent back, waiting for a judgement, asked for."""
    stories = (_carried_out, _carrying_out, _sent_back, _answered, _asked)
    editions = list(Edition.objects.current().order_by("-week")[: len(stories)])[::-1]
    taken: set[tuple[int, str]] = set()
    for edition, story in zip(editions, stories[-len(editions) :], strict=True):
        if found := _worst(watching, edition, taken):
            row, code = found
            taken.add((row.department_id, code))
            story(watching, row, code)


def _worst(watching: Watching, edition: Edition, taken: set[tuple[int, str]]) -> tuple[Row, str] | None:
    """Who lost the most in one indicator, of the departments that have a head; nobody is asked the same twice."""
    best: tuple[int, Row, str] | None = None
    for row in edition.rows.filter(span=Span.WEEK, rank__isnull=False).order_by("rank"):
        team = watching.city.people.teams.get(row.department_id)
        for part in row.parts if team and team.head else ():
            if (
                part["lost"]
                and (row.department_id, part["code"]) not in taken
                and (best is None or part["lost"] > best[0])
            ):
                best = (part["lost"], row, part["code"])
    return best[1:] if best else None


def _ask(watching: Watching, row: Row, code: str) -> tuple[Proposal, dt.date, Actor]:
    """Asked on the Monday on which the ranking came; the head of the department answers."""
    day = min(row.edition.week + weeks.SEVEN_DAYS, watching.today)
    with watching.at(day):
        proposal = actions.ask(watching.first, row.pk, code, text=ASKED, days=5)
    head = watching.city.people.teams[row.department_id].head
    assert head is not None, "only departments with a head are asked"  # noqa: S101
    return proposal, day, head


def _answer(watching: Watching, row: Row, code: str) -> tuple[Proposal, dt.date, Actor]:
    proposal, day, head = _ask(watching, row, code)
    day = min(day + 2 * weeks.ONE_DAY, watching.today)
    with watching.at(day, dt.time(15, 0)):
        measures = [MeasureDraft(text, day + dt.timedelta(days=after)) for text, after in MEASURES]
        proposal.refresh_from_db()
        cause = CAUSES.get(code, CAUSE)
        actions.answer(head, proposal.pk, cause, measures, state_version=proposal.state_version)
    return proposal, day, head


def _carrying_out(watching: Watching, row: Row, code: str, done: int = 1) -> tuple[Proposal, dt.date]:
    proposal, day, head = _answer(watching, row, code)
    with watching.at(day + weeks.ONE_DAY):
        watching.step(watching.first, proposal, "accept", note="措施可行，请按期落实。")
    day = min(day + 9 * weeks.ONE_DAY, watching.today)
    with watching.at(day):
        for one in list(Measure.objects.filter(proposal=proposal)[:done]):
            actions.report_measure(head, one.pk, "已落实，建立台账并指定专人负责。")
    return proposal, day


def _carried_out(watching: Watching, row: Row, code: str) -> None:
    proposal, day = _carrying_out(watching, row, code, done=len(MEASURES))
    with watching.at(day + weeks.ONE_DAY):
        watching.step(watching.second, proposal, "finish", note="措施已全部落实，纳入日常监测。")


def _sent_back(watching: Watching, row: Row, code: str) -> None:
    proposal, day, _head = _answer(watching, row, code)
    with watching.at(day + weeks.ONE_DAY):
        watching.step(watching.first, proposal, "send_back", note="原因分析不够具体，请结合失分办件逐件说明。", days=5)


def _answered(watching: Watching, row: Row, code: str) -> None:
    _answer(watching, row, code)


def _asked(watching: Watching, row: Row, code: str) -> None:
    _ask(watching, row, code)


def _draft(watching: Watching) -> None:
    """The next version, which waits in draft and can be tried on past weeks."""
    with watching.at(watching.today):
        scheme: Scheme = actions.new_draft(watching.second)
        weights = {"hotline_on_time": 5, "compression": -5}
        drafts = [replace(one, weight=one.weight + weights.get(one.code, 0)) for one in drafts_of(scheme)]
        actions.rewrite_draft(
            watching.second, scheme.pk, valid_from=scheme.valid_from, least_weight=scheme.least_weight, reason=NEXT,
            indicators=drafts, state_version=scheme.state_version,
        )  # fmt: skip
