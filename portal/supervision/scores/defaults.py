"""The nine indicators that every installation starts with: what each says, its formula, its source, weight and ends.

Weights, targets, floors and minimum samples are proposals of ours: no law sets them, and the centre confirms them.
"""

from dataclasses import dataclass
from decimal import Decimal

_PRACTICE, _PRACTICE_EN = (
    "分值和目标值为本中心惯例，启用前请核定",
    "weight and target are practice of the centre, to be confirmed",
)
_LAW, _LAW_EN = "《中华人民共和国行政许可法》", "Administrative Licensing Law of the PRC"
_RATING = "《国务院办公厅关于建立政务服务“好差评”制度提高政务服务水平的意见》（国办发〔2019〕51号）"
_RATING_EN = "State Council General Office, Guobanfa (2019) No. 51"
_HOTLINE = "《国务院办公厅关于进一步优化地方政务服务便民热线的指导意见》（国办发〔2020〕53号）"
_HOTLINE_EN = "State Council General Office, Guobanfa (2020) No. 53"
_BUSINESS, _BUSINESS_EN = (
    "《优化营商环境条例》（国务院令第722号）",
    "Regulation on Improving the Business Environment, No. 722",
)


@dataclass(frozen=True)
class Default:
    """One of the nine; target and floor in percent."""

    code: str
    path: str
    title: str
    title_en: str
    about: str
    about_en: str
    formula: str
    formula_en: str
    source: str
    source_en: str
    weight: int
    target: str
    floor: str
    minimum: int
    sample: str = ""

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        return Decimal(self.target), Decimal(self.floor)


NINE = (
    Default(
        "online", "approvals.online_rate", "一网通办率", "Online rate",
        "在网上提交、全程没有到过窗口就办结的件有多少。",
        "How many applications were filed online and decided without a visit to a window.",
        "网上申报且零跑腿的办结件 ÷ 办结件", "decided, filed online and without a visit ÷ decided",
        f"{_BUSINESS}；{_PRACTICE}", f"{_BUSINESS_EN}; {_PRACTICE_EN}", 10, "80", "30", 5,
    ),
    Default(
        "late_acceptance", "approvals.late_answer_rate", "超期受理率", "Late acceptance",
        "收到申请后，没有在五个工作日内给出受理、不予受理或者一次性告知的件有多少。",
        "How many applications got no first answer (accepted, refused, or one notice of what is missing) within five working"
        " days.",
        "超期首次答复件 ÷ 已答复或者视为受理的件", "first answers that came late ÷ first answers",
        f"{_LAW}第三十二条；{_PRACTICE}", f"{_LAW_EN}, article 32; {_PRACTICE_EN}", 10, "0", "5", 5,
    ),
    Default(
        "overdue", "approvals.overdue_rate", "超期办结率", "Overdue",
        "过了承诺的日期才办结的件有多少。", "How many applications were decided after the promised day.",
        "超过承诺时限的办结件 ÷ 承诺件办结数", "decided after the promised day ÷ decided with a promise",
        f"{_LAW}第四十二条；{_PRACTICE}", f"{_LAW_EN}, article 42; {_PRACTICE_EN}", 15, "0", "5", 5,
    ),
    Default(
        "early", "approvals.early_rate", "提前办结率", "Early rate",
        "比承诺的日期更早办结的件有多少。", "How many applications were decided before the promised day.",
        "早于承诺时限的办结件 ÷ 承诺件办结数", "decided before the promised day ÷ decided with a promise",
        f"{_BUSINESS}；{_PRACTICE}", f"{_BUSINESS_EN}; {_PRACTICE_EN}", 10, "90", "50", 5,
    ),
    Default(
        "compression", "approvals.time_compression", "时限压缩率", "Time compression",
        "承诺的天数比法律规定的天数少了多少。", "How much shorter the promised days are than those that the law allows.",
        "（法定时限之和 − 承诺时限之和）÷ 法定时限之和", "(legal days − promised days) ÷ legal days",
        f"{_BUSINESS}；{_PRACTICE}", f"{_BUSINESS_EN}; {_PRACTICE_EN}", 10, "60", "20", 5, "promise_concluded",
    ),
    Default(
        "satisfaction", "ratings.satisfaction_rate", "群众满意率", "Satisfaction",
        "办事人实际作出的评价里，非常满意、满意和基本满意的有多少。",
        "How many of the ratings that people gave were satisfied, in one of the three upper grades.",
        "三级以上评价 ÷ 实际作出的评价（默认好评不计）", "grades 3 to 5 ÷ ratings given (defaults left out)",
        f"{_RATING}；{_PRACTICE}", f"{_RATING_EN}; {_PRACTICE_EN}", 15, "99", "85", 5,
    ),
    Default(
        "rectification", "ratings.rectification_rate", "差评整改率", "Rectification",
        "到期应当整改的差评，按时整改的有多少。", "How many bad ratings were put right in time.",
        "按时整改的差评 ÷ 到期应整改的差评", "bad ratings rectified in time ÷ bad ratings due",
        f"{_RATING}；{_PRACTICE}", f"{_RATING_EN}; {_PRACTICE_EN}", 10, "100", "80", 1,
    ),
    Default(
        "hotline_on_time", "hotline.on_time_rate", "热线按时办结率", "Hotline on time",
        "12345 热线转来的工单，在期限之内答复的有多少。",
        "How many tickets of the 12345 hotline were answered within their limit.",
        "按时答复的到期工单 ÷ 到期工单", "due tickets answered in time ÷ tickets due",
        f"{_HOTLINE}；{_PRACTICE}", f"{_HOTLINE_EN}; {_PRACTICE_EN}", 10, "100", "85", 3,
    ),
    Default(
        "hotline_satisfaction", "hotline.satisfaction_rate", "热线满意率", "Hotline satisfaction",
        "热线回访时，来电人表示满意的有多少。", "How many callers were satisfied when they were called back.",
        "回访满意的工单 ÷ 回访有答复的工单", "callers satisfied ÷ callers who answered when called back",
        f"{_HOTLINE}；{_PRACTICE}", f"{_HOTLINE_EN}; {_PRACTICE_EN}", 10, "95", "70", 3,
    ),
)  # fmt: skip
