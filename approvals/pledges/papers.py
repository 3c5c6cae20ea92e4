"""The signed commitment as a paper (告知承诺书), and what the notice of acceptance says of promised materials.

Chinese words and the English of the reading copy stand side by side, as in the papers of a case.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from approvals.cases.models import Case
from approvals.cases.papers.facts import TONGUES, Facts, Tongue, letters_of
from approvals.pledges.subjects import subject_of
from approvals.pledges.terms import promises_of, words_of
from portal.core import documents
from portal.core.actors import Actor
from portal.core.documents import Addressee, Block, Letter, Paper, Series, facts, heading, para, said, table
from portal.core.documents.typesetting import typeset_form
from portal.core.time import ZONE, today

if TYPE_CHECKING:
    from approvals.catalogue.models import Item
    from approvals.pledges.models import Commitment, CommitmentText
    from portal.core.models import Document
    from portal.people.models import Department

KIND = "pledges.commitment"
TITLE = ("告知承诺书", "Notice and commitment")
DECLARED = (
    "本人（单位）已知晓上述全部内容，承诺所填写的信息真实、准确，已经符合上述条件，"
    "愿意接受核查，并承担不实承诺的法律责任。",
    "I have read all of the above. What I stated is true, I meet the conditions, I accept the check, and I"
    " answer for a false commitment.",
)
STEPS = {
    "password": ("输入姓名并再次输入账户密码", "name typed, and the password of the account entered once more"),
    "paper": (
        "在纸质承诺书上签名，由窗口工作人员当面核验并存扫描件",
        "signed on paper before the clerk; scan kept",
    ),
    "device": ("输入姓名并输入账户动态验证码", "name typed, and the code of the account's second factor entered"),
}


def issue(commitment: "Commitment") -> "Document":
    """The paper of a filed commitment; the case is locked by the caller. It bears no seal: the applicant declares it."""
    case = commitment.case
    about = Facts(case, "receipt", Actor.system("pledges"))
    item = case.item
    return documents.issue(
        case,
        Paper(
            kind=KIND,
            series=Series(letters_of(case.department), "诺"),
            authority=about.authority,
            addressee=Addressee(subject_of(case).name, is_person=case.organisation_id is None),
            letters={t.code: letter(commitment, about, t) for t in TONGUES},
            occasion="commitment",
            key=f"commitment:{commitment.pk}",
            subject=item.name,
            subject_en=item.name_en,
            seal="",
        ),
    )


def letter(commitment: "Commitment", about: Facts, t: Tongue) -> Letter:
    """What was told, what is declared, and how it was signed."""
    case, words = commitment.case, json.loads(commitment.words)
    signed = commitment.signed_at.astimezone(ZONE)
    public = [
        (t("办件编号", "Case number"), str(case.number)),
        (t("签署时间", "Signed"), f"{t.day(signed.date())} {signed:%H:%M}"),
    ]
    blocks: list[Block] = [
        facts(
            [
                (t("事项名称", "Item"), t.name(case.item)),
                (t("办理机关", "Authority"), t.name(case.department)),
                (t("申请人", "Applicant"), subject_of(case).name),
                (t("文本版本", "Version of the text"), str(words["version"])),
                *public,
            ]
        ),
        heading(t("一、办理条件", "1. The conditions")),
        said(_part(words, "conditions", t)),
        heading(t("二、事中事后核查的内容", "2. What is checked afterwards")),
        said(_part(words, "checked", t)),
        heading(t("三、不实承诺的法律责任", "3. What follows from a false commitment")),
        said(_part(words, "consequences", t)),
        heading(t("四、申请人承诺", "4. The applicant declares")),
        para(t(*DECLARED)),
        facts(
            [
                (t("签署人", "Signed by"), commitment.signed_name),
                (t("签署方式", "How"), t(*STEPS[commitment.signed_with])),
                (t("签署内容摘要（SHA-256）", "Digest of what was signed (SHA-256)"), commitment.digest),
            ]
        ),
        para(t(*_kind_of_signature(commitment))),
    ]
    return Letter(
        title=t(*TITLE),
        addressee="",
        blocks=blocks,
        authority=subject_of(case).name,
        date=t.day(signed.date()),
        contact=about.contact(t),
        public=public,
    )


def _kind_of_signature(commitment: "Commitment") -> tuple[str, str]:
    if commitment.certified_by is not None:
        name = commitment.certified_by.name
        return (
            f"签名由窗口工作人员{name}当面核验，纸质承诺书的扫描件存入办件档案。",
            f"The signature was given before the eyes of {name} at the window; the scan of the paper is in the case's file.",
        )
    return (
        "本签署为账户实名状态下的一般电子签名，不是以数字证书作出的可靠电子签名。",
        "This is a simple electronic signature of an account, not one by a personal digital certificate.",
    )


def form_to_sign(
    item: "Item", text: "CommitmentText", *, authority: "Department", applicant: str, signer: str
) -> bytes:
    """The text in force as a paper with a line for the signature, in Chinese: what is printed at the window."""
    words = json.loads(words_of(text))
    day = today()
    return typeset_form(
        Letter(
            title=TITLE[0],
            addressee="",
            blocks=[
                facts(
                    [
                        ("事项名称", item.name),
                        ("办理机关", authority.name),
                        ("申请人", applicant),
                        ("文本版本", str(text.number)),
                    ]
                ),
                *_told(words),
                facts([("承诺人（签名）", f"　　　　　　　　（{signer}）"), ("日期", "　　　　年　　月　　日")]),
            ],
            authority=applicant,
            date=f"{day.year}年{day.month}月{day.day}日打印",
        ),
        reference=f"{item.code}-{text.number}",
        foot=("请在签名前仔细阅读全部内容。签名后由窗口工作人员当面核验，并扫描存入办件档案。",),
        code=hashlib.sha256(words_of(text).encode()).hexdigest(),
        day=day,
    )


def _told(words: dict[str, Any]) -> list[Block]:
    """What is told and what is declared, as on the paper that is issued after the filing."""
    return [
        heading("一、办理条件"),
        said(words["conditions"] or "—"),
        heading("二、事中事后核查的内容"),
        said(words["checked"] or "—"),
        heading("三、不实承诺的法律责任"),
        said(words["consequences"] or "—"),
        heading("四、申请人承诺"),
        para(DECLARED[0]),
    ]


def _part(words: dict[str, Any], name: str, t: Tongue) -> str:
    return t(words[name], words[f"{name}_en"] or words[name]) if words[name] else "—"


def on_acceptance(case: Case, t: Tongue) -> list[Block]:
    """The materials that were left for later, with the day and what follows; nothing where there are none."""
    rows = [one for one in promises_of(case) if one.state in {"promised", "brought", "lapsed"}]
    if not rows:
        return []
    head = t("序号|容缺材料|补齐期限", "No.|Material that follows|By").split("|")
    lines = [[str(n), t.name(one.material), t.day(one.due_on)] for n, one in enumerate(rows, start=1)]
    first = all(one.decides_first for one in rows)
    then = t(
        "逾期未补齐的，依法撤销已作出的决定，并记入信用记录。" if first else
        "补齐前不作出准予决定；逾期未补齐的，终止办理，并记入信用记录。",
        "If they do not come, the decision is revoked and it goes on the credit record." if first else
        "Until then nothing is granted. If they do not come, the proceedings end and it goes on the credit record.",
    )  # fmt: skip
    told = t(
        "主要申请材料齐全，下列次要材料予以容缺受理，请按期补齐：",
        "The main materials are complete. The following ones may come later, by the day beside them:",
    )
    return [heading(t("容缺受理", "Materials that follow")), para(told), table(head, lines, (1.1, 6, 4)), para(then)]
