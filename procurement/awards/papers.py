"""What the papers say: public notice of candidates, notices of the result, answers and decisions, penalties.

The original is Chinese, an English copy goes with it. A paper is issued in the transaction of its step.
"""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.translation import override

from portal.core import documents
from portal.core.centre import centre
from portal.core.documents import Addressee, Authority, Block, Letter, Paper, Series, facts, para, said, table
from portal.core.models import Document
from portal.core.templatetags.portal import day as written
from portal.core.templatetags.portal import money
from portal.core.time import today
from procurement.awards.models import Penalty, Procedure, Remedy, ResultNotice
from procurement.evaluation.models import Candidate
from procurement.tenders.models import Project

TONGUES = ("zh", "en")
LETTERS = "海资交"
# Before the names of candidates that the notice makes public although they cannot be awarded.
BARRED = "公示时依法被限制参加投标、不得确定为中标人的候选人："
# Compose(t) gives title, addressee and blocks; t(zh, en) is the text of the letter's language.
Choose = Callable[[str, str], str]
Compose = Callable[[Choose], tuple[str, str, Sequence[Block]]]


def _in_chinese(zh: str, _en: str) -> str:
    return zh


def _in_english(_zh: str, en: str) -> str:
    return en


def _letters(compose: Compose, authority: str, authority_en: str, *, red: bool = False) -> dict[str, Letter]:
    made = {}
    for code in TONGUES:
        chinese = code == "zh"
        with override("zh-hans" if chinese else "en"):
            title, addressee, blocks = compose(_in_chinese if chinese else _in_english)
            made[code] = Letter(
                title=title, addressee=addressee, blocks=blocks, authority=authority if chinese else authority_en,
                date=written(today()), red=red,
            )  # fmt: skip
    return made


def _authority() -> Authority:
    with override("zh-hans"):
        name = centre().centre_name
    with override("en"):
        return Authority(name, centre().centre_name)


def _supervisor() -> Authority:
    """Who decides complaints: the setting names the authority of the city."""
    name = getattr(settings, "TRADING_SUPERVISOR", "海州市公共资源交易监督管理部门")
    return Authority(name, getattr(settings, "TRADING_SUPERVISOR_EN", "Haizhou trading supervision authority"))


def _about(project: Project, t: Choose) -> list[tuple[str, str]]:
    rows = [
        (t("项目名称", "Tender"), project.title),
        (t("项目编号", "Number"), project.number),
        (t("招标（采购、转让）人", "Buyer or seller"), project.buyer.name),
    ]
    if project.agency:
        rows.append((t("代理机构", "Agency"), project.agency.name))
    return rows


def publicity(
    procedure: Procedure, rows: Sequence[Candidate], sales: Sequence[tuple[str, str, int]], barred: Sequence[str] = ()
) -> Document:
    """The public notice of candidates, or of what a sale ended with. `barred`: candidates that cannot be awarded."""
    project = procedure.project
    end = procedure.public_until_on

    def compose(t: Choose) -> tuple[str, str, Sequence[Block]]:
        sale = project.is_sale
        title = t("成交结果公示", "Result of the sale") if sale else t("中标候选人公示", "Candidates for the award")
        head = [t("标段", "Lot"), t("名次", "Rank"), t("单位名称", "Firm"), t("报价", "Price")]
        lines = [
            [one.lot.name, str(one.rank or "—"), one.bidder.organisation.name, money(one.price_fen)] for one in rows
        ]
        lines += [[lot, "—", firm, money(price)] for lot, firm, price in sales]
        open_until, names = written(end), "、".join(barred)
        blocks = [
            facts(_about(project, t)),
            table(head, lines, (2, 1, 4, 2)),
            *(
                [para(t(f"{BARRED}{names}。", f"Kept out by law today, so not to be awarded: {names}."))]
                if names
                else []
            ),
            para(
                t(
                    f"公示期至{open_until}。投标人或者其他利害关系人对结果有异议的，应当在公示期内提出。",
                    f"Public until {open_until}. Bidders and others concerned may object within this time.",
                )
            ),
        ]
        return title, "", blocks

    authority = _authority()
    return documents.issue(
        procedure,
        Paper(
            kind="awards.publicity", series=Series(LETTERS, "示"), authority=authority,
            addressee=Addressee(project.buyer.name, is_person=False), occasion="publish",
            letters=_letters(compose, authority.name, authority.name_en), subject=project.title, seal="交易专用章",
        ),
    )  # fmt: skip


def result(notice: ResultNotice, *, winner: str, price_fen: int) -> Document:
    """The winner's notice of award, or what a loser is told with the reason."""
    project, firm = notice.lot.project, notice.bidder.organisation.name

    def winning(t: Choose) -> tuple[str, str, Sequence[Block]]:
        blocks = [
            facts(
                [
                    *_about(project, t),
                    (t("标段", "Lot"), notice.lot.name),
                    (t("中标（成交）金额", "Amount"), money(price_fen)),
                ]
            ),
            para(
                t(
                    "经评审并依法确定，贵单位为上述标段的中标（成交）人。请自本通知书发出之日起三十日内，按照招标文件和贵单位的"
                    "投标文件与招标人订立书面合同。",
                    "Your organisation has been chosen for this lot. Please conclude the written contract within thirty days"
                    " of this notice, by the tender documents and your bid.",
                )
            ),
        ]
        return t("中标（成交）通知书", "Notice of award"), f"{firm}{t('：', ':')}", blocks

    def losing(t: Choose) -> tuple[str, str, Sequence[Block]]:
        blocks = [
            facts([*_about(project, t), (t("标段", "Lot"), notice.lot.name), (t("中标（成交）人", "Winner"), winner)]),
            para(
                t(
                    "感谢贵单位参与。贵单位未中标（成交），原因如下：",
                    "Thank you for your bid. It was not chosen, for this reason:",
                )
            ),
            said(notice.reason),
        ]
        return t("结果通知书", "Notice of the result"), f"{firm}{t('：', ':')}", blocks

    authority = _authority()
    return documents.issue(
        notice,
        Paper(
            kind="awards.won" if notice.won else "awards.lost", series=Series(LETTERS, "中" if notice.won else "结"),
            authority=authority, addressee=Addressee(firm, is_person=False), occasion="award", key="result",
            letters=_letters(winning if notice.won else losing, authority.name, authority.name_en), subject=project.title,
            seal="交易专用章",
        ),
    )  # fmt: skip


def remedy(one: Remedy, occasion: str) -> Document:
    """The answer to an objection or a query, or what was decided on a complaint; to who filed it."""
    project, firm = one.project, one.organisation.name
    titles = {
        "answer": ("异议（质疑）答复书", "Answer to an objection or query"),
        "accept": ("投诉受理通知书", "Complaint accepted"),
        "refuse": ("投诉不予受理通知书", "Complaint not accepted"),
        "suspend": ("暂停招标采购活动通知书", "Suspension of the tender"),
        "decide": ("投诉处理决定书", "Decision on a complaint"),
    }

    def compose(t: Choose) -> tuple[str, str, Sequence[Block]]:
        rows = [
            *_about(project, t),
            (t("编号", "Number"), one.number),
            (t("收到日期", "Received"), written(one.filed_on)),
        ]
        if one.outcome:
            rows.append((t("结论", "Outcome"), str(one.get_outcome_display())))
            rows.append((t("处理", "Consequence"), str(one.get_consequence_display())))
        if occasion == "accept":
            rows.append((t("处理期限", "Decision by"), written(one.due_on)))
        if occasion == "suspend":
            rows.append((t("暂停至", "Suspended until"), written(one.suspended_until_on)))
        blocks = [facts(rows)]
        if one.answer:
            blocks.append(said(one.answer))
        if occasion == "decide":
            blocks.append(
                para(
                    t(
                        "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。",
                        "Against this decision administrative reconsideration may be asked for within sixty days, or an"
                        " action brought within six months.",
                    )
                )
            )
        return t(*titles[occasion]), f"{firm}{t('：', ':')}", blocks

    if occasion == "answer":
        authority = Authority(project.buyer.name, project.buyer.name)
    else:
        authority = _supervisor()
    return documents.issue(
        one,
        Paper(
            kind=f"awards.remedy_{occasion}", series=Series(LETTERS, "复" if occasion == "answer" else "诉"),
            authority=authority, addressee=Addressee(firm, is_person=False), occasion=occasion,
            key=f"{occasion}:{one.state_version}",
            letters=_letters(compose, authority.name, authority.name_en, red=occasion == "decide"),
            subject=project.title, seal="" if occasion == "answer" else "监督管理专用章",
        ),
    )  # fmt: skip


def penalty(one: Penalty) -> Document:
    """The decision on a penalty, to the firm."""
    firm = one.organisation.name

    def compose(t: Choose) -> tuple[str, str, Sequence[Block]]:
        rows = [
            (t("当事人", "Firm"), firm),
            (t("统一社会信用代码", "Credit code"), one.organisation.uscc),
            (t("处罚依据", "Legal ground"), one.article),
            (t("罚款金额", "Fine"), money(one.amount_fen)),
        ]
        if one.due_on:
            rows.append((t("缴纳期限", "To be paid by"), written(one.due_on)))
        blocks = [
            facts(rows),
            said(one.ground),
            para(
                t(
                    "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。",
                    "Against this decision administrative reconsideration may be asked for within sixty days, or an action"
                    " brought within six months.",
                )
            ),
        ]
        return t("行政处罚决定书", "Decision on a penalty"), f"{firm}{t('：', ':')}", blocks

    authority = _supervisor()
    return documents.issue(
        one,
        Paper(
            kind="awards.penalty", series=Series(LETTERS, "罚"), authority=authority,
            addressee=Addressee(firm, is_person=False), occasion="decide", key="penalty",
            letters=_letters(compose, authority.name, authority.name_en, red=True), subject=one.article,
            seal="监督管理专用章",
        ),
    )  # fmt: skip
