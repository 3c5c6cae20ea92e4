"""The evaluation report (评标报告) as a paper: bids, reviews, rejections, scores, candidates, minutes, signatures.

Chinese words and the English of the reading copy stand side by side, as in the papers of other rooms.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils import translation

from portal.core import documents
from portal.core.centre import centre
from portal.core.documents import Addressee, Authority, Block, Letter, Paper, facts, heading, listed, para, said, table
from portal.core.money import format_yuan
from portal.core.templatetags.portal import day, moment
from procurement.evaluation.models import (
    EvaluatedBid,
    Evaluation,
    Explanation,
    FinalOffer,
    Negotiation,
    Rejection,
    Scorecard,
)
from procurement.experts.models import PanelMember

KIND = "evaluation.report"
SERIES = documents.Series("海交易", "评")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
Say = Callable[[str, str], str]


def report(one: Evaluation, members: Sequence[PanelMember]) -> Paper:
    """The signed report of a lot; the evaluation is locked and every member has signed."""
    buyer = one.lot.project.buyer
    names = {}
    for code, language in LANGUAGES.items():
        with translation.override(language):
            names[code] = centre().centre_name
    return Paper(
        kind=KIND,
        series=SERIES,
        authority=Authority(names["zh"], names["en"]),
        addressee=Addressee(buyer.name, is_person=False),
        letters={code: _letter(one, members, code) for code in LANGUAGES},
        key=f"report:{one.session.number}",
        subject=f"{one.lot.project.title} · {one.lot.name}"[:200],
        seal="",
    )


def _letter(one: Evaluation, members: Sequence[PanelMember], code: str) -> Letter:
    def say(chinese: str, english: str) -> str:
        return chinese if code == "zh" else english

    with translation.override(LANGUAGES[code]):
        return Letter(
            title=say("评标报告", "Evaluation report"),
            addressee=say(f"{one.lot.project.buyer.name}：", f"To {one.lot.project.buyer.name}:"),
            blocks=_blocks(one, members, say),
            authority=centre().centre_name,
            date=day(one.report_at),
        )


def _blocks(one: Evaluation, members: Sequence[PanelMember], say: Say) -> list[Block]:
    project, sheet = one.lot.project, one.lot.sheet
    blocks = [
        facts(
            [
                (say("项目编号", "Tender"), project.number),
                (say("项目名称", "Title"), project.title),
                (say("标段", "Lot"), f"{one.lot.number} {one.lot.name}"),
                (say("评标办法", "Method"), str(sheet.get_method_display())),
                (say("评标轮次", "Round"), str(one.session.number)),
                (say("评标时间", "Evaluated"), f"{moment(one.session.begun_at)} – {moment(one.report_at)}"),
            ]
        ),
        heading(say("评标委员会", "Committee")),
        table(
            [say("姓名", "Name"), say("身份", "Capacity"), say("评标地点", "Venue"), say("意见", "Word")],
            _seats(one, members, say), (3, 3, 3, 4),
        ),
        heading(say("投标情况", "Bids")),
        _bids(one, say),
        *_rejected(one, say),
        *_negotiated(one, say),
        *_result(one, say),
        *_dissent(one, say),
        *_minutes(one, say),
    ]  # fmt: skip
    return [block for block in blocks if block]


def _seats(one: Evaluation, members: Sequence[PanelMember], say: Say) -> list[list[str]]:
    words = {row.member_id: str(row.get_word_display()) for row in one.signatures.all()}
    rows = []
    for seat in members:
        capacity = say("专家", "Expert") if seat.expert_id else say("招标人（采购人）代表", "Buyer's representative")
        if seat.pk == one.session.chair_id:
            capacity = f"{capacity}（{say('组长', 'chair')}）"
        rows.append([seat.user.name, capacity, str(seat.get_venue_display()), words.get(seat.pk, "")])
    return rows


def _bids(one: Evaluation, say: Say) -> Block:
    head = say(
        "投标人|开标价（元）|评审价（元）|小微企业", "Bidder|Price read out (yuan)|Price evaluated (yuan)|Small"
    ).split("|")
    rows = [
        [
            _name(bid),
            format_yuan(bid.bid.price_fen or 0),
            format_yuan(bid.price_fen),
            say("是", "yes") if bid.small else "—",
        ]
        for bid in one.bids.select_related("bid__bidder__organisation")
    ]
    return table(head, rows, (6, 3, 3, 2))


def _name(bid: EvaluatedBid) -> str:
    return bid.bid.bidder.organisation.name


def _rejected(one: Evaluation, say: Say) -> list[Block]:
    found = Rejection.objects.filter(bid__evaluation=one).select_related(
        "bid__bid__bidder__organisation", "clarification"
    )
    if not found:
        return []
    blocks = [heading(say("澄清与否决", "Clarifications and rejections"))]
    for row in found.order_by("pk"):
        outcome = f"{_name(row.bid)}：{row.get_ground_display()} — {row.get_outcome_display()}"
        answer = row.clarification.answer or say("未在时限内答复。", "No answer within the limit.")
        text = "\n".join((outcome, say("问：", "Asked: ") + row.text, say("答：", "Answer: ") + answer))
        blocks.append(said(text + ("\n" + say("理由：", "Reason: ") + row.reason if row.reason else "")))
    return blocks


def _negotiated(one: Evaluation, say: Say) -> list[Block]:
    """Confirmed changes of the demands, and each final offer beside the first price; nothing where none were asked."""
    found = Negotiation.objects.filter(evaluation=one).first()
    if found is None:
        return []
    blocks = [heading(say("谈判（磋商）与最后报价", "Negotiation and final offers"))]
    blocks += [
        said(say("采购需求变动：", "Demands changed: ") + row.text) for row in found.changes.filter(confirmed=True)
    ]
    given = {row.bid_id: row for row in found.offers.filter(current=True, act=FinalOffer.Act.OFFERED)}
    head = say(
        "供应商|首次报价（元）|最后报价（元）|收到时间", "Bidder|First price (yuan)|Final offer (yuan)|Received"
    ).split("|")
    rows = [
        [
            _name(bid), format_yuan(bid.bid.price_fen or 0),
            format_yuan(bid.price_fen) if bid.pk in given else say("退出", "left"),
            moment(given[bid.pk].received_at) if bid.pk in given else "—",
        ]
        for bid in one.bids.select_related("bid__bidder__organisation")
        if bid.left or bid.pk in given
    ]  # fmt: skip
    blocks.append(table(head, rows, (5, 3, 3, 3)))
    if found.root:
        blocks.append(para(say("最后报价登记默克尔根：", "Merkle root of the final offers: ") + found.root))
    return blocks


def _result(one: Evaluation, say: Say) -> list[Block]:
    blocks = [heading(say("评审结果", "Result"))]
    if one.failure:
        return [*blocks, para(f"{one.get_failure_display()}{say('。', '.')}")]
    sheet = one.lot.sheet
    rows = one.bids.filter(rejected=False).select_related("bid__bidder__organisation").order_by("place", "pk")
    if sheet.has_cards and not sheet.is_scored:
        blocks += _opinions(one)
    else:
        head = [
            say("名次", "Place"),
            say("投标人", "Bidder"),
            say("价格分", "Price"),
            say("其他分", "Other"),
            say("总分", "Total"),
        ]
        body = [[str(b.place), _name(b), _points(b.price_points), _points(b.points), _points(b.total)] for b in rows]
        blocks.append(table(head, body, (1.4, 6, 2, 2, 2)))
    if one.benchmark_fen:
        blocks.append(para(say("评标基准价（元）：", "Benchmark price (yuan): ") + format_yuan(one.benchmark_fen)))
    names = [row.bidder.organisation.name for row in one.candidates.select_related("bidder__organisation")]
    told = say("中标候选人（排名分先后）：", "Candidates, in this order:")
    if sheet.separated:
        told = say("中标候选人（不排序，评定分离）：", "Candidates, not ranked (evaluation and award separated):")
    blocks += [para(told), listed(names)]
    if sheet.separated:
        blocks.append(para(say("评定分离依据：", "Ground of the separation: ") + sheet.separation_ground))
    return [*blocks, *_cards(one, say), *_explanations(one, say)]


def _points(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _opinions(one: Evaluation) -> list[Block]:
    texts = []
    cards = Scorecard.objects.filter(evaluation=one, handed_in_at__isnull=False)
    for card in cards.select_related("member__user").order_by("member"):
        for score in card.scores.filter(bid__rejected=False).select_related(
            "bid__bid__bidder__organisation", "criterion"
        ):
            texts.append(f"{card.member.user.name} · {_name(score.bid)} · {score.criterion.title}：{score.opinion}")
    return [listed(texts)] if texts else []


def _cards(one: Evaluation, say: Say) -> list[Block]:
    """What each member gave each bid in all: who gave what stands in the report."""
    if not one.lot.sheet.is_scored:
        return []
    rows = []
    cards = Scorecard.objects.filter(
        evaluation=one, handed_in_at__isnull=False, member__state=PanelMember.State.ATTENDING
    )
    for card in cards.select_related("member__user").order_by("member"):
        given: dict[str, Decimal] = {}
        for score in card.scores.filter(bid__rejected=False).select_related("bid__bid__bidder__organisation"):
            given[_name(score.bid)] = given.get(_name(score.bid), Decimal(0)) + (score.points or Decimal(0))
        rows += [[card.member.user.name, name, _points(points)] for name, points in given.items()]
    if not rows:
        return []
    head = [say("评委", "Member"), say("投标人", "Bidder"), say("评分", "Points")]
    return [heading(say("成员评分", "Points of each member")), table(head, rows, (3, 7, 2))]


def _explanations(one: Evaluation, say: Say) -> list[Block]:
    rows = Explanation.objects.filter(card__evaluation=one).select_related(
        "card__member__user", "bid__bid__bidder__organisation"
    )
    texts = [
        f"{row.card.member.user.name} · {_name(row.bid)}：{row.score}（{say('其他成员平均', 'mean of the others')} "
        f"{row.mean_of_others}）{row.reason}"
        for row in rows.order_by("pk")
    ]
    return [heading(say("偏离说明", "Scores that stand apart")), listed(texts)] if texts else []


def _dissent(one: Evaluation, say: Say) -> list[Block]:
    rows = one.signatures.filter(word="dissented").select_related("member__user")
    texts = [f"{row.member.user.name}：{row.dissent}" for row in rows]
    return [heading(say("不同意见", "Dissenting opinions")), listed(texts)] if texts else []


def _minutes(one: Evaluation, say: Say) -> list[Block]:
    texts = [f"{moment(row.at)} {row.text}" for row in one.minutes.all()]
    return [heading(say("评标记录", "Minutes")), listed(texts)] if texts else []
