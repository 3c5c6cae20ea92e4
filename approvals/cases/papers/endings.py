"""The words of the papers that end a case: withdrawal, termination, decision, delivery, and papers given back."""

from approvals.cases.papers import outcomes
from approvals.cases.papers.facts import Facts, Tongue
from approvals.cases.papers.frame import handed_over, letter, matter
from portal.core.documents import Letter, facts, heading, para, said

DELIVERY_WAYS = {
    "window": ("窗口直接送达", "handed over at the window"),
    "post": ("邮寄送达", "sent by post"),
    "electronic": ("电子送达", "delivered electronically"),
}


def withdrawal(f: Facts, t: Tongue) -> Letter:
    """The applicant withdrew."""
    reason = str(f.said.get("reason", "")).strip()
    blocks = [
        para(f.opening(t)),
        para(
            t(
                "{you}于{day}申请撤回。在作出决定之前，本机关准予撤回，办理程序终结，特此证明。",
                "You withdrew it on {day}, before a decision was made. The proceedings "
                "have ended, which this paper proves.",
                you=f.you(t),
                day=t.day(f.on),
            )
        ),
    ]
    if reason:
        blocks += [heading(t("撤回理由", "Your reason")), said(reason)]
    again = t("{you}可以随时重新申请。", "You can file again at any time.", you=f.you(t))
    rows = [(t("撤回日期", "Withdrawn on"), t.day(f.on))]
    return letter(f, t, [*blocks, matter(f, t, *rows), para(again)], public=rows)


def termination(f: Facts, t: Tongue) -> Letter:
    """Proceedings ended without a decision on the matter."""
    return letter(
        f,
        t,
        [
            para(f.opening(t)),
            para(
                t(
                    "办理过程中出现无法继续办理的情形，经本机关负责人批准，决定终止办理。理由如下：",
                    "The proceedings cannot go on. The head of this authority has ended them, on these grounds:",
                )
            ),
            said(str(f.said["grounds"])),
            para(f.remedies(t)),
        ],
    )


REVOKED_FOR = {
    "commitment": (
        "经核查，{you}未履行办理时作出的告知承诺，按照承诺书的约定和有关规定，",
        "The check found that the commitment on which it rests was not kept. By its own terms",
    ),
    "material": (
        "{you}未在承诺的期限内补齐容缺受理的申请材料，按照容缺受理承诺的约定，",
        "The materials that were to follow were not brought by the promised day. By the terms of that promise",
    ),
    "wrong": (
        "经复核，作出决定时不具备规定的条件，依据《中华人民共和国行政许可法》第六十九条及有关规定，",
        "A later review found that the conditions were not met. By the Administrative Licensing Law, article 69,",
    ),
}


def revocation(f: Facts, t: Tongue) -> Letter:
    """The decision is taken back: which one, why, and the remedies."""
    chinese, english = REVOKED_FOR[f.said["cause"]]
    told = t(
        "本机关于{day}就“{item}”（办件编号：{number}）作出准予决定。" + chinese
        + "经本机关负责人批准，决定予以撤销。理由如下：",
        'On {day} this authority approved "{item}" (case number {number}). ' + english
        + " the decision is revoked, with the approval of the head of this authority, on these grounds:",
        day=t.day(f.case.decided_on), item=t.name(f.case.item), number=f.case.number, you=f.you(t),
    )  # fmt: skip
    rows = [(t("决定日期", "Decided on"), t.day(f.case.decided_on)), (t("撤销日期", "Revoked on"), t.day(f.on))]
    papers = t(
        "自本决定送达之日起，原决定及据其核发的证件失去效力。",
        "From the delivery of this decision, the former one and whatever was issued on it no longer hold.",
    )
    blocks = [para(told), said(str(f.said["grounds"])), matter(f, t, *rows), para(papers), para(f.remedies(t))]
    return letter(f, t, blocks, public=rows)


# --- decision and delivery ----------------------------------------------------------------------------------------------


def decision(f: Facts, t: Tongue) -> Letter:
    """Granted, in the words of the item's type."""
    article = f.basis(t, "第三十八条第一款", "article 38, paragraph 1")
    blocks = [para(f.opening(t)), para(outcomes.granted(f, t, article))]
    if text := f.case.decision_text.strip():
        blocks += [heading(t("决定内容", "Decision")), said(text)]
    rows = [
        (t("受理日期", "Accepted on"), t.day(f.case.accepted_on)),
        (t("决定日期", "Decided on"), t.day(f.case.decided_on)),
    ]
    blocks.append(matter(f, t, *rows))
    if f.is_permit:
        own = f.own_grounds()
        if own:
            blocks.append(para(t(f"实体依据：{own}。", f"Legal grounds of the item: {own}.")))
        blocks.append(
            para(
                t(
                    "依据《中华人民共和国行政许可法》第四十四条的规定，"
                    "需要颁发行政许可证件的，自本决定作出之日起十个工作日内颁发、送达。",
                    "A licence is made and delivered within ten working days of this "
                    "decision (Administrative Licensing"
                    " Law, article 44).",
                )
            )
        )
    return letter(f, t, [*blocks, para(f.remedies(t))], public=rows)


def refusal(f: Facts, t: Tongue) -> Letter:
    """Refused: grounds and remedies (permit law, article 38)."""
    article = f.basis(t, "第三十八条第二款", "article 38, paragraph 2")
    blocks = [para(f.opening(t)), para(outcomes.refused(f, t, article)), said(f.case.decision_text)]
    own = f.own_grounds() if f.is_permit else ""
    if own:
        blocks.append(para(t(f"实体依据：{own}。", f"Legal grounds of the item: {own}.")))
    rows = [
        (t("受理日期", "Accepted on"), t.day(f.case.accepted_on)),
        (t("决定日期", "Decided on"), t.day(f.case.decided_on)),
    ]
    return letter(f, t, [*blocks, matter(f, t, *rows), para(f.remedies(t))], public=rows)


def delivery(f: Facts, t: Tongue) -> Letter:
    """Proof of delivery: what, to whom, how, when, and who signed."""
    papers = t("、", ", ").join(f.said["papers"]) or t("办理结果", "The result")
    article = f.basis(t, "第四十四条", "article 44")
    return letter(
        f,
        t,
        [
            facts(
                [
                    (t("送达机关", "Authority"), t.name(f.department)),
                    (t("受送达人", "Recipient"), f.holder.name),
                    (
                        t("事项及办件编号", "Item and case"),
                        t(f"{f.case.item.name}（{f.case.number}）", f"{t.name(f.case.item)} ({f.case.number})"),
                    ),
                    (t("送达文书", "What was delivered"), papers),
                    (t("送达方式", "How"), t(*DELIVERY_WAYS.get(f.said["way"], ("其他", "otherwise")))),
                    (t("送达日期", "When"), t.day(f.on)),
                    (t("签收人或者凭证", "Received by, or proof"), str(f.said["proof"])),
                    (t("送达人", "Delivered by"), f.actor.name),
                    (t("备注", "Note"), t(f"{article}送达。", f"{article}.") if f.is_permit else "—"),
                    (t("受送达人签名", "Signature of the recipient"), " \n \n "),
                ]
            ),
        ],
        addressed=False,
    )


def return_proof(f: Facts, t: Tongue) -> Letter:
    """Papers that were given back."""
    to = str(f.said.get("to", "")).strip() or f.holder.name
    reason = str(f.said.get("reason", "")).strip()
    more = [
        (t("领取人", "Taken by"), to),
        (t("退还日期", "Given back on"), t.day(f.on)),
        (t("经办人员", "Given back by"), f.actor.name),
    ]
    if reason:
        more.append((t("退还理由", "Reason"), reason))
    return letter(
        f,
        t,
        [
            para(
                t(
                    "下列申请材料已经退还，特此证明。",
                    "The following papers have been given back, which this paper proves.",
                )
            ),
            matter(f, t, *more),
            handed_over(t, f.said["handed"]),
        ],
    )
