"""The papers of a case by name: title in both languages and the word of their number, by the type of the item."""

from dataclasses import dataclass

from approvals.catalogue.models import Item

PERMIT = Item.Type.PERMIT.value
# How a type of item says "grant" and "refuse": (title of the decision, in English, word of its number).
GRANTS = {
    "permit": ("准予行政许可决定书", "Decision to grant a permit", "许"),
    "confirmation": ("行政确认决定书", "Decision of confirmation", "确"),
    "benefit": ("行政给付决定书", "Decision to grant a benefit", "给"),
    "reward": ("行政奖励决定书", "Decision to grant a reward", "奖"),
    "ruling": ("行政裁决书", "Administrative ruling", "裁"),
    "other_power": ("准予办理决定书", "Decision to approve", "办"),
    "service": ("办结通知书", "Notice of completion", "结"),
}
REFUSALS = {
    "permit": ("不予行政许可决定书", "Decision to refuse a permit", "不许"),
    "confirmation": ("不予行政确认决定书", "Decision to refuse a confirmation", "不确"),
    "benefit": ("不予行政给付决定书", "Decision to refuse a benefit", "不给"),
    "reward": ("不予行政奖励决定书", "Decision to refuse a reward", "不奖"),
    "ruling": ("不予行政裁决决定书", "Decision to refuse a ruling", "不裁"),
    "other_power": ("不予办理决定书", "Decision to refuse", "不办"),
    "service": ("不予办理告知书", "Notice of refusal", "不结"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of paper; `permit` is the title's first words for permits, which have forms of their own."""

    code: str
    title: str
    title_en: str
    word: str
    permit: str = ""
    decides: bool = False  # written with the red head of a decision

    def named(self, item_type: str) -> tuple[str, str, str]:
        """Title, English title and number's word for an item of this type."""
        by_type = {"decision": GRANTS, "refusal": REFUSALS}.get(self.code)
        if by_type is not None:
            return by_type.get(item_type, by_type["other_power"])
        title = self.permit if self.permit and item_type == PERMIT else self.title
        return title, self.title_en, self.word


KINDS = {
    kind.code: kind
    for kind in (
        Kind("receipt", "申请材料接收单", "Receipt of materials", "收"),
        Kind("acceptance", "受理通知书", "Notice of acceptance", "受", "行政许可申请受理通知书"),
        Kind(
            "non_acceptance", "不予受理决定书", "Decision not to accept", "不受", "行政许可申请不予受理决定书",
            decides=True,
        ),
        Kind(
            "supplement", "申请材料补正告知书", "Notice of what is to be supplemented", "补",
            "行政许可申请材料补正告知书",
        ),
        Kind("returned", "退件通知书", "Notice of return", "退", "行政许可申请退件通知书"),
        Kind("special", "特别程序告知书", "Notice of a special procedure", "特", "行政许可特别程序告知书"),
        Kind("extension", "延长办理期限告知书", "Notice of an extended time limit", "延", "行政许可延期告知书"),
        Kind("decision", "准予办理决定书", "Decision to approve", "办", decides=True),
        Kind("refusal", "不予办理决定书", "Decision to refuse", "不办", decides=True),
        Kind("withdrawal", "撤回申请证明", "Proof of withdrawal", "撤"),
        Kind("termination", "终止办理决定书", "Decision to terminate the proceedings", "终", decides=True),
        Kind("revocation", "撤销决定书", "Decision to revoke", "撤决", "撤销行政许可决定书", decides=True),
        Kind("delivery", "送达回证", "Record of delivery", "送"),
        Kind("return_proof", "材料退还证明", "Proof of returned papers", "还"),
    )
}  # fmt: skip
