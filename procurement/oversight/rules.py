"""The dated rules of this room: from where on a figure is a sign. All are practice until the centre confirms them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.rule_book import SeedRule

SCREENS = "oversight.screens"
REGULAR = "oversight.regular_within"
CLOSE_SECOND = "oversight.close_second"
FAR_SECOND = "oversight.far_below_second"
REJECTED = "oversight.rejected_share"
ROTATION_LOTS = "oversight.rotation_lots"
ROTATION_SHARE = "oversight.rotation_share"
ROTATION_EACH = "oversight.rotation_each_share"
EQUAL_ITEMS, EQUAL_SHARE = "oversight.equal_items", "oversight.equal_items_share"
CONTROL = "oversight.control_share"
LOSING_BIDS = "oversight.losing_bids"
CATEGORIES = "oversight.categories"
MONTHS = "oversight.months"
FENCE_GROUP = "oversight.fence_group"
LEAD_POINTS = "oversight.lead_points"
ANSWER_DAYS = "oversight.answer_days"

_IMHOF = (
    "Huber、Imhof（2019）串标筛查方法；阈值为本中心惯例，启用前请核定",
    "Huber, Imhof (2019), screens for bid-rigging; thresholds are practice, to be confirmed before use",
)
_OCP = (
    "开放合同伙伴组织《公共采购红旗指标》；阈值为本中心惯例，启用前请核定",
    "Open Contracting Partnership, Red flags in public procurement; thresholds are practice, to be confirmed before use",
)
_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

# cv and spd: below; diffp, rd, rdnor, rdalt, kurt: above; skew: above in either direction.
SCREEN_LIMITS = {
    "cv": 0.02, "spd": 0.04, "diffp": 0.2, "rd": 6, "rdnor": 2, "rdalt": 6, "skew": 1.6, "kurt": 3,
}  # fmt: skip

# How they are called where people read the rule.
WORDS = {
    "cv": pgettext_lazy("value of a rule", "coefficient of variation"),
    "spd": pgettext_lazy("value of a rule", "spread of the prices"),
    "diffp": pgettext_lazy("value of a rule", "distance of the two lowest prices"),
    "rd": pgettext_lazy("value of a rule", "relative distance"),
    "rdnor": pgettext_lazy("value of a rule", "normalised distance"),
    "rdalt": pgettext_lazy("value of a rule", "alternative relative distance"),
    "skew": pgettext_lazy("value of a rule", "skewness"),
    "kurt": pgettext_lazy("value of a rule", "kurtosis"),
}

OVERSIGHT_RULES: tuple[SeedRule, ...] = (
    SeedRule(SCREENS, _("From where on the figures of a lot's prices are a sign"), SCREEN_LIMITS, "limits", *_IMHOF,
             unverified=True),
    SeedRule(REGULAR, _("Price steps are regular if they differ by no more than this share of their mean"), 0.001,
             "share", *_PRACTICE, unverified=True),
    SeedRule(CLOSE_SECOND, _("The second price is close to the winner's within"), 0.005, "share", *_OCP,
             unverified=True),
    SeedRule(FAR_SECOND, _("The winner's price lies far below the second from"), 0.25, "share", *_OCP, unverified=True),
    SeedRule(REJECTED, _("Many bids are rejected from this share on"), 0.5, "share", *_OCP, unverified=True),
    SeedRule(ROTATION_LOTS, _("Two firms are looked at for rotation once they bid together in so many lots"), 4,
             "count", *_PRACTICE, unverified=True),
    SeedRule(ROTATION_SHARE, _("Two firms rotate if together they win at least this share of those lots"), 0.8, "share",
             *_PRACTICE, unverified=True),
    SeedRule(ROTATION_EACH, _("Two firms take turns if each of them wins at least this share of those lots"), 0.25,
             "share", *_PRACTICE, unverified=True),
    SeedRule(EQUAL_ITEMS, _("Unit prices of two bids are compared from so many items in common"), 5, "count", *_PRACTICE,
             unverified=True),
    SeedRule(EQUAL_SHARE, _("Unit prices are alike if more than this share of the common items has the same price"), 0.5,
             "share", *_PRACTICE, unverified=True),
    SeedRule(CONTROL, _("A shareholder controls a firm from this share on"), 0.5, "share",
             "《中华人民共和国公司法》第二百六十五条", "Company Law of the PRC, article 265", unverified=True),
    SeedRule(LOSING_BIDS, _("A firm loses often from so many bids without a win"), 10, "count", *_OCP, unverified=True),
    SeedRule(CATEGORIES, _("A supplier is heterogeneous from wins in so many categories"), 3, "count", *_OCP,
             unverified=True),
    SeedRule(MONTHS, _("Signs across tenders look back over so many months"), 36, "count", *_PRACTICE, unverified=True),
    SeedRule(FENCE_GROUP, _("Fences need figures of so many lots of the category"), 12, "count", *_PRACTICE,
             unverified=True),
    SeedRule(LEAD_POINTS, _("Signs become a lead from so many points"), 6, "count", *_PRACTICE, unverified=True),
    SeedRule(ANSWER_DAYS, _("An inquiry of the supervisors is to be answered within"), 5, "working_days", *_PRACTICE,
             unverified=True),
)  # fmt: skip
