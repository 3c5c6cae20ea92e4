"""What every installation needs for conduct: the dated rules and the first rating sheets."""

import datetime as dt

from portal.core.models import DatedRule
from portal.core.seeds import seed
from procurement.conduct.models import Act, Sheet, Subject
from procurement.conduct.rules import CONDUCT_RULES

FROM_THE_START = dt.date(2000, 1, 1)
_EXPERTS = "《评标专家和评标专家库管理办法》；分值为本中心惯例，启用前请核定"
_AGENCIES = "《中华人民共和国招标投标法实施条例》第十三条；分值为本中心惯例，启用前请核定"
SHEETS: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {
    Subject.EXPERT: (
        ("Z01", "迟到，未影响评标开始", "Late, without delaying the evaluation", 3, _EXPERTS),
        ("Z02", "接受邀请后无故缺席", "Absent without reason after accepting", 15, _EXPERTS),
        (
            "Z03",
            "评标期间擅自离场或者使用通讯工具",
            "Left the room or used a telephone during the evaluation",
            20,
            _EXPERTS,
        ),
        (
            "Z04",
            "未按照招标文件规定的标准和方法评审",
            "Did not follow the criteria of the tender documents",
            20,
            _EXPERTS,
        ),
        ("Z05", "评分畸高畸低且不能说明理由", "Scores far apart from the others without a reason", 10, _EXPERTS),
        ("Z06", "应当回避而未主动回避", "Did not avoid a tender that was to be avoided", 40, _EXPERTS),
        ("Z07", "泄露评审情况", "Disclosed the course of the evaluation", 40, _EXPERTS),
        ("Z08", "评审报告有计算错误或者遗漏", "Errors or gaps in the report", 5, _EXPERTS),
    ),
    Subject.AGENCY: (
        ("D01", "招标文件错漏导致更正", "Errors in the documents that needed a correction", 5, _AGENCIES),
        (
            "D02",
            "招标文件含有限制、排斥潜在投标人的内容",
            "Documents that restricted or shut out bidders",
            20,
            _AGENCIES,
        ),
        ("D03", "未按照规定时限发布公告或者答复", "Notices or answers after their time", 5, _AGENCIES),
        ("D04", "开标、评标组织失误", "Mistakes in organising the opening or the evaluation", 10, _AGENCIES),
        ("D05", "违规收取费用", "Fees against the rules", 20, _AGENCIES),
        ("D06", "泄露应当保密的信息", "Disclosed what is secret", 40, _AGENCIES),
        ("D07", "档案资料移交不完整", "Files handed over incompletely", 3, _AGENCIES),
    ),
}


@seed
def conduct_rules() -> None:
    """Rules that exist stay as they are."""
    held = set(DatedRule.objects.filter(code__in=[one.code for one in CONDUCT_RULES]).values_list("code", flat=True))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}) for one in CONDUCT_RULES if one.code not in held
    )


@seed
def rating_sheets() -> None:
    """The first version for each; later ones are published on the page."""
    for subject, acts in SHEETS.items():
        if Sheet.objects.filter(subject=subject).exists():
            continue
        sheet = Sheet.objects.create(subject=subject, number=1, valid_from=FROM_THE_START)
        Act.objects.bulk_create(
            Act(sheet=sheet, code=code, text=text, text_en=text_en, points=points, source=source, unverified=True)
            for code, text, text_en, points, source in acts
        )
