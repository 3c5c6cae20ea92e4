"""Promises in the demo city: certificates of firms from the first day, a clean-up round with its replies, proposals."""

import datetime as dt

from approvals.catalogue.models import Item, ItemVersion
from approvals.payments import actions as payments
from approvals.promises import actions
from approvals.promises.models import Finding, Proposal
from approvals.promises.rules import kept_share
from approvals.promises.simulator import history_of, year_until
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.time import ZONE, driven_clock, local_date, today
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off

ORDER = 60
CERTIFICATES = 10
BASES = (
    ("small_firm", "《关于进一步支持小微企业和个体工商户发展的减免公告》（海财综〔2025〕12号）"),
    ("policy", "《海州市优化营商环境涉企收费减免实施办法》（海政发〔2025〕8号）"),
    ("veteran", "《退役军人创办企业行政事业性收费减免规定》（海退役军人发〔2025〕3号）"),
)
KEEP = (
    "本事项需现场核验并公示，公示期由法规规定，暂无法压缩。",
    "涉及三个部门会签，会签时间已压缩到最短，申请维持。",
)
SHORTEN = (
    "将现场核验与材料审查并联办理，取消内部会签。",
    "审批权限下放到科室负责人，减少一个环节。",
)
ROUND = "服务承诺清理（第一批）"


def found(city: City) -> None:
    """The certificates stand before the first filing, so that the year's fees know them."""
    chance = city.chance("certificates")
    firms = [one.organisation for one in city.people.firms if one.organisation is not None]
    wanted = chance.sample(firms, k=min(len(firms), 4 if city.small else CERTIFICATES))
    day, issuer = today(), city.people.supervisors[0]
    proposer = city.people.supervisors[1]
    for place, firm in enumerate(wanted):
        ground, basis = BASES[place % len(BASES)]
        by_amount = place % 4 == 3
        draft = payments.CertificateDraft(
            organisation_id=firm.pk, department_id=None, ground=ground, basis=basis, valid_from=day,
            valid_to=day + dt.timedelta(days=730), percent=None if by_amount else chance.choice((30, 50, 100)),
            amount_fen=2000 if by_amount else None,
        )  # fmt: skip
        made = payments.propose_certificate(proposer, draft)
        if place == len(wanted) - 1 and not city.small:
            continue  # one waits for the visitor
        made = payments.decide_certificate(issuer, made.pk, "issue", state_version=made.state_version)
        if place == 2:
            payments.decide_certificate(
                issuer, made.pk, "suspend", note="企业划型变化，待核实", state_version=made.state_version
            )


def live(city: City) -> None:
    """A round of five weeks ago with replies of every sort, and proposals from the simulator."""
    chance, end = city.chance("promises"), city.end
    supervisor = city.people.supervisors[0]
    opened = dt.datetime.combine(local_date(end) - dt.timedelta(days=20), dt.time(9, 30), ZONE)
    with driven_clock(opened):
        cleanup = actions.open_round(supervisor, name=f"{opened.year}年{ROUND}")
    for place, finding in enumerate(cleanup.findings.select_related("item").order_by("pk")):
        head = city.people.teams[finding.department_id].head
        if head is None or place % 5 == 4:
            continue  # not answered
        at = opened + dt.timedelta(days=chance.randint(3, 12), hours=chance.randint(0, 6))
        with driven_clock(at):
            finding = _reply(head, finding, chance.choice(SHORTEN if place % 3 else KEEP), shorten=bool(place % 3))
        with driven_clock(at + dt.timedelta(days=1)):
            _judge(supervisor, head, finding, place, chance.choice(SHORTEN))
    _proposals(city)
    with driven_clock(end):
        actions.light_lamps()
    work_off()


def _reply(head: Actor, finding: Finding, text: str, *, shorten: bool) -> Finding:
    days = max(1, round(finding.promised_days * 0.6))
    shorten = shorten and days < finding.promised_days
    kind, proposed = ("shorten", days) if shorten else ("keep", None)
    return actions.reply(
        head, finding.pk, kind=kind, text=text, proposed_days=proposed, state_version=finding.state_version
    )


def _judge(supervisor: Actor, head: Actor, finding: Finding, place: int, text: str) -> None:
    if place % 7 == 6:
        return  # waits for the visitor
    if finding.reply == "keep" and place % 2 == 0:
        finding = actions.send_back(
            supervisor, finding.pk, note="公示期不计入承诺时限，请重新核算。", state_version=finding.state_version
        )
        if place % 4:
            return
        finding = _reply(head, finding, text, shorten=True)
    actions.accept(supervisor, finding.pk, state_version=finding.state_version)


def _proposals(city: City) -> None:
    """The heads take over what their replies said; where the history allows more, reviewers propose it."""
    at = city.end - dt.timedelta(days=4)
    with driven_clock(at):
        for number, proposal in enumerate(Proposal.objects.filter(state="proposed").order_by("pk")):
            head = city.people.teams[proposal.department_id].head
            if head is not None and number % 2 == 0:
                _take_over(head, proposal)
        _by_simulator(city)


def _take_over(head: Actor, proposal: Proposal) -> None:
    try:
        actions.decide_proposal(head, proposal.pk, "take_over", state_version=proposal.state_version)
    except DomainError:
        return  # a draft of the item is open for another reason


def _by_simulator(city: City) -> None:
    items = Item.objects.filter(status="published", current__kind=ItemVersion.Kind.PROMISE).select_related("current")
    busy = set(Proposal.objects.filter(state__in=("proposed", "drafted")).values_list("item_id", flat=True))
    made = 0
    for item in items.order_by("code"):
        reviewers = city.people.teams[item.department_id].reviewers if item.department_id in city.people.teams else []
        if made >= (2 if city.small else 5) or item.pk in busy or not reviewers or item.current is None:
            continue
        history = history_of(item.pk, *year_until(today()))
        shortest = history.shortest(kept_share())
        if shortest is None or history.total < 3 or not 1 <= shortest < (item.current.promised_days or 0):
            continue
        text = f"近十二个月办结 {history.total} 件，99% 在 {shortest} 个工作日内办结。"
        actions.propose(reviewers[0], item.pk, days=max(1, shortest), ground=text)
        made += 1
