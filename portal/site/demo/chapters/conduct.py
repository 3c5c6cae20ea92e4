"""Conduct: ratings of tenders that have their result, an honour, a listed firm, a repaired one, a proposal that waits."""

import datetime as dt
from contextlib import AbstractContextManager

from portal.core.actors import Actor
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Organisation, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from procurement.bidders.agents import people_of
from procurement.conduct import actions
from procurement.conduct.actions import DecisionDraft
from procurement.conduct.actions.rating import RATED_STATES, rateable_experts
from procurement.conduct.models import Act, Decision
from procurement.experts.models import Expert
from procurement.tenders.models import Project

# After the awards: only tenders with a result are rated.
ORDER = 95
GOOD, REPAIRED = "海州路桥工程有限公司", "沭河水利工程有限公司"
LISTED = "外地宏远建设集团有限公司"
APPEAL = "自收到决定书之日起六十日内向海州市人民政府申请行政复议，或者六个月内向人民法院提起行政诉讼。"
CENTRE = "海州市政务服务管理局"


class Judging:
    """The officer who proposes, and two supervisors: one decides, the other judges what comes afterwards."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.officer = actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)
        self.first, self.second = city.people.supervisors[:2]
        self.last = local_date(city.end)

    def propose(self, days: int, draft: DecisionDraft) -> Decision:
        with self.at(days):
            return actions.propose(self.officer, draft)

    def step(self, days: int, actor: Actor, one: Decision, code: str, **inputs: str) -> None:
        with self.at(days):
            one.refresh_from_db(fields=["state_version"])
            actions.take_decision_step(actor, one.pk, code, inputs, state_version=one.state_version)

    def at(self, days: int) -> "AbstractContextManager[None]":
        """So many days before the end, in the morning."""
        return driven_clock(dt.datetime.combine(self.last - dt.timedelta(days=days), dt.time(9, 40), ZONE))


def live(city: City) -> None:
    judging = Judging(city)
    _ratings(judging)
    _honour(judging)
    _listed(judging, Namer(city.chance("conduct")).credit_code())
    _repaired(judging)
    _waiting(judging)


def _ratings(judging: Judging) -> None:
    """Centre and buyer rate the agency and the experts of every tender with a result."""
    acts = {one.code: one.pk for one in Act.objects.filter(sheet__number=1)}
    tenders = Project.objects.filter(state__in=RATED_STATES, announced_at__isnull=False).order_by("pk")
    with driven_clock(judging.city.end - dt.timedelta(minutes=20)):
        for n, project in enumerate(tenders):
            if project.agency_id:
                found = [acts["D01"]] if n % 2 else []
                note = "招标文件更正一次。" if found else ""
                actions.rate(
                    judging.officer, project.pk, subject="agency", subject_id=project.agency_id, acts=found, note=note
                )
            for m, one in enumerate(rateable_experts(project)):
                found = [acts["Z01"]] if m == 1 else []
                note = "迟到十分钟。" if found else ""
                actions.rate(judging.officer, project.pk, subject="expert", subject_id=one.pk, acts=found, note=note)


def _firm(name: str) -> tuple[Organisation, Actor] | None:
    """A bidder of the chapter of tenders with its agent, if it is there."""
    found = Organisation.objects.filter(name=name).first()
    people = people_of(found.pk) if found else []
    return (found, actor_of(people[0], Role.AGENT)) if found and people else None


def _honour(judging: Judging) -> None:
    if good := _firm(GOOD):
        draft = DecisionDraft(
            kind="red", about="firm", uscc=good[0].uscc, ground="连续三年履约评价优秀，按期足额支付农民工工资。",
            source="《海州市公共资源交易主体信用管理办法》第十二条", authority=CENTRE, appeal=APPEAL, months=24,
        )  # fmt: skip
        one = judging.propose(30, draft)
        judging.step(29, judging.first, one, "decide")


def _listed(judging: Judging, uscc: str) -> None:
    """A firm from elsewhere that never registered here."""
    draft = DecisionDraft(
        kind="black", about="firm", uscc=uscc, name=LISTED, ground="提供虚假业绩证明材料骗取中标。",
        source="《中华人民共和国招标投标法》第五十四条；海建罚〔2026〕21号", authority="海州市住房和城乡建设局",
        appeal=APPEAL, months=24,
    )  # fmt: skip
    one = judging.propose(28, draft)
    judging.step(18, judging.first, one, "decide")


def _repaired(judging: Judging) -> None:
    """Listed, put right, and let in again by a person who had no part in the decision."""
    if firm := _firm(REPAIRED):
        draft = DecisionDraft(
            kind="black", about="firm", uscc=firm[0].uscc, ground="中标后无正当理由不与招标人订立合同。",
            source="《中华人民共和国招标投标法实施条例》第七十四条；海水罚〔2026〕5号", authority="海州市水利局",
            appeal=APPEAL, months=6,
        )  # fmt: skip
        one = judging.propose(40, draft)
        judging.step(38, firm[1], one, "hear", statement="因资金周转困难未能按期签约，愿意承担责任。")
        judging.step(36, judging.first, one, "decide")
        judging.step(12, firm[1], one, "ask_repair", repair="已缴清罚款，完成信用修复培训，并提交合规承诺。")
        judging.step(8, judging.second, one, "grant_repair", answer="材料齐全，符合信用修复条件，同意移出。")


def _waiting(judging: Judging) -> None:
    """A talk that is proposed, while the expert may still make a statement."""
    expert = Expert.objects.filter(user__username="expert2").first()
    if expert is not None:
        draft = DecisionDraft(
            kind="talk", about="expert", expert=expert.pk, ground="评分与其他成员差异较大，书面说明不充分。",
            source="《海州市评标专家履职管理办法》第九条", authority=CENTRE, appeal=APPEAL,
        )  # fmt: skip
        judging.propose(1, draft)
