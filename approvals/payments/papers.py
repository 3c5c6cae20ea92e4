"""缴款收据 as a paper: issued when an order is paid, under the receipt's own number, void when all of it went back.

Chinese words and the English of the reading copy stand side by side, as in the papers of a case.
"""

from typing import TYPE_CHECKING

from django.utils import translation

from approvals.cases.papers.facts import TONGUES, Facts, Tongue
from approvals.payments import fees
from approvals.payments.models import Order, Receipt
from portal.core import documents
from portal.core.documents import Addressee, Block, Letter, Paper, facts, para, table
from portal.core.money import format_yuan, in_capitals
from portal.core.time import local_date

if TYPE_CHECKING:
    from portal.core.actors import Actor
    from portal.core.models import Document

KIND = "payments.receipt"
TITLE = ("缴款收据", "Receipt of a payment")
SEAL = "收费专用章"
METHODS = {"cash": ("现金", "Cash"), "pos": ("银行卡", "Bank card")}
ONLINE = ("网上支付", "Online")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
Row = tuple[str, str]


def issue(order: Order, receipt: Receipt, actor: "Actor") -> "Document":
    """The paper of a payment's receipt, with its number and check code; in the payment's transaction, case locked."""
    about = Facts(order.case, KIND, actor)
    item = order.case.item
    return documents.issue(
        order.case,
        Paper(
            kind=KIND,
            series=documents.Series("", ""),  # the receipt has its number already
            authority=about.authority,
            addressee=Addressee(payer(order), is_person=order.case.organisation_id is None),
            letters={t.code: letter(order, receipt, about, t) for t in TONGUES},
            occasion="payment",
            key=_key(order),
            subject=item.name,
            subject_en=item.name_en,
            seal=SEAL,
            number=receipt.number,
            check_code=receipt.check_code,
        ),
    )


def of_order(order: Order) -> "Document | None":
    """The paper of the order's payment; none for what was paid before there were such papers."""
    return documents.issued_before(order.case, _key(order))


def void(order: Order, refund: Receipt, actor: "Actor") -> None:
    """All that was paid went back, so the receipt no longer holds; the case is locked by the caller's action."""
    paper = of_order(order)
    if paper is not None and paper.holds:
        documents.revoke(paper, actor, reason=f"款项已全部退还，退款收据 {refund.number}")


def _key(order: Order) -> str:
    return f"payment:{order.pk}"


def payer(order: Order) -> str:
    return order.payer_name or order.case.applicant_name


# --- what it says -------------------------------------------------------------------------------------------------------


def letter(order: Order, receipt: Receipt, about: Facts, t: Tongue) -> Letter:
    """The receipt in one language."""
    with translation.override(LANGUAGES[t.code]):  # units of the schedule and grounds are words of the portal
        blocks = [_matter(order, t), _lines(order, t), _sum(order, t), *_reduction(order, t), _received(about, t)]
    return Letter(
        title=t(*TITLE),
        addressee="",
        blocks=blocks,
        authority=t.name(about.department),
        date=t.day(local_date(receipt.issued_at)),
        contact=about.contact(t),
        public=_public(order, t),
    )


def _matter(order: Order, t: Tongue) -> Block:
    case = order.case
    basis = [(t("收费依据", "Basis"), order.basis)] if order.basis else []
    return facts(
        [
            (t("缴款人", "Payer"), payer(order)),
            (t("事项名称", "Item"), t.name(case.item)),
            (t("办件编号", "Case number"), str(case.number)),
            (t("缴款单号", "Payment order"), order.number),
            (t("缴款方式", "Paid by"), t(*METHODS.get(order.method, ONLINE))),
            (t("缴款日期", "Paid on"), t.day(order.paid_on)),
            *basis,
        ]
    )


def _lines(order: Order, t: Tongue) -> Block:
    head = t("收费项目|单位|数量|单价（元）|金额（元）", "Fee|Unit|Quantity|Price (yuan)|Amount (yuan)").split("|")
    rows = [
        (
            line["name"],
            line["unit"] or "—",
            str(line["quantity"]),
            format_yuan(line["price_fen"]),
            format_yuan(line["amount_fen"]),
        )
        for line in fees.in_words(order.lines)
    ]
    return table(head, rows, (5, 1.6, 1.6, 2.4, 2.4))


def _sum(order: Order, t: Tongue) -> Block:
    return facts(
        [
            (t("实收金额", "Received"), amount(order, t)),
            (t("大写", "In Chinese capitals"), f"人民币{in_capitals(order.amount_fen)}"),
        ]
    )


def amount(order: Order, t: Tongue) -> str:
    return t("¥{yuan}", "¥{yuan} (CNY)", yuan=format_yuan(order.amount_fen))


def _reduction(order: Order, t: Tongue) -> list[Block]:
    """What the schedule asks for and how much less was taken, where a fee was reduced."""
    if not order.reduced_fen:
        return []
    return [
        para(
            t(
                "应收{gross}元，减免{less}元（{ground}）。",
                "The schedule asks for {gross} yuan; {less} yuan are waived ({ground}).",
                gross=format_yuan(order.gross_fen),
                less=format_yuan(order.reduced_fen),
                ground=order.get_reduction_ground_display(),
            )
        )
    ]


def _received(about: Facts, t: Tongue) -> Block:
    return para(
        t(
            "上述款项已由{department}收讫。款项全部退还的，本收据自退还之日起失效。",
            "{department} has received this amount. If all of it is given back, this receipt is void from that day.",
            department=t.name(about.department),
        )
    )


def _public(order: Order, t: Tongue) -> list[Row]:
    return [
        (t("实收金额", "Received"), amount(order, t)),
        (t("缴款日期", "Paid on"), t.day(order.paid_on)),
        (t("缴款单号", "Payment order"), order.number),
    ]
