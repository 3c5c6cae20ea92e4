"""The words of the papers: one function for each kind, each sentence in Chinese with its English beside it.

The Chinese is the paper; the English goes into the reading copy. They stand here and not in the portal's translations,
because a paper's words are law: they are frozen into the paper on the day, and no translator changes them afterwards.
"""

from collections.abc import Callable

from approvals.cases.models import CaseStop
from approvals.cases.papers import endings, outcomes
from approvals.cases.papers.additions import added_to
from approvals.cases.papers.facts import Facts, Tongue, portal_name
from approvals.cases.papers.frame import handed_over, letter, matter
from approvals.cases.papers.materials import missing
from portal.core.documents import Letter, heading, para, said, table
from portal.core.time import ZONE

GROUNDS_OF_STOP = {
    CaseStop.Ground.HEARING: ("听证", "a hearing"),
    CaseStop.Ground.BIDDING: ("招标", "bidding"),
    CaseStop.Ground.AUCTION: ("拍卖", "an auction"),
    CaseStop.Ground.INSPECTION: ("检验（现场核查）", "an inspection"),
    CaseStop.Ground.TESTING: ("检测", "testing"),
    CaseStop.Ground.QUARANTINE: ("检疫", "quarantine"),
    CaseStop.Ground.APPRAISAL: ("鉴定", "an appraisal"),
    CaseStop.Ground.EXPERT_REVIEW: ("专家评审", "a review by experts"),
}


# --- receipt and first answer -----------------------------------------------------------------------------------------


def receipt(f: Facts, t: Tongue) -> Letter:
    """What was received, when and by whom."""
    case, handed = f.case, f.said["handed"]
    moment = f.said["at"].astimezone(ZONE)
    by = _received_by(f, t)
    more = (
        (t("接收时间", "Received"), f"{t.day(moment.date())} {moment:%H:%M}"),
        (t("接收方式", "Channel"), t(*outcomes.CHANNELS.get(case.channel, ("其他", "Other")))),
        (t("接收人", "Received by"), by),
    )
    blocks = [
        para(
            t(
                "现收到您提交的下列申请材料：" if f.holder.is_person else "现收到你单位提交的下列申请材料：",
                "We have received the following materials from you:",
            )
        ),
        matter(f, t, *more),
    ]
    blocks.append(handed_over(t, handed) if handed else para(_no_materials(f, t)))
    if case.answer_due_on:
        blocks.append(para(_answer(f, t)))
    blocks.append(
        para(
            t(
                "本单仅证明接收材料，不表示申请已经受理。",
                "This paper proves the receipt only; it does not say that the application is accepted.",
            )
        )
    )
    return letter(f, t, blocks)


def _received_by(f: Facts, t: Tongue) -> str:
    """The clerk who took it in; what comes over the network is received by the portal itself."""
    if f.actor.role in {"clerk", "reviewer", "department_head"}:
        return f.actor.name
    if f.case.channel in {"online", "terminal"}:
        return t(f"{portal_name(t)}自动接收", f"{portal_name(t)}, by itself")
    return t("政务服务窗口", "The window")


def _no_materials(f: Facts, t: Tongue) -> str:
    if f.case.supplement_notices:
        return t(
            "本次补正未另附材料，已收到修改后的申请信息或者说明。",
            "No file came with this supplement; changed answers were received.",
        )
    return t("本次未附材料，已收到申请信息。", "No material came with it; the application itself was received.")


def _answer(f: Facts, t: Tongue) -> str:
    due = t.day(f.case.answer_due_on)
    told = t(
        "我单位将于{due}前告知是否受理；需要补正材料的，一次性告知需要补正的全部内容。",
        "By {due} we tell you whether the application is accepted, or name everything that is missing in one notice.",
        due=due,
    )
    if not f.is_permit:
        return told
    return told + t(
        "逾期不告知的，自收到申请材料之日起即为受理（《中华人民共和国行政许可法》第三十二条第一款第四项）。",
        " Without an answer by then it counts as accepted from the day of receipt (Administrative Licensing Law,"
        " article 32, paragraph 1, item 4).",
    )


def acceptance(f: Facts, t: Tongue) -> Letter:
    """Accepted, by when decided; or accepted by law because nobody answered."""
    case = f.case
    if case.deemed:
        decided = t(
            "因我单位未在法定期限内告知是否受理，{basis}，本申请自收到申请材料之日起即为受理。",
            "Nobody answered within the limit of the law, so {basis}, the application "
            "counts as accepted from the day of"
            " receipt.",
            basis=f.basis(t, "第三十二条第一款第四项", "article 32, paragraph 1, item 4"),
        )
    else:
        decided = t(
            "经审查，申请事项属于本机关职权范围，申请材料齐全、符合法定形式。{basis}，决定予以受理。",
            "The matter is ours to decide, and the materials are complete and in the form of the law. {basis}, the"
            " application is accepted.",
            basis=f.basis(t, "第三十二条第一款第五项、第二款", "article 32, paragraph 1, item 5, and paragraph 2"),
        )
    limits = [
        (t("受理日期", "Accepted on"), t.day(case.accepted_on)),
        *outcomes.day_0_row(f, t),
        (t("承诺办结日期", "Decision promised by"), t.day(case.promised_due_on)),
    ]
    if case.legal_due_on:
        limits.append((t("法定办结日期", "Decision due by law by"), t.day(case.legal_due_on)))
    tail = t(
        "办理期限以工作日计算，不含法定节假日；依法需要听证、检验、检测、鉴定、"
        "专家评审等的，所需时间不计算在期限内，另行书面告知。",
        "Limits are counted in working days. Hearings, inspections, tests, appraisals "
        "and reviews by experts are outside"
        " the limit; you are told of them in writing.",
    )
    more = added_to("acceptance", case, t)
    return letter(f, t, [para(f.opening(t)), para(decided), matter(f, t, *limits), *more, para(tail)], public=limits)


def non_acceptance(f: Facts, t: Tongue) -> Letter:
    """Not accepted: grounds, the competent authority where it is not ours, remedies."""
    authority = str(f.said.get("authority", "")).strip()
    article = (
        ("第三十二条第一款第二项、第二款", "article 32, paragraph 1, item 2, and paragraph 2")
        if authority
        else ("第三十二条第一款、第二款", "article 32, paragraphs 1 and 2")
    )
    blocks = [
        para(f.opening(t)),
        para(
            t(
                "经审查，{basis}，决定不予受理。理由如下：",
                "{basis}, the application is not accepted, on these grounds:",
                basis=f.basis(t, *article),
            )
        ),
        said(str(f.said["grounds"])),
    ]
    if authority:
        blocks.append(
            para(
                t(
                    "本申请事项不属于本机关职权范围，请向有权机关{authority}申请。",
                    "The matter is not ours to decide. Please apply to the competent authority: {authority}.",
                    authority=authority,
                )
            )
        )
    return letter(f, t, [*blocks, para(f.remedies(t))])


def supplement(f: Facts, t: Tongue) -> Letter:
    """One notice of everything that is missing, with its limit."""
    rows = missing(f.case, t)
    blocks = [
        para(f.opening(t)),
        para(
            t(
                "经审查，申请材料不齐全或者不符合法定形式。{basis}，现一次性告知需要补正的全部内容：",
                "The materials are incomplete or not in the form of the law. {basis}, "
                "this one notice names everything that is"
                " to be supplemented:",
                basis=f.basis(t, "第三十二条第一款第四项", "article 32, paragraph 1, item 4"),
            )
        ),
    ]
    if rows:
        head = t("序号|材料名称|形式和份数|要求", "No.|Material|Form and copies|What is asked").split("|")
        blocks.append(table(head, rows, (1.1, 6, 3, 4)))
    due = t.day(f.said["due_on"])
    return letter(
        f,
        t,
        [
            *blocks,
            heading(t("补正说明", "What is to be done")),
            said(str(f.said["text"])),
            para(
                t(
                    "请于{due}前通过{portal}或者到政务服务窗口补正。"
                    "补正所用时间不计入办理期限。逾期未补正的，申请材料将予退回；"
                    "{you}可以在材料齐备后重新申请。",
                    "Please supplement by {due}, on the portal or at a window. The time "
                    "for it does not count. If it does not come by"
                    " then, the application is returned; you can file again at any time.",
                    due=due,
                    you=f.you(t),
                    portal=portal_name(t),
                )
            ),
        ],
        public=[(t("补正期限", "To be supplemented by"), due)],
    )


def returned(f: Facts, t: Tongue) -> Letter:
    """Returned, because the supplement did not come."""
    return letter(
        f,
        t,
        [
            para(f.opening(t)),
            para(
                t(
                    "本机关已一次性告知{you}需要补正的全部内容。"
                    "{you}未在告知的期限内补正，现将本申请退回，办理程序终结。",
                    "You were told in one notice what was to be supplemented. It did not "
                    "come within the limit, so the application is"
                    " returned and the proceedings end.",
                    you=f.you(t),
                )
            ),
            para(
                t(
                    "退件不影响{you}的申请权利，材料齐备后可以随时重新申请。",
                    "You can file again at any time.",
                    you=f.you(t),
                )
            ),
            para(f.remedies(t, "本通知", "this notice")),
        ],
    )


# --- handling -----------------------------------------------------------------------------------------------------------


def special(f: Facts, t: Tongue) -> Letter:
    """A special procedure: which one of article 45, how long, why."""
    ground = t(*GROUNDS_OF_STOP.get(f.said["ground"], ("特别程序", "a special procedure")))
    days, end = f.said["announced_days"], t.day(f.said["announced_end_on"])
    rows = [
        (t("特别程序", "Procedure"), ground),
        (t("开始日期", "Begins on"), t.day(f.on)),
        (t("所需时间", "Takes"), t(f"{days}个工作日", f"{days} working days")),
        (t("预计结束日期", "Expected to end on"), end),
        (t("剩余承诺时限", "Promised days left"), outcomes.days_left(f, t)),
    ]
    return letter(
        f,
        t,
        [
            para(f.opening(t)),
            para(
                t(
                    "作出决定前依法需要进行{ground}。{basis}，所需时间不计算在办理期限内，现将所需时间书面告知如下：",
                    "Before the decision the law asks for {ground}. {basis}, its time is "
                    "outside the limit; you are told here how long"
                    " it takes:",
                    ground=ground,
                    basis=f.basis(t, "第四十五条", "article 45"),
                )
            ),
            matter(f, t, *rows),
            heading(t("理由", "Reason")),
            said(str(f.said["grounds"])),
            para(
                t(
                    "特别程序结束后，办理期限继续计算，我单位将另行告知新的办结日期。",
                    "When it ends the limit runs on, and you are told the new day of the decision.",
                )
            ),
        ],
        public=rows,
    )


def extension(f: Facts, t: Tongue) -> Letter:
    """Extended once by the head of the authority, with the reason."""
    days = f.said["days"]
    rows = [
        (t("延长后承诺办结日期", "Decision promised by"), t.day(f.case.promised_due_on)),
        (t("延长后法定办结日期", "Decision due by law by"), t.day(f.case.legal_due_on)),
    ]
    return letter(
        f,
        t,
        [
            para(f.opening(t)),
            para(
                t(
                    "因在规定期限内不能作出决定，{basis}，经本机关负责人批准，"
                    "延长办理期限{days}个工作日，现将理由告知如下：",
                    "No decision is possible within the limit. {basis}, the head of this "
                    "authority has extended it by {days} working"
                    " days, for this reason:",
                    days=days,
                    basis=f.basis(t, "第四十二条第一款", "article 42, paragraph 1"),
                )
            ),
            said(str(f.said["grounds"])),
            matter(f, t, *rows),
            para(t("办理期限只能延长一次。", "A limit is extended once only.")),
        ],
        public=rows,
    )


LETTERS: dict[str, Callable[[Facts, Tongue], Letter]] = {
    "receipt": receipt,
    "acceptance": acceptance,
    "non_acceptance": non_acceptance,
    "supplement": supplement,
    "returned": returned,
    "special": special,
    "extension": extension,
    "decision": endings.decision,
    "refusal": endings.refusal,
    "withdrawal": endings.withdrawal,
    "termination": endings.termination,
    "revocation": endings.revocation,
    "delivery": endings.delivery,
    "return_proof": endings.return_proof,
}
