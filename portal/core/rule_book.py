"""The rules that every installation starts with, with their sources; administrators add later versions on the page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A case keeps the rules of its day. Days before the law (July 2004) get its limits too, so that old records import.
FROM_THE_START = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class SeedRule:
    """The first version of a rule. `unverified`: practice or a default of ours, to be confirmed by the centre."""

    code: str
    title: str | Promise
    value: Any
    unit: str
    source: str
    source_en: str
    valid_from: dt.date = FROM_THE_START
    unverified: bool = False


def _law(article: str, article_en: str) -> tuple[str, str]:
    return f"《中华人民共和国行政许可法》{article}", f"Administrative Licensing Law of the PRC, {article_en}"


_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")
_RATING = (
    "《国务院办公厅关于建立政务服务“好差评”制度提高政务服务水平的意见》（国办发〔2019〕51号）",
    "State Council General Office opinion on rating government services, Guobanfa (2019) No. 51",
)
_HOTLINE = (
    "《国务院办公厅关于进一步优化地方政务服务便民热线的指导意见》（国办发〔2020〕53号），时限为本市设定",
    "State Council General Office guidance on the 12345 hotline, Guobanfa (2020) No. 53; the limits are the city's",
)

# The law sets the first answer for permits only; the other types of items follow their own basis.
_OWN_BASIS = (
    "本事项类型的法定依据未统一规定，参照行政许可设定，启用前请核定",
    "No uniform legal basis for this type of item; set after the permit law, to be confirmed before use",
)
_ANSWERED_TYPES: tuple[tuple[str, str | Promise], ...] = (
    ("confirmation", _("First answer to an application for a confirmation, within")),
    ("benefit", _("First answer to an application for a benefit, within")),
    ("reward", _("First answer to an application for a reward, within")),
    ("ruling", _("First answer to an application for a ruling, within")),
    ("other_power", _("First answer in the exercise of another power, within")),
    ("service", _("First answer to a request for a public service, within")),
)

RULES: tuple[SeedRule, ...] = (
    SeedRule(
        "permit.answer_days", _("One notice of everything missing, or accepted as of receipt, within"), 5,
        "working_days", *_law("第三十二条第一款第四项", "article 32, paragraph 1, item 4"),
    ),
    *(
        SeedRule(f"{code}.answer_days", title, 5, "working_days", *_OWN_BASIS, unverified=True)
        for code, title in _ANSWERED_TYPES
    ),
    SeedRule(
        "permit.legal_days", _("Decision on a permit, from acceptance, within"), 20,
        "working_days", *_law("第四十二条第一款", "article 42, paragraph 1"),
    ),
    SeedRule(
        "permit.extension_days", _("One extension by the head of the authority, at most"), 10,
        "working_days", *_law("第四十二条第一款", "article 42, paragraph 1"),
    ),
    SeedRule(
        "joint.legal_days", _("Decision after unified, joint or centralised handling, within"), 45,
        "working_days", *_law("第四十二条第二款", "article 42, paragraph 2"),
    ),
    SeedRule(
        "joint.extension_days", _("One extension of joint handling by the head of the government, at most"), 15,
        "working_days", *_law("第四十二条第二款", "article 42, paragraph 2"),
    ),
    SeedRule(
        "permit.review_days", _("Review by the lower authority first, within"), 20,
        "working_days", *_law("第四十三条", "article 43"),
    ),
    SeedRule(
        "permit.delivery_days", _("Licence issued and delivered after the decision, within"), 10,
        "working_days", *_law("第四十四条", "article 44"),
    ),
    SeedRule(
        "permit.renewal_days", _("A renewal is asked for before the permit expires, at least"), 30,
        "natural_days", *_law("第五十条第一款", "article 50, paragraph 1"),
    ),
    SeedRule(
        "supplement.limit_days", _("Supplement of what the notice names, within"), 15,
        "working_days", *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "tolerance.limit_days", _("Secondary materials after a tolerant acceptance, within"), 15,
        "working_days", *_PRACTICE, unverified=True,
    ),
    SeedRule("amber.share", _("A lamp turns amber when this share of the promised days is left"), 0.2, "share", *_PRACTICE),
    SeedRule("amber.min_days", _("A lamp turns amber with at least this many days left"), 1, "working_days", *_PRACTICE),
    SeedRule(
        "centre.opening_time", _("The centre opens at"), "09:00", "time", *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "centre.closing_time", _("The centre closes at; later filings are received on the next working day"), "17:00",
        "time", *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "promise.kept_share", _("The shortest promise is one that would have been kept in"), 0.99, "share", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "attendance.early_minutes", _("Staff clock in before the centre opens by"), 10, "minutes", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "payment.expiry_days", _("A payment order can be paid for"), 30, "natural_days", *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "payment.reminder_days", _("The payer is reminded before a payment order ends by"), 7, "natural_days",
        *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "delivery.pick_up_reminder_days", _("The applicant is reminded of a document that waits at the window after"), 7,
        "natural_days", *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "case.draft_days", _("A draft that its owner has not touched is deleted after"), 180, "natural_days",
        "《中华人民共和国个人信息保护法》第十九条，保存期限由本中心设定",
        "Personal Information Protection Law of the PRC, article 19; the time is set by the centre", unverified=True,
    ),
    SeedRule("rating.bad_grades", _("Grades of a rating that ask for a rectification"), [1, 2], "grades", *_RATING),
    SeedRule("rating.first_contact_days", _("First contact after a bad rating, within"), 1, "working_days", *_RATING),
    SeedRule(
        "rating.rectify_days", _("A bad rating is rectified within"), 5, "working_days", *_RATING, unverified=True,
    ),
    SeedRule(
        "rating.invitation_days", _("A service can be rated for"), 30, "natural_days", *_RATING, unverified=True,
    ),
    SeedRule(
        "rating.default_grade", _("Grade noted where nobody rated; it counts in no rate"), 4, "count", *_RATING,
        unverified=True,
    ),
    SeedRule(
        "rating.tablet_minutes", _("The tablet of a window offers the service that ended, for"), 15, "minutes",
        *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "rating.call_after_days", _("Who has not rated is called after"), 3, "natural_days", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "rating.minimum_sample", _("A rate of satisfaction is published from this many ratings"), 10, "count",
        *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "rating.late_points", _("Points of the board that a late rectification costs"), 2, "count", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "rating.burst_count", _("Ratings from one place are looked at from this many in a short time"), 5, "count",
        *_PRACTICE, unverified=True,
    ),
    SeedRule(
        "rating.burst_minutes", _("A short time, for ratings from one place"), 30, "minutes", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "grievance.reply_days", _("What somebody says is wrong is answered within"), 3, "working_days", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "board.weights", _("Weights of the red and blue board, in points"),
        {"satisfaction": 40, "punctuality": 30, "attendance": 15, "patrols": 15}, "limits", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "board.minimum_sample", _("Who has fewer ratings and cases in a month is not ranked"), 10, "count",
        *_PRACTICE, unverified=True,
    ),
    SeedRule("board.red_share", _("Share of the ranked that stand on the red board"), 0.2, "share", *_PRACTICE),
    SeedRule(
        "board.blue_below", _("Points of 100 below which somebody stands on the blue board"), 80, "count", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "board.objection_days", _("Objections to a draft board are taken for"), 3, "working_days", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "hotline.limits", _("Limits of hotline tickets by urgency"),
        {"urgent": "2 h", "pressing": "24 h", "normal": "7 d", "long": "15 d"}, "limits", *_HOTLINE, unverified=True,
    ),
    SeedRule(
        "hotline.escalation", _("A ticket is escalated when this much of its limit has passed"), [50, 80, 100], "percent",
        *_HOTLINE, unverified=True,
    ),
)  # fmt: skip

TITLES: dict[str, str | Promise] = {seeded.code: seeded.title for seeded in RULES}
