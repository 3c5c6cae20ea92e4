"""What about a rule marked unverified was not verified: the note that the administrator reads beside its source."""

from collections.abc import Iterable

from portal.core.models import DatedRule
from portal.core.rule_book import SeedRule

PRACTICE = "本中心惯例"
LENGTH = "条文只规定义务，时长为本中心惯例，由交易中心核定。"
TEXT = "未取得官方文本，条号和数值均未核对；核对原文后请另存一个不带此标记的新版本。"
OWN = "没有法律原文可核，数值由交易中心核定后另存新版本。"
# Where the usual two sentences would say too much or too little.
NOTES = {
    "bids.ground.revoked": "办法第三十一条已与转载文本对照；实施条例第三十五条（撤销投标后保证金的处理）未与官方文本核对。",
    "bids.ground.bond": "两部办法的条号与文字均未取得官方文本核对。",
    "bids.ground.taking_part": "条例第五十一条已与转载文本对照；各限制文书所载依据逐案不同，未核对。",
    "bids.objection_minutes": "“当场提出”见条例第四十四条；时长没有法律规定，为本中心惯例。",
    "bids.decrypt_minutes": "“按时在线解密”见办法第二十九条、第三十条；时长没有法律规定，为本中心惯例。",
    "tender.bond_interest.g": "条号和文字未取得官方文本核对；合同或采购文件另有约定的，另存新版本。",
    "tender.bond_late_interest.g": (
        "条号和文字未取得官方文本核对；按一年期贷款基准利率4.35%上浮20%计算，未与人民银行公布的利率核对。"
    ),
    "tender.bond_interest": "利率随开户银行活期存款挂牌利率变动，初始值未与开户银行核对。",
}


def note_of(rule: SeedRule) -> str:
    """What is not verified; nothing for a rule whose text was read."""
    if not rule.unverified:
        return ""
    return NOTES.get(rule.code) or (
        OWN if rule.source.startswith(PRACTICE) else LENGTH if PRACTICE in rule.source else TEXT
    )


def plant(rules: Iterable[SeedRule]) -> None:
    """Write the first versions of rules that do not exist. Those that exist stay; only their empty note is filled in."""
    wanted = {one.code: one for one in rules}
    held = list(DatedRule.objects.filter(code__in=wanted))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    known = {one.code for one in held}
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}, note=note_of(one))
        for one in wanted.values() if one.code not in known
    )  # fmt: skip
    for row in held:
        seeded = row.author_id is None and row.unverified and not row.note and row.source == wanted[row.code].source
        if seeded and (note := note_of(wanted[row.code])):
            DatedRule.objects.filter(pk=row.pk, note="").update(note=note)
